import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { Tree, type TreeInput } from '../../kernel/conditions/index.ts';
import type { Facts } from '../../kernel/errors.ts';
import { announce } from '../../kernel/facts.ts';
import { many, run, sql } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { takeRun, wantRun } from '../scoring/store.ts';
import { heldSizes } from './held.ts';
import { lookAtSegments } from './lookAt.ts';
import { memberIds, segmentSize } from './members.ts';
import { statesOfSegments } from './queries/looks.ts';
import { sizesHeld } from './queries/membership.ts';
import { numberOf } from './queries/store.ts';
import { catchUpSegments, segmentReactions } from './reactions.ts';
import { recomputeFresh, recomputeSegments, segmentJobs } from './recompute.ts';
import { changeSegment, createSegment, dropSegment, freezeSegment, listWatched } from './segments.ts';
import { membersOfSegment, pastCounts, sizesOf } from './sizes.ts';
import { segmentsOfCustomer } from './why.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-10T04:00:00Z'); });
afterAll(() => stores.close());

const tree = (root: TreeInput['root']): Tree => Tree.parse({ version: 1, root });
const event = (event: string, more: object): TreeInput['root'] => ({ kind: 'event', event, of: { measure: 'count', test: { op: 'at_least', value: 1 } }, ...more }) as TreeInput['root'];
const BOUGHT_TWICE = tree({ kind: 'and', of: [
  event('order.paid', { window: { kind: 'rolling', days: 90 }, of: { measure: 'count', test: { op: 'at_least', value: 2 } } }),
  event('page.viewed', { window: { kind: 'rolling', days: 30 }, of: { measure: 'count', test: { op: 'is', value: 0 } } }),
] });
const HANGZHOU = tree({ kind: 'field', field: 'city', test: { op: 'equals', value: '杭州' } });
const LEFT_CART = tree({ kind: 'unfollowed', event: 'cart.added', by: { event: 'order.paid', where: [] }, within: { amount: 30, unit: 'minutes' } });

const PEOPLE = 40;
/** Forty people; the nth bought n % 4 times, every third has looked at a page in the last weeks, every second lives in Hangzhou. */
async function shop(): Promise<Caller> {
  const caller = systemCaller(await testWorkspace(stores), ['customers.read', 'lifecycle.write']), all = Array.from({ length: PEOPLE }, (_, n) => n);
  await putStates(stores, caller.workspaceId, all.map((n) => ({ customer: customerOf(n), texts: { city: n % 2 ? '杭州' : '上海' } })));
  await putOrders(stores, caller.workspaceId, all.flatMap((n) => Array.from({ length: n % 4 }, (_, at) => ({ customer: customerOf(n), day: `2025-12-0${at + 1}`, amount: 100 }))));
  await putEvents(stores, caller.workspaceId, all.map((n) => ({ customer: customerOf(n), time: n % 3 ? '2025-11-01 02:00:00' : '2026-01-10 02:00:00', event: 'page.viewed' })));
  return caller;
}
const factsOf = (caller: Caller): Promise<Facts[]> => stores.pg.tx(caller.workspaceId, async (tx) =>
  (await many(tx, sql<{ payload: Facts }>`select payload from fact where workspace_id = ${caller.workspaceId} and kind = 'segment.changed' order by id`)).map(({ payload }) => payload));
const make = (caller: Caller, name: string, of: Tree) => createSegment(stores, caller, { name, description: '', tree: of });
const visit = (caller: Caller, n: number, name = 'page.viewed', time = '2026-01-10 03:00:00'): Promise<void> => putEvents(stores, caller.workspaceId, [{ customer: customerOf(n), time, event: name }]);

