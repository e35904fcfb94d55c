import type { Tx } from '../kernel/sql.ts';
import type { SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { RULES } from './core/identifiers.ts';
import type { ResolveItem } from './identify.ts';
import { dropTombstones, erasedAmong, noteNamed } from './queries/erasure.ts';
import type { ReadItem } from './subjects.ts';

/** What is left of items once identifiers of erased people are taken out; `back`: identifiers whose people came back by themselves. */
export type Believed = { read: readonly ReadItem[]; back: SubjectId[] };

type Chunk = { items: readonly ResolveItem[]; read: readonly ReadItem[]; vouched: boolean };

const without = (item: ReadItem, erased: ReadonlySet<string>): ReadItem => {
  const subjects = item.subjects.filter(({ id }) => !erased.has(id));
  return { subjects, acting: subjects.find(({ kind }) => RULES[kind].links), problems: [...item.problems, ...item.subjects.flatMap(({ id }, index) => (erased.has(id) ? [{ index, code: 'identifier.erased' as const }] : []))] };
};

/**
 * Somebody erased is not brought back by a file, nor by what happened before they were erased: that belongs to nobody, and the erasure
 * counts it. What they do themselves afterwards is a new acquaintance, of which staff is told.
 */
export async function believe(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, { items, read, vouched }: Chunk, isKnown: (id: SubjectId) => boolean): Promise<Believed> {
  const unknown = [...new Set([...new Set(read)].flatMap(({ subjects }) => subjects.flatMap(({ id }) => (isKnown(id) ? [] : [id]))))];
  const erased = await erasedAmong(tx, workspaceId, unknown);
  if (erased.size === 0) return { read, back: [] };
  const back = new Set<SubjectId>();
  const times = new Map<string, number>();
  const believed = read.map((item, at) => {
    const said = (items[at] as ResolveItem).at;
    const told = item.subjects.filter(({ id }) => { const one = erased.get(id); return one && !(vouched && said > one.at); });
    for (const { id } of item.subjects) if (erased.has(id) && !told.some((one) => one.id === id)) back.add(id);
    for (const id of new Set(told.map((one) => erased.get(one.id)?.erasure ?? ''))) times.set(id, (times.get(id) ?? 0) + 1);
    return told.length > 0 ? without(item, new Set(told.map(({ id }) => id))) : item;
  });
  if (times.size > 0) await noteNamed(tx, workspaceId, [...times].map(([id, count]) => ({ id, times: count })), stores.clock.now());
  if (back.size > 0) await dropTombstones(tx, workspaceId, [...back]);
  return { read: believed, back: [...back] };
}
