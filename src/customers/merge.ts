import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Closure, loadClosure } from './closure.ts';
import { type Assertion, identityGraph, pairKey, partingOf } from './core/graph.ts';
import type { OwnershipPlan } from './core/ownership.ts';
import { flushMirror, owe } from './mirror.ts';
import { insertAssertions, lockIdentity, ownersById, subjectsOf } from './queries/identity.ts';
import { insertCuts, markUndone, mergeById, type MergeRow, mergesOf, preferAnchor, revokeCuts } from './queries/merges.ts';
import { refold } from './refold.ts';
import { demandSeen, seenIn } from './scope.ts';
import { changedCustomers, planFor, saveLimits, type Scene, settle } from './settle.ts';

/** What staff asks: two customers are one person. Where both know a field, `keep`'s value stands. */
export type MergeInput = { keep: CustomerId; absorb: CustomerId; reason: string };

const joined = (closure: Closure, more: readonly Assertion[]): Assertion[] =>
  [...new Map([...closure.assertions, ...more].map((one) => [pairKey(one.a, one.b), one])).values()];

/** Applies a changed set of assertions and cuts to everything it touches. */
async function apply(scene: Scene, closure: Closure): Promise<OwnershipPlan> {
  const graph = identityGraph({ nodes: [...closure.subjects.values()], assertions: closure.assertions, cuts: closure.cuts, limits: closure.limits });
  await saveLimits(scene, closure.subjects, graph.overLimit);
  const plan = await planFor(scene, closure, graph);
  await settle(scene, plan);
  await refold(scene.tx, scene.workspaceId, [...plan.touched, ...plan.born.map(({ id }) => id)]);
  await owe(scene.tx, scene.stores, scene.workspaceId, { customers: changedCustomers(plan), subjects: plan.moves.map(({ id }) => id) });
  return plan;
}

async function membersOf(tx: Tx, workspaceId: WorkspaceId, customer: CustomerId): Promise<SubjectId[]> {
  const members = (await subjectsOf(tx, workspaceId, [customer])).map(({ id }) => id);
  if (members.length === 0) throw notFound('customer', { customer });
  return members;
}

/**
 * Makes two customers one, by staff's word: it stands above limits and takes back cuts between them. The customer keeps the id of its
 * strongest subject, which is returned. Refuses `customer.not_found`, `merge.same`.
 */
export async function merge(stores: Stores, caller: Caller, { keep, absorb, reason }: MergeInput): Promise<CustomerId> {
  const { workspaceId } = caller;
  if (keep === absorb) throw new Refusal('merge.same', { customer: keep });
  const customer = await stores.pg.tx(workspaceId, async (tx) => {
    const scene: Scene = { tx, stores, workspaceId, by: caller.actor, reason };
    await lockIdentity(tx, workspaceId);
    await demandSeen(tx, caller, [keep, absorb]);
    const [mine, theirs] = [await membersOf(tx, workspaceId, keep), await membersOf(tx, workspaceId, absorb)];
    await revokeCuts(tx, workspaceId, mine, theirs, stores.clock.now());
    const staff: Assertion = keep < absorb ? { a: keep, b: absorb, staff: true } : { a: absorb, b: keep, staff: true };
    await insertAssertions(tx, workspaceId, [{ ...staff, source: 'staff', at: stores.clock.now() }]);
    await preferAnchor(tx, workspaceId, keep, stores.clock.now());
    const plan = await apply(scene, await loadClosure(tx, workspaceId, [...mine, ...theirs]));
    await audit(tx, stores.clock, caller, { action: 'customer.merge', target: `customer:${keep}`, detail: { absorb, reason } });
    return plan.owners.get(keep) ?? keep;
  });
  await flushMirror(stores, workspaceId);
  return customer;
}

/** What staff asks: these subjects of a customer are another person. */
export type PartInput = { customer: CustomerId; apart: readonly SubjectId[]; reason: string };

/**
 * Parts a customer in two for good: later identifies do not join them again. Each side has back what was said about it. Returns the two
 * customers, the one that keeps most of the subjects first. Refuses `customer.not_found`, `unmerge.nothing`, `unmerge.everything`.
 */
export async function part(stores: Stores, caller: Caller, input: PartInput): Promise<[CustomerId, CustomerId]> {
  const parted = await stores.pg.tx(caller.workspaceId, (tx) => partIn(tx, stores, caller, input));
  await flushMirror(stores, caller.workspaceId);
  return parted;
}

