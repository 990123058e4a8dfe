import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Alert, Button, Modal, Select } from "antd";
import { useState } from "react";
import { handovers, ruleSets } from "../../api/calls";
import type { DryRun, HandoverRequest } from "../../api/contract";
import { useText } from "../../app/appearance";
import { Loaded, useTold } from "../../elements/Problems";
import { useMay } from "../../session/session";
import { cannotMove } from "../wizard/predictions";

/** Everything of a leaver by a saved rule set: shown first, then done in one call. */
export function OneClick(props: { leaver: string }) {
  const { t } = useText();
  const mayExecute = useMay("handover.execute");
  const sets = useQuery({ queryKey: ["rule-sets"], queryFn: ruleSets.list, enabled: mayExecute });
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const items = sets.data?.items ?? [];
  if (!mayExecute || items.length === 0) return null;
  const id = chosen ?? items[0]?.id ?? "";
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("ui.one_click")}</Button>
      <Modal
        open={open}
        title={t("ui.one_click")}
        footer={null}
        destroyOnHidden
        onCancel={() => setOpen(false)}
      >
        <div className="stack">
          <p className="soft" style={{ margin: 0 }}>
            {t("ui.one_click.told")}
          </p>
          <Select
            aria-label={t("ui.assignment.rule_set")}
            value={id}
            options={items.map((one) => ({ value: one.id, label: one.name }))}
            onChange={setChosen}
          />
          <Shown leaver={props.leaver} ruleSet={id} />
        </div>
      </Modal>
    </>
  );
}

function Shown(props: { leaver: string; ruleSet: string }) {
  const { t, number } = useText();
  const told = useTold();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const request: HandoverRequest = {
    leaver: props.leaver,
    customers: {},
    groups: {},
    assignment: { mode: "rule_set", id: props.ruleSet },
  };
  const preview = useQuery({
    queryKey: ["handovers", "preview", props.leaver, props.ruleSet],
    queryFn: () => handovers.preview(request),
    gcTime: 0,
  });
  const run = useMutation({
    mutationFn: (total: number) => handovers.run(request, total),
    onSuccess: (handover) => {
      void queries.invalidateQueries({ queryKey: ["handovers"] });
      void navigate({ to: "/handovers/$id", params: { id: handover.id } });
    },
    onError: () => void preview.refetch(),
  });
  return (
    <Loaded of={preview} lines={4}>
      {(dry) => {
        // What needs approval is submitted when it has it.
        const total = dry.fine + dry.with_note - dry.awaiting_approval;
        return (
          <>
            <Told dry={dry} />
            {run.error && <Alert type="error" showIcon title={told(run.error)} />}
            <Alert type="warning" showIcon title={t("ui.one_click.once")} />
            <Button
              type="primary"
              block
              disabled={total + dry.awaiting_approval === 0}
              loading={run.isPending}
              onClick={() => run.mutate(total)}
            >
              {t("ui.one_click.confirm", { count: number(total) })}
            </Button>
          </>
        );
      }}
    </Loaded>
  );
}

/** Who gets how many, and what stays and why. */
function Told(props: { dry: DryRun }) {
  const { t, find, number, short } = useText();
  const { dry } = props;
  const stuck = dry.by_prediction.filter((part) => cannotMove(part.prediction));
  return (
    <>
      <dl className="facts sums" style={{ maxHeight: 260, overflowY: "auto" }}>
        {dry.by_successor
          .filter((one) => one.customers + one.groups > 0)
          .map((one) => (
            <div key={one.userid} style={{ display: "contents" }}>
              <dt>{one.name || one.userid}</dt>
              <dd>
                {number(one.customers)} {t("ui.subject.customer")} · {number(one.groups)}{" "}
                {t("ui.subject.group")}
              </dd>
            </div>
          ))}
        {stuck.map((part) => (
          <div key={`${part.prediction} ${part.subject_kind}`} style={{ display: "contents" }}>
            <dt>{find(`prediction.${part.prediction}`) ?? part.prediction}</dt>
            <dd>
              {number(part.count)} {t(`ui.subject.${part.subject_kind as "customer" | "group"}`)}
            </dd>
          </div>
        ))}
      </dl>
      <p className="soft small" style={{ margin: 0 }}>
        {t("ui.one_click.finish", { day: short(dry.finish_at) })}
      </p>
    </>
  );
}
