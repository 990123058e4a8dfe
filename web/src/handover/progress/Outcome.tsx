import { useMemo } from "react";
import type { Counts } from "../../api/contract";
import { useText } from "../../app/appearance";
import { STATE_COLOURS } from "../../app/theme";
import { Chart } from "../../elements/Chart";
import { submitted } from "../counts";

/** From what was planned to what arrived with all that is known about it. */
export function Outcome(props: { counts: Counts }) {
  const { t } = useText();
  const { counts } = props;
  const total = counts.total;
  const sent = submitted(counts);
  const { taken_over: taken, carried } = counts;
  const bars = useMemo(
    () => [
      { name: t("ui.outcome.planned"), value: total, colour: STATE_COLOURS.planned ?? "" },
      { name: t("ui.outcome.submitted"), value: sent, colour: STATE_COLOURS.waiting ?? "" },
      { name: t("ui.outcome.taken"), value: taken, colour: STATE_COLOURS.taken_over ?? "" },
      { name: t("ui.outcome.carried"), value: carried, colour: "#1b6f7d" },
    ],
    [t, total, sent, taken, carried],
  );
  return (
    <Chart
      kind="bars"
      title={t("ui.outcome.title")}
      told={t("ui.outcome.told")}
      bars={bars}
      height={220}
    />
  );
}
