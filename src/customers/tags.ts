import type { Caller } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { type CustomerId, newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { eachApart } from '../kernel/tick.ts';
import { isBelow, isComputed, type OnEmpty, tagChanges, type TagKind, type TagNode, treeOf } from './core/tags.ts';
import { flushMirror, owe } from './mirror.ts';
import { lockIdentity, ownersById } from './queries/identity.ts';
import {
  allTags, archiveTag, endMembers, type HeldTag, insertTag, insertTagVersion, lockTag, memberCounts, membersNow, stampTag, startMembers, tagById, type TagRow, tagsOf, type TagVersion, updateTag, valueCounts, versionsOf,
} from './queries/tags.ts';
import { refold } from './refold.ts';
import { tagRuleOf } from './registry.ts';
import { seenIn } from './scope.ts';
import { ownerNamed } from './tell.ts';

export type TagInput = { key: string; name: string; kind: TagKind; parentId?: string | null; onEmpty?: OnEmpty; everyHours?: number | null; spec?: unknown };
export type TagChange = Partial<Pick<TagRow, 'name' | 'parentId' | 'onEmpty' | 'everyHours' | 'spec' | 'owner'>>;
/** `values`: of a tag that carries one, who bears which, the most frequent first. */
export type TagLine = TagRow & { count: number; values: { value: string; count: number }[] };

const VALUES_TOLD = 50;

const ownerName = (caller: Caller): string => `${caller.actor.kind}:${caller.actor.id}`;

/** The tree of tags with how many customers bear each. */
export async function tagTree(stores: Stores, workspaceId: WorkspaceId): Promise<TagNode<TagLine>[]> {
  return stores.pg.tx(workspaceId, async (tx) => {
    const counts = new Map((await memberCounts(tx, workspaceId)).map(({ tagId, count }) => [tagId, count]));
    const values = Map.groupBy(await valueCounts(tx, workspaceId, VALUES_TOLD), ({ tagId }) => tagId);
    return treeOf((await allTags(tx, workspaceId)).map((tag) => ({ ...tag, count: counts.get(tag.id) ?? 0, values: (values.get(tag.id) ?? []).map(({ value, count }) => ({ value, count })) })));
  });
}

/** What a tag's rule was, version by version, the newest first. Refuses `tag.not_found`. */
export const tagVersions = (stores: Stores, { workspaceId }: Caller, id: string): Promise<TagVersion[]> =>
  stores.pg.tx(workspaceId, async (tx) => {
    if (!(await tagById(tx, workspaceId, id))) throw notFound('tag', { id });
    return versionsOf(tx, workspaceId, id);
  });

/** A tag as a customer bears it now, with its rule. Refuses `customer.not_found`, and `tag.not_found` where they do not bear it. */
export const heldTag = (stores: Stores, caller: Caller, customer: string, id: string): Promise<{ owner: CustomerId; held: HeldTag; spec: unknown; version: number }> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const owner = await ownerNamed(tx, caller, customer);
    const [tag, held] = [await tagById(tx, caller.workspaceId, id), (await tagsOf(tx, caller.workspaceId, owner)).find(({ tagId, endedAt }) => tagId === id && endedAt === null)];
    if (!tag || !held) throw notFound('tag', { id });
    return { owner, held, spec: tag.spec, version: tag.version };
  });

async function demandParent(tx: Tx, workspaceId: WorkspaceId, id: string, parentId: string | null): Promise<void> {
  if (parentId === null) return;
  const tags = await allTags(tx, workspaceId);
  if (!tags.some((tag) => tag.id === parentId)) throw notFound('tag', { id: parentId });
  if (isBelow(tags, id, parentId)) throw new Refusal('tag.parent_below', { id, parentId });
}

/** A computed tag has somebody who computes it, and a rule they can use. */
async function demandRule(stores: Stores, caller: Caller, kind: TagKind, spec: unknown): Promise<void> {
  if (!isComputed(kind)) return;
  const rule = tagRuleOf(kind);
  if (!rule) throw new Refusal('tag.rule_unknown', { kind });
  await rule.check?.(stores, caller, spec);
}

/** Makes a tag. Refuses `tag.exists` (409), `tag.not_found` for its parent, `tag.rule_unknown` for a computed kind nobody computes, and what its rule has against the spec. */
export async function addTag(stores: Stores, caller: Caller, input: TagInput): Promise<TagRow> {
  const { workspaceId } = caller;
  await demandRule(stores, caller, input.kind, input.spec ?? {});
  const tag: TagRow = {
    id: newId(), parentId: input.parentId ?? null, key: input.key, name: input.name, kind: input.kind, owner: ownerName(caller), onEmpty: input.onEmpty ?? 'clear',
    everyHours: input.everyHours ?? null, spec: input.spec ?? {}, version: 1, createdAt: stores.clock.now(), refreshedAt: null,
  };
  await stores.pg.tx(workspaceId, async (tx) => {
    await demandParent(tx, workspaceId, tag.id, tag.parentId);
    await tagRuleOf(tag.kind)?.hold?.(tx, workspaceId, tag.spec);
    if ((await insertTag(tx, workspaceId, tag)) === 0) throw new Refusal('tag.exists', { key: tag.key }, 409);
    await insertTagVersion(tx, workspaceId, tag, ownerName(caller), stores.clock.now());
  });
  if (isComputed(tag.kind)) await refreshTags(stores, workspaceId, [tag.id]);
  return tag;
}

