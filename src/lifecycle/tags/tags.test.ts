import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { putEvents, putOrders } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { customersReactions, exchangeCustomers, merge, refreshDueTags, refreshTags, resolve } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import type { Fact } from '../../kernel/facts.ts';
import { many, sql } from '../../kernel/sql.ts';

const TODAY = '2026-01-10';
const PEOPLE = 40;
const CHANNELS = ['抖音', '小红书', '微信', 'search'];

let stores: TestStores;
let app: FastifyInstance;
beforeAll(async () => {
  stores = await testStores(`${TODAY}T12:00:00Z`);
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Shop = { workspace: string; owner: Person; ids: string[] };
type Tag = { id: string; version: number };

/** Whole numbers that look thrown and are always the same. */
const thrown = (seed: number) => { let at = seed; return (below: number): number => { at = (at * 48_271) % 2_147_483_647; return at % below; }; };
const day = (back: number): string => new Date(Date.parse(TODAY) - back * 86_400_000).toISOString().slice(0, 10);

/** People who came by several channels, some of them twice at one moment, and bought goods of several categories. */
async function shop(seed = 7): Promise<Shop> {
  const workspace = await testWorkspace(stores), any = thrown(seed);
  const { items } = await resolve(stores, workspace, Array.from({ length: PEOPLE }, (_, n) => ({ identifiers: [{ kind: 'user_id' as const, value: `u${n}` }], at: stores.clock.now(), source: 't' })));
  const ids = items.map(({ customer }) => customer as string);
  await putEvents(stores, workspace, ids.flatMap((customer) => Array.from({ length: any(9) }, () => ({
    customer, event: any(6) ? 'site.visited' : 'app.opened', time: `${day(any(200))} 0${any(3)}:00:00`, shop: any(2) ? 'A' : 'B', properties: { via: any(8) ? CHANNELS[any(CHANNELS.length)] : '', seconds: any(100) },
  }))));
  const orders = ids.flatMap((customer) => Array.from({ length: any(6) }, (_, nth) => ({ customer, no: `${customer}-${nth}`, day: day(any(200)), amount: 100 + any(900) })));
  await stores.ch.insert('orders', orders.map(({ customer, no, day: on, amount }) => ({ workspace, source: 't', shop: 'A', order_no: no, version: 1, deleted: 0, subject: customer, status: 'paid', ordered_at: `${on} 04:00:00.000`, paid_at: `${on} 04:00:00.000`, day: on, currency: 'CNY', amount })));
  await stores.ch.insert('order_lines', orders.flatMap(({ customer, no, day: on }) => Array.from({ length: 1 + any(3) }, (_, at) => ({ workspace, source: 't', shop: 'A', order_no: no, sku: `s${at}`, occurrence: 0, version: 1, deleted: 0, subject: customer, day: on, name: 'x', category: ['茶', '杯', '壶'][any(3)], kind: at === 2 ? 'gift' : 'goods', quantity: 1, amount: 50 }))));
  return { workspace, owner: await person(stores, app, workspace, 'owner'), ids };
}

const make = async ({ owner }: Shop, kind: string, key: string, spec: object, more: object = {}): Promise<Tag> => {
  const made = await owner.call<Tag>('POST', '/api/v1/tags', { key, name: key, kind, spec, everyHours: 24, ...more });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
/** Who bears which value, as Postgres keeps it. */
const borne = async ({ workspace }: Shop, { id }: Tag): Promise<Record<string, string>> =>
  Object.fromEntries((await stores.pg.tx(workspace, (tx) => many(tx, sql<{ customer: string; value: string }>`
    select s.customer_id as customer, m.value from tag_member m join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
     where m.workspace_id = ${workspace} and m.tag_id = ${id} and m.ended_at is null`))).map(({ customer, value }) => [customer, value]));
/** The same by a plain statement over the tables themselves. */
const plainly = async ({ workspace }: Shop, statement: string): Promise<Record<string, string>> =>
  Object.fromEntries((await stores.ch.rows<{ subject: string; value: string }>(statement, { workspace })).map(({ subject, value }) => [subject, value]));
const VISITS = `select toString(subject) as subject, toString(properties.via) as via, time, day, shop from events where workspace = {workspace:UUID} and event = 'site.visited' and toString(properties.via) != ''`;
const ORDERED = "select toString(subject) as subject, count() as n from orders where workspace = {workspace:UUID} and day > toDate('2026-01-10') - 90 group by subject";

const via = (more: object = {}) => ({ event: 'site.visited', property: 'via', ...more });
const ORDERS_90 = { of: 'event', event: 'order.paid', window: { kind: 'rolling', days: 90 }, measure: 'count' };
const BANDS = [{ name: '0', from: null }, { name: '1–2', from: 1 }, { name: '3+', from: 3 }];

test('R38, D13: the first and the last value of a property, for everybody, are what plain SQL finds', async () => {
  const here = await shop();
  const first = await make(here, 'first', 'first_via', via()), last = await make(here, 'last', 'last_via', via({ window: { kind: 'rolling', days: 60 }, where: [{ property: '$shop', test: { op: 'equals', value: 'A' } }] }));
  const expected = await plainly(here, `select subject, via as value from (select subject, via, row_number() over (partition by subject order by time, via) as nth from (${VISITS})) where nth = 1`);
  expect(Object.keys(expected).length).toBeGreaterThan(20);
  expect(await borne(here, first)).toEqual(expected);
  expect(await borne(here, last)).toEqual(await plainly(here, `select subject, via as value from (select subject, via, row_number() over (partition by subject order by time desc, via) as nth from (${VISITS} and shop = 'A' and day > toDate('2026-01-10') - 60)) where nth = 1`));
});

test('R38, D13: a preference is the most frequent value, ties by the rule that was chosen, and so is the preferred category of goods', async () => {
  const here = await shop(11);
  const ranked = (order: string): string => `select subject, via as value from (select subject, via, row_number() over (partition by subject order by n desc, ${order}, via) as nth from (select subject, via, count() as n, min(time) as b, max(time) as e from (${VISITS}) group by subject, via)) where nth = 1`;
  const latest = await make(here, 'preference', 'latest', via()), earliest = await make(here, 'preference', 'earliest', via({ ties: 'earliest' })), none = await make(here, 'preference', 'none', via({ ties: 'none' })), often = await make(here, 'preference', 'often', via({ least: 3 }));
  const [byLatest, byEarliest] = [await plainly(here, ranked('e desc')), await plainly(here, ranked('b'))];
  expect(byLatest).not.toEqual(byEarliest);
  expect(await borne(here, latest)).toEqual(byLatest);
  expect(await borne(here, earliest)).toEqual(byEarliest);
  const alone = await plainly(here, `select subject, argMax(via, n) as value from (select subject, via, count() as n from (${VISITS}) group by subject, via) group by subject having countEqual(groupArray(n), max(n)) = 1`);
  expect(Object.keys(alone).length).toBeLessThan(Object.keys(byLatest).length);
  expect(await borne(here, none)).toEqual(alone);
  expect(Object.keys(await borne(here, often)).sort()).toEqual(Object.keys(await plainly(here, `select subject, '' as value from (select subject, via, count() as n from (${VISITS}) group by subject, via having n >= 3) group by subject`)).sort());
  const liked = await make(here, 'preference', 'category', { event: 'order.paid', property: '$category', window: { kind: 'rolling', days: 120 } });
  expect(await borne(here, liked)).toEqual(await plainly(here, `select subject, category as value from (
    select toString(l.subject) as subject, l.category as category, row_number() over (partition by l.subject order by uniqExact(l.order_no) desc, max(o.paid_at) desc, l.category) as nth
      from order_lines as l inner join orders as o on o.order_no = l.order_no and o.workspace = l.workspace
     where l.workspace = {workspace:UUID} and l.kind = 'goods' and l.day > toDate('2026-01-10') - 120 group by l.subject, l.category) where nth = 1`));
});

test('R38, D13: a figure has a band for everybody, those without any orders too; bands of averages and of fields leave out whom nothing is known of', async () => {
  const here = await shop(13), counts = await plainly(here, ORDERED.replace('count() as n', 'toString(count()) as value'));
  const orders = await make(here, 'metric', 'orders_90', { figure: ORDERS_90, bands: BANDS });
  expect(await borne(here, orders)).toEqual(Object.fromEntries(here.ids.map((id) => [id, Number(counts[id] ?? 0) >= 3 ? '3+' : Number(counts[id] ?? 0) >= 1 ? '1–2' : '0'])));
  expect(new Set(Object.values(await borne(here, orders)))).toEqual(new Set(['0', '1–2', '3+']));
  const average = await make(here, 'metric', 'avg', { figure: { of: 'event', event: 'site.visited', measure: 'average', property: 'seconds' }, bands: [{ name: '短', from: 0 }, { name: '长', from: 50 }] });
  expect(await borne(here, average)).toEqual(await plainly(here, `select toString(subject) as subject, if(avg(toFloat64(toString(properties.seconds))) >= 50, '长', '短') as value from events where workspace = {workspace:UUID} and event = 'site.visited' group by subject`));
  const days = await make(here, 'metric', 'days', { figure: { of: 'event', event: 'site.visited', measure: 'days' }, bands: [{ name: 'many', from: 4 }] });
  expect(await borne(here, days)).toEqual(await plainly(here, `select toString(subject) as subject, 'many' as value from events where workspace = {workspace:UUID} and event = 'site.visited' group by subject having uniqExact(day) >= 4`));
  const field = await make(here, 'metric', 'score', { figure: { of: 'field', field: 'referred_count' }, bands: [{ name: 'brings', from: 1 }] });
  expect(await borne(here, field)).toEqual({});
});

test('R38: "keep last value" and "clear" behave differently on the same fixture, once the window has moved on', async () => {
  const here = await shop(17), spec = { figure: ORDERS_90, bands: BANDS.slice(1) };
  const [keep, clear] = [await make(here, 'metric', 'kept', spec, { onEmpty: 'keep' }), await make(here, 'metric', 'cleared', spec, { onEmpty: 'clear' })];
  const before = await borne(here, keep);
  expect(await borne(here, clear)).toEqual(before);
  expect(Object.keys(before).length).toBeGreaterThan(10);
  await putEvents(stores, here.workspace, [{ customer: here.ids[0] as string, event: 'app.opened', time: '2026-05-20 01:00:00' }]);
  stores.clock.set(new Date('2026-05-20T12:00:00Z'));
  try {
    await refreshDueTags(stores, here.workspace);
    expect(await borne(here, clear)).toEqual({});
    expect(await borne(here, keep)).toEqual(before);
    const [someone] = Object.keys(before);
    here.owner = await person(stores, app, here.workspace, 'owner');
    const why = await here.owner.call('GET', `/api/v1/customers/${someone}/tags/${keep.id}/why`);
    expect(why.body).toMatchObject({ value: before[someone as string], now: null, figure: { number: 0, from: null } });
    expect((await here.owner.call('GET', `/api/v1/customers/${someone}/tags/${clear.id}/why`)).body).toMatchObject({ code: 'tag.not_found' });
    // Changed to clear, what was kept goes; who bore what, and when, and what the rule was, stay.
    expect((await here.owner.call('PATCH', `/api/v1/tags/${keep.id}`, { onEmpty: 'clear' })).body).toMatchObject({ version: 2 });
    expect(await borne(here, keep)).toEqual({});
    const ended = await stores.pg.tx(here.workspace, (tx) => many(tx, sql<{ value: string }>`select value from tag_member where workspace_id = ${here.workspace} and tag_id = ${keep.id} and ended_at is not null`));
    expect(ended.map(({ value }) => value).sort()).toEqual(Object.values(before).sort());
    expect((await here.owner.call<{ rows: object[] }>('GET', `/api/v1/tags/${keep.id}/versions`)).body.rows).toMatchObject([{ version: 2, onEmpty: 'clear' }, { version: 1, onEmpty: 'keep', spec }]);
  } finally {
    stores.clock.set(new Date(`${TODAY}T12:00:00Z`));
  }
});

const recorded = (workspace: string, did: Record<string, string[]>, { bought = [] as string[], backfill = false } = {}): Fact =>
  ({ id: 1, workspaceId: workspace, kind: 'events.recorded', at: new Date(), payload: { from: TODAY, to: TODAY, shops: [], backfill, customers: [...Object.values(did).flat(), ...bought], bought, told: [], did } });
const tellings = (workspace: string) => stores.pg.tx(workspace, (tx) => many(tx, sql<{ tag: string; count: number; backfill: boolean | null }>`
  select payload ->> 'tag' as tag, (payload ->> 'count')::int as count, (payload ->> 'backfill')::boolean as backfill from fact where workspace_id = ${workspace} and kind = 'tags.changed' order by id`));

test('R38: whoever did what a tag looks at bears the new value at once, and nobody else is looked at; a look at everybody then changes nothing', async () => {
  const here = await shop(19), [ann, ben] = here.ids as [string, string];
  const last = await make(here, 'last', 'l', via()), byHand = await make(here, 'last', 'h', via(), { everyHours: null }), orders = await make(here, 'metric', 'o', { figure: ORDERS_90, bands: BANDS });
  const before = { last: await borne(here, last), byHand: await borne(here, byHand) };
  const told = (await tellings(here.workspace)).length;
  await putEvents(stores, here.workspace, [ann, ben].map((customer) => ({ customer, event: 'site.visited', time: '2026-01-10 11:00:00', properties: { via: '直播' } })));
  await customersReactions['events.recorded']['customers.retag'](stores, here.workspace, [recorded(here.workspace, { 'site.visited': [ann] }), recorded(here.workspace, { 'cart.added': [ben] })]);
  expect(await borne(here, last)).toEqual({ ...before.last, [ann]: '直播' });
  await customersReactions['events.recorded']['customers.retag'](stores, here.workspace, [recorded(here.workspace, { 'site.visited': [ben] }, { backfill: true })]);
  expect(await borne(here, last)).toEqual({ ...before.last, [ann]: '直播', [ben]: '直播' });
  expect(await borne(here, byHand)).toEqual(before.byHand);
  expect((await tellings(here.workspace)).slice(told)).toEqual([{ tag: last.id, count: 1, backfill: null }, { tag: last.id, count: 1, backfill: true }]);
  await putOrders(stores, here.workspace, [1, 2, 3].map(() => ({ customer: ann, day: TODAY, amount: 1 })));
  await customersReactions['events.recorded']['customers.retag'](stores, here.workspace, [recorded(here.workspace, {}, { bought: [ann] })]);
  expect((await borne(here, orders))[ann]).toBe('3+');
  expect(await refreshTags(stores, here.workspace, [last.id, orders.id])).toBe(0);
  expect(await refreshTags(stores, here.workspace, [byHand.id])).toBeGreaterThan(0);
});

test('R38: two who become one have one value, made of what both did', async () => {
  const here = await shop(23), [ann, ben] = here.ids as [string, string];
  await putEvents(stores, here.workspace, [{ customer: ann, event: 'site.visited', time: '2025-01-01 00:00:00', properties: { via: 'old' } }, { customer: ben, event: 'site.visited', time: '2026-01-10 11:30:00', properties: { via: 'new' } }]);
  const [first, last] = [await make(here, 'first', 'f', via()), await make(here, 'last', 'l', via())];
  await merge(stores, systemCaller(here.workspace, ['customers.write']), { keep: ann, absorb: ben, reason: 'same' });
  await customersReactions['customer.merged']['customers.retag'](stores, here.workspace, [{ id: 1, workspaceId: here.workspace, kind: 'customer.merged', at: new Date(), payload: { keep: ann, absorbed: [ben] } }]);
  const bearers = await stores.pg.tx(here.workspace, (tx) => many(tx, sql<{ tag: string; value: string }>`
    select m.tag_id as tag, m.value from tag_member m join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
     where m.workspace_id = ${here.workspace} and s.customer_id = (select customer_id from subject where workspace_id = ${here.workspace} and id = ${ann}) and m.ended_at is null order by m.value`));
  expect(bearers).toEqual([{ tag: last.id, value: 'new' }, { tag: first.id, value: 'old' }]);
});

test('R38: filters ask for a tag at all or for one value; the preview says beforehand how many get which; why says what of', async () => {
  const here = await shop(29), spec = via();
  const preview = (await here.owner.call<{ people: number; valued: number; values: number; rows: { value: string; count: number }[] }>('POST', '/api/v1/tags/preview', { kind: 'first', spec })).body;
  const first = await make(here, 'first', 'first_via', spec), values = Object.values(await borne(here, first));
  expect(preview).toMatchObject({ people: PEOPLE, valued: values.length, values: new Set(values).size });
  for (const { value, count } of preview.rows) expect(count).toBe(values.filter((one) => one === value).length);
  const counted = async (tags: string[]) => (await here.owner.call<{ count: number }>('POST', '/api/v1/segments/preview', { tree: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: tags } } } })).body.count;
  expect(await counted(['first_via'])).toBe(values.length);
  expect(await counted(['first_via:抖音'])).toBe(values.filter((one) => one === '抖音').length);
  type Line = { id: string; count: number; values: { value: string; count: number }[] };
  const line = (await here.owner.call<{ rows: Line[] }>('GET', '/api/v1/tags')).body.rows.find(({ id }) => id === first.id);
  expect(line).toMatchObject({ count: values.length, values: preview.rows });
  const [someone, value] = Object.entries(await borne(here, first))[0] as [string, string];
  const why = (await here.owner.call<{ seen: { value: string; first: string }[] }>('GET', `/api/v1/customers/${someone}/tags/${first.id}/why`)).body;
  expect(why).toMatchObject({ kind: 'first', value, now: value, version: 1, figure: null });
  expect(why.seen[0]?.value).toBe(value);
  expect(why.seen.map(({ first: at }) => at)).toEqual(why.seen.map(({ first: at }) => at).sort());
  const shown = (await here.owner.call<{ rows: { id: string; tags: string[] }[] }>('GET', '/api/v1/customers?limit=100')).body.rows.find(({ id }) => id === someone);
  expect(shown?.tags).toEqual([`first_via:${value}`]);
  const banded = (await here.owner.call<{ rows: object[]; valued: number }>('POST', '/api/v1/tags/preview', { kind: 'metric', spec: { figure: ORDERS_90, bands: [...BANDS, { name: 'never', from: 1e9 }] } })).body;
  expect(banded).toMatchObject({ valued: PEOPLE, rows: [{ value: '0' }, { value: '1–2' }, { value: '3+' }, { value: 'never', count: 0 }] });
  const scoped = await person(stores, app, here.workspace, 'operator', { shops: ['nowhere'] });
  expect((await scoped.call('POST', '/api/v1/tags/preview', { kind: 'first', spec })).body).toMatchObject({ people: 0, valued: 0, rows: [] });
  expect((await scoped.call('GET', `/api/v1/customers/${someone}/tags/${first.id}/why`)).status).toBe(404);
});

