/** How a value is said in a message; undefined where it cannot be: nothing, an object, a number that is none. A list is said one after another. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (!Array.isArray(value)) return undefined;
  const texts = value.map((one) => (Array.isArray(one) ? undefined : textOf(one)));
  return texts.includes(undefined) ? undefined : texts.join(', ');
}

const DEPTH_MAX = 8;
const ENTRIES_MAX = 200;
const TEXT_MAX = 20_000;

/**
 * Data as a template may see it: texts, numbers, booleans, lists and maps without a prototype, copied; at most eight deep, 200 entries a level
 * and 20,000 characters a text. Functions, dates, instances of anything and names that objects inherit fall away.
 */
export function plainData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.slice(0, TEXT_MAX).toWellFormed();
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null || depth >= DEPTH_MAX) return undefined;
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((one) => plainData(one, depth + 1)).filter((one) => one !== undefined);
  const map = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value).slice(0, ENTRIES_MAX)) {
    const plain = INHERITED.has(key) ? undefined : plainData(inner, depth + 1);
    if (plain !== undefined) map[key] = plain;
  }
  return map;
}

const INHERITED = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'toLiquid']);
