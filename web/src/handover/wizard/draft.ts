/**
 * What the wizard knows so far. It lives in the session storage, so a reload
 * loses nothing; the step and the leaver are in the address.
 */

import type { Assignment, Condition, Handover, HandoverRequest, Kind } from "../../api/contract";
import type { Key } from "../../app/text";
import { type DraftRule, draftRuleOf, lackingOf, namedBy, ruleOf, trimmed } from "../rules/rules";

export interface Draft {
  leaver: string;
  leaverName: string;
  kind: Kind;
  withCustomers: boolean;
  filter: Condition;
  groups: "none" | "all" | "some";
  chosenGroups: string[];
  mode: "one" | "evenly" | "best" | "rules" | "rule_set";
  one: string;
  /** Several, evenly or by who fits best. */
  evenly: string[];
  rules: DraftRule[];
  otherwise: string[];
  /** A saved rule set, by id. */
  ruleSet: string;
  /** Most customers each successor gets. */
  cap: number | null;
  groupsTo: string[];
  scope: "none" | "days" | "all";
  scopeDays: number;
  /** Types of messages the record is for; all when empty. */
  scopeKinds: string[];
  note: string;
  message: string;
  /** Names of people met on the way, by userid. */
  names: Record<string, string>;
}

export function emptyDraft(): Draft {
  return {
    leaver: "",
    leaverName: "",
    kind: "resigned",
    withCustomers: true,
    filter: {},
    groups: "all",
    chosenGroups: [],
    mode: "one",
    one: "",
    evenly: [],
    rules: [],
    otherwise: [],
    ruleSet: "",
    cap: null,
    groupsTo: [],
    scope: "none",
    scopeDays: 30,
    scopeKinds: [],
    note: "",
    message: "",
    names: {},
  };
}

const STORED_AS = "jiebang.handover.draft";

export function storedDraft(): Draft {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? "{}");
    return { ...emptyDraft(), ...(stored as Partial<Draft>) };
  } catch {
    return emptyDraft();
  }
}

export function storeDraft(draft: Draft): void {
  sessionStorage.setItem(STORED_AS, JSON.stringify(draft));
}

export function forgetDraft(): void {
  sessionStorage.removeItem(STORED_AS);
}

/** Name of the one rule that "who fits best" stands for. */
export const BEST = "affinity";

function assignmentOf(draft: Draft): Assignment {
  // With groups only, their successors stand for the customers' too.
  if (!draft.withCustomers) return { mode: "evenly", to: draft.groupsTo };
  if (draft.mode === "one") return { mode: "one", to: draft.one };
  if (draft.mode === "evenly") return { mode: "evenly", to: draft.evenly };
  if (draft.mode === "rule_set") return { mode: "rule_set", id: draft.ruleSet };
  if (draft.mode === "best") {
    const to = { kind: "members" as const, userids: draft.evenly };
    return { mode: "rules", rules: [{ name: BEST, when: {}, to, share: "affinity" }] };
  }
  return {
    mode: "rules",
    rules: draft.rules.map(ruleOf),
    otherwise: draft.otherwise.length > 0 ? draft.otherwise : null,
  };
}

/** The wish as the server wants to hear it. */
export function requestOf(draft: Draft): HandoverRequest {
  const groups =
    draft.groups === "none" ? null : draft.groups === "all" ? {} : { only: draft.chosenGroups };
  return {
    leaver: draft.leaver,
    kind: draft.kind,
    customers: draft.withCustomers ? { filter: trimmed(draft.filter) } : null,
    groups,
    assignment: assignmentOf(draft),
    groups_to: draft.groups === "none" ? [] : draft.groupsTo,
    ...(draft.cap ? { cap: draft.cap } : {}),
    record_scope:
      draft.scope === "days" ? { mode: "days", days: draft.scopeDays } : { mode: draft.scope },
    ...(draft.scope !== "none" && draft.scopeKinds.length > 0
      ? { record_kinds: draft.scopeKinds }
      : {}),
    note: draft.note.trim(),
    ...(draft.kind === "in_service" && draft.message.trim()
      ? { message: draft.message.trim() }
      : {}),
  };
}

