import { Tooltip } from "antd";
import { useEffect, useState } from "react";
import { useText } from "../app/appearance";
import { serverNow } from "../session/clock";

/** A time as people say it, with the exact one on hover and for screen readers. */
export function Moment(props: { at: number | null | undefined; exact?: boolean }) {
  const text = useText();
  const now = useNow();
  if (!props.at) return <span className="soft">–</span>;
  const exact = text.exact(props.at);
  return (
    <Tooltip title={props.exact ? undefined : exact}>
      <time dateTime={new Date(props.at * 1000).toISOString()}>
        {props.exact ? exact : text.ago(props.at, now)}
      </time>
    </Tooltip>
  );
}

/** The server's time, renewed every half minute. */
export function useNow(): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
