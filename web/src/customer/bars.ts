/** Where relations lie on a lane that reaches from the first of them until now. */

export interface Bar {
  /** Per cent of the lane. */
  start: number;
  width: number;
}

/** Short ones stay visible. */
const THINNEST = 0.8;

export function placed(
  spans: readonly { added_at: number; ended_at: number | null }[],
  now: number,
): Bar[] {
  const first = Math.min(now, ...spans.map((span) => span.added_at));
  const whole = Math.max(1, now - first);
  return spans.map((span) => {
    const from = Math.min(span.added_at, now);
    const to = Math.min(span.ended_at ?? now, now);
    const width = Math.max(THINNEST, (100 * Math.max(0, to - from)) / whole);
    const start = Math.min((100 * (from - first)) / whole, 100 - width);
    return { start, width };
  });
}