test('R23: paid at least twice in 90 days and not visited in 30 is what plain SQL counts; the frozen copy does not change', async () => {
  const caller = await shop(), saved = await make(caller, 'silent regulars', BOUGHT_TWICE);
  const [counted] = await stores.ch.rows<{ people: number }>(`
    select count() as people from (select subject from orders where workspace = {workspace:UUID} and day > toDate('2026-01-10') - 90 group by subject having count() >= 2) as b
    where b.subject not in (select subject from events where workspace = {workspace:UUID} and day > toDate('2026-01-10') - 30)`, { workspace: caller.workspaceId });
  expect(counted?.people).toBeGreaterThan(5);
  expect((await segmentSize(stores, caller, saved.id)).count).toBe(counted?.people);
  expect(await recomputeSegments(stores, caller.workspaceId)).toMatchObject({ segments: 1, entered: counted?.people, left: 0 });
  const frozen = await freezeSegment(stores, caller, { name: 'silent then', description: '', segment: saved.id });
  expect(frozen).toMatchObject({ kind: 'frozen', origin: { segment: saved.id, version: 1, day: '2026-01-10', people: counted?.people } });
  const before = (await memberIds(stores, caller, frozen.tree, { after: null, limit: 100 })).ids;
  for (const id of before.slice(0, 3)) await putEvents(stores, caller.workspaceId, [{ customer: id, time: '2026-01-10 03:00:00', event: 'page.viewed' }]);
  expect((await segmentSize(stores, caller, saved.id)).count).toBe((counted?.people ?? 0) - 3);
  expect((await memberIds(stores, caller, frozen.tree, { after: null, limit: 100 })).ids).toEqual(before);
  await expect(changeSegment(stores, caller, frozen.id, { version: 1, tree: HANGZHOU })).rejects.toThrow('segment.frozen');
  await expect(freezeSegment(stores, caller, { name: 'again', description: '', segment: frozen.id })).rejects.toThrow('segment.frozen');
  // Who was merged into another is that other, and a filter may name the list like any segment.
  await stores.ch.insert('subject_owner', [{ workspace: caller.workspaceId, subject: before[0], customer: customerOf(0), version: 1 }]);
  await stores.ch.command(`alter table customer_state delete where workspace = {workspace:UUID} and customer = {gone:UUID} settings mutations_sync = 2`, { workspace: caller.workspaceId, gone: before[0] });
  const named = await make(caller, 'all of them', tree({ kind: 'segment', segment: frozen.id }));
  const after = (await memberIds(stores, caller, named.tree, { after: null, limit: 100 })).ids;
  expect(after).toEqual([...before.filter((id) => id !== before[0]), customerOf(0)].sort());
});

test('one pass finds for every segment whom it finds alone; first tellings and changed filters are back-fill, what time brings is news', async () => {
  const caller = await shop(), made = [await make(caller, 'a', BOUGHT_TWICE), await make(caller, 'b', HANGZHOU), await make(caller, 'c', tree({ kind: 'not', of: HANGZHOU.root }))];
  await recomputeSegments(stores, caller.workspaceId);
  for (const { id } of made) expect((await sizesOf(stores, caller, id)).at(-1)?.people).toBe((await segmentSize(stores, caller, id)).count);
  expect((await factsOf(caller)).map(({ segment, entered, enteredCount, backfill }) => ({ segment, entered, enteredCount, backfill }))).toEqual(
    await Promise.all(made.map(async ({ id }) => ({ segment: id, entered: [], enteredCount: (await segmentSize(stores, caller, id)).count, backfill: true }))));
  const [silent, hangzhou] = made as [typeof made[0], typeof made[0]];
  await visit(caller, 2);
  expect(await recomputeSegments(stores, caller.workspaceId)).toMatchObject({ entered: 0, left: 1, backfill: false });
  expect((await factsOf(caller)).slice(3)).toEqual([{ segment: silent.id, version: 1, entered: [], left: [customerOf(2)], enteredCount: 0, leftCount: 1, backfill: false }]);
  await changeSegment(stores, caller, hangzhou.id, { version: 1, tree: tree({ kind: 'field', field: 'city', test: { op: 'equals', value: '上海' } }) });
  await recomputeSegments(stores, caller.workspaceId);
  expect((await factsOf(caller)).slice(4)).toEqual([{ segment: hangzhou.id, version: 2, entered: [], left: [], enteredCount: 20, leftCount: 20, backfill: true }]);
  expect(await recomputeSegments(stores, caller.workspaceId)).toMatchObject({ entered: 0, left: 0 });
});

