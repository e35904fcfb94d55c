/** What a rhythm strip shows. Days are 'YYYY-MM-DD', amounts minor units. */
export type Rhythm = {
  /** The data's own day: the right edge. */
  asOf: string;
  purchases: readonly { day: string; amount: number }[];
  /** When the next purchase was or is expected. */
  expected?: { from: string; to: string } | null;
  /** `name` is the promotion's id on the calendar. */
  promotions?: readonly { from: string; to: string; name: string }[];
};

export type Box = { x: number; width: number };
export type RhythmShape = {
  ticks: { x: number; height: number; day: string; amount: number }[];
  expected: Box | null;
  /** From the end of the expected window to today: silent for longer than usual. */
  overdue: Box | null;
  promotions: (Box & { name: string })[];
  years: { x: number; year: string }[];
  quarters: number[];
};

const MONTHS = 24;
const dayMs = 86_400_000;
const numberOf = (day: string): number => Date.parse(`${day.slice(0, 10)}T00:00:00Z`) / dayMs;

/** First day shown: the first of the month 23 months before the last one. */
const startOf = (asOf: string): number => {
  const [year = 1970, month = 1] = asOf.split('-').map(Number);
  return Date.UTC(year, month - MONTHS, 1) / dayMs;
};

/** Room kept on the right for an expected window that still lies ahead, as a share of the width. */
const AHEAD = 0.08;

/** Where everything stands on a strip of some width: the last 24 months, tick height by the root of the amount. */
export function shapeOf({ asOf, purchases, expected, promotions = [] }: Rhythm, { width, height }: { width: number; height: number }): RhythmShape {
  const from = startOf(asOf);
  const today = numberOf(asOf);
  const inner = width * (1 - AHEAD);
  const xOf = (day: number): number => Math.min(width, Math.max(0, ((day - from) / Math.max(1, today - from)) * inner));
  const box = (a: number, b: number): Box | null => (b < from || a > b ? null : { x: xOf(a), width: Math.max(1.5, xOf(b + 1) - xOf(a)) });
  const shown = purchases.filter(({ day }) => numberOf(day) >= from && numberOf(day) <= today);
  const largest = Math.max(1, ...shown.map(({ amount }) => amount));
  const tallest = height - 2;
  const window = expected ? box(numberOf(expected.from), numberOf(expected.to)) : null;
  const late = expected ? numberOf(expected.to) + 1 : Infinity;
  const firstYear = new Date(from * dayMs).getUTCFullYear();
  const starts = [firstYear + 1, firstYear + 2].map((year) => ({ year: String(year), at: Date.UTC(year, 0, 1) / dayMs })).filter(({ at }) => at <= today);
  const quarters = Array.from({ length: 8 }, (_, index) => {
    const at = new Date(from * dayMs);
    return Date.UTC(at.getUTCFullYear(), (Math.floor(at.getUTCMonth() / 3) + 1 + index) * 3, 1) / dayMs;
  }).filter((at) => at <= today);
  return {
    ticks: shown.map(({ day, amount }) => ({ x: xOf(numberOf(day)), height: Math.max(3, Math.sqrt(Math.max(0, amount) / largest) * tallest), day, amount })),
    expected: window,
    overdue: late <= today ? { x: xOf(Math.max(late, from)), width: Math.max(1.5, xOf(today) - xOf(Math.max(late, from))) } : null,
    promotions: promotions.flatMap(({ from: a, to: b, name }) => {
      const at = numberOf(a) <= today ? box(numberOf(a), Math.min(today, numberOf(b))) : null;
      return at ? [{ ...at, name }] : [];
    }),
    years: starts.map(({ year, at }) => ({ year, x: xOf(at) })),
    quarters: quarters.map(xOf),
  };
}
