import type { Actor } from '../kernel/access/caller.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadClosure } from './closure.ts';
import type { Field } from './core/fields.ts';
import { hear } from './core/fold.ts';
import { type Assertion, identityGraph, pairKey } from './core/graph.ts';
import { keptOf } from './core/hearsay.ts';
import { RULES } from './core/identifiers.ts';
import { nameTokens } from './core/names.ts';
import { loadFields } from './fields.ts';
import { sealOwn } from './hearing.ts';
import type { ResolveItem } from './identify.ts';
import { flushMirror, owe } from './mirror.ts';
import { assertedPairs, blobContext } from './newcomers.ts';
import { phoneReader } from './phones.ts';
import { anchorsById, dropNameTokens, insertNameTokens, saveSaid } from './queries/customers.ts';
import { clearTaught, dropAssertions, dropCustomers, dropEmptyTags, dropSettledReviews, dropSubjects, heldSubjects, lodgers, ownersIn, rehouse, saveNames, vouchFor } from './queries/hearsay.ts';
import { lockIdentity, sharedReceivers, subjectsById, subjectsOf } from './queries/identity.ts';
import { refold } from './refold.ts';
import { type Heap, type Heaps, isEmpty, layOn, saveConsents, saveTags, sayingsOf } from './sayings.ts';
import { changedCustomers, planFor, saveLimits, type Scene, settle } from './settle.ts';
import { itemReader, type ReadItem } from './subjects.ts';
import { writingVault } from './vault.ts';

/** What files say of people, in the form it was resolved in. */
export type Hearsay = AsyncIterable<readonly ResolveItem[]>;

const IDS_PER_READ = 20_000;
const OWNERS_PER_TRANSACTION = 2_000;
const ITSELF: Actor = { kind: 'system', id: 'undo' };

/** `subjects`, `pairs`: what nobody else is known to say (yet). `spoken`: who more is said of than who they are. `relaid`: what others say of those. */
type Taken = {
  all: Set<SubjectId>; subjects: Set<SubjectId>; pairs: Map<string, Assertion>; loose: Set<SubjectId>; spoken: Set<SubjectId>; tags: Set<string>; relaid: Map<string, Heap>;
};

const slices = function* <T>(all: Iterable<T>, size: number): Generator<T[]> {
  const list = [...all];
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
};

type Heard = { read: ReadItem[]; sayings: ReturnType<typeof sayingsOf> };

async function* hearing(keys: WorkspaceKeys, fields: ReadonlyMap<string, Field>, hearsay: Hearsay): AsyncGenerator<Heard> {
  for await (const items of hearsay) {
    const reader = itemReader(keys, phoneReader());
    const read = items.map(({ identifiers }) => reader(identifiers));
    yield { read, sayings: sayingsOf(fields, items, read) };
  }
}

function takeIn(taken: Taken, { read, sayings }: Heard): void {
  for (const item of read) {
    if (!item.acting) continue;
    for (const { id, kind } of item.subjects) {
      taken.all.add(id);
      if (!RULES[kind].links) taken.loose.add(id);
    }
    for (const { a, b } of assertedPairs(item)) taken.pairs.set(pairKey(a, b), { a, b });
  }
  for (const saying of sayings) {
    if (saying.subject && !isEmpty(saying)) taken.spoken.add(saying.subject);
    for (const tag of saying.tags) taken.tags.add(tag);
  }
}

/** What others say too is no longer in doubt, and what they say of the same people is laid on anew. */
function spare(taken: Taken, { read, sayings }: Heard): void {
  for (const item of read) {
    if (!item.acting) continue;
    for (const { id } of item.subjects) taken.subjects.delete(id);
    for (const { a, b } of assertedPairs(item)) taken.pairs.delete(pairKey(a, b));
  }
  layOn(taken.relaid, sayings, (subject) => taken.spoken.has(subject));
}

async function listen(stores: Stores, workspaceId: WorkspaceId, keys: WorkspaceKeys, told: Hearsay, still: Hearsay): Promise<Taken> {
  const fields = await stores.pg.tx(workspaceId, (tx) => loadFields(tx, workspaceId));
  const taken: Taken = { all: new Set(), subjects: new Set(), pairs: new Map(), loose: new Set(), spoken: new Set(), tags: new Set(), relaid: new Map() };
  for await (const heard of hearing(keys, fields, told)) takeIn(taken, heard);
  taken.subjects = new Set(taken.all);
  for await (const heard of hearing(keys, fields, still)) spare(taken, heard);
  return taken;
}