test('the sizes of all segments come from one pass and are those each is counted at by itself, also for some shops; none is told by an old filter, or by what the caller may not see', async () => {
  const caller = await shop(), { workspaceId } = caller, owner: Caller = { ...caller, permissions: new Set([...caller.permissions, 'customers.unmask']) };
  const people = Array.from({ length: PEOPLE }, (_, n) => ({ customer: customerOf(n), texts: { city: n % 2 ? '杭州' : '上海' }, lists: { shops: [n % 5 ? 'web' : 'store'] }, reach: n % 3 ? ['email'] : ['email', 'sms'] }));
  await putStates(stores, workspaceId, people);
  const silent = await make(caller, 'a', BOUGHT_TWICE), city = await make(caller, 'b', HANGZHOU), born = await make(owner, 'c', tree({ kind: 'not', of: { kind: 'field', field: 'birthday', test: { op: 'present' } } }));
  expect(await heldSizes(stores, owner)).toEqual([]);
  await recomputeSegments(stores, workspaceId);
  const apart = (asker: Caller, ids: readonly string[]) => Promise.all(ids.map(async (id) => { const { count, reach } = await segmentSize(stores, asker, id); return { id, count, reach }; }));
  const of = async (asker: Caller) => (await heldSizes(stores, asker)).sort((a, b) => a.id.localeCompare(b.id)), store: Caller = { ...owner, shops: ['store'] };
  expect(await of(owner)).toEqual(await apart(owner, [silent.id, city.id, born.id].sort()));
  expect((await of(store)).map(({ count }) => count)).toEqual((await apart(store, [silent.id, city.id, born.id].sort())).map(({ count }) => count));
  expect((await of(owner)).find(({ id }) => id === city.id)).toMatchObject({ count: 20, reach: { email: 20, sms: 7 } });
  // A birthday is masked from this caller: neither the pass nor the list tells how many have none.
  await expect(segmentSize(stores, caller, born.id)).rejects.toThrow('condition.masked_field');
  expect((await of(caller)).map(({ id }) => id)).toEqual([silent.id, city.id].sort());
  await Promise.all([sizesOf(stores, caller, born.id), pastCounts(stores, caller, born.id, '2026-01-10'), membersOfSegment(stores, caller, born.id, { day: '2026-01-10', cursor: null, limit: 10 })].map((asked) => expect(asked).rejects.toThrow('condition.masked_field')));
  expect((await sizesOf(stores, owner, born.id)).map(({ people: size }) => size)).toEqual([40]);
  const namesOf = async (asker: Caller) => (await segmentsOfCustomer(stores, asker, customerOf(1))).map(({ name }) => name);
  expect([await namesOf(owner), await namesOf(caller)]).toEqual([['b', 'c'], ['b']]);
  const peopleOf = async (asker: Caller, id: string) => (await listWatched(stores, asker)).find((one) => one.id === id)?.people;
  expect([await peopleOf(owner, born.id), await peopleOf(caller, born.id), await peopleOf(store, born.id)]).toEqual([40, null, null]);
  await changeSegment(stores, caller, city.id, { version: 1, tree: tree({ kind: 'not', of: HANGZHOU.root }) });
  expect((await of(caller)).map(({ id }) => id)).toEqual([silent.id]);
  expect(await peopleOf(caller, city.id)).toBeNull();
});

test('new and changed segments share one look of the queue, which leaves alone what was looked at with its present filter', async () => {
  const caller = await shop(), asked = async () => (await stores.pg.jobsPool.query('select from graphile_worker.jobs where key like $1', [`segments:${caller.workspaceId}:%`])).rowCount;
  const [silent] = [await make(caller, 'a', BOUGHT_TWICE), await make(caller, 'b', HANGZHOU)];
  expect(await asked()).toBe(1);
  await recomputeFresh(stores, caller.workspaceId);
  expect((await factsOf(caller)).map(({ backfill }) => backfill)).toEqual([true, true]);
  await visit(caller, 2);
  await make(caller, 'c', LEFT_CART);
  await changeSegment(stores, caller, silent?.id as string, { version: 1, name: 'silent ones' });
  await recomputeFresh(stores, caller.workspaceId);
  // Whom the visit takes out of the first is found by the look at everybody alone.
  expect((await factsOf(caller)).slice(2)).toEqual([]);
  expect((await recomputeSegments(stores, caller.workspaceId)).left).toBe(1);
});

