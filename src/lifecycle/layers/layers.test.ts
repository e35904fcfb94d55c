import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putPeople } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { flushMirror, publish } from '../../customers/index.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { many, sql } from '../../kernel/sql.ts';
import { layersOf } from '../core/layers/assign.ts';
import { cutsOf, DEFAULT_LAYERS, LAYER_KEYS, LAYERS, LEAST } from '../core/layers/definitions.ts';
import { reassess } from '../reassess.ts';
import { changeLayers, crossLayers, layersOfCustomer, listLayers } from './layers.ts';
import { layerSome, measureLayers } from './measure.ts';
import { layerFacts } from './queries/layers.ts';
import { layerSetting } from './store.ts';

const PEOPLE = 240;
const DAY = '2026-01-10';
let stores: TestStores;
let caller: Caller;

/** Orders that nobody's luck decides: the nth customer bought n % 7 times, on days and for amounts of their own; every ninth is a company, every fifth said something. */
const ordersOf = (n: number) => Array.from({ length: n % 7 }, (_, nth) => ({ customer: customerOf(n), day: `20${25 - Math.floor(((n + nth) % 20) / 13)}-${String(1 + ((n * 5 + nth * 2) % 12)).padStart(2, '0')}-${String(1 + ((n + nth * 3) % 28)).padStart(2, '0')}`, amount: 1_000 + ((n * 7919 + nth * 104729) % 90_000) }));
const saidBy = (n: number) => {
  const of = (event: string, properties: Record<string, unknown>, time = '2025-11-01 02:00:00') => ({ customer: customerOf(n), time, event, properties });
  if (n % 5 !== 0) return [];
  if (n % 3 === 0) return [of('survey.answered', { kind: 'nps', score: n % 2 ? 10 : 3 })];
  if (n % 3 === 1) return [of('survey.answered', { kind: 'csat', score: 5 }), of('complaint.opened', {}, '2025-12-01 02:00:00')];
  return [of('review.posted', { rating: n % 2 ? 5 : 1 }), of('survey.answered', { kind: 'nps', score: 8 }, '2025-12-02 02:00:00'), of('complaint.resolved', {}, '2025-12-03 02:00:00')];
};

beforeAll(async () => {
  stores = await testStores(`${DAY}T04:00:00Z`);
  caller = { ...systemCaller(await testWorkspace(stores), ['customers.read', 'lifecycle.write']), language: 'zh-CN' };
  const { workspaceId } = caller, ids = Array.from({ length: PEOPLE }, (_, n) => n);
  await putPeople(stores, workspaceId, ids.map(customerOf));
  await putOrders(stores, workspaceId, [...ids.flatMap(ordersOf), { customer: customerOf(6), day: DAY, amount: 500 }]);
  await putEvents(stores, workspaceId, ids.flatMap(saidBy));
  await publish(stores, workspaceId, ids.map((n) => ({ customer: customerOf(n), values: { referred_count: n } })));
  await publish(stores, workspaceId, ids.filter((n) => n % 9 === 0).map((n) => ({ customer: customerOf(n), values: { account_industry: [n % 2 ? '餐饮' : 'C15', '没有这个行业'], contact_role: ['user'] } })));
  await reassess(stores, workspaceId, 'all', DAY, { mode: 'backfill' });
});
afterAll(() => stores.close());

type Row = Record<string, string>;
const fieldsOf = (): Promise<Row[]> => stores.pg.tx(caller.workspaceId, (tx) => many(tx, sql<Row>`
  select published->>'layer_type' as layer_type from customer where workspace_id = ${caller.workspaceId}`));

test('R24: nobody stands in a layer until somebody asks; then everybody stands in exactly one value of each, and totals match plain SQL', async () => {
  expect(await listLayers(stores, caller)).toMatchObject({ version: 0, people: PEOPLE, waiting: PEOPLE });
  expect(await measureLayers(stores, caller.workspaceId)).toBe(0);
  await changeLayers(stores, caller, { ...DEFAULT_LAYERS, version: 0 });
  expect(await measureLayers(stores, caller.workspaceId)).toBe(PEOPLE);
  const told = await listLayers(stores, caller);
  expect(told).toMatchObject({ version: 1, asOf: DAY, people: PEOPLE, waiting: 0 });
  for (const { layer, values } of told.layers) expect([layer, values.reduce((sum, { people }) => sum + people, 0)]).toEqual([layer, PEOPLE]);
  expect((await fieldsOf()).every(({ layer_type: type }) => LAYERS.layer_type.includes(type as never))).toBe(true);

  // The same by hand: orders straight from their table, cuts as they are told.
  const { cuts } = told, [plain] = await stores.ch.rows<Record<string, number>>(`
    with bought as (select subject, count(distinct day) as days, sum(amount - refunded) as spend from orders final where workspace = {workspace:UUID} and day > toDate32('${DAY}') - 365 and day <= toDate32('${DAY}') group by subject),
         ever as (select subject, count() as orders, sum(amount - refunded) as net from orders final where workspace = {workspace:UUID} group by subject)
    select (select countIf(days >= {often:Int64}) from bought) as often, (select countIf(spend >= {much:Int64}) from bought) as much, (select countIf(net >= {high:Int64}) from ever) as high,
           (select countIf(net >= {middle:Int64} and net < {high:Int64}) from ever) as middle, (select count() from ever) as buyers`,
    { workspace: caller.workspaceId, often: cuts.frequencyOrders, much: cuts.spendMinor, high: cuts.levelHighMinor, middle: cuts.levelMiddleMinor });
  const people = (layer: string, value: string): number => told.layers.find((one) => one.layer === layer)?.values.find((one) => one.value === value)?.people ?? -1;
  expect([people('layer_frequency', 'high'), people('layer_spend', 'high'), people('layer_level', 'high'), people('layer_level', 'middle'), people('layer_loyalty', 'none')])
    .toEqual([Number(plain?.often), Number(plain?.much), Number(plain?.high), Number(plain?.middle), PEOPLE - Number(plain?.buyers)]);
  expect(people('layer_type', 'enterprise')).toBe(Math.ceil(PEOPLE / 9));
  // Of every fifth: a recommendation of 10 or 3, a complaint after praise, a review whose later words are none.
  const said = Array.from({ length: PEOPLE }, (_, n) => n).filter((n) => n % 5 === 0), good = said.filter((n) => n % 3 !== 1 && n % 2 === 1).length;
  expect([people('layer_feedback', 'positive'), people('layer_feedback', 'negative'), people('layer_feedback', 'silent')]).toEqual([good, said.length - good, PEOPLE - said.length]);
  const companies = Array.from({ length: PEOPLE }, (_, n) => n).filter((n) => n % 9 === 0);
  expect([people('layer_industry', 'H'), people('layer_industry', 'C'), people('layer_industry', 'unknown')]).toEqual([companies.filter((n) => n % 2).length, companies.filter((n) => n % 2 === 0).length, PEOPLE - companies.length]);
});

