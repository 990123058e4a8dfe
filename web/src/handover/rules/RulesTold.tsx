import { useQuery } from "@tanstack/react-query";
import { departments, members } from "../../api/calls";
import type { Condition, Rule, Target } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useTagNames } from "../../elements/TagSelect";
import { trimmed } from "./rules";

/** Rules in words, one line each. */
export function RulesTold(props: { rules: Rule[]; otherwise: string[] }) {
  const { t } = useText();
  const condition = useConditionTold();
  const target = useTargetTold();
  return (
    <ol className="small" style={{ margin: 0, paddingInlineStart: 20 }}>
      {props.rules.map((rule) => (
        <li key={`${rule.name} ${JSON.stringify(rule.when)}`}>
          <strong>{rule.name}</strong>
          <span className="soft"> {condition(rule.when)}</span> → {target(rule.to)}
          {rule.share && rule.share !== "balanced" && (
            <span className="soft"> · {t(`ui.rule.share.${rule.share}`)}</span>
          )}
        </li>
      ))}
      <li style={{ listStyle: "none" }} className="soft">
        {t("ui.rule.otherwise")} →{" "}
        {props.otherwise.length > 0
          ? target({ kind: "members", userids: props.otherwise })
          : t("ui.rule.otherwise.nobody")}
      </li>
    </ol>
  );
}

/** A condition as a sentence; nothing for one that holds for everybody. */
export function useConditionTold(): (condition: Condition) => string {
  const { t, find, day } = useText();
  const tagName = useTagNames();
  const join = (list: string[]) => list.join(t("ui.comma"));
  return (condition) => {
    const when = trimmed(condition);
    const range = (name: "messages" | "value", least?: number | null, most?: number | null) =>
      [
        least != null && `${t(`ui.condition.${name}`)} ≥ ${least}`,
        most != null && `${t(`ui.condition.${name}`)} ≤ ${most}`,
      ].filter(Boolean);
    const parts = [
      when.tags_any && join(when.tags_any.map(tagName)),
      when.tags_all?.map(tagName).join(" + "),
      when.tags_none && t("ui.summary.without", { names: join(when.tags_none.map(tagName)) }),
      when.regions && join(when.regions),
      when.business && join(when.business),
      when.added_after && t("ui.summary.since", { day: day(when.added_after) }),
      when.added_before && t("ui.summary.until", { day: day(when.added_before - 1) }),
      when.add_ways && join(when.add_ways.map((way) => find(`ui.add_way.${way}`) ?? `${way}`)),
      when.last_contact_after &&
        t("ui.condition.contact.since", { day: day(when.last_contact_after) }),
      when.last_contact_before &&
        t("ui.condition.contact.until", { day: day(when.last_contact_before - 1) }),
      ...range("messages", when.messages_min, when.messages_max),
      ...range("value", when.value_min, when.value_max),
      ...Object.entries(when.fields ?? {}).map(([name, values]) => `${name}: ${join(values)}`),
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(" · ") : t("ui.condition.everybody");
  };
}

/** The name of a member, or the userid while it is not known. */
export function useMemberNames(): (userid: string) => string {
  const people = useQuery({
    queryKey: ["members", "names"],
    queryFn: ({ signal }) => members({ limit: 1000 }, signal),
    staleTime: 300_000,
  });
  const names = new Map(people.data?.items.map((one) => [one.userid, one.name]));
  return (userid) => names.get(userid) || userid;
}

function useTargetTold(): (target: Target) => string {
  const { t } = useText();
  const tree = useQuery({ queryKey: ["departments"], queryFn: departments });
  const nameOf = useMemberNames();
  const department = (id: number) =>
    tree.data?.items.find((one) => one.id === id)?.name ?? String(id);
  return (target) => {
    if (target.kind === "members") {
      return target.userids.map(nameOf).join(t("ui.comma"));
    }
    if (target.kind === "department") return department(target.department);
    if (target.kind === "leader") return t("ui.rule.to.leader");
    const level = t("ui.rule.to.skill.told", { level: target.at_least });
    return target.department == null ? level : `${department(target.department)} · ${level}`;
  };
}
