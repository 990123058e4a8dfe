import { Tooltip } from "antd";
import { useSyncExternalStore } from "react";
import { useText } from "../app/appearance";
import { shownNow, watchNow } from "../session/clock";

/** A time as people say it, with the exact one on hover and for screen readers. */
export function Moment(props: {
  at: number | null | undefined;
  exact?: boolean;
  /** It is still to come. What has happened is never said to lie ahead. */
  planned?: boolean;
}) {
  const text = useText();
  const now = useNow();
  if (!props.at) return <span className="soft">–</span>;
  const exact = text.exact(props.at);
  const told = props.planned
    ? text.ago(Math.max(props.at, now + 1), now)
    : text.ago(Math.min(props.at, now), now);
  return (
    <Tooltip title={props.exact ? undefined : exact}>
      <time dateTime={new Date(props.at * 1000).toISOString()}>{props.exact ? exact : told}</time>
    </Tooltip>
  );
}

/** The server's time, renewed every half minute and whenever its clock jumps. */
export function useNow(): number {
  return useSyncExternalStore(watchNow, shownNow);
}
