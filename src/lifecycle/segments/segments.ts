import { isDeepStrictEqual } from 'node:util';
import { userNames } from '../../kernel/access/index.ts';
import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { check, describe, EVERYBODY, segmentsOf, type Tree } from '../../kernel/conditions/index.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { isUuid, newId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import { compiledFor } from './compiledFor.ts';
import { keepList, keptCount } from './queries/membership.ts';
import { allPersonas } from './queries/personas.ts';
import { statesOfSegments } from './queries/looks.ts';
import { tellable } from './held.ts';
import { askSegments } from './recompute.ts';
import { grownLately } from './sizes.ts';
import { holdSegments, type Use, usesOf } from './uses.ts';
import { momentNow, writtenOut } from './writtenOut.ts';
import { allSegments, archiveSegment, type Origin, saveSegment, type Segment, segmentById, type SegmentId, segmentNamed, type SegmentVersion, takeTurn, treeOfSegment, versionsOf } from './queries/store.ts';

/** A saved filter with its sentence in the caller's language; `ownerName` is empty where the owner is a program. */
export type Told = Omit<Segment, 'origin'> & { sentence: string; ownerName: string; origin: (Origin & { sentence: string }) | null };

/** Names of people by id; other owners are free text, or the id of a program, which has no name. */
async function namesOf(stores: Stores, ids: readonly string[]): Promise<(id: string) => string> {
  const names = await userNames(stores, ids.filter(isUuid));
  return (id) => names.get(id) ?? (isUuid(id) ? '' : id);
}

async function tell(stores: Stores, caller: Caller, segments: readonly Segment[]): Promise<Told[]> {
  const [catalogue, nameOf] = await Promise.all([fieldCatalogue(stores, caller), namesOf(stores, segments.map(({ owner }) => owner))]);
  return segments.map((segment) => ({
    ...segment, sentence: describe(segment.tree, caller.language, catalogue), ownerName: nameOf(segment.owner), origin: segment.origin && { ...segment.origin, sentence: describe(segment.origin.tree, caller.language, catalogue) },
  }));
}

export async function listSegments(stores: Stores, caller: Caller): Promise<Told[]> {
  return tell(stores, caller, await stores.pg.tx(caller.workspaceId, (tx) => allSegments(tx, caller.workspaceId)));
}

/** Who works with each segment: other segments, personas, and what other modules say. */
async function workingWith(tx: Tx, caller: Caller, segments: readonly Pick<Segment, 'id' | 'name' | 'tree'>[]): Promise<(id: SegmentId) => Use[]> {
  const personas = await allPersonas(tx, caller.workspaceId), uses = await usesOf(tx, caller);
  return (asked) => [
    ...segments.filter(({ tree }) => segmentsOf(tree).includes(asked)).map(({ id, name }) => ({ kind: 'segment', id, name })),
    ...personas.filter(({ segmentId }) => segmentId === asked).map(({ id, name }) => ({ kind: 'persona', id, name })), ...(uses.get(asked) ?? []),
  ];
}

export type Listed = Told & { people: number | null; grown: number | null; problem: string | null; usedBy: Use[] };

/** All segments with what is held of them: how many as last looked at, by how many they grew in a week, and who works with them. */
export async function listWatched(stores: Stores, caller: Caller): Promise<Listed[]> {
  const [segments, states, grown, tellables] = await Promise.all([
    listSegments(stores, caller), stores.pg.tx(caller.workspaceId, (tx) => statesOfSegments(tx, caller.workspaceId)), grownLately(stores, caller), tellable(stores, caller),
  ]);
  const usedBy = await stores.pg.tx(caller.workspaceId, (tx) => workingWith(tx, caller, segments)), known = new Map(states.map((state) => [state.segment, state])), isWhole = caller.shops.length === 0;
  const told = new Set(isWhole ? tellables.map(({ id }) => id) : []), ofTold = <T>(id: SegmentId, value: T | undefined): T | null => (told.has(id) ? value ?? null : null);
  return segments.map((one) => ({
    ...one, people: (isWhole ? one.origin?.people : null) ?? ofTold(one.id, known.get(one.id)?.people), grown: ofTold(one.id, grown.get(one.id)), problem: known.get(one.id)?.problem ?? null,
    usedBy: usedBy(one.id),
  }));
}

