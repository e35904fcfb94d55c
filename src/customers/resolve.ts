import type { Actor } from '../kernel/access/caller.ts';
import { type CustomerId, NOBODY, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadClosure } from './closure.ts';
import type { Field } from './core/fields.ts';
import { type Assertion, identityGraph, pairKey } from './core/graph.ts';
import { RULES } from './core/identifiers.ts';
import type { OwnershipPlan } from './core/ownership.ts';
import { ensureFields } from './fields.ts';
import { believe } from './forgotten.ts';
import type { ResolveItem, Resolution, Resolved, ResolveOptions } from './identify.ts';
import { flushMirror, owe } from './mirror.ts';
import { assertedPairs, type Newcomers, newcomersOf } from './newcomers.ts';
import { phoneReader } from './phones.ts';
import { insertAssertions, insertSubjects, knownPairs, lockIdentity, markActing, markVouched, openReviews, sharedReceivers, type SubjectRow, subjectsById } from './queries/identity.ts';
import { refold } from './refold.ts';
import { changedCustomers, planFor, saveLimits, type Scene, settle } from './settle.ts';
import { itemReader, type ReadItem } from './subjects.ts';
import { isSilent, type Saying, sayingsOf, writeSayings } from './sayings.ts';
import { raiseTask } from './tasks.ts';
import { writingVault } from './vault.ts';

/** What one transaction takes at most. Who is spoken of often is looked up once in it, so that the different ones count. */
const PER_TRANSACTION = { different: 10_000, items: 50_000 };
const ITSELF: Actor = { kind: 'system', id: 'resolve' };
/** So many ids tell whether a batch is worth recognising at all. */
const PROBE = 100;

type Pair = Assertion & { source: string; at: Date };
/** `vouched`: said by somebody else than a file, so that it stays when files are taken back. */
type Chunk = { items: readonly ResolveItem[]; read: readonly ReadItem[]; vouched: boolean };
type Answer = Omit<Resolution, 'items'> & { owners: ReadonlyMap<SubjectId, CustomerId> };

/** `chunk`: what was believed of the items; `sayings`: what they say beyond who people are. */
type Learned = Answer & { chunk: Chunk; sayings: readonly Saying[] };

const ALL_FIT: readonly string[] = [];
const QUIET: Omit<Answer, 'owners'> = { created: [], merged: [], parted: [] };

/** Each pair once, with the earliest item that said it. */
function pairsIn({ items, read }: Chunk): Map<string, Pair> {
  const pairs = new Map<string, Pair>();
  const seen = new Set<ReadItem>();
  for (const [at, one] of read.entries()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const item = items[at] as ResolveItem;
    for (const { a, b } of assertedPairs(one)) {
      const key = pairKey(a, b);
      if (!pairs.has(key)) pairs.set(key, { a, b, source: item.source, at: item.at });
    }
  }
  return pairs;
}

const idsIn = ({ read }: Chunk): SubjectId[] => {
  const ids = new Set<SubjectId>();
  for (const { subjects, acting } of new Set(read)) if (acting) for (const { id } of subjects) ids.add(id);
  return [...ids];
};
const actingIn = ({ read }: Chunk): Set<SubjectId> => {
  const ids = new Set<SubjectId>();
  for (const { acting } of read) if (acting) ids.add(acting.id);
  return ids;
};

/** Pairs nobody has said yet, and those only files have said when it is not a file that says them now. */
async function unknownPairs(tx: Tx, workspaceId: WorkspaceId, chunk: Chunk, known: ReadonlyMap<SubjectId, unknown>): Promise<Pair[]> {
  const pairs = pairsIn(chunk);
  const old = [...pairs.values()].filter(({ a, b }) => known.has(a) && known.has(b));
  for (const place of await knownPairs(tx, workspaceId, old, chunk.vouched)) {
    const { a, b } = old[place] as Pair;
    pairs.delete(pairKey(a, b));
  }
  return [...pairs.values()];
}

/** The common case of a running shop: everybody is known and nothing new is said. Reads only, takes no lock. */
async function recognise(stores: Stores, workspaceId: WorkspaceId, chunk: Chunk): Promise<Answer | undefined> {
  if (!chunk.items.every(isSilent)) return undefined;
  return stores.pg.tx(workspaceId, async (tx) => {
    const ids = idsIn(chunk);
    const probe = ids.slice(0, PROBE);
    if ((await subjectsById(tx, workspaceId, probe)).size < probe.length) return undefined;
    const known = await subjectsById(tx, workspaceId, ids);
    if (known.size < ids.length || [...actingIn(chunk)].some((id) => !known.get(id)?.acts)) return undefined;
    if (chunk.vouched && [...known.values()].some(({ vouched }) => !vouched)) return undefined;
    const news = await unknownPairs(tx, workspaceId, chunk, known);
    return news.length > 0 ? undefined : { ...QUIET, owners: ownersIn(known.values()) };
  });
}