test.each([
  ['no property', 'first', { event: 'site.visited' }, 'tag.spec_invalid'],
  ['an unknown part', 'last', { event: 'x', property: 'y', sql: 'select 1' }, 'tag.spec_invalid'],
  ['a tie nobody declared', 'preference', via({ ties: 'any' }), 'tag.spec_invalid'],
  ['no bands', 'metric', { figure: ORDERS_90, bands: [] }, 'tag.spec_invalid'],
  ['two bands of one name', 'metric', { figure: ORDERS_90, bands: [{ name: 'a', from: 0 }, { name: 'a', from: 1 }] }, 'tag.band_twice'],
  ['bands the wrong way round', 'metric', { figure: ORDERS_90, bands: [{ name: 'a', from: 2 }, { name: 'b', from: 1 }] }, 'tag.bands_unordered'],
  ['a band below everything that is not the first', 'metric', { figure: ORDERS_90, bands: [{ name: 'a', from: 2 }, { name: 'b', from: null }] }, 'tag.bands_unordered'],
  ['a band beyond all numbers', 'metric', { figure: ORDERS_90, bands: [{ name: 'a', from: 1e300 }] }, 'tag.spec_invalid'],
  ['a sum of nothing', 'metric', { figure: { ...ORDERS_90, measure: 'sum' }, bands: BANDS }, 'tag.measure_property'],
  ['a count of a property', 'metric', { figure: { ...ORDERS_90, property: '$amount' }, bands: BANDS }, 'tag.measure_property'],
  ['categories of visits', 'preference', { event: 'site.visited', property: '$category' }, 'tag.category_elsewhere'],
  ['a field that is not there', 'metric', { figure: { of: 'field', field: 'no_such' }, bands: BANDS }, 'condition.unknown_field'],
  ['a field that is no number', 'metric', { figure: { of: 'field', field: 'city' }, bands: BANDS }, 'condition.operator'],
  ['a pattern that is none', 'first', via({ where: [{ property: 'via', test: { op: 'matches', value: '(' } }] }), 'condition.pattern'],
])('R38: a tag with %s is refused before it is made, and so is its preview', async (_, kind, spec, code) => {
  refusedIn ??= await shop(31);
  const made = await refusedIn.owner.call<{ code: string }>('POST', '/api/v1/tags', { key: 'k', name: 'k', kind, spec });
  expect([made.status >= 400, made.body.code]).toEqual([true, code]);
  expect((await refusedIn.owner.call<{ code: string }>('POST', '/api/v1/tags/preview', { kind, spec })).body.code).toBe(code);
});
let refusedIn: Shop | undefined;

