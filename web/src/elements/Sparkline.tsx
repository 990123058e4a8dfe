/** A trend without axes; its figures are told beside it, so it is decoration to a reader. */
export function Sparkline(props: { values: number[]; width?: number; height?: number }) {
  const { values, width = 96, height = 32 } = props;
  if (values.length < 2) return null;
  const most = Math.max(...values);
  const least = Math.min(...values);
  const span = most - least || 1;
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * (width - 4) + 2;
    const y = height - 3 - ((value - least) / span) * (height - 6);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} aria-hidden="true" style={{ flex: "none" }}>
      <title>trend</title>
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke="var(--brand)"
        strokeWidth="1.6"
        strokeLinejoin="round"
      />
    </svg>
  );
}
