import { expect, it } from "vitest";
import type { Counts } from "../api/contract";
import { begun, ended, ROW_STATES, shares, submitted, toDecide } from "./counts";

const NONE: Counts = {
  total: 0,
  customers: 0,
  groups: 0,
  planned: 0,
  awaiting_approval: 0,
  blocked: 0,
  unassigned: 0,
  intended: 0,
  unsure: 0,
  postponed: 0,
  waiting: 0,
  taken_over: 0,
  refused: 0,
  full: 0,
  no_relation: 0,
  failed: 0,
  cancelled: 0,
  carried: 0,
  carry_failed: 0,
  carry_pending: 0,
};

it("every row stands in exactly one part of the bar", () => {
  const counts = { ...NONE, total: 0 };
  for (const [index, state] of ROW_STATES.entries()) {
    counts[state] = index + 1;
    counts.total += index + 1;
  }
  const shown = shares(counts);
  expect(shown.reduce((sum, share) => sum + share.count, 0)).toBe(counts.total);
  expect(new Set(shown.map((share) => share.state)).size).toBe(ROW_STATES.length);
});

it("a state without rows takes no room", () => {
  expect(shares({ ...NONE, waiting: 3 })).toEqual([{ state: "waiting", count: 3 }]);
});

it("what was refused counts as submitted, ended and open to a decision", () => {
  const counts = { ...NONE, total: 9, refused: 2, taken_over: 3, unassigned: 4 };
  expect([submitted(counts), ended(counts), toDecide(counts)]).toEqual([5, 5, 2]);
  expect(begun(counts)).toBe(5);
});