/** Refuses `segment.not_found`. */
export async function readSegment(stores: Stores, caller: Caller, id: SegmentId): Promise<Told & { versions: (SegmentVersion & { authorName: string })[] }> {
  const { segment, versions } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const segment = await demandSegment(tx, caller, id);
    return { segment, versions: await versionsOf(tx, caller.workspaceId, id) };
  });
  const [told] = await tell(stores, caller, [segment]);
  const nameOf = await namesOf(stores, versions.map(({ author }) => author));
  return { ...(told as Told), versions: versions.map((one) => ({ ...one, authorName: nameOf(one.author) })) };
}

async function demandSegment(tx: Tx, caller: Caller, id: SegmentId): Promise<Segment> {
  const segment = await segmentById(tx, caller.workspaceId, id);
  if (!segment) throw notFound('segment', { id });
  return segment;
}

async function refuseTaken(tx: Tx, caller: Caller, name: string, id: SegmentId): Promise<void> {
  await takeTurn(tx, caller.workspaceId);
  const taken = await segmentNamed(tx, caller.workspaceId, name);
  if (taken && taken.id !== id) throw new Refusal('segment.name_taken', { name }, 409);
}

/** A tree that this caller can ask today, with the segments it names; `self`: under which id it is kept. Refuses what `check` and `writtenOut` refuse. */
export async function demandTree(stores: Stores, caller: Caller, tree: Tree, self?: SegmentId): Promise<void> {
  const catalogue = await fieldCatalogue(stores, caller);
  check(tree, catalogue);
  check(await writtenOut(stores, caller.workspaceId, tree, self), catalogue);
}

export type SegmentInput = { name: string; description: string; tree: Tree };

/** Keeps a filter under a name. Refuses `segment.name_taken`, whatever the catalogue has against the tree, and what `writtenOut` refuses. */
export async function createSegment(stores: Stores, caller: Caller, { name, description, tree }: SegmentInput): Promise<Told> {
  await demandTree(stores, caller, tree);
  const at = stores.clock.now();
  const segment: Segment = { id: newId(), name, description, tree, version: 1, owner: caller.actor.id, kind: 'dynamic', origin: null, createdAt: at, updatedAt: at };
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    // Before the turn is taken: whoever changes one of them has it locked when their turn comes.
    await holdSegments(tx, caller.workspaceId, segmentsOf(tree));
    await refuseTaken(tx, caller, name, segment.id);
    await saveSegment(tx, caller.workspaceId, segment, caller.actor.id);
    await askSegments(tx, caller.workspaceId, 'fresh');
    await audit(tx, stores.clock, caller, { action: 'segment.created', target: segment.id });
  });
  return (await tell(stores, caller, [segment]))[0] as Told;
}

export type FreezeInput = { name: string; description: string; segment?: SegmentId; tree?: Tree };

/**
 * Keeps the people who fit a segment, or a filter, at this moment under a name of their own: whatever happens later, these stay in it. Merges carry them
 * along, erasure takes them out. Refuses `segment.not_found`, `segment.name_taken`, `segment.frozen` (of one that is), and what `check` refuses.
 */
export async function freezeSegment(stores: Stores, caller: Caller, { name, description, segment: of, tree: given }: FreezeInput): Promise<Told> {
  const { workspaceId } = caller, source = of && await stores.pg.tx(workspaceId, (tx) => demandSegment(tx, caller, of));
  if (source && source.kind === 'frozen') throw new Refusal('segment.frozen', { name: source.name }, 409);
  const tree = source?.tree ?? given ?? EVERYBODY, moment = await momentNow(stores, workspaceId), id: SegmentId = newId(), at = stores.clock.now();
  // What may not be asked is refused before anything is said of names.
  const compiled = await compiledFor(stores, caller, tree, moment);
  await stores.pg.tx(workspaceId, (tx) => refuseTaken(tx, caller, name, id));
  await keepList(stores.ch, workspaceId, id, compiled);
  const origin = { segment: source?.id ?? null, version: source?.version ?? null, tree, day: moment.day, people: await keptCount(stores.ch, workspaceId, id) };
  const frozen: Segment = { id, name, description, tree: { version: 1, root: { kind: 'kept', list: id } }, version: 1, owner: caller.actor.id, kind: 'frozen', origin, createdAt: at, updatedAt: at };
  await stores.pg.tx(workspaceId, async (tx) => {
    await refuseTaken(tx, caller, name, id);
    await saveSegment(tx, workspaceId, frozen, caller.actor.id);
    await audit(tx, stores.clock, caller, { action: 'segment.frozen', target: id, detail: { segment: source?.id ?? null, people: origin.people } });
  });
  return (await tell(stores, caller, [frozen]))[0] as Told;
}