/** Changes a tag; a new rule or keep-or-clear is a new version, the old ones stay. */
export async function changeTag(stores: Stores, caller: Caller, id: string, change: TagChange): Promise<TagRow> {
  const { workspaceId } = caller;
  const next = await stores.pg.tx(workspaceId, async (tx) => {
    const tag = await tagById(tx, workspaceId, id);
    if (!tag) throw notFound('tag', { id });
    await demandParent(tx, workspaceId, id, change.parentId ?? null);
    if (change.spec !== undefined) await demandRule(stores, caller, tag.kind, change.spec);
    const isNew = change.spec !== undefined || change.onEmpty !== undefined;
    const next: TagRow = { ...tag, ...change, version: tag.version + (isNew ? 1 : 0) };
    if (change.spec !== undefined) await tagRuleOf(tag.kind)?.hold?.(tx, workspaceId, change.spec, tag.spec);
    await updateTag(tx, workspaceId, next);
    if (isNew) await insertTagVersion(tx, workspaceId, next, ownerName(caller), stores.clock.now());
    return next;
  });
  if (isComputed(next.kind) && (change.spec !== undefined || change.onEmpty !== undefined)) await refreshTags(stores, workspaceId, [id]);
  return next;
}

/** `backfill`: what was found tells of the past, and starts nothing. */
async function changed(tx: Tx, stores: Stores, workspaceId: WorkspaceId, tagId: string, customers: readonly CustomerId[], backfill = false): Promise<void> {
  if (customers.length === 0) return;
  await refold(tx, workspaceId, customers);
  await owe(tx, stores, workspaceId, { customers });
  await announce(tx, stores.clock, workspaceId, 'tags.changed', { tag: tagId, customers: customers.slice(0, 1_000), count: customers.length, ...(backfill ? { backfill } : {}) });
}

/** Retires a tag: nobody bears it any more, its history stays. */
export async function dropTag(stores: Stores, caller: Caller, id: string): Promise<void> {
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    await lockIdentity(tx, workspaceId);
    const bearers = (await membersNow(tx, workspaceId, id)).map(({ owner }) => owner);
    await endMembers(tx, workspaceId, id, bearers, stores.clock.now());
    if ((await archiveTag(tx, workspaceId, id, stores.clock.now())) === 0) throw notFound('tag', { id });
    await changed(tx, stores, workspaceId, id, bearers);
  });
  await flushMirror(stores, workspaceId);
}

export type BearInput = { tag: string; give: readonly CustomerId[]; take: readonly CustomerId[] };

/** Gives a said tag to customers and takes it from others. Refuses `tag.computed` for one that a rule decides. How many customers changed. */
export async function bearTag(stores: Stores, caller: Caller, { tag: id, give, take }: BearInput): Promise<number> {
  const { workspaceId } = caller;
  const count = await stores.pg.tx(workspaceId, async (tx) => {
    const tag = await tagById(tx, workspaceId, id);
    if (!tag) throw notFound('tag', { id });
    if (isComputed(tag.kind)) throw new Refusal('tag.computed', { tag: tag.key, kind: tag.kind });
    await lockIdentity(tx, workspaceId);
    const owners = await ownersById(tx, workspaceId, await seenIn(tx, caller, [...give, ...take]));
    const [givers, takers] = [give, take].map((ids) => [...new Set(ids.flatMap((one) => owners.get(one) ?? []))]) as [CustomerId[], CustomerId[]];
    await startMembers(tx, workspaceId, givers.map((customerId) => ({ tagId: id, customerId, value: '', source: ownerName(caller), since: stores.clock.now() })));
    await endMembers(tx, workspaceId, id, takers, stores.clock.now());
    await changed(tx, stores, workspaceId, id, [...givers, ...takers]);
    return givers.length + takers.length;
  });
  await flushMirror(stores, workspaceId);
  return count;
}

