import { type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import { seal, type WorkspaceKeys } from '../kernel/seal.ts';
import { RULES } from './core/identifiers.ts';
import type { NewSubject } from './queries/identity.ts';
import { type ReadItem, type ReadSubject, tailReader } from './subjects.ts';

/** New identifiers with the blobs that hold them: those that first came together share one. */
export type Newcomers = { subjects: Map<SubjectId, NewSubject>; vaults: { id: string; sealed: Buffer }[] };

export const vaultContext = (workspaceId: WorkspaceId, id: string): string => `vault:${workspaceId}:${id}`;

/** Seals the identifiers of items that are not known yet, one blob for those of an item. `owner` is filled in later. */
export function newcomersOf(keys: WorkspaceKeys, workspaceId: WorkspaceId, items: readonly ReadItem[], isKnown: (id: SubjectId) => boolean): Newcomers {
  const subjects: Newcomers['subjects'] = new Map();
  const vaults: Newcomers['vaults'] = [];
  const tailOf = tailReader(keys);
  for (const item of items) {
    if (!item.acting) continue;
    const fresh = item.subjects.filter(({ id }) => !isKnown(id) && !subjects.has(id));
    const [first] = fresh;
    if (!first) continue;
    vaults.push({ id: first.id, sealed: seal(keys, JSON.stringify(fresh.map(({ value }) => value)), vaultContext(workspaceId, first.id)) });
    const made = (one: ReadSubject, vaultAt: number): NewSubject =>
      ({ id: one.id, kind: one.kind, scope: one.scope, customerId: null, acts: false, over: false, vaultId: first.id, vaultAt, tail: tailOf(one) });
    for (const [vaultAt, one] of fresh.entries()) subjects.set(one.id, made(one, vaultAt));
  }
  for (const { acting } of items) {
    const fresh = acting && subjects.get(acting.id);
    if (fresh) fresh.acts = true;
  }
  return { subjects, vaults };
}

/** Every pair an item asserts: its linking identifiers among each other, and each receiver with the one who bought. */
export function assertedPairs({ subjects, acting }: ReadItem): { a: SubjectId; b: SubjectId }[] {
  if (!acting) return [];
  const pair = (x: string, y: string) => (x < y ? { a: x, b: y } : { a: y, b: x });
  const linking = subjects.filter(({ kind }) => RULES[kind].links);
  const receivers = subjects.filter(({ kind }) => !RULES[kind].links);
  return [
    ...linking.flatMap(({ id }, at) => linking.slice(at + 1).map((other) => pair(id, other.id))),
    ...receivers.map(({ id }) => pair(id, acting.id)),
  ];
}
