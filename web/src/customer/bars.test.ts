import { describe, expect, test } from "vitest";
import { placed } from "./bars";

describe("relations on a lane", () => {
  test("reach from the first until now", () => {
    const bars = placed(
      [
        { added_at: 0, ended_at: 50 },
        { added_at: 50, ended_at: null },
      ],
      100,
    );
    expect(bars).toEqual([
      { start: 0, width: 50 },
      { start: 50, width: 50 },
    ]);
  });

  test("never leave it and are never invisible", () => {
    const bars = placed(
      [
        { added_at: 100, ended_at: 100 },
        { added_at: 500, ended_at: null },
        { added_at: 100, ended_at: 9000 },
      ],
      100,
    );
    for (const bar of bars) {
      expect(bar.width).toBeGreaterThan(0);
      expect(bar.start).toBeGreaterThanOrEqual(0);
      expect(bar.start + bar.width).toBeLessThanOrEqual(100);
    }
  });
});
