import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";

const HANDOVER_COLOURS: Record<string, string> = {
  draft: "planned",
  running: "waiting",
  cancelling: "postponed",
  finished: "taken_over",
  cancelled: "cancelled",
};

/** A coloured dot and a word; the word alone tells the state. */
export function StateMark(props: { state: string; of?: "row" | "handover" | "carry" | "job" }) {
  const { find } = useText();
  const kind = props.of ?? "row";
  const key = kind === "row" ? `state.${props.state}` : `${kind}.state.${props.state}`;
  return <Mark colour={colourOf(kind, props.state)} word={find(key) ?? props.state} />;
}

function colourOf(kind: string, state: string): string | undefined {
  if (kind === "handover") return STATE_COLOURS[HANDOVER_COLOURS[state] ?? "planned"];
  if (kind === "row") return STATE_COLOURS[state];
  return TONES[state];
}

const TONES: Record<string, string | undefined> = {
  done: STATE_COLOURS.taken_over,
  ok: STATE_COLOURS.taken_over,
  pending: STATE_COLOURS.waiting,
  running: STATE_COLOURS.waiting,
  queued: STATE_COLOURS.planned,
  partial: STATE_COLOURS.postponed,
  warning: STATE_COLOURS.postponed,
  failed: STATE_COLOURS.refused,
  none: STATE_COLOURS.cancelled,
  skipped: STATE_COLOURS.cancelled,
};

export function Mark(props: { colour: string | undefined; word: string }) {
  return (
    <span className="state">
      <i aria-hidden style={{ background: props.colour ?? STATE_COLOURS.planned }} />
      {props.word}
    </span>
  );
}
