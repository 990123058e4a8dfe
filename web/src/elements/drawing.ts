/** Everything that needs ECharts. Loaded on demand; keep other imports out. */

import { BarChart } from "echarts/charts";
import { GridComponent, TooltipComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Bar } from "./Chart";

use([BarChart, GridComponent, TooltipComponent, SVGRenderer]);

interface Wanted {
  bars: Bar[];
  kind: "bars" | "columns";
  dark: boolean;
  title: string;
  format: (value: number) => string;
  onPick?: ((bar: Bar) => void) | undefined;
}

/** Draws into `place` and follows its size; returns how to take it away. */
export function draw(place: HTMLDivElement, wanted: Wanted): () => void {
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption(axes(wanted));
  chart.on("click", (event) => {
    const bar = wanted.bars.find((one) => one.name === event.name);
    if (bar) wanted.onPick?.(bar);
  });
  const size = new ResizeObserver(() => chart.resize());
  size.observe(place);
  return () => {
    size.disconnect();
    chart.dispose();
  };
}

function ink(dark: boolean) {
  return {
    text: dark ? "rgba(255,255,255,0.8)" : "rgba(16,32,34,0.8)",
    line: dark ? "rgba(255,255,255,0.16)" : "rgba(16,32,34,0.12)",
    fill: dark ? "#3d9dac" : "#2a8492",
    ground: dark ? "#171f20" : "#ffffff",
  };
}

function tooltip(dark: boolean) {
  const { text, ground, line } = ink(dark);
  return { backgroundColor: ground, borderColor: line, textStyle: { color: text } };
}

function axes({ bars, kind, dark, title, format }: Wanted): EChartsCoreOption {
  const { text, line, fill } = ink(dark);
  const lying = kind === "bars";
  const names = {
    type: "category",
    data: bars.map((bar) => bar.name),
    inverse: lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: line } },
    axisLabel: { color: text, ...(lying ? { width: 150, overflow: "truncate" } : {}) },
  };
  const values = {
    type: "value",
    minInterval: 1,
    splitLine: { lineStyle: { color: line } },
    axisLabel: { color: text, show: !lying, formatter: format },
    ...(lying ? { splitLine: { show: false } } : {}),
  };
  return {
    animationDuration: 200,
    grid: { left: 4, right: lying ? 52 : 8, top: 8, bottom: 4, containLabel: true },
    tooltip: { trigger: "item", valueFormatter: format, ...tooltip(dark) },
    xAxis: lying ? values : names,
    yAxis: lying ? names : values,
    series: [
      {
        type: "bar",
        name: title,
        barMaxWidth: lying ? 14 : 28,
        data: bars.map((bar) => ({
          value: bar.value,
          itemStyle: { color: bar.colour ?? fill, borderRadius: 3 },
        })),
        label: {
          show: lying,
          position: "right",
          color: text,
          formatter: ({ value }: { value: number }) => format(value),
        },
      },
    ],
  };
}
