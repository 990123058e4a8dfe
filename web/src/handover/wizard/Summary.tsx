import { useQuery } from "@tanstack/react-query";
import { Divider } from "antd";
import { useText } from "../../app/appearance";
import { useTagNames } from "../../elements/TagSelect";
import { useGrant } from "../grant";
import { ruleSetsQuery } from "../rules/RuleSetsPage";
import { useMemberNames } from "../rules/RulesTold";
import { namedBy, trimmed } from "../rules/rules";
import { type Draft, requestOf, successorsOf } from "./draft";
import type { Plan } from "./plan";
import { cannotMove } from "./predictions";
import { useLeaver } from "./StepWhat";

/** Who, how many, and what cannot move and why, at every step. */
export function Summary({ draft, plan }: { draft: Draft; plan: Plan }) {
  const { t, number } = useText();
  const grant = useGrant();
  const leaver = useLeaver(draft.leaver);
  const detail = leaver.data;
  return (
    <aside className="card" aria-label={t("ui.summary.title")}>
      <h2>{t("ui.summary.title")}</h2>
      <dl className="facts">
        <dt>{t("ui.handover.leaver")}</dt>
        <dd>{draft.leaver ? detail?.name || draft.leaverName || draft.leaver : "–"}</dd>
        <dt>{t("ui.handover.kind")}</dt>
        <dd>{t(`ui.kind.${draft.kind}`)}</dd>
        <dt>{t("ui.subject.customer")}</dt>
        <dd>
          {draft.withCustomers ? (
            <Narrowed draft={draft} all={detail?.customers_waiting} />
          ) : (
            t("ui.none")
          )}
        </dd>
        <dt>{t("ui.subject.group")}</dt>
        <dd>
          {draft.groups === "none" && t("ui.none")}
          {draft.groups === "some" && number(draft.chosenGroups.length)}
          {draft.groups === "all" && (detail ? number(detail.groups_waiting) : t("ui.all"))}
        </dd>
        <dt>{t("ui.handover.successors")}</dt>
        <dd>
          <Successors draft={draft} plan={plan} />
        </dd>
        <dt>{t("ui.grant")}</dt>
        <dd>{grant(requestOf(draft))}</dd>
      </dl>
      {plan.handover && <Planned plan={plan} />}
    </aside>
  );
}

/** Those the plan gives something to; before there is one, those who are named. */
function Successors({ draft, plan }: { draft: Draft; plan: Plan }) {
  const { t, number } = useText();
  const nameOf = useMemberNames();
  const isByRules = draft.mode === "rule_set" || draft.mode === "rules";
  const sets = useQuery({ ...ruleSetsQuery, enabled: draft.mode === "rule_set" });
  const planned = plan.current ? plan.handover?.dry_run?.by_successor : undefined;
  const saved = sets.data?.items.find((one) => one.id === draft.ruleSet)?.rules ?? [];
  const rules = draft.mode === "rule_set" ? saved : draft.rules;
  const named = planned?.map((one) => one.userid) ?? [
    ...new Set([
      ...successorsOf(draft),
      ...(isByRules ? rules : []).flatMap((rule) => namedBy(rule.to)),
    ]),
  ];
  if (named.length > 0) {
    return t("ui.handover.to", {
      count: number(named.length),
      names: named
        .slice(0, 5)
        .map((userid) => draft.names[userid] ?? nameOf(userid))
        .join(t("ui.comma")),
    });
  }
  return isByRules && rules.length > 0 ? t("ui.summary.by_rules", { count: rules.length }) : "–";
}

function Narrowed(props: { draft: Draft; all: number | undefined }) {
  const { t, number, day, find } = useText();
  const tagName = useTagNames();
  const filter = trimmed(props.draft.filter);
  const join = (list: string[]) => list.join(t("ui.comma"));
  const parts = [
    filter.tags_any && join(filter.tags_any.map(tagName)),
    filter.tags_none && t("ui.summary.without", { names: join(filter.tags_none.map(tagName)) }),
    filter.regions && join(filter.regions),
    filter.added_after && t("ui.summary.since", { day: day(filter.added_after) }),
    filter.added_before && t("ui.summary.until", { day: day(filter.added_before - 1) }),
    filter.add_ways && join(filter.add_ways.map((way) => find(`ui.add_way.${way}`) ?? `${way}`)),
  ].filter(Boolean);
  return (
    <>
      {props.all === undefined ? t("ui.all") : number(props.all)}
      {parts.length > 0 && (
        <div className="soft small">{t("ui.summary.only", { what: parts.join(" · ") })}</div>
      )}
    </>
  );
}

function Planned({ plan }: { plan: Plan }) {
  const { t, find, number } = useText();
  const dry = plan.handover?.dry_run;
  if (!dry) return null;
  const stuck = new Map<string, number>();
  for (const part of dry.by_prediction) {
    if (cannotMove(part.prediction)) {
      stuck.set(part.prediction, (stuck.get(part.prediction) ?? 0) + part.count);
    }
  }
  return (
    <>
      <Divider style={{ margin: "12px 0" }} />
      <h2 style={{ fontSize: 15, margin: "0 0 8px" }}>
        {t("ui.dry_run.title")}
        {!plan.current && <span className="soft small"> · {t("ui.dry_run.old")}</span>}
      </h2>
      <dl className="facts sums">
        <dt>{t("ui.dry_run.fine")}</dt>
        <dd>{number(dry.fine)}</dd>
        <dt>{t("ui.dry_run.with_note")}</dt>
        <dd>{number(dry.with_note)}</dd>
        <dt>{t("ui.dry_run.blocked")}</dt>
        <dd>{number(dry.blocked)}</dd>
        <dt>{t("ui.dry_run.unassigned")}</dt>
        <dd>{number(dry.unassigned)}</dd>
      </dl>
      {stuck.size > 0 && (
        <>
          <h3 style={{ fontSize: 14, margin: "12px 0 6px" }}>{t("ui.summary.stuck")}</h3>
          <dl className="facts sums small">
            {[...stuck].map(([prediction, count]) => (
              <div key={prediction} style={{ display: "contents" }}>
                <dt>{find(`prediction.${prediction}`) ?? prediction}</dt>
                <dd>{number(count)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </>
  );
}
