import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Alert } from "antd";
import { contactWays } from "../../api/calls";
import type { Handover } from "../../api/contract";
import { useText } from "../../app/appearance";
import { useMay } from "../../session/session";

const OPEN = ["planned", "intended", "unsure"];
const NEED = ["failed", "nobody", "by_hand"];

/** What a handover did to contact ways, in one line. */
export function WaysResult(props: { handover: Handover }) {
  const { t } = useText();
  const maySee = useMay("contact_way.view");
  const { id, leaver } = props.handover;
  const asked = useQuery({
    queryKey: ["contact-ways", "handover", id],
    queryFn: () => contactWays.ofHandover(id),
    enabled: maySee,
    refetchInterval: (query) =>
      OPEN.some((state) => (query.state.data?.counts[state] ?? 0) > 0) ? 3_000 : false,
  });
  const counts = asked.data?.counts ?? {};
  const sum = (states: string[]) => states.reduce((all, state) => all + (counts[state] ?? 0), 0);
  const all = sum(Object.keys(counts));
  if (all === 0) return null;
  const [open, need] = [sum(OPEN), sum(NEED)];
  const parts = [
    t("ui.ways.progress", { done: all - open - need }),
    open > 0 && t("ui.ways.progress.open", { count: open }),
    need > 0 && t("ui.ways.progress.failed", { count: need }),
  ];
  return (
    <Alert
      type={need > 0 ? "warning" : "info"}
      showIcon
      title={parts.filter(Boolean).join(" · ")}
      action={
        <Link to="/leavers/$userid" params={{ userid: leaver }} search={{ tab: "contact_ways" }}>
          {t("ui.ways.progress.go")}
        </Link>
      }
    />
  );
}
