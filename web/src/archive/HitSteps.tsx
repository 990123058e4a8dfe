/** From hit to hit of what was looked for in a conversation. */

import { CloseOutlined, DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useText } from "../app/appearance";
import type { useHits } from "./hits";
import { ReasonOrProblem } from "./Reason";

export function HitSteps(props: {
  of: ReturnType<typeof useHits>;
  words: string;
  /** 1 to an older one, -1 to a newer one. */
  onStep: (by: 1 | -1) => void;
  onClose: () => void;
}) {
  const { t } = useText();
  const { found, hits, index } = props.of;
  const retry = () => void (found.data ? found.fetchNextPage() : found.refetch());
  const count = `${hits.length}${found.hasNextPage ? "+" : ""}`;
  const step = (by: 1 | -1, word: string, icon: React.ReactNode, isThere: boolean) => (
    <Button
      type="text"
      icon={icon}
      title={word}
      aria-label={word}
      aria-keyshortcuts={by === 1 ? "n" : "p"}
      disabled={!isThere}
      onClick={() => props.onStep(by)}
    />
  );
  return (
    <div className="hit-steps">
      <span className="grow soft small ellipsis">{props.words}</span>
      {found.error && !found.isFetching && (
        <ReasonOrProblem small patient error={found.error} retry={retry} />
      )}
      {step(
        1,
        t("ui.archive.hit.older"),
        <UpOutlined />,
        index + 1 < hits.length || found.hasNextPage,
      )}
      <span className="number" role="status" aria-label={t("ui.archive.hits")}>
        {found.data ? `${index < 0 ? "–" : index + 1} / ${count}` : "…"}
      </span>
      {step(-1, t("ui.archive.hit.newer"), <DownOutlined />, index > 0)}
      <Button
        type="text"
        icon={<CloseOutlined />}
        title={t("ui.archive.hit.clear")}
        aria-label={t("ui.archive.hit.clear")}
        onClick={props.onClose}
      />
    </div>
  );
}