/** The same inside a transaction; the caller flushes the mirror. */
export async function partIn(tx: Tx, stores: Stores, caller: Caller, { customer, apart, reason }: PartInput): Promise<[CustomerId, CustomerId]> {
  const { workspaceId } = caller;
  await lockIdentity(tx, workspaceId);
  await demandSeen(tx, caller, [customer]);
  const members = await membersOf(tx, workspaceId, customer);
  const leaving = new Set(members.filter((id) => apart.includes(id)));
  if (leaving.size === 0) throw new Refusal('unmerge.nothing', { customer });
  if (leaving.size === members.length) throw new Refusal('unmerge.everything', { customer });
  const closure = await loadClosure(tx, workspaceId, members, new Set(members));
  const before = identityGraph({ nodes: [...closure.subjects.values()], assertions: closure.assertions, cuts: closure.cuts, limits: closure.limits });
  const component = before.components.find((ids) => ids.includes(customer)) ?? members;
  const more = partingOf({ nodes: [...closure.subjects.values()], assertions: closure.assertions, cuts: closure.cuts, limits: closure.limits }, component, leaving);
  const at = stores.clock.now();
  await insertCuts(tx, workspaceId, more.cuts.map((cut) => ({ ...cut, id: newId(), madeBy: `${caller.actor.kind}:${caller.actor.id}`, madeAt: at })));
  await insertAssertions(tx, workspaceId, more.assertions.map((one) => ({ ...one, source: 'staff', at })));
  await preferAnchor(tx, workspaceId, customer, null);
  const plan = await apply({ tx, stores, workspaceId, by: caller.actor, reason }, { ...closure, assertions: joined(closure, more.assertions), cuts: [...closure.cuts, ...more.cuts] });
  await audit(tx, stores.clock, caller, { action: 'customer.unmerge', target: `customer:${customer}`, detail: { subjects: leaving.size, reason } });
  const ownerOf = (ids: Iterable<SubjectId>): CustomerId => { for (const id of ids) { const owner = plan.owners.get(id); if (owner) return owner; } return customer; };
  return [ownerOf(members.filter((id) => !leaving.has(id))), ownerOf(leaving)];
}

/**
 * Undoes one merge of the log: everybody it joined has their subjects back. Refuses `merge.not_found`, `merge.undone` (409), and
 * `unmerge.nothing` where nothing of it hangs together any more.
 */
export async function unmerge(stores: Stores, caller: Caller, { merge: id, reason }: { merge: string; reason: string }): Promise<[CustomerId, CustomerId]> {
  const { workspaceId } = caller;
  const parted = await stores.pg.tx(workspaceId, async (tx) => {
    const row = await mergeById(tx, workspaceId, id);
    if (row?.kind !== 'merge' || (await seenIn(tx, caller, [row.customerId])).length === 0) throw notFound('merge', { merge: id });
    if ((await markUndone(tx, workspaceId, id, stores.clock.now())) === 0) throw new Refusal('merge.undone', { merge: id }, 409);
    // The first part kept its id; the others go, each with what was theirs.
    const staying = row.parts.find(({ customer }) => customer === row.customerId) ?? row.parts[0];
    let last: [CustomerId, CustomerId] | undefined;
    for (const { subjects } of row.parts.filter((one) => one !== staying)) {
      const owner = [...(await ownersById(tx, workspaceId, subjects)).values()][0];
      if (owner) last = await partIn(tx, stores, caller, { customer: owner, apart: subjects, reason });
    }
    if (!last) throw new Refusal('unmerge.nothing', { merge: id });
    return last;
  });
  await flushMirror(stores, workspaceId);
  return parted;
}

/** Merges and un-merges that a customer took part in, newest first. Refuses `customer.not_found`. */
export const mergeHistory = (stores: Stores, caller: Caller, id: string): Promise<MergeRow[]> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const owner = (await ownersById(tx, caller.workspaceId, [id])).get(id);
    if (!owner) throw notFound('customer', { id });
    await demandSeen(tx, caller, [owner]);
    return mergesOf(tx, caller.workspaceId, (await subjectsOf(tx, caller.workspaceId, [owner])).map((row) => row.id));
  });