const ownersIn = (rows: Iterable<SubjectRow>): Map<SubjectId, CustomerId> =>
  new Map([...rows].flatMap(({ id, customerId }) => (customerId ? [[id, customerId] as const] : [])));

type News = { known: Map<SubjectId, SubjectRow>; newcomers: Newcomers; pairs: Pair[] };

/** The graph of everything the news touches, and what it changes. */
async function planNews(scene: Scene, { known, newcomers, pairs }: News): Promise<OwnershipPlan> {
  const { tx, workspaceId } = scene;
  const seeds = pairs.flatMap(({ a, b }) => [a, b]).filter((id) => known.has(id));
  const closure = await loadClosure(tx, workspaceId, seeds);
  const graph = identityGraph({ nodes: [...closure.subjects.values(), ...newcomers.subjects.values()], assertions: [...closure.assertions, ...pairs], cuts: closure.cuts, limits: closure.limits });
  const over = new Set(graph.overLimit);
  for (const subject of newcomers.subjects.values()) subject.over = over.has(subject.id);
  await saveLimits(scene, closure.subjects, graph.overLimit);
  return planFor(scene, closure, graph);
}

async function saveNews({ tx, workspaceId, stores }: Scene, { newcomers, pairs, known }: News, plan: OwnershipPlan, vouched: boolean): Promise<void> {
  for (const subject of newcomers.subjects.values()) subject.customerId = plan.owners.get(subject.id) ?? null;
  // In the order of the index, or every row touches another page.
  if (newcomers.subjects.size > 0) await insertSubjects(tx, workspaceId, [...newcomers.subjects.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
  await insertAssertions(tx, workspaceId, [...pairs].sort((x, y) => (x.a < y.a ? -1 : x.a > y.a ? 1 : x.b < y.b ? -1 : 1)), vouched);
  const only = vouched ? [...known.values()].filter((row) => !row.vouched).map(({ id }) => id) : [];
  if (only.length > 0) await markVouched(tx, workspaceId, only);
  const kindOf = (id: SubjectId) => (newcomers.subjects.get(id) ?? known.get(id))?.kind;
  const receivers = pairs.flatMap(({ a, b }) => [a, b]).filter((id) => { const kind = kindOf(id); return kind && !RULES[kind].links; });
  await openReviews(tx, workspaceId, 'receiver_shared', await sharedReceivers(tx, workspaceId, [...new Set(receivers)]), stores.clock.now());
}

/** Subjects whose owner ClickHouse must hear: they stand on events and belong to another, or have just changed hands. */
function owedSubjects(chunk: Chunk, { known, newcomers }: News, plan: OwnershipPlan, owners: ReadonlyMap<SubjectId, CustomerId>): SubjectId[] {
  const moved = plan.moves.map(({ id }) => id);
  const starting = [...actingIn(chunk)].filter((id) => !known.get(id)?.acts || newcomers.subjects.has(id));
  return [...moved, ...starting.filter((id) => owners.get(id) !== id)];
}

async function learn(scene: Scene, keys: WorkspaceKeys, given: Chunk, fields: ReadonlyMap<string, Field>): Promise<Learned> {
  const { tx, workspaceId, stores } = scene;
  await lockIdentity(tx, workspaceId);
  const known = await subjectsById(tx, workspaceId, idsIn(given));
  const { read, back } = await believe(tx, stores, workspaceId, given, (id) => known.has(id));
  const chunk: Chunk = { ...given, read };
  const sayings = sayingsOf(fields, chunk.items, read);
  const vault = await writingVault(tx, keys, workspaceId);
  const news: News = { known, newcomers: newcomersOf({ keys, vault, workspaceId, isKnown: (id) => known.has(id), vouched: chunk.vouched }, chunk.read), pairs: await unknownPairs(tx, workspaceId, chunk, known) };
  const plan = await planNews(scene, news);
  await saveNews(scene, news, plan, chunk.vouched);
  await settle(scene, plan);
  const starting = [...actingIn(chunk)].filter((id) => known.get(id)?.acts === false);
  if (starting.length > 0) await markActing(tx, workspaceId, starting);
  const owners = new Map([...ownersIn(known.values()), ...plan.owners]);
  const newcomers = plan.born.filter(({ alone }) => alone).map(({ id }) => id), isNew = new Set(newcomers);
  const heard = await writeSayings(scene, vault, { sayings, owners, born: newcomers, kindsOf: kindsBy(news, plan), vouched: chunk.vouched });
  await vault.save();
  await refold(tx, workspaceId, [...plan.touched, ...plan.parted.map(({ from }) => from).filter((id) => owners.get(id) === id), ...heard]);
  await owe(tx, stores, workspaceId, { customers: [...changedCustomers(plan), ...heard].filter((id) => !isNew.has(id)), subjects: owedSubjects(chunk, news, plan, owners), newcomers });
  for (const customerId of new Set(back.flatMap((id) => owners.get(id) ?? []))) await raiseTask(tx, stores, workspaceId, 'system:perennial', { code: 'task.erased_returned', customerId });
  return { chunk, sayings, owners, created: plan.born.filter(({ created }) => created).map(({ id }) => id), merged: plan.merged.map(({ keep, absorbed }) => ({ keep, absorbed })), parted: plan.parted.map(({ customer, from }) => ({ customer, from })) };
}

/** The kinds of identifier of customers made of newcomers only. */
function kindsBy({ newcomers }: News, plan: OwnershipPlan): Map<CustomerId, Set<SubjectRow['kind']>> {
  const kinds = new Map<CustomerId, Set<SubjectRow['kind']>>(plan.born.filter(({ alone }) => alone).map(({ id }) => [id, new Set()]));
  for (const { customerId, kind } of newcomers.subjects.values()) if (customerId) kinds.get(customerId)?.add(kind);
  return kinds;
}

async function resolveChunk(stores: Stores, workspaceId: WorkspaceId, keys: WorkspaceKeys, fields: ReadonlyMap<string, Field>, chunk: Chunk, by: Actor): Promise<{ answer: Answer; items: Resolved[] }> {
  const answer: Answer & Partial<Learned> = (await recognise(stores, workspaceId, chunk))
    ?? (await stores.pg.tx(workspaceId, (tx) => learn({ tx, stores, workspaceId, by, reason: '' }, keys, chunk, fields)));
  const { sayings, chunk: { read } = chunk } = answer;
  const items = read.map(({ acting, problems }, at): Resolved => ({
    subject: acting?.id ?? NOBODY, customer: (acting && answer.owners.get(acting.id)) ?? NOBODY, problems, unfit: sayings?.[at]?.unfit ?? ALL_FIT,
  }));
  return { answer, items };
}

/** Items from a place on, as many as one transaction takes. */
function portionOf(items: readonly ResolveItem[], at: number, read: ReturnType<typeof itemReader>): Omit<Chunk, 'vouched'> {
  const different = new Set<ReadItem>(), own: ReadItem[] = [];
  for (const { identifiers } of items.slice(at, at + PER_TRANSACTION.items)) {
    if (different.size >= PER_TRANSACTION.different) break;
    const one = read(identifiers);
    own.push(one);
    different.add(one);
  }
  return { items: items.slice(at, at + own.length), read: own };
}

/**
 * Whose are these? Links what every item says about one person, and answers with the subject and the customer of each, in order.
 * Idempotent: the same items again change nothing. Items without a usable identifier belong to NOBODY.
 */
export async function resolve(stores: Stores, workspaceId: WorkspaceId, items: readonly ResolveItem[], { mirror = 'now', country, by = ITSELF, from = 'voice' }: ResolveOptions = {}): Promise<Resolution> {
  const keys = await stores.keys.of(workspaceId);
  const read = itemReader(keys, phoneReader(country));
  const traits = items.flatMap((item) => (item.traits ? [item.traits] : []));
  const fields = traits.length > 0 ? await stores.pg.tx(workspaceId, (tx) => ensureFields(tx, workspaceId, traits, stores.clock.now())) : new Map<string, Field>();
  const all: Resolution = { items: [], created: [], merged: [], parted: [] };
  const chunkFrom = (at: number): Chunk => ({ ...portionOf(items, at, read), vouched: from === 'voice' });
  let chunk = chunkFrom(0);
  for (let done = 0; done < items.length;) {
    const working = resolveChunk(stores, workspaceId, keys, fields, chunk, by);
    done += chunk.items.length;
    // Hash the next chunk while Postgres writes this one.
    chunk = chunkFrom(done);
    const { answer, items: resolved } = await working;
    for (const item of resolved) all.items.push(item);
    all.created.push(...answer.created);
    all.merged.push(...answer.merged);
    all.parted.push(...answer.parted);
  }
  if (mirror !== 'later') await flushMirror(stores, workspaceId, { newcomers: mirror === 'now' });
  return latest(all);
}

/** A later chunk may have joined what an earlier one answered: everybody is given as they stand at the end. */
function latest(all: Resolution): Resolution {
  if (all.merged.length === 0) return all;
  const into = new Map(all.merged.flatMap(({ keep, absorbed }) => absorbed.map((id) => [id, keep] as const)));
  const now = (id: CustomerId): CustomerId => {
    let at = id;
    for (let hops = 0; into.has(at) && hops < 16; hops++) at = into.get(at) as CustomerId;
    return at;
  };
  return { ...all, items: all.items.map((item) => ({ ...item, customer: now(item.customer) })) };
}