test('those something happened to are looked at by themselves; what an old event says, or a merge, is no news', async () => {
  const caller = await shop(), saved = await make(caller, 'silent', BOUGHT_TWICE);
  await recomputeSegments(stores, caller.workspaceId);
  const recorded = (customers: string[], backfill: boolean): Facts => ({ from: '2026-01-10', to: '2026-01-10', shops: [], backfill, customers, bought: [], told: [], did: { 'page.viewed': customers } });
  const heard = async (payload: Facts): Promise<void> => {
    const fact = { id: 1, workspaceId: caller.workspaceId, kind: 'events.recorded', payload, at: stores.clock.now() };
    await segmentReactions['events.recorded']['segments.lookActive'](stores, caller.workspaceId, [fact]);
  };
  await visit(caller, 2);
  await heard(recorded([customerOf(2), customerOf(4)], false));
  await visit(caller, 10);
  await heard(recorded([customerOf(10)], true));
  expect((await factsOf(caller)).slice(1)).toEqual([
    { segment: saved.id, version: 1, entered: [], left: [customerOf(2)], enteredCount: 0, leftCount: 1, backfill: false }, { segment: saved.id, version: 1, entered: [], left: [], enteredCount: 0, leftCount: 1, backfill: true },
  ]);
  const { count } = await segmentSize(stores, caller, saved.id);
  expect((await sizesHeld(stores.ch, caller.workspaceId))[0]?.people).toBe(count);
  expect((await sizesOf(stores, caller, saved.id)).at(-1)?.people).toBe(count);
  expect(await recomputeSegments(stores, caller.workspaceId)).toMatchObject({ entered: 0, left: 0 });
});

test('where minutes decide, the clock looks again; on a new day everybody is looked at, and who was in it on a day is remembered', async () => {
  const caller = await shop(), saved = await make(caller, 'left a cart', LEFT_CART);
  await recomputeSegments(stores, caller.workspaceId);
  await visit(caller, 1, 'cart.added', '2026-01-10 03:50:00');
  await lookAtSegments(stores, caller.workspaceId, [customerOf(1)]);
  const held = async (): Promise<number> => (await sizesHeld(stores.ch, caller.workspaceId))[0]?.people ?? 0;
  expect(await held()).toBe(0);
  stores.clock.advance(19 * 60_000);
  await catchUpSegments(stores, caller.workspaceId);
  expect(await held()).toBe(0);
  stores.clock.advance(2 * 60_000);
  await catchUpSegments(stores, caller.workspaceId);
  expect(await held()).toBe(1);
  expect((await factsOf(caller)).at(-1)).toMatchObject({ segment: saved.id, entered: [customerOf(1)], left: [], backfill: false });
  stores.clock.advance(86_400_000);
  await putOrders(stores, caller.workspaceId, [{ customer: customerOf(1), day: '2026-01-11', amount: 5 }]);
  await putOrders(stores, caller.workspaceId, []);
  const changed = await changeSegment(stores, caller, saved.id, { version: 1, tree: tree({ kind: 'and', of: [LEFT_CART.root, event('order.paid', { window: { kind: 'rolling', days: 1 }, of: { measure: 'count', test: { op: 'is', value: 0 } } })] }) });
  await catchUpSegments(stores, caller.workspaceId);
  expect(await held()).toBe(0);
  expect((await factsOf(caller)).at(-1)).toMatchObject({ version: changed.version, leftCount: 1, backfill: true });
  const on = async (day: string) => (await membersOfSegment(stores, caller, saved.id, { day, cursor: null, limit: 10 })).ids;
  expect([await on('2026-01-09'), await on('2026-01-10'), await on('2026-01-11')]).toEqual([[], [customerOf(1)], []]);
  const since = async (day: string) => [await pastCounts(stores, caller, saved.id, day), (await membersOfSegment(stores, caller, saved.id, { day, show: 'came', cursor: null, limit: 10 })).ids, (await membersOfSegment(stores, caller, saved.id, { day, show: 'left', cursor: null, limit: 10 })).ids];
  expect([await since('2026-01-09'), await since('2026-01-10')]).toEqual([[{ was: 0, came: 0, left: 0 }, [], []], [{ was: 1, came: 0, left: 1 }, [], [customerOf(1)]]]);
  stores.clock.advance(-86_400_000);
});

/** The same stores, whose n-th transaction is never committed: what it wrote to ClickHouse stands. */
function cutOff(nth: number): { stores: Stores; happened(): boolean } {
  let begun = 0;
  const tx: Stores['pg']['tx'] = (workspaceId, work) => {
    const mine = ++begun;
    return stores.pg.tx(workspaceId, async (inside) => {
      const done = await work(inside);
      if (mine >= nth) throw new Error('killed');
      return done;
    });
  };
  return { stores: { ...stores, pg: { ...stores.pg, tx } }, happened: () => begun >= nth };
}

