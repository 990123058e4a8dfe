import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { contactWays } from "../../api/calls";
import { useText } from "../../app/appearance";
import { useMay } from "../../session/session";

/** What the start of a handover does to contact ways, in one line. */
export function WaysLine(props: { leaver: string | undefined }) {
  const { t } = useText();
  const maySee = useMay("contact_way.view");
  const leaver = props.leaver ?? "";
  const asked = useQuery({
    queryKey: ["contact-ways", "leaver", leaver],
    queryFn: () => contactWays.ofLeaver(leaver),
    enabled: maySee && leaver !== "",
  });
  if (!asked.data) return null;
  const count = asked.data.total;
  return (
    <Alert
      type="info"
      showIcon
      title={count > 0 ? t("ui.ways.check", { count }) : t("ui.ways.check.none")}
    />
  );
}
