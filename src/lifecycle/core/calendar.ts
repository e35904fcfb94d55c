/** A dated window of the promotion calendar, both days included; days as numbers since 1970-01-01. */
export type CalendarWindow = { id: string; kind: 'promo' | 'festival'; from: number; to: number };

/** Promotion windows sorted, overlaps joined: the days on which the idle clock stands still. */
export type HeldDays = readonly { from: number; to: number }[];

export function heldDaysOf(windows: readonly CalendarWindow[]): HeldDays {
  const sorted = windows.filter((w) => w.kind === 'promo').map(({ from, to }) => ({ from, to })).sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const window of sorted) {
    const last = joined.at(-1);
    if (last && window.from <= last.to + 1) last.to = Math.max(last.to, window.to);
    else joined.push(window);
  }
  return joined;
}

/** Days of silence from `last` to `day` that count: days inside a promotion window do not. */
export function idleDays(held: HeldDays, last: number, day: number): number {
  let idle = day - last;
  for (const { from, to } of held) {
    if (from > day) break;
    if (to > last) idle -= Math.min(to, day) - Math.max(from, last + 1) + 1;
  }
  return idle;
}

/** The first day on which `idleDays(held, last, day)` reaches `idle` (≥ 1). */
export function dayIdleReaches(held: HeldDays, last: number, idle: number): number {
  let day = last + idle;
  for (const { from, to } of held) {
    if (from > day) break;
    if (to > last) day += to - Math.max(from, last + 1) + 1;
  }
  return day;
}

/** The festival window a day falls in; '' when in none. */
export const festivalOn = (windows: readonly CalendarWindow[], day: number): string =>
  windows.find((w) => w.kind === 'festival' && w.from <= day && day <= w.to)?.id ?? '';
