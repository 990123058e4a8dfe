import { expect, test } from "vitest";
import { beijingDay } from "./days";

test("a day begins in Beijing at four in the afternoon UTC", () => {
  const four = Date.UTC(2026, 0, 30, 16) / 1000;
  expect(beijingDay(four)).toBe("2026-01-31");
  expect(beijingDay(four - 1)).toBe("2026-01-30");
  expect(beijingDay(four, 1)).toBe("2026-02-01");
});
