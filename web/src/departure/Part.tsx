import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";

const TONES = {
  good: STATE_COLOURS.taken_over,
  fair: STATE_COLOURS.postponed,
  bad: STATE_COLOURS.refused,
};

/** A number with a bar for its share of a whole. The number alone says it all. */
export function Part(props: { value: number; of: number; tone: keyof typeof TONES }) {
  const { number } = useText();
  const share = props.of > 0 ? Math.min(1, props.value / props.of) : 0;
  return (
    <span style={{ display: "flex", alignItems: "center", gap: 8 }}>
      <span className="number" style={{ width: 48, flex: "none" }}>
        {number(props.value)}
      </span>
      <span aria-hidden className="bar" style={{ flex: 1, minWidth: 40 }}>
        {share > 0 && <span style={{ flexGrow: share, background: TONES[props.tone] }} />}
        {share < 1 && <span style={{ flexGrow: 1 - share }} />}
      </span>
    </span>
  );
}
