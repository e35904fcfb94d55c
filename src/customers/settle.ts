import type { Actor } from '../kernel/access/caller.ts';
import { announceAll } from '../kernel/facts.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { IdentityGraph } from './core/graph.ts';
import { type OwnershipPlan, ownershipPlan } from './core/ownership.ts';
import type { Closure } from './closure.ts';
import { texts } from './queries/arrays.ts';
import { anchorsById, inheritPublished, insertCustomers, pointAnchors } from './queries/customers.ts';
import { markOver, moveSubjects, openReviews, type SubjectRow } from './queries/identity.ts';
import { insertMerges } from './queries/merges.ts';

/** Where a change of identities happens. `by`: who caused it; `reason`: what they gave. */
export type Scene = { tx: Tx; stores: Stores; workspaceId: WorkspaceId; by: Actor; reason: string };

const IDS_PER_FACT = 1_000;

/** Plans what a new graph changes, reading only the rows of subjects already stored. */
export async function planFor({ tx, workspaceId }: Scene, { subjects }: Pick<Closure, 'subjects'>, graph: IdentityGraph): Promise<OwnershipPlan> {
  const rows = await anchorsById(tx, workspaceId, [...subjects.keys()] as CustomerId[]);
  return ownershipPlan(graph.components, {
    owners: new Map([...subjects.values()].map(({ id, customerId }) => [id, customerId])),
    rows: new Map([...rows.values()].map(({ id, mergedInto }) => [id, mergedInto])),
  });
}

/** Flags stored subjects that crossed their limit, either way, and puts the new ones before staff. */
export async function saveLimits({ tx, workspaceId, stores }: Scene, before: ReadonlyMap<SubjectId, SubjectRow>, overLimit: readonly SubjectId[]): Promise<void> {
  const over = new Set(overLimit);
  const crossed = overLimit.filter((id) => before.get(id)?.over === false);
  const freed = [...before.values()].filter((row) => row.over && !over.has(row.id)).map(({ id }) => id);
  if (crossed.length > 0) await markOver(tx, workspaceId, crossed, true);
  if (freed.length > 0) await markOver(tx, workspaceId, freed, false);
  await openReviews(tx, workspaceId, 'over_limit', overLimit.filter((id) => before.get(id)?.over !== true), stores.clock.now());
}

/** Rows for customers that appear beside stored subjects; they are filled by a refold. */
async function saveRows({ tx, workspaceId, stores }: Scene, plan: OwnershipPlan): Promise<void> {
  const empty = texts([]);
  const born = plan.born.filter(({ alone }) => !alone);
  await insertCustomers(tx, workspaceId, born.map(({ id }) => ({ id, name: '', said: '{}', fields: '{}', sealed: null, tags: empty, kinds: empty, reach: empty })), stores.clock.now());
  await pointAnchors(tx, workspaceId, plan.pointed);
  await inheritPublished(tx, workspaceId, plan.inherits);
}

const slices = <T>(all: readonly T[], size: number): T[][] => Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));

async function tell({ tx, stores, workspaceId, by }: Scene, plan: OwnershipPlan): Promise<void> {
  const created = plan.born.filter((one) => one.created).map(({ id }) => id);
  const say = (kind: string, payloads: readonly Record<string, unknown>[]) => announceAll(tx, stores.clock, workspaceId, kind, payloads);
  await say('customer.created', slices(created, IDS_PER_FACT).map((customers) => ({ customers, by: by.kind })));
  await say('customer.merged', plan.merged.map(({ keep, absorbed }) => ({ keep, absorbed, by: by.kind })));
  await say('customer.unmerged', plan.parted.map(({ customer, from }) => ({ customer, from, by: by.kind })));
}

async function log({ tx, stores, workspaceId, by, reason }: Scene, plan: OwnershipPlan): Promise<void> {
  const at = stores.clock.now();
  const base = { byKind: by.kind, byId: by.id, reason, at };
  await insertMerges(tx, workspaceId, [
    ...plan.merged.filter(({ parts }) => parts.length > 1).map(({ keep, parts }) => ({ ...base, id: newId(), kind: 'merge' as const, customerId: keep, parts })),
    ...plan.parted.map(({ customer, from, subjects }) => ({ ...base, id: newId(), kind: 'unmerge' as const, customerId: from, parts: [{ customer, subjects }] })),
  ]);
}

/** Writes everything a plan changes about stored subjects and rows, with its log and facts. The caller refolds and owes the mirror. */
export async function settle(scene: Scene, plan: OwnershipPlan): Promise<void> {
  await moveSubjects(scene.tx, scene.workspaceId, plan.moves);
  await saveRows(scene, plan);
  await log(scene, plan);
  await tell(scene, plan);
}

/** Customers whose mirror rows a plan makes old: the living, the new and those that are no more. */
export const changedCustomers = (plan: OwnershipPlan): CustomerId[] =>
  [...plan.touched, ...plan.born.map(({ id }) => id), ...plan.pointed.map(({ id }) => id), ...plan.parted.map(({ from }) => from)];
