/** What the counts of a handover say, in the order people ask. */

import type { Counts } from "../api/contract";

/** Left to right in every bar: what is done, what moves, what waits, what went wrong. */
export const ROW_STATES = [
  "taken_over",
  "waiting",
  "intended",
  "unsure",
  "postponed",
  "awaiting_approval",
  "planned",
  "refused",
  "full",
  "no_relation",
  "failed",
  "blocked",
  "unassigned",
  "cancelled",
] as const;

export type RowState = (typeof ROW_STATES)[number];

export interface Share {
  state: RowState;
  count: number;
}

export function shares(counts: Counts): Share[] {
  return ROW_STATES.map((state) => ({ state, count: counts[state] ?? 0 })).filter(
    (share) => share.count > 0,
  );
}

/** Rows that left the server for WeCom, however they ended. */
export function submitted(counts: Counts): number {
  const { waiting, taken_over, refused, full, no_relation, failed, unsure } = counts;
  return waiting + taken_over + refused + full + no_relation + failed + unsure;
}

/** Rows whose outcome is final. One that no rule took never began. */
export function ended(counts: Counts): number {
  const { taken_over, refused, full, no_relation, failed, blocked, cancelled } = counts;
  return taken_over + refused + full + no_relation + failed + blocked + cancelled;
}

/** Rows that go to somebody, or were to. */
export function begun(counts: Counts): number {
  return counts.total - counts.unassigned;
}

/** Ended rows that a person may give to somebody else. */
export function toDecide(counts: Counts): number {
  return counts.refused + counts.full + counts.failed + counts.no_relation;
}
