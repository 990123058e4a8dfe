import { Button } from "antd";
import { useEffect, useRef } from "react";
import { ReasonOrProblem } from "./Reason";

/** Asks for more when it comes into sight, or when it is pressed. */
export function More(props: {
  word: string;
  loading: boolean;
  /** Changes with every page; while it stays, sight asks only once. */
  turn: string | number;
  auto?: boolean;
  /** Why the last page did not come: it is told, and sight asks no more until somebody does. */
  error?: unknown;
  onMore: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const act = useRef(props.onMore);
  act.current = props.onMore;
  const asked = useRef<string | number | undefined>(undefined);
  const { auto = true, error, loading, turn } = props;
  useEffect(() => {
    if (!place.current || !auto || loading || error) return;
    const watch = new IntersectionObserver((entries) => {
      // What happened since the last time, oldest first.
      if (!entries.at(-1)?.isIntersecting) asked.current = undefined;
      else if (asked.current !== turn) {
        asked.current = turn;
        act.current();
      }
    });
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [auto, error, loading, turn]);
  return (
    <div ref={place} className="more">
      {error && !loading ? (
        <ReasonOrProblem small error={error} retry={props.onMore} />
      ) : (
        <Button type="link" size="small" loading={loading} onClick={props.onMore}>
          {props.word}
        </Button>
      )}
    </div>
  );
}
