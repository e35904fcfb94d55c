const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const QUARTER_MS = 900_000;
const KEPT_MAX = 50_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone) ?? new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  formats.set(zone, known);
  return known;
}

/** Whether this machine knows an IANA zone. */
export function isZone(zone: string): boolean {
  try {
    return zone !== '' && formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

function readOffset(zone: string, ms: number): number {
  const part: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) part[type] = Number(value);
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - Math.floor(ms / 1_000) * 1_000;
}

/** How far a zone's clocks are ahead of UTC at an instant, in ms. Zones change at whole quarters of an hour. */
export function offsetOf(zone: string, ms: number): number {
  const known = offsets.get(zone) ?? new Map<number, number>();
  offsets.set(zone, known);
  const quarter = Math.floor(ms / QUARTER_MS), before = known.get(quarter);
  if (before !== undefined) return before;
  if (known.size >= KEPT_MAX) known.clear();
  const offset = readOffset(zone, quarter * QUARTER_MS);
  known.set(quarter, offset);
  return offset;
}

/** What a zone's clock shows: days since 1970-01-01 and minutes since midnight (with fractions). */
export type Local = { day: number; minute: number };
export function localOf(zone: string, ms: number): Local {
  const wall = ms + offsetOf(zone, ms), day = Math.floor(wall / DAY_MS);
  return { day, minute: (wall - day * DAY_MS) / MINUTE_MS };
}

/**
 * The first instant at which a zone's clock shows a time of a day: the earlier of two where clocks are set back; where they are set forward over
 * it, the instant that would have been it.
 */
export function instantOf(zone: string, { day, minute }: Local): number {
  const wall = day * DAY_MS + minute * MINUTE_MS;
  const [before, after] = [offsetOf(zone, wall - DAY_MS), offsetOf(zone, wall + DAY_MS)];
  const fits = [wall - before, wall - after].filter((ms) => ms + offsetOf(zone, ms) === wall);
  return fits.length > 0 ? Math.min(...fits) : Math.max(wall - before, wall - after);
}

export const PERIODS = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

const MINUTES = { minute: 1, hour: 60 } as const;
/** 1970-01-05 was a Monday. */
const FIRST_MONDAY = 4;
const monthStart = (day: number, ahead: number): number => {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1) / DAY_MS;
};

function dayOfPeriod(per: 'day' | 'week' | 'month', day: number, ahead: number): number {
  if (per === 'day') return day + ahead;
  if (per === 'week') return day - ((((day - FIRST_MONDAY) % 7) + 7) % 7) + ahead * 7;
  return monthStart(day, ahead);
}

/** When the calendar's minute, hour, day, week (from Monday) or month that holds an instant began in a zone (`ahead` 0), or the next one begins (`ahead` 1). */
export function periodStart(zone: string, per: Period, ms: number, ahead: 0 | 1 = 0): number {
  if (per === 'minute' || per === 'hour') {
    const length = MINUTES[per] * MINUTE_MS, offset = offsetOf(zone, ms);
    return Math.floor((ms + offset) / length) * length - offset + ahead * length;
  }
  return instantOf(zone, { day: dayOfPeriod(per, localOf(zone, ms).day, ahead), minute: 0 });
}

/** How many days the month of a day has. */
export const daysInMonth = (day: number): number => monthStart(day, 1) - monthStart(day, 0);