test('R24: the cells of every cross-tab add up to the totals of both its sides', async () => {
  const { layers } = await listLayers(stores, caller), totals = new Map(layers.flatMap(({ layer, values }) => values.map(({ value, people }) => [`${layer} ${value}`, people])));
  for (const a of LAYER_KEYS) for (const b of LAYER_KEYS.filter((key) => key !== a)) {
    const cross = await crossLayers(stores, caller, { a, b });
    expect(cross.people).toBe(PEOPLE);
    for (const [key, side] of [[a, 'a'], [b, 'b']] as const) for (const value of LAYERS[key]) {
      expect([key, value, cross.cells.filter((cell) => cell[side] === value).reduce((sum, { people }) => sum + people, 0)]).toEqual([key, value, totals.get(`${key} ${value}`)]);
    }
  }
}, 60_000);

test('the statement and the pure rule say the same of everybody', async () => {
  const { workspaceId } = caller, setting = await stores.pg.tx(workspaceId, (tx) => layerSetting(tx, workspaceId)), rules = setting?.rules ?? DEFAULT_LAYERS, cuts = cutsOf(rules, setting?.learned ?? null);
  const facts = await layerFacts(stores.ch, { workspaceId, asOf: DAY, windowDays: rules.windowDays, among: 'all' });
  const held = await stores.ch.rows<{ customer: string; texts: Record<string, string> }>('select customer, texts from customer_state final where workspace = {workspace:UUID}', { workspace: workspaceId });
  expect(held).toHaveLength(PEOPLE);
  for (const { customer, texts } of held) expect(Object.fromEntries(LAYER_KEYS.map((key) => [key, texts[key]]))).toEqual(layersOf(facts.get(customer) as never, cuts));
  expect(cuts.frequencyOrders).toBeGreaterThanOrEqual(LEAST.frequencyOrders);
});

test('why somebody stands where they stand: the facts beside the cuts; an order moves them at once', async () => {
  const { workspaceId } = caller, id = customerOf(7);
  expect(await layersOfCustomer(stores, caller, id)).toMatchObject({ facts: { orders: 0, allOrders: 0 }, layers: expect.arrayContaining([{ layer: 'layer_loyalty', value: 'none' }, { layer: 'layer_spend', value: 'low' }]) });
  await putOrders(stores, workspaceId, [{ customer: id, day: '2026-01-09', amount: 9_000_000 }]);
  await reassess(stores, workspaceId, [id], DAY);
  expect(await layerSome(stores, workspaceId, [id])).toBe(1);
  const why = await layersOfCustomer(stores, caller, id);
  expect(why.facts).toMatchObject({ orders: 1, spendMinor: 9_000_000 });
  expect(why.layers).toEqual(expect.arrayContaining([{ layer: 'layer_type', value: 'high_end' }, { layer: 'layer_spend', value: 'high' }, { layer: 'layer_level', value: 'high' }, { layer: 'layer_loyalty', value: 'occasional' }]));
  await flushMirror(stores, workspaceId);
  expect((await crossLayers(stores, caller, { a: 'layer_type', b: 'layer_spend' })).cells).toEqual(expect.arrayContaining([expect.objectContaining({ a: 'high_end', b: 'high' })]));
});

test('rules set by hand count instead of what was learned; an old version is refused, and so is a middle above the high', async () => {
  await expect(changeLayers(stores, caller, { ...DEFAULT_LAYERS, version: 0 })).rejects.toThrow('layers.changed');
  await expect(changeLayers(stores, caller, { ...DEFAULT_LAYERS, levelHighMinor: 10, levelMiddleMinor: 11, version: 1 })).rejects.toThrow('layers.order');
  await changeLayers(stores, caller, { ...DEFAULT_LAYERS, frequencyOrders: 1, windowDays: 3650, version: 1 });
  await measureLayers(stores, caller.workspaceId);
  const told = await listLayers(stores, caller), often = told.layers.find(({ layer }) => layer === 'layer_frequency')?.values[0];
  expect(told.cuts.frequencyOrders).toBe(1);
  const [plain] = await stores.ch.rows<{ people: number }>('select count(distinct subject) as people from orders final where workspace = {workspace:UUID}', { workspace: caller.workspaceId });
  expect(often).toEqual({ value: 'high', people: Number(plain?.people) });
  expect(await measureLayers(stores, caller.workspaceId)).toBe(0);
});
