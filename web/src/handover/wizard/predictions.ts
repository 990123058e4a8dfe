import { STATE_COLOURS } from "../../app/theme";

const NOTED = new Set(["already_contact", "later_day", "customer_deleted_leaver"]);

/** Green goes, amber goes with a remark, red stays where it is. */
export function toneOf(prediction: string): string | undefined {
  if (prediction === "fine") return STATE_COLOURS.taken_over;
  return NOTED.has(prediction) ? STATE_COLOURS.postponed : STATE_COLOURS.refused;
}

export function cannotMove(prediction: string): boolean {
  return prediction !== "fine" && !NOTED.has(prediction);
}
