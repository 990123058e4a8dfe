import type { Customer } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { Mark } from "../elements/StateMark";

export type Standing = Customer["state"];
export const STANDINGS: Standing[] = ["served", "in_transfer", "waiting", "lost"];

const COLOURS: Record<Standing, string | undefined> = {
  served: STATE_COLOURS.taken_over,
  in_transfer: STATE_COLOURS.waiting,
  waiting: STATE_COLOURS.planned,
  lost: STATE_COLOURS.refused,
};

/** Where a customer stands, in a word. */
export function StandingMark(props: { state: Standing }) {
  const { t } = useText();
  return <Mark colour={COLOURS[props.state]} word={t(`ui.standing.${props.state}`)} />;
}
