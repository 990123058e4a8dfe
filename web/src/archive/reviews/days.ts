/** The civil day in Beijing at a moment (Unix seconds), `days` later: `2026-01-31`. */
export function beijingDay(at: number, days = 0): string {
  return new Date((at + 28_800 + days * 86_400) * 1000).toISOString().slice(0, 10);
}
