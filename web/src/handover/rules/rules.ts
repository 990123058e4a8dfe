/** Rules as they are edited: the server's, with a key to tell them apart on the page. */

import type { Condition, Rule, Target } from "../../api/contract";
import type { Key } from "../../app/text";

export interface DraftRule {
  /** Only to tell rules apart on the page. */
  key: string;
  name: string;
  when: Condition;
  to: Target;
  share: NonNullable<Rule["share"]>;
  never: string[];
}

let made = 0;

export function newRule(name: string): DraftRule {
  made += 1;
  return {
    key: `rule-${made}-${Date.now()}`,
    name,
    when: {},
    to: { kind: "members", userids: [] },
    share: "balanced",
    never: [],
  };
}

/** A condition without its empty parts. */
export function trimmed(condition: Condition): Condition {
  const isSet = (value: unknown) => {
    if (value === null || value === undefined) return false;
    return typeof value !== "object" || Object.keys(value).length > 0;
  };
  return Object.fromEntries(
    Object.entries(condition).filter(([, value]) => isSet(value)),
  ) as Condition;
}

/** As the server wants to hear it. */
export function ruleOf(rule: DraftRule): Rule {
  return {
    name: rule.name.trim(),
    when: trimmed(rule.when),
    to: rule.to,
    share: rule.share,
    never: rule.never,
  };
}

/** As the server told it. */
export function draftRuleOf(rule: Rule, place: number): DraftRule {
  return {
    key: `stored-${place}`,
    name: rule.name,
    when: rule.when,
    to: rule.to,
    share: rule.share ?? "balanced",
    never: rule.never ?? [],
  };
}

/** The members a rule names one by one. */
export function namedBy(target: Target): string[] {
  return target.kind === "members" ? target.userids : [];
}

/** What keeps rules from being used, as a sentence's key. */
export function lackingOf(rules: DraftRule[]): Key | null {
  if (rules.length === 0) return "ui.wizard.missing.rules";
  if (rules.some((rule) => !rule.name.trim())) return "ui.wizard.missing.rule_name";
  const names = (rule: DraftRule) => rule.to.kind !== "members" || rule.to.userids.length > 0;
  if (!rules.every(names)) return "ui.wizard.missing.rule_to";
  return null;
}
