import type { SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import { RULES } from './core/identifiers.ts';
import type { NewSubject } from './queries/identity.ts';
import { type ReadItem, type ReadSubject, tailReader } from './subjects.ts';
import type { Vault } from './vault.ts';

/** New identifiers; those that first came together are sealed in one blob on the first of them. */
export type Newcomers = { subjects: Map<SubjectId, NewSubject> };

export const blobContext = (workspaceId: WorkspaceId, id: SubjectId): string => `subject:${workspaceId}:${id}`;

type Room = { keys: WorkspaceKeys; vault: Vault; workspaceId: WorkspaceId; isKnown: (id: SubjectId) => boolean; vouched: boolean };

/** Seals the identifiers of items that are not known yet, one blob for those of an item. `owner` is filled in later. */
export function newcomersOf({ keys, vault, workspaceId, isKnown, vouched }: Room, items: readonly ReadItem[]): Newcomers {
  const subjects: Newcomers['subjects'] = new Map();
  const tailOf = tailReader(keys);
  for (const item of new Set(items)) {
    if (!item.acting) continue;
    const fresh = item.subjects.filter(({ id }) => !isKnown(id) && !subjects.has(id));
    const [first] = fresh;
    if (!first) continue;
    const sealed = vault.seal(JSON.stringify(fresh.map(({ value }) => value)), blobContext(workspaceId, first.id));
    const made = (one: ReadSubject, sealedAt: number): NewSubject => ({
      id: one.id, kind: one.kind, scope: one.scope, customerId: null, acts: false, over: false, vouched,
      sealedIn: first.id, sealedAt, sealed: sealedAt === 0 ? sealed : null, tail: tailOf(one),
    });
    for (const [sealedAt, one] of fresh.entries()) subjects.set(one.id, made(one, sealedAt));
  }
  for (const { acting } of items) {
    const fresh = acting && subjects.get(acting.id);
    if (fresh) fresh.acts = true;
  }
  return { subjects };
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
