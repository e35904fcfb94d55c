/** A calendar day, 'YYYY-MM-DD', in whatever zone the caller names. */
export type Day = string;

const MS_PER_DAY = 86_400_000;

/** Days since 1970-01-01; the cheap form for arithmetic on many days. */
export const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY;

/** Names of the days asked for so far, by number: there are few, and they are asked for by the million. */
const NAMED_MAX = 65_536;
const names = new Array<Day | undefined>(NAMED_MAX);

export function dayOfNumber(number: number): Day {
  const known = names[number];
  if (known !== undefined) return known;
  const day = new Date(number * MS_PER_DAY).toISOString().slice(0, 10);
  if (number >= 0 && number < NAMED_MAX) names[number] = day;
  return day;
}

export const addDays = (day: Day, days: number): Day => dayOfNumber(dayNumber(day) + days);

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from);

/** The month a day falls in, 'YYYY-MM'. */
export const monthOf = (day: Day): string => day.slice(0, 7);

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(zone, made);
  return made;
};

/** The calendar day of an instant in an IANA zone. */
export const dayIn = (zone: string, instant: Date): Day =>
  zone === 'UTC' ? instant.toISOString().slice(0, 10) : formatOf(zone).format(instant);

const QUARTER_MS = 900_000;
/** Since then every zone's clock differs from UTC by whole quarters of an hour, so that no day begins within one. */
const QUARTERS_SINCE_MS = Date.UTC(1972, 1, 1);
const QUARTERS_KEPT = 100_000;

/** The same for many instants of one zone, which lie close together: formatting one costs as much as reading its event. */
export function dayReader(zone: string): (ms: number) => Day {
  const known = new Map<number, Day>();
  return (ms) => {
    if (ms < QUARTERS_SINCE_MS) return dayIn(zone, new Date(ms));
    const quarter = Math.floor(ms / QUARTER_MS);
    const before = known.get(quarter);
    if (before !== undefined) return before;
    if (known.size >= QUARTERS_KEPT) known.clear();
    const day = dayIn(zone, new Date(ms));
    known.set(quarter, day);
    return day;
  };
}