test('whichever transaction of a look a kill prevents, what it changed is told once', async () => {
  const caller = await shop(), saved = await make(caller, 'silent', BOUGHT_TWICE);
  await recomputeSegments(stores, caller.workspaceId);
  const silent = (await memberIds(stores, caller, BOUGHT_TWICE, { after: null, limit: 100 })).ids;
  let nth = 0, told = (await factsOf(caller)).length;
  for (let more = true; more && silent.length > 1; ) {
    const [one, other] = silent.splice(0, 2) as [string, string], dying = cutOff(++nth);
    for (const customer of [one, other]) await putEvents(stores, caller.workspaceId, [{ customer, time: '2026-01-10 03:00:00', event: 'page.viewed' }]);
    const killed = (error: Error): void => { if (error.message !== 'killed') throw error; };
    await recomputeSegments(dying.stores, caller.workspaceId).catch(killed);
    more = dying.happened();
    await lookAtSegments(stores, caller.workspaceId, [one]);
    await recomputeSegments(stores, caller.workspaceId);
    const news = (await factsOf(caller)).slice(told);
    expect(news.flatMap(({ left, backfill }) => (backfill ? ['backfill'] : (left as string[]))).sort()).toEqual([one, other].sort());
    told += news.length;
  }
  expect(nth).toBeGreaterThan(3);
  expect((await sizesOf(stores, caller, saved.id)).at(-1)?.people).toBe((await segmentSize(stores, caller, saved.id)).count);
}, 60_000);

test('who was looked at while everybody was being looked at is left as the newer look says', async () => {
  const caller = await shop();
  await make(caller, 'silent', BOUGHT_TWICE);
  await recomputeSegments(stores, caller.workspaceId);
  await visit(caller, 2);
  // The pass over everybody has been read; before it is applied, two are looked at by themselves.
  let held = false;
  const slow: Stores = { ...stores, ch: { ...stores.ch, command: async (query, params) => {
    await stores.ch.command(query, params);
    if (held || !query.includes('segment_draft (')) return;
    held = true;
    await visit(caller, 10);
    await lookAtSegments(stores, caller.workspaceId, [customerOf(2), customerOf(10)]);
    await stores.pg.tx(caller.workspaceId, (tx) => announce(tx, stores.clock, caller.workspaceId, 'segment.changed', { mark: true, left: [] }));
  } } };
  await recomputeSegments(slow, caller.workspaceId);
  const news = (await factsOf(caller)).slice(1);
  expect(news.map(({ left }) => (left as string[]).length)).toEqual([2, 0]);
});

/** Stores in which something happens once, after everybody has been read for the first time and before any of it is told. */
function beside(happens: () => Promise<unknown>): Stores {
  let held = false;
  return { ...stores, ch: { ...stores.ch, command: async (query, ...given) => {
    await stores.ch.command(query, ...given);
    if (held || !query.includes('segment_draft (')) return;
    held = true;
    await happens();
  } } };
}

/** How many are held in each segment, each once, and how many there are. */
async function heldAndAsked(caller: Caller, ids: readonly string[]): Promise<[number[], number[]]> {
  const held = new Map((await sizesHeld(stores.ch, caller.workspaceId)).map(({ number, people }) => [number, people]));
  const numbers = await stores.pg.tx(caller.workspaceId, (tx) => Promise.all(ids.map((id) => numberOf(tx, caller.workspaceId, id))));
  return [numbers.map((number) => held.get(number ?? 0) ?? 0), await Promise.all(ids.map(async (id) => (await segmentSize(stores, caller, id)).count))];
}

test('everybody looked at by several at one instant is in every segment once', async () => {
  const caller = await shop(), { workspaceId } = caller, made = [await make(caller, 'silent', BOUGHT_TWICE), await make(caller, 'Hangzhou', HANGZHOU)];
  await recomputeSegments(stores, workspaceId);
  await Promise.all([recomputeSegments(beside(() => recomputeSegments(stores, workspaceId)), workspaceId), recomputeSegments(stores, workspaceId)]);
  const [held, asked] = await heldAndAsked(caller, made.map(({ id }) => id));
  expect(asked).toEqual([expect.any(Number), PEOPLE / 2]);
  expect(held).toEqual(asked);
  expect(await stores.ch.rows('select customer from segment_draft where workspace = {workspace:UUID}', { workspace: workspaceId })).toEqual([]);
});

