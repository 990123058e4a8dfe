import { Button } from "antd";
import { useEffect, useRef } from "react";

/** Asks for more when it comes into sight, or when it is pressed. */
export function More(props: {
  word: string;
  loading: boolean;
  /** Changes with every page; while it stays, sight asks only once. */
  turn: string | number;
  auto?: boolean;
  onMore: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const act = useRef(props.onMore);
  act.current = props.onMore;
  const { auto = true, loading, turn } = props;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is another turn
  useEffect(() => {
    if (!place.current || !auto || loading) return;
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && act.current());
    watch.observe(place.current);
    return () => watch.disconnect();
  }, [auto, loading, turn]);
  return (
    <div ref={place} className="more">
      <Button type="link" size="small" loading={loading} onClick={props.onMore}>
        {props.word}
      </Button>
    </div>
  );
}