/** A tag by its name or key; a name that no tag has yet makes one. Refuses `tag.computed` for one that a rule decides. */
async function tagNamed(tx: Tx, stores: Stores, caller: Caller, known: readonly TagRow[], name: string): Promise<string> {
  const tag = known.find((one) => one.name === name || one.key === name);
  if (tag && isComputed(tag.kind)) throw new Refusal('tag.computed', { tag: tag.key, kind: tag.kind });
  if (tag) return tag.id;
  const made: TagRow = { id: newId(), parentId: null, key: name, name, kind: 'manual', owner: ownerName(caller), onEmpty: 'clear', everyHours: null, spec: {}, version: 1, createdAt: stores.clock.now(), refreshedAt: null };
  if ((await insertTag(tx, caller.workspaceId, made)) === 0) throw new Refusal('tag.exists', { key: name }, 409);
  await insertTagVersion(tx, caller.workspaceId, made, ownerName(caller), stores.clock.now());
  return made.id;
}

/** Gives a customer the tags that were seen in a note, by name, since the day of the note; their ids. Inside the caller's transaction: flush the mirror after it. */
export async function giveSeen(tx: Tx, stores: Stores, caller: Caller, { customer, names, at, source }: { customer: CustomerId; names: readonly string[]; at: Date; source: string }): Promise<string[]> {
  if (names.length === 0) return [];
  const { workspaceId } = caller;
  await lockIdentity(tx, workspaceId);
  const known = await allTags(tx, workspaceId);
  const ids: string[] = [];
  for (const name of new Set(names)) ids.push(await tagNamed(tx, stores, caller, known, name));
  await startMembers(tx, workspaceId, ids.map((tagId) => ({ tagId, customerId: customer, value: '', source, since: at })));
  for (const tagId of ids) await changed(tx, stores, workspaceId, tagId, [customer]);
  return ids;
}

/** `customers`: of these alone, whom something happened to. `backfill`: nothing of it is news. */
export type RefreshOptions = { customers?: readonly CustomerId[]; backfill?: boolean };

/** Under the tag's lock from looking to writing, and by the rule as it then stands: what was found earlier never lies over what was found later. */
const refreshTag = (stores: Stores, workspaceId: WorkspaceId, id: string, { customers, backfill = false }: RefreshOptions): Promise<number> =>
  stores.pg.tx(workspaceId, async (tx) => {
    await lockTag(tx, workspaceId, id);
    const tag = await tagById(tx, workspaceId, id), rule = tag && tagRuleOf(tag.kind);
    if (!tag || !rule) return 0;
    const found = new Map((await rule.find(stores, workspaceId, tag.spec, customers)).map(({ customer, value }) => [customer, value ?? '']));
    const at = stores.clock.now();
    await lockIdentity(tx, workspaceId);
    const members = await membersNow(tx, workspaceId, id, customers), now = new Map(members.filter(({ split }) => !split).map(({ owner, value }) => [owner, value]));
    // A merged customer bears the tag under whichever anchors got it: one value of theirs is left, the one found, or else the newest.
    for (const { owner, value, split } of members) if (split && !found.has(owner)) (tag.onEmpty === 'keep' ? found : now).set(owner, value);
    const { start, end } = tagChanges(now, found, tag.onEmpty);
    await endMembers(tx, workspaceId, id, [...end, ...start.map(({ customer }) => customer)], at);
    await startMembers(tx, workspaceId, start.map(({ customer, value }) => ({ tagId: id, customerId: customer, value, source: `tag:${tag.kind}`, since: at })));
    if (!customers) await stampTag(tx, workspaceId, id, at);
    await changed(tx, stores, workspaceId, id, [...start.map(({ customer }) => customer), ...end], backfill);
    return start.length + end.length;
  });

/** Computes computed tags anew, all of them unless told which; how many customers changed. Refuses `tag.not_found`. */
export async function refreshTags(stores: Stores, workspaceId: WorkspaceId, ids?: readonly string[], options: RefreshOptions = {}): Promise<number> {
  const wanted = (await stores.pg.tx(workspaceId, (tx) => allTags(tx, workspaceId))).filter((tag) => !ids || ids.includes(tag.id));
  if (ids?.length && wanted.length === 0) throw notFound('tag', { id: ids[0] });
  const tags = wanted.filter((tag) => isComputed(tag.kind));
  let count = 0;
  for (const { id } of tags) count += await refreshTag(stores, workspaceId, id, options);
  await flushMirror(stores, workspaceId);
  return count;
}

/** Whether so many hours have gone by; so they have where the last time lies ahead, since the clock was put back. */
export const isDue = (lastMs: number, everyHours: number, nowMs: number): boolean => lastMs > nowMs || nowMs - lastMs >= everyHours * 3_600_000;

/** Computed tags whose time has come: what a scheduled job refreshes. */
export async function refreshDueTags(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const nowMs = stores.clock.now().getTime();
  const tags = await stores.pg.tx(workspaceId, (tx) => allTags(tx, workspaceId));
  const due = tags.filter(({ everyHours, refreshedAt }) => everyHours !== null && (refreshedAt === null || isDue(refreshedAt.getTime(), everyHours, nowMs)));
  await eachApart(due, ({ id }) => refreshTags(stores, workspaceId, [id]));
}
