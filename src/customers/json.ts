/** A value as JSON carries it: instants are ISO text. */
export type Jsonified<T> = T extends Date ? string : T extends string | number | boolean | null | undefined ? T : T extends readonly (infer U)[] ? Jsonified<U>[] : T extends object ? { [K in keyof T]: Jsonified<T[K]> } : T;

/** Turns every instant into ISO text, so that a reply fits its contract. */
export function asJson<T>(value: T): Jsonified<T> {
  if (value instanceof Date) return value.toISOString() as Jsonified<T>;
  if (Array.isArray(value)) return value.map(asJson) as Jsonified<T>;
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asJson(inner)])) as Jsonified<T>;
  return value as Jsonified<T>;
}
