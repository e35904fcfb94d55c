import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders, type TestOrder } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import type { ChurnReport, ValueReport } from './contract.ts';
import { runScoring } from './index.ts';
import { modelNumbered, newestLines, takeRun, wantRun } from './store.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const LAST = dayNumber('2026-01-14');
const ago = (days: number): string => dayOfNumber(LAST - days);

async function shopOf(orders: readonly TestOrder[]): Promise<string> {
  const ws = await testWorkspace(stores);
  await putOrders(stores, ws, orders);
  await runScoring(stores, ws, 'asked');
  return ws;
}

const found = async (ws: string) => stores.pg.tx(ws, async (tx) => {
  const [value, churn] = [await modelNumbered(tx, ws, 'value', undefined), await modelNumbered(tx, ws, 'churn', undefined)];
  return { value: { state: value?.state, why: value?.why?.code, report: value?.report as ValueReport }, churn: { state: churn?.state, why: churn?.why?.code, report: churn?.report as ChurnReport } };
});
const scoresIn = (ws: string) => stores.ch.rows<{ method: string; churn: number; value: number; customers: number }>('select method, round(toFloat64(min(churn)), 4) as churn, toInt64(max(value)) as value, count() as customers from customer_score final where workspace = {ws:UUID} group by method', { ws });

/** `people` customers of whom each bought on the days given for them, counted back from the last day. */
const buyers = (people: number, daysOf: (n: number) => readonly number[], amount = 10_000): TestOrder[] =>
  Array.from({ length: people }, (_, n) => daysOf(n).map((days) => ({ customer: customerOf(n), day: ago(days), amount }))).flat();

test('a shop with nothing: refused with a code, nobody scored', async () => {
  const ws = await shopOf([]);
  expect(await found(ws)).toMatchObject({ value: { state: 'refused', why: 'value.too_few_customers' }, churn: { state: 'refused', why: 'scoring.not_judged' } });
  expect(await scoresIn(ws)).toEqual([]);
});

test('all one-time buyers: no rhythm to learn is said so, and the rule of silence says they are gone', async () => {
  const ws = await shopOf(buyers(400, (n) => [n % 390]));
  const { value, churn } = await found(ws);
  expect(value).toMatchObject({ state: 'refused', why: 'value.no_repeaters' });
  expect(value.report.candidates.every(({ refused }) => refused?.code === 'value.no_repeaters')).toBe(true);
  expect(churn.state).toBe('refused');
  const [row, ...others] = await scoresIn(ws);
  expect(others).toEqual([]);
  expect(row).toMatchObject({ method: 'recency', customers: 400, value: 0 });
  expect(row?.churn).toBeGreaterThan(0.99);
});

test('three customers: a code says what is missing, and nothing is invented', async () => {
  const ws = await shopOf(buyers(3, (n) => [400 - n, 200, 100, n]));
  const { value, churn } = await found(ws);
  expect([value.state, churn.state]).toEqual(['refused', 'refused']);
  expect(JSON.stringify([value.report, churn.report])).not.toMatch(/NaN|Infinity/);
  expect(value.why).toMatch(/^(?:value|evaluation|scoring)\./);
  expect(await scoresIn(ws)).toEqual([]);
});

test('business buyers alone: no law of consumers, and yet each is scored by the own rhythm', async () => {
  const ws = await shopOf(buyers(30, (n) => Array.from({ length: 14 }, (_, k) => k * (12 + (n % 7)) + ((n * 7 + k * 5) % 6))).map((order) => ({ ...order, b2b: 1 })));
  const { value, churn } = await found(ws);
  expect(value).toMatchObject({ state: 'refused', why: 'value.too_few_customers' });
  expect(churn.report.groups).toMatchObject([{ name: 'business', used: 'rhythm', why: { code: 'scoring.group.rhythm' } }]);
  const [row, ...others] = await scoresIn(ws), [highest] = await stores.ch.rows<{ churn: number; least: number }>('select toFloat64(max(churn)) as churn, toFloat64(min(expected)) as least from customer_score final where workspace = {ws:UUID}', { ws });
  expect(others).toEqual([]);
  expect(row).toMatchObject({ method: 'rhythm', customers: 30 });
  expect(highest?.churn).toBeLessThan(0.2);
  expect(highest?.least).toBeGreaterThan(10);
});

