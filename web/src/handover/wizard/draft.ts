/**
 * What the wizard knows so far. It lives in the session storage, so a reload
 * loses nothing; the step and the leaver are in the address.
 */

import type { Assignment, Condition, Handover, HandoverRequest, Kind } from "../../api/contract";
import type { Key } from "../../app/text";

export interface DraftRule {
  /** Only to tell rules apart on the page. */
  key: string;
  name: string;
  when: Condition;
  to: string[];
}

export interface Draft {
  leaver: string;
  leaverName: string;
  kind: Kind;
  withCustomers: boolean;
  filter: Condition;
  groups: "none" | "all" | "some";
  chosenGroups: string[];
  mode: "one" | "evenly" | "rules";
  one: string;
  evenly: string[];
  rules: DraftRule[];
  otherwise: string[];
  groupsTo: string[];
  scope: "none" | "days" | "all";
  scopeDays: number;
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
    groupsTo: [],
    scope: "none",
    scopeDays: 30,
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

/** A condition without its empty parts. */
export function trimmed(condition: Condition): Condition {
  const kept = Object.entries(condition).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined,
  );
  return Object.fromEntries(kept) as Condition;
}

function assignmentOf(draft: Draft): Assignment {
  // With groups only, their successors stand for the customers' too.
  if (!draft.withCustomers) return { mode: "evenly", to: draft.groupsTo };
  if (draft.mode === "one") return { mode: "one", to: draft.one };
  if (draft.mode === "evenly") return { mode: "evenly", to: draft.evenly };
  return {
    mode: "rules",
    rules: draft.rules.map((rule) => ({
      name: rule.name.trim(),
      when: trimmed(rule.when),
      to: rule.to,
    })),
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
    record_scope:
      draft.scope === "days" ? { mode: "days", days: draft.scopeDays } : { mode: draft.scope },
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
    note: request.note ?? "",
    message: request.message ?? "",
    mode: request.assignment.mode,
  };
  if (request.record_scope?.mode === "days") draft.scopeDays = request.record_scope.days;
  const { assignment } = request;
  if (assignment.mode === "one") draft.one = assignment.to;
  if (assignment.mode === "evenly") draft.evenly = assignment.to;
  if (assignment.mode === "rules") {
    draft.rules = assignment.rules.map((rule, index) => ({ ...rule, key: `stored-${index}` }));
    draft.otherwise = assignment.otherwise ?? [];
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
  if (draft.mode === "evenly") return draft.evenly.length ? null : "ui.wizard.missing.successor";
  if (draft.rules.length === 0) return "ui.wizard.missing.rules";
  if (draft.rules.some((rule) => !rule.name.trim())) return "ui.wizard.missing.rule_name";
  if (draft.rules.some((rule) => rule.to.length === 0)) return "ui.wizard.missing.rule_to";
  return null;
}

/** The first step that is not complete: nobody gets past it by its address. */
export function furthest(draft: Draft): number {
  const stop = STEPS.findIndex((step) => missing(draft, step) !== null);
  return stop === -1 ? STEPS.length - 1 : stop;
}

/** Everybody who would receive something, once. */
export function successorsOf(draft: Draft): string[] {
  const assignment = assignmentOf(draft);
  const all =
    assignment.mode === "rules"
      ? [...assignment.rules.flatMap((rule) => rule.to), ...(assignment.otherwise ?? [])]
      : [assignment.to].flat();
  const groups = draft.groups === "none" ? [] : draft.groupsTo;
  return [...new Set([...all, ...groups])].filter(Boolean);
}