export type SegmentChange = Partial<SegmentInput> & { owner?: string; version: number };

/** Changes a filter; a changed tree is a new version. `version` is the one that was read: refuses `segment.changed` when somebody was faster. */
export async function changeSegment(stores: Stores, caller: Caller, id: SegmentId, change: SegmentChange): Promise<Told> {
  if (change.tree) await demandTree(stores, caller, change.tree, id);
  const next = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const before = await demandSegment(tx, caller, id);
    if (before.version !== change.version) throw new Refusal('segment.changed', { version: before.version }, 409);
    if (change.tree && before.kind === 'frozen') throw new Refusal('segment.frozen', { name: before.name }, 409);
    const tree = change.tree ?? before.tree;
    // The store gives keys back in an order of its own.
    const grew = !isDeepStrictEqual(tree, before.tree);
    const segment: Segment = {
      ...before, name: change.name ?? before.name, description: change.description ?? before.description, owner: change.owner ?? before.owner,
      tree, version: before.version + (grew ? 1 : 0), updatedAt: stores.clock.now(),
    };
    await holdSegments(tx, caller.workspaceId, segmentsOf(tree), segmentsOf(before.tree));
    await refuseTaken(tx, caller, segment.name, id);
    await saveSegment(tx, caller.workspaceId, segment, caller.actor.id);
    if (grew) await askSegments(tx, caller.workspaceId, 'fresh');
    await audit(tx, stores.clock, caller, { action: 'segment.changed', target: id, detail: { version: segment.version } });
    return segment;
  });
  return (await tell(stores, caller, [next]))[0] as Told;
}

/** So many of those who work with a segment are named when it may not go. */
const NAMED = 5;

/** What works with a segment would go on by conditions that nobody sees any more. Of those of shops that are not the caller's only the number is told. Refuses `segment.used`. */
async function refuseUsed(tx: Tx, caller: Caller, id: SegmentId): Promise<void> {
  const segments = await allSegments(tx, caller.workspaceId);
  const seen = (await workingWith(tx, caller, segments))(id), all = caller.shops.length === 0 ? seen : (await workingWith(tx, { ...caller, shops: [] }, segments))(id);
  const named = seen.slice(0, NAMED);
  if (all.length > 0) throw new Refusal('segment.used', { count: all.length, named: named.length, names: named.map(({ name }) => name).join(', '), more: all.length - named.length, usedBy: seen }, 409);
}

/** Puts a filter away; its versions stay. Refuses `segment.not_found`, and `segment.used` where something works with it. */
export async function dropSegment(stores: Stores, caller: Caller, id: SegmentId): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    // Locked: whoever is saving something that names it is waited for, and whoever would save such a thing waits and then finds it gone.
    await demandSegment(tx, caller, id);
    await refuseUsed(tx, caller, id);
    await archiveSegment(tx, caller.workspaceId, id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'segment.archived', target: id });
  });
}

/** The tree of a saved filter, put away or not, for whoever counts with it. Refuses `segment.not_found`. */
export async function segmentTree(stores: Stores, caller: Caller, id: SegmentId): Promise<Tree> {
  const found = await stores.pg.tx(caller.workspaceId, (tx) => treeOfSegment(tx, caller.workspaceId, id));
  if (!found) throw notFound('segment', { id });
  return found.tree;
}
