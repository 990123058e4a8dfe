import type { Row } from "../../api/contract";

/** Rows by the member the plan had as the next best, where that is not who just had them. */
export function byRunnerUp(
  rows: readonly Pick<Row, "row_no" | "successor" | "reason">[],
): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const { reason, row_no, successor } of rows) {
    const next = reason.runner_up;
    if (next && next !== successor) found.set(next, [...(found.get(next) ?? []), row_no]);
  }
  return found;
}
