import { Link } from "@tanstack/react-router";
import type { HandoverSummary } from "../api/contract";
import { useText } from "../app/appearance";
import { Moment } from "../elements/Moment";
import { StateMark } from "../elements/StateMark";
import { begun, ended } from "./counts";
import { StateBar } from "./StateBar";

/** One handover in a line and its bar. */
export function HandoverLine(props: { handover: HandoverSummary }) {
  const { t, number } = useText();
  const { handover } = props;
  return (
    <div>
      <div className="row spread" style={{ marginBottom: 4 }}>
        <Link to="/handovers/$id" params={{ id: handover.id }} search={{}}>
          {t("ui.handover.of", { leaver: handover.leaver_name || handover.leaver })}
        </Link>
        <span className="row small">
          <StateMark of="handover" state={handover.state} />
          <span className="soft">
            {t("ui.handover.ended_of", {
              done: ended(handover.counts),
              total: begun(handover.counts),
            })}
          </span>
        </span>
      </div>
      <StateBar counts={handover.counts} />
      <div className="row spread small soft" style={{ marginTop: 4 }}>
        <span className="ellipsis">
          {t("ui.handover.to", {
            count: number(handover.successors.length),
            names: handover.successors
              .slice(0, 4)
              .map((one) => one.name || one.userid)
              .join(t("ui.comma")),
          })}
        </span>
        <Moment at={handover.started_at ?? handover.created_at} />
      </div>
    </div>
  );
}
