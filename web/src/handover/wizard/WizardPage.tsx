/** The five steps of a handover, with what is known so far at the side. */

import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Alert, Button, Skeleton, Steps } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { handovers } from "../../api/calls";
import type { LeaverDetail } from "../../api/contract";
import { useText } from "../../app/appearance";
import { PageFrame } from "../../elements/PageFrame";
import { Needs } from "../../elements/Problems";
import {
  type Draft,
  draftOf,
  emptyDraft,
  furthest,
  missing,
  STEPS,
  storeDraft,
  storedDraft,
} from "./draft";
import { usePlan } from "./plan";
import { StepCheck } from "./StepCheck";
import { StepConfirm } from "./StepConfirm";
import { StepLeaver } from "./StepLeaver";
import { StepSuccessors } from "./StepSuccessors";
import { StepWhat, useLeaver } from "./StepWhat";
import { Summary } from "./Summary";

const route = getRouteApi("/handovers/new");

export function WizardPage() {
  return (
    <Needs act="handover.plan">
      <Loading />
    </Needs>
  );
}

export type Change = (part: Partial<Draft>) => void;

export interface StepProps {
  draft: Draft;
  change: Change;
}

/** A draft opened from the list comes from the server, any other from the browser. */
function Loading() {
  const search = route.useSearch();
  const [start] = useState(() => {
    const stored = storedDraft();
    const wanted = search.leaver;
    return !wanted || stored.leaver === wanted ? stored : { ...emptyDraft(), leaver: wanted };
  });
  const isNew = !search.draft && Boolean(search.leaver) && !start.leaverName;
  // Who is still there hands over in service.
  const leaver = useLeaver(isNew ? start.leaver : "");
  const unknown =
    Boolean(search.draft) && !start.one && !start.evenly.length && !start.rules.length;
  const stored = useQuery({
    queryKey: ["handovers", "one", search.draft],
    queryFn: () => handovers.get(search.draft ?? ""),
    enabled: unknown && !start.groupsTo.length,
  });
  if (stored.isLoading || leaver.isLoading) return <Skeleton active className="page" />;
  if (stored.data) return <Wizard start={draftOf(stored.data)} />;
  return <Wizard start={leaver.data ? { ...start, ...handedOverBy(leaver.data) } : start} />;
}

/** What the wizard begins with for somebody who was chosen elsewhere. */
function handedOverBy(leaver: LeaverDetail): Partial<Draft> {
  return {
    kind: leaver.reason === "employed" ? "in_service" : "resigned",
    leaverName: leaver.name || leaver.userid,
  };
}

function useDraft(start: Draft): [Draft, Change] {
  const [draft, setDraft] = useState(start);
  useEffect(() => storeDraft(draft), [draft]);
  const change = useCallback<Change>((part) => setDraft((old) => ({ ...old, ...part })), []);
  return [draft, change];
}

function Wizard(props: { start: Draft }) {
  const { t } = useText();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [draft, change] = useDraft(props.start);
  const plan = usePlan(draft, search.draft, (id) =>
    navigate({ replace: true, search: (old) => ({ ...old, draft: id }) }),
  );
  const [first] = useState(props.start.leaver ? 2 : 1);
  const at = Math.min((search.step ?? first) - 1, furthest(draft));
  const step = STEPS[Math.max(0, at)] ?? "leaver";
  const lacking = missing(draft, step);
  const go = (to: number) =>
    void navigate({
      search: (old) => ({ ...old, step: to + 1, leaver: draft.leaver || undefined }),
    });
  const heading = useFocusOn(step);
  const next = async () => {
    if (step === "check" && !(await plan.ensure())) return;
    go(at + 1);
  };
  return (
    <PageFrame
      title={t("ui.wizard.title")}
      crumbs={[
        { title: t("ui.menu.handover") },
        { title: t("ui.menu.handovers"), to: "/handovers" },
        { title: t("ui.wizard.title") },
      ]}
    >
      <nav className="card" aria-label={t("ui.wizard.steps")} style={{ marginBottom: 16 }}>
        <Steps
          size="small"
          responsive
          current={at}
          onChange={(to) => to <= furthest(draft) && go(to)}
          items={STEPS.map((name, index) => ({
            title: t(`ui.wizard.step.${name}`),
            disabled: index > furthest(draft),
          }))}
        />
      </nav>
      {plan.handover && (
        <Alert
          type="info"
          showIcon
          title={t("ui.wizard.draft")}
          description={t("ui.wizard.draft.told")}
          style={{ marginBottom: 16 }}
        />
      )}
      <div className="with-side">
        <section className="stack" aria-labelledby="wizard-step">
          <h2
            id="wizard-step"
            ref={heading}
            tabIndex={-1}
            style={{ margin: 0, fontSize: 17, outline: "none" }}
          >
            {t("ui.wizard.step_of", { step: at + 1, title: t(`ui.wizard.step.${step}.title`) })}
          </h2>
          {step === "leaver" && <StepLeaver draft={draft} change={change} />}
          {step === "what" && <StepWhat draft={draft} change={change} />}
          {step === "successors" && <StepSuccessors draft={draft} change={change} />}
          {step === "check" && <StepCheck draft={draft} change={change} plan={plan} />}
          {step === "confirm" && <StepConfirm draft={draft} plan={plan} />}
          <div className="row spread">
            <Button disabled={at === 0} onClick={() => go(at - 1)}>
              {t("ui.wizard.back")}
            </Button>
            {step !== "confirm" && (
              <span className="row">
                {lacking && <span className="soft small">{t(lacking)}</span>}
                <Button
                  type="primary"
                  disabled={lacking !== null}
                  loading={plan.busy}
                  onClick={() => void next()}
                >
                  {t("ui.wizard.next")}
                </Button>
              </span>
            )}
          </div>
        </section>
        <Summary draft={draft} plan={plan} />
      </div>
    </PageFrame>
  );
}

/** A new step is read out, and the keyboard starts at its top. */
function useFocusOn(step: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step) heading.current?.focus();
    before.current = step;
  }, [step]);
  return heading;
}
