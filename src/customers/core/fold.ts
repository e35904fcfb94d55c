/** A value as somebody said it: value, when (ms since 1970), by which source. */
export type FieldValue = string | number | boolean | string[];
export type Said = readonly [value: FieldValue | null, atMs: number, source: string];
export type Own = Readonly<Record<string, Said>>;

/** What was said about one of the subjects that make up a customer. `preferredMs`: staff chose it when two were merged. */
export type Anchor = { id: string; preferredMs: number | null; own: Own };

/** Later wins; of two said at one instant the greater text, so that arrival order never decides. */
const newer = (a: Said, b: Said): Said => {
  if (a[1] !== b[1]) return a[1] > b[1] ? a : b;
  return JSON.stringify(a) >= JSON.stringify(b) ? a : b;
};

/** Adds what was said to what is known of one anchor. The same in any order, and twice is once. */
export function hear(own: Own, said: Own): Own {
  const next: Record<string, Said> = { ...own };
  for (const [key, value] of Object.entries(said)) {
    const known = Object.hasOwn(next, key) ? next[key] : undefined;
    next[key] = known ? newer(known, value) : value;
  }
  return next;
}

/** A preference counts from the moment it was given: what is said later still wins. */
const weightOf = (said: Said, preferredMs: number | null): number => (said[0] === null ? said[1] : Math.max(said[1], preferredMs ?? 0));

type Weighed = { said: Said; weight: number };
const heavier = (a: Weighed, b: Weighed): Weighed => (a.weight !== b.weight ? (a.weight > b.weight ? a : b) : newer(a.said, b.said) === a.said ? a : b);

/** One customer from its anchors: the newest value of each field, the preferred anchor's where staff chose one. Pure, so un-merging restores both. */
export function foldOwn(anchors: readonly Anchor[]): Own {
  const best = new Map<string, Weighed>();
  for (const { own, preferredMs } of anchors) {
    for (const [key, said] of Object.entries(own)) {
      const mine = { said, weight: weightOf(said, preferredMs) };
      const known = best.get(key);
      best.set(key, known ? heavier(known, mine) : mine);
    }
  }
  return Object.fromEntries([...best].map(([key, { said }]) => [key, said]));
}

/** The bare values, without who said them; what was cleared is absent. */
export const valuesOf = (own: Own): Record<string, FieldValue> =>
  Object.fromEntries(Object.entries(own).filter((entry): entry is [string, readonly [FieldValue, number, string]] => entry[1][0] !== null).map(([key, [value]]) => [key, value]));