test('one customer of 2,000 orders among ordinary ones: finite figures for everybody, and no ordinary risk moves for it', async () => {
  const ordinary = buyers(120, (n) => Array.from({ length: 2 + (n % 4) }, (_, k) => k * (25 + n % 40) + (n % 20)));
  const often = Array.from({ length: 2_000 }, (_, nth) => ({ customer: customerOf(999), day: ago(Math.floor(nth / 5)), amount: 100 }));
  const [with2000, without] = [await shopOf([...ordinary, ...often]), await shopOf(ordinary)];
  const risks = (ws: string) => stores.ch.rows<{ customer: string; churn: number; value: number; expected: number }>('select customer, toFloat64(churn) as churn, value, toFloat64(expected) as expected from customer_score final where workspace = {ws:UUID} order by customer', { ws });
  const [rows, plain] = [await risks(with2000), await risks(without)], one = rows.find(({ customer }) => customer === customerOf(999));
  expect(rows).toHaveLength(121);
  expect(rows.every(({ churn, value, expected }) => churn >= 0 && churn <= 1 && Number.isFinite(value) && Number.isFinite(expected))).toBe(true);
  expect(one?.churn).toBeLessThan(0.5);
  for (const { customer, churn } of plain) expect(Math.abs(churn - (rows.find((row) => row.customer === customer)?.churn ?? 9)), customer).toBeLessThan(0.1);
});

test('R126: fewer than 500 past outcomes: the rule stands in, and the page says so with both numbers', async () => {
  const ws = await shopOf(buyers(60, (n) => Array.from({ length: 2 + (n % 5) }, (_, k) => k * (20 + n) + (n % 9)).filter((days) => days < 250)));
  const { churn } = await found(ws);
  expect(churn).toMatchObject({ state: 'refused', why: 'churn.few_labels', report: { used: 'recency' } });
  expect(churn.report.why.facts).toMatchObject({ needed: 500, labels: churn.report.data.labels });
  expect(churn.report.data.labels).toBeLessThan(500);
  expect((await scoresIn(ws)).map(({ method }) => method)).toEqual(['recency']);
});

test('orders of nothing and of less than nothing break no figure', async () => {
  const ws = await shopOf([...buyers(200, (n) => [n % 200, 200 + (n % 50)], 0), ...Array.from({ length: 60 }, (_, n) => ({ customer: customerOf(300 + n), day: ago(n), amount: 5_000, refunded: 5_000 }))]);
  const { value } = await found(ws);
  expect(JSON.stringify(value.report)).not.toMatch(/NaN|Infinity/);
  expect((await scoresIn(ws)).every((row) => row.value === 0)).toBe(true);
});

test('a score goes with its customer: whoever has no purchase any more has none after the next run', async () => {
  const ws = await shopOf(buyers(400, (n) => [n % 390]));
  await stores.ch.command('insert into orders select * replace (2 as version, 1 as deleted) from orders where workspace = {ws:UUID} and subject = {customer:UUID}', { ws, customer: customerOf(7) });
  stores.clock.advance(60_000);
  await runScoring(stores, ws, 'asked');
  expect((await scoresIn(ws)).map(({ customers }) => customers)).toEqual([399]);
});

test('a run under way is not begun twice; one that was killed is taken over under its number; a stopped one says cancelled', async () => {
  const ws = await testWorkspace(stores);
  await putOrders(stores, ws, buyers(400, (n) => [n % 390]));
  const now = stores.clock.now(), later = new Date(now.getTime() + 31_000);
  expect(await stores.pg.tx(ws, (tx) => wantRun(tx, ws, 'asked', now))).toBe(true);
  expect(await stores.pg.tx(ws, (tx) => wantRun(tx, ws, 'asked', now))).toBe(false);
  expect(await stores.pg.tx(ws, (tx) => takeRun(tx, ws, 'asked', now))).toBe(1);
  expect(await runScoring(stores, ws, 'asked')).toBe('busy');
  expect(await stores.pg.tx(ws, (tx) => takeRun(tx, ws, 'asked', later))).toBe(1);
  stores.clock.set(new Date(later.getTime() + 31_000));
  const stopping = new AbortController(), run = runScoring(stores, ws, 'asked', stopping.signal);
  stopping.abort();
  await expect(run).rejects.toThrow();
  const stopped = await stores.pg.tx(ws, async (tx) => ({ open: await newestLines(tx, ws, false), one: await modelNumbered(tx, ws, 'value', 1) }));
  expect(stopped.open).toEqual([]);
  expect(stopped.one?.state).toBe('cancelled');
  expect(await runScoring(stores, ws, 'asked')).toBe('done');
  expect((await stores.pg.tx(ws, (tx) => modelNumbered(tx, ws, 'value', undefined)))?.number).toBe(1);
});