/** Who is vouched for by more than files leaves the doubt, and so does everybody people have worked with. */
async function keepHeld(stores: Stores, workspaceId: WorkspaceId, taken: Taken): Promise<void> {
  const held: SubjectId[] = [];
  for (const ids of slices(taken.subjects, IDS_PER_READ)) {
    await stores.pg.tx(workspaceId, async (tx) => {
      const rows = await subjectsById(tx, workspaceId, ids);
      for (const id of ids) if (rows.get(id)?.vouched) taken.subjects.delete(id);
      for (const { id, over } of rows.values()) if (over) taken.loose.add(id);
      held.push(...(await heldSubjects(tx, workspaceId, ids)));
    });
  }
  const kept = keptOf({ subjects: taken.subjects, pairs: [...taken.pairs.values()], loose: taken.loose }, held);
  for (const id of kept.subjects) taken.subjects.delete(id);
  for (const { a, b } of kept.pairs) taken.pairs.delete(pairKey(a, b));
  await stores.pg.tx(workspaceId, async (tx) => {
    await lockIdentity(tx, workspaceId);
    await vouchFor(tx, workspaceId, { subjects: [...kept.subjects], pairs: kept.pairs });
  });
}

/** Those who stay and are sealed together with somebody who goes get a blob of their own. */
async function moveOut(stores: Stores, workspaceId: WorkspaceId, keys: WorkspaceKeys, taken: Taken): Promise<void> {
  for (const ids of slices([...taken.all].filter((id) => !taken.subjects.has(id)), IDS_PER_READ)) {
    await stores.pg.tx(workspaceId, async (tx) => {
      await lockIdentity(tx, workspaceId);
      const homeless = (await lodgers(tx, workspaceId, ids)).filter(({ sealedIn }) => taken.subjects.has(sealedIn));
      const vault = await writingVault(tx, keys, workspaceId);
      await vault.know(homeless.map(({ sealed }) => sealed));
      await rehouse(tx, workspaceId, homeless.map(({ id, sealedIn, sealedAt, sealed }) => {
        const values = JSON.parse(vault.open(sealed, blobContext(workspaceId, sealedIn))) as string[];
        return { id, sealed: vault.seal(JSON.stringify([values[sealedAt]]), blobContext(workspaceId, id)) };
      }));
      await vault.save();
    });
  }
}

/** What files say of these subjects is what the remaining ones say. */
async function relay(scene: Scene, keys: WorkspaceKeys, spoken: readonly SubjectId[], relaid: Heaps): Promise<void> {
  const { tx, workspaceId } = scene;
  await clearTaught(tx, workspaceId, spoken);
  const heaps: Heaps = new Map(spoken.flatMap((id) => { const heap = relaid.get(id); return heap ? [[id as string, heap] as const] : []; }));
  const anchors = await anchorsById(tx, workspaceId, [...heaps.keys()]);
  const vault = await writingVault(tx, keys, workspaceId);
  await saveSaid(tx, workspaceId, [...anchors.keys()].map((id) => {
    const { clear, sealed } = heaps.get(id) as Heap;
    return { id, said: clear, sealed: sealOwn(vault, workspaceId, id, sealed) };
  }), false);
  await vault.save();
  await saveConsents(scene, heaps, false);
  await saveTags(scene, heaps, false);
  await rename(tx, workspaceId, spoken);
}

/** Those who belong to somebody else are found by their own name too: by the one that is still said. */
async function rename(tx: Tx, workspaceId: WorkspaceId, spoken: readonly SubjectId[]): Promise<void> {
  const names = [...(await anchorsById(tx, workspaceId, spoken as readonly CustomerId[])).values()].filter(({ mergedInto }) => mergedInto !== null).map(({ id, own, taught }) => {
    const said = hear(own, taught).name?.[0];
    return { id, name: typeof said === 'string' ? said : '' };
  });
  await saveNames(tx, workspaceId, names);
  await dropNameTokens(tx, workspaceId, names.map(({ id }) => id));
  await insertNameTokens(tx, workspaceId, names.flatMap(({ id, name }) => (name ? nameTokens(name).map((token) => ({ token, id })) : [])));
}