test('names and values that look like statements change none, and a value is one clean line', async () => {
  const here = await shop(37), [ann] = here.ids as [string];
  const hostile = ["'); drop table events; --", 'a.b:`Int64`', '^`x`', '$nothing', '{workspace:UUID}'];
  for (const property of hostile) {
    const tag = await make(here, 'last', property, { event: "o'paid", property });
    expect(await borne(here, tag)).toEqual({});
  }
  await putEvents(stores, here.workspace, [{ customer: ann, event: 'said', time: '2026-01-10 01:00:00', properties: { word: `  one\n\ttwo ${'字'.repeat(300)}` } }]);
  const tag = await make(here, 'last', 'word', { event: 'said', property: 'word' });
  expect(await borne(here, tag)).toEqual({ [ann]: `one  two ${'字'.repeat(191)}` });
});

test('a tag that carries a value is given by nobody but its rule, and an export of everything leaves it to be computed anew', async () => {
  const here = await shop(41), first = await make(here, 'first', 'first_via', via()), before = await borne(here, first);
  await resolve(stores, here.workspace, [{ identifiers: [{ kind: 'user_id', value: 'u0' }], at: stores.clock.now(), source: 'file', tags: ['first_via', '老客'] }]);
  expect(await borne(here, first)).toEqual(before);
  expect((await here.owner.call('POST', `/api/v1/tags/${first.id}/members`, { give: [here.ids[0]] })).body).toMatchObject({ code: 'tag.computed' });
  const lines: string[] = [];
  for await (const line of await exchangeCustomers(stores, systemCaller(here.workspace, ['customers.export', 'customers.unmask']), { reason: 'move', clear: true })) lines.push(line);
  const tags = lines.flatMap((line) => (JSON.parse(line) as { tags: string[] }).tags);
  expect(tags).toEqual(['老客']);
});
