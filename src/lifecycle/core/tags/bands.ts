/** A stretch of a figure under a name: from a number (null: from below everything) up to where the next one begins. */
export type Band = { name: string; from: number | null };

/** Kinds of tags that carry a value worked out from what somebody did, or from a figure of theirs. */
export const VALUE_KINDS = ['first', 'last', 'preference', 'metric'] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];
export const isValueKind = (kind: string): kind is ValueKind => (VALUE_KINDS as readonly string[]).includes(kind);

/** Which of several values equally frequent is the preferred one: that seen last, that seen first, or none. */
export const TIES = ['latest', 'earliest', 'none'] as const;
export type Ties = (typeof TIES)[number];

/** What is counted of an event for a figure; all but the first two are of one of its properties. */
export const MEASURES = ['count', 'days', 'sum', 'average', 'min', 'max', 'distinct'] as const;
export type Measure = (typeof MEASURES)[number];
export const isOfProperty = (measure: Measure): boolean => measure !== 'count' && measure !== 'days';

/** Stands for the categories of the goods of an order, where a property of purchases is asked for. */
export const CATEGORY = '$category';
export const PURCHASE = 'order.paid';

/** Below every figure, and still a number the store takes. */
const BOTTOM = Number.MIN_SAFE_INTEGER;
/** Bands begin within these. */
export const FIGURE_MAX = 1e15;
/** Where the bands begin, the lowest first: numbers alone, for comparing. */
export const beginnings = (bands: readonly Band[]): number[] => bands.map(({ from }) => from ?? BOTTOM);

/** The band a figure falls in; none below the first. */
export const bandOf = <B extends Band>(bands: readonly B[], figure: number): B | undefined => bands[beginnings(bands).filter((from) => figure >= from).length - 1];

/** Where a band ends: the beginning of the next, which it does not hold; null for the highest. */
export const endOf = (bands: readonly Band[], name: string): number | null => bands[bands.findIndex((band) => band.name === name) + 1]?.from ?? null;

/** What is wrong with bands, if anything, and with which of them: each has a name of its own and begins above the one before; only the first may begin below everything. */
export function bandFault(bands: readonly Band[]): { code: 'tag.band_twice' | 'tag.bands_unordered'; at: number } | undefined {
  const twice = bands.findIndex(({ name }, at) => bands.findIndex((one) => one.name === name) < at);
  if (twice >= 0) return { code: 'tag.band_twice', at: twice };
  const begin = beginnings(bands), unordered = begin.findIndex((from, at) => at > 0 && from <= (begin[at - 1] as number));
  return unordered < 0 ? undefined : { code: 'tag.bands_unordered', at: unordered };
}