/** A stored handover back into the wizard. */
export function draftOf(handover: Handover): Draft {
  const { request } = handover;
  const names: Record<string, string> = {};
  for (const one of handover.successors) names[one.userid] = one.name;
  const draft: Draft = {
    ...emptyDraft(),
    names,
    leaver: handover.leaver,
    leaverName: handover.leaver_name,
    kind: handover.kind,
    withCustomers: Boolean(request.customers),
    filter: request.customers?.filter ?? {},
    groups: request.groups ? (request.groups.only ? "some" : "all") : "none",
    chosenGroups: request.groups?.only ?? [],
    groupsTo: request.groups_to ?? [],
    scope: request.record_scope?.mode ?? "none",
    scopeKinds: request.record_kinds ?? [],
    note: request.note ?? "",
    message: request.message ?? "",
    mode: request.assignment.mode,
    cap: request.cap ?? null,
  };
  if (request.record_scope?.mode === "days") draft.scopeDays = request.record_scope.days;
  const { assignment } = request;
  if (assignment.mode === "one") draft.one = assignment.to;
  if (assignment.mode === "evenly") draft.evenly = assignment.to;
  if (assignment.mode === "rules") {
    draft.rules = assignment.rules.map(draftRuleOf);
    draft.otherwise = assignment.otherwise ?? [];
    const [only] = assignment.rules;
    if (assignment.rules.length === 1 && only?.name === BEST && only.to.kind === "members") {
      draft.mode = "best";
      draft.evenly = only.to.userids;
    }
  }
  return draft;
}

export const STEPS = ["leaver", "what", "successors", "check", "confirm"] as const;
export type StepName = (typeof STEPS)[number];

/** What still keeps a step from being left, as a sentence's key. */
export function missing(draft: Draft, step: StepName): Key | null {
  if (step === "leaver") return draft.leaver ? null : "ui.wizard.missing.leaver";
  if (step === "what") return missingSubjects(draft);
  if (step === "successors") return missingSuccessors(draft);
  return null;
}

function missingSubjects(draft: Draft): Key | null {
  if (!draft.withCustomers && draft.groups === "none") return "ui.wizard.missing.what";
  if (draft.groups === "some" && draft.chosenGroups.length === 0) return "ui.wizard.missing.groups";
  return null;
}

function missingSuccessors(draft: Draft): Key | null {
  if (!draft.withCustomers) return draft.groupsTo.length ? null : "ui.wizard.missing.successor";
  if (draft.mode === "one") return draft.one ? null : "ui.wizard.missing.successor";
  if (draft.mode === "rule_set") return draft.ruleSet ? null : "ui.wizard.missing.rule_set";
  if (draft.mode === "rules") return lackingOf(draft.rules);
  return draft.evenly.length ? null : "ui.wizard.missing.successor";
}

/** The first step that is not complete: nobody gets past it by its address. */
export function furthest(draft: Draft): number {
  const stop = STEPS.findIndex((step) => missing(draft, step) !== null);
  return stop === -1 ? STEPS.length - 1 : stop;
}

/** Everybody named who would receive something, once. */
export function successorsOf(draft: Draft): string[] {
  const groups = draft.groups === "none" ? [] : draft.groupsTo;
  return [...new Set([...namedIn(assignmentOf(draft)), ...groups])].filter(Boolean);
}

function namedIn(assignment: Assignment): string[] {
  if (assignment.mode === "rule_set") return [];
  if (assignment.mode !== "rules") return [assignment.to].flat();
  const rules = assignment.rules.flatMap((rule) => namedBy(rule.to));
  return [...rules, ...(assignment.otherwise ?? [])];
}
