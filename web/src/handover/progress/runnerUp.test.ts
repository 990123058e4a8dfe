import { expect, it } from "vitest";
import type { Row } from "../../api/contract";
import { byRunnerUp } from "./runnerUp";

const row = (row_no: number, successor: string | null, runner_up: string | null) => ({
  row_no,
  successor,
  reason: { runner_up } as Row["reason"],
});

it("rows go to their own runner-up, and never to who has just refused them", () => {
  const rows = [
    row(1, "amy", "bob"),
    row(2, "bob", "bob"),
    row(3, "amy", null),
    row(4, "cat", "bob"),
  ];
  expect([...byRunnerUp(rows)]).toEqual([["bob", [1, 4]]]);
});