/** Draws the graph of these subjects anew and lets everything follow it. */
export async function redraw(scene: Scene, staying: readonly SubjectId[], gone: readonly SubjectId[], spoken: readonly SubjectId[]): Promise<void> {
  const { tx, workspaceId, stores } = scene;
  const before = await subjectsById(tx, workspaceId, staying);
  const closure = await loadClosure(tx, workspaceId, staying, new Set(staying));
  const graph = identityGraph({ nodes: [...closure.subjects.values()], assertions: closure.assertions, cuts: closure.cuts, limits: closure.limits });
  await saveLimits(scene, new Map([...closure.subjects, ...before]), graph.overLimit);
  const plan = await planFor(scene, closure, graph);
  await settle(scene, plan);
  const heard = spoken.flatMap((id) => plan.owners.get(id) ?? []);
  await refold(tx, workspaceId, [...plan.touched, ...plan.born.map(({ id }) => id), ...heard]);
  const lost = new Set<CustomerId>(gone as CustomerId[]);
  await owe(tx, stores, workspaceId, { customers: [...changedCustomers(plan), ...heard].filter((id) => !lost.has(id)), subjects: plan.moves.map(({ id }) => id), gone: [...lost] });
}

async function settleOwners(scene: Scene, keys: WorkspaceKeys, taken: Taken, owners: readonly CustomerId[]): Promise<void> {
  const { tx, workspaceId } = scene;
  await lockIdentity(tx, workspaceId);
  const members = (await subjectsOf(tx, workspaceId, owners)).map(({ id }) => id);
  const gone = await dropSubjects(tx, workspaceId, members.filter((id) => taken.subjects.has(id)));
  await dropCustomers(tx, workspaceId, gone);
  const lost = new Set(gone);
  const staying = members.filter((id) => !lost.has(id));
  const spoken = staying.filter((id) => taken.spoken.has(id));
  await relay(scene, keys, spoken, taken.relaid);
  await redraw(scene, staying, gone, spoken);
}

async function dropLoose(tx: Tx, workspaceId: WorkspaceId, taken: Taken, ids: readonly SubjectId[]): Promise<void> {
  await lockIdentity(tx, workspaceId);
  await dropCustomers(tx, workspaceId, await dropSubjects(tx, workspaceId, ids.filter((id) => taken.subjects.has(id))));
  await dropSettledReviews(tx, workspaceId, ids, await sharedReceivers(tx, workspaceId, ids.filter((id) => taken.loose.has(id))));
}

/**
 * Takes back what some files said of people: `told` is what they said, `still` what the files that stay say. Afterwards everything is as if
 * `told` had never been heard. Who only they knew of is gone, unless people or programs have dealt with them since: those stay, under their
 * identifiers and name. Pure in the two and in what programs and staff said, so a killed run is simply run again.
 */
export async function takeBack(stores: Stores, workspaceId: WorkspaceId, { told, still }: { told: Hearsay; still: Hearsay }): Promise<void> {
  const keys = await stores.keys.of(workspaceId);
  const taken = await listen(stores, workspaceId, keys, told, still);
  await keepHeld(stores, workspaceId, taken);
  await moveOut(stores, workspaceId, keys, taken);
  for (const pairs of slices(taken.pairs.values(), IDS_PER_READ)) {
    await stores.pg.tx(workspaceId, async (tx) => {
      await lockIdentity(tx, workspaceId);
      await dropAssertions(tx, workspaceId, pairs);
    });
  }
  const owners = new Set<CustomerId>();
  for (const ids of slices(taken.all, IDS_PER_READ)) for (const id of await stores.pg.tx(workspaceId, (tx) => ownersIn(tx, workspaceId, ids))) owners.add(id);
  for (const some of slices(owners, OWNERS_PER_TRANSACTION)) {
    await stores.pg.tx(workspaceId, (tx) => settleOwners({ tx, stores, workspaceId, by: ITSELF, reason: '' }, keys, taken, some));
  }
  for (const ids of slices(taken.all, IDS_PER_READ)) await stores.pg.tx(workspaceId, (tx) => dropLoose(tx, workspaceId, taken, ids));
  await stores.pg.tx(workspaceId, (tx) => dropEmptyTags(tx, workspaceId, [...taken.tags]));
  await flushMirror(stores, workspaceId);
}