test('a segment that is changed, made or put away while everybody is being looked at is held as it is, whoever looked', async () => {
  const caller = await shop(), { workspaceId } = caller, [silent, town, going] = [await make(caller, 'silent', BOUGHT_TWICE), await make(caller, 'Hangzhou', HANGZHOU), await make(caller, 'going', HANGZHOU)];
  await recomputeSegments(stores, workspaceId);
  let born = '';
  await recomputeSegments(beside(async () => {
    await changeSegment(stores, caller, town.id, { version: 1, tree: tree({ kind: 'not', of: BOUGHT_TWICE.root }) });
    born = (await make(caller, 'new', tree({ kind: 'not', of: HANGZHOU.root }))).id;
    await dropSegment(stores, caller, going.id);
    await recomputeFresh(stores, workspaceId);
  }), workspaceId);
  const [held, asked] = await heldAndAsked(caller, [silent.id, town.id, born]);
  expect(held).toEqual(asked);
  expect((await stores.ch.rows<{ n: number }>('select uniqExact(s) as n from (select arrayJoin(segments) as s from segment_now final where workspace = {workspace:UUID})', { workspace: workspaceId }))[0]?.n).toBe(3);
});

test('who is looked at while everybody is asked about a new segment is in that too', async () => {
  const caller = await shop(), { workspaceId } = caller, silent = await make(caller, 'silent', BOUGHT_TWICE);
  await recomputeSegments(stores, workspaceId);
  const town = await make(caller, 'Hangzhou', HANGZHOU), all = Array.from({ length: PEOPLE }, (_, n) => customerOf(n));
  await recomputeFresh(beside(() => lookAtSegments(stores, workspaceId, all.slice(0, 30))), workspaceId);
  const [held, asked] = await heldAndAsked(caller, [silent.id, town.id]);
  expect(held).toEqual(asked);
  expect(asked[1]).toBe(PEOPLE / 2);
});

test('a look that is no news waits for scores under way, but neither for ever nor for a run that died; what staff or the day ask for does not wait', async () => {
  const caller = await shop(), { workspaceId } = caller, now = stores.clock.now(), { id } = await make(caller, 'regulars', BOUGHT_TWICE), ago = (ms: number): Date => new Date(now.getTime() - ms);
  await recomputeSegments(stores, workspaceId);
  const lookedAt = async (): Promise<number | undefined> => (await stores.pg.tx(workspaceId, (tx) => statesOfSegments(tx, workspaceId))).find(({ segment }) => segment === id)?.lookedAt.getTime();
  const asked = (payload: Facts): Promise<void> => (segmentJobs['lifecycle.segments'] as NonNullable<(typeof segmentJobs)[string]>)(stores, workspaceId, payload, new AbortController().signal);
  const looks = async (payload: Facts): Promise<boolean> => {
    await stores.pg.tx(workspaceId, (tx) => run(tx, sql`update segment_state set looked_at = ${ago(60_000)} where workspace_id = ${workspaceId}`));
    const before = await lookedAt();
    await asked(payload);
    return (await lookedAt()) !== before;
  };
  expect(await looks({ fresh: false, backfill: true })).toBe(true);
  await stores.pg.tx(workspaceId, (tx) => wantRun(tx, workspaceId, 'import', now));
  expect(await looks({ fresh: false, backfill: true })).toBe(false);
  await stores.pg.tx(workspaceId, (tx) => takeRun(tx, workspaceId, 'import', now));
  expect(await looks({ fresh: false, backfill: true })).toBe(false);
  expect(await looks({ fresh: false, backfill: true, since: ago(16 * 60_000).getTime() })).toBe(true);
  expect(await looks({ fresh: false, backfill: false })).toBe(true);
  await stores.pg.tx(workspaceId, (tx) => run(tx, sql`update model set beat_at = ${ago(60_000)} where workspace_id = ${workspaceId}`));
  expect(await looks({ fresh: false, backfill: true })).toBe(true);
});
