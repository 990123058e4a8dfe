/** A chart with its definition in a line. The drawing library comes when the first is shown. */

import { Skeleton } from "antd";
import { useEffect, useRef, useState } from "react";
import { useAppearance } from "../app/appearance";
import { Nothing } from "./Problems";

export interface Bar {
  name: string;
  value: number;
  colour?: string;
}

interface Props {
  title: string;
  /** What is counted, in one sentence. */
  told: string;
  bars: Bar[];
  kind: "bars" | "columns";
  height?: number;
  onPick?: (bar: Bar) => void;
}

export function Chart(props: Props) {
  const { text } = useAppearance();
  const listed = props.bars.map((bar) => `${bar.name} ${text.number(bar.value)}`).join(", ");
  return (
    <section className="card">
      <h2>{props.title}</h2>
      {props.bars.length === 0 ? (
        <Nothing told={text.t("ui.chart.empty")} />
      ) : (
        <div role="img" aria-label={`${props.title}: ${listed}`}>
          <Drawing {...props} />
        </div>
      )}
      <p className="soft small" style={{ margin: "6px 0 0" }}>
        {props.told}
      </p>
    </section>
  );
}

function Drawing(props: Props) {
  const { dark, text } = useAppearance();
  const place = useRef<HTMLDivElement>(null);
  const [ready, setReady] = useState(false);
  const { bars, kind, onPick, title } = props;
  const height = props.height ?? (kind === "bars" ? Math.max(120, bars.length * 28 + 20) : 200);
  useEffect(() => {
    let gone = false;
    let dispose = () => {};
    void import("./drawing").then(({ draw }) => {
      if (gone || !place.current) return;
      dispose = draw(place.current, { bars, kind, dark, title, format: text.number, onPick });
      setReady(true);
    });
    return () => {
      gone = true;
      dispose();
    };
  }, [bars, kind, dark, title, text, onPick]);
  return (
    <div style={{ position: "relative" }}>
      {!ready && <Skeleton.Node active style={{ width: "100%", height }} />}
      <div ref={place} style={{ height, ...(ready ? {} : { position: "absolute", inset: 0 }) }} />
    </div>
  );
}
