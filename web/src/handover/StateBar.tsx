import { Tooltip } from "antd";
import type { Counts } from "../api/contract";
import { useText } from "../app/appearance";
import { STATE_COLOURS } from "../app/theme";
import { shares } from "./counts";

/** One bar by state. Its meaning is also a sentence. */
export function StateBar(props: { counts: Counts }) {
  const { find, number, t } = useText();
  const parts = shares(props.counts);
  const said = parts.map((part) => `${find(`state.${part.state}`)} ${number(part.count)}`);
  return (
    <div className="bar" role="img" aria-label={said.join(", ") || t("ui.bar.empty")}>
      {parts.map((part) => (
        <Tooltip key={part.state} title={`${find(`state.${part.state}`)} ${number(part.count)}`}>
          <span style={{ flexGrow: part.count, background: STATE_COLOURS[part.state] }} />
        </Tooltip>
      ))}
    </div>
  );
}
