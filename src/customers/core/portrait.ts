import { BLOCKS, type Block, type Field } from './fields.ts';
import type { FieldValue } from './fold.ts';

const MS_PER_DAY = 86_400_000;

/** One value of a portrait with where it came from and how fresh it is. `stale`: older than the field's time to live. */
export type PortraitValue = { key: string; type: Field['type']; label: string | null; value: FieldValue; source: string; at: string; stale: boolean };
export type Portrait = { block: Block; values: PortraitValue[] }[];
/** A value with when it was said and by whom. */
export type Known = { value: FieldValue; atMs: number; source: string };

export const isStale = (atMs: number, ttlDays: number | null, nowMs: number): boolean => ttlDays !== null && nowMs - atMs > ttlDays * MS_PER_DAY;

/** The five blocks in their order, each with its values in the order of the fields; a block without values stays, empty. */
export function portraitOf(fields: readonly Field[], known: Readonly<Record<string, Known>>, nowMs: number): Portrait {
  const valuesIn = (block: Block): PortraitValue[] => fields.flatMap((field) => {
    const said = field.block === block && Object.hasOwn(known, field.key) ? known[field.key] : undefined;
    if (!said) return [];
    return [{ key: field.key, type: field.type, label: field.label, value: said.value, source: said.source, at: new Date(said.atMs).toISOString(), stale: isStale(said.atMs, field.ttlDays, nowMs) }];
  });
  return BLOCKS.map((block) => ({ block, values: valuesIn(block) }));
}
