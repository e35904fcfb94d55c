import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders, putPeople } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import { rescore, runScoring, scoringTick } from './index.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const PEOPLE = 40_500, LOOKED_AT = [3, 7_001, 20_300, 33_333, 40_499];

type Row = { customer: string; method: string; churn: number; value: number; low: number; spread: number; reasons: string };
const scoresOf = (ws: string, customers: readonly string[]) => stores.ch.rows<Row>('select customer, method, churn, value, value_low as low, value_spread as spread, reason_params as reasons from customer_score final where workspace = {ws:UUID} and customer in {customers:Array(UUID)} order by customer', { ws, customers });

test('so many customers that two threads share them: each is scored once, and as they are scored by themselves', async () => {
  const ws = await testWorkspace(stores), some = LOOKED_AT.map(customerOf);
  await putPeople(stores, ws, some);
  // Everybody bought once to five times, each at a pace of their own.
  await stores.ch.command(`
    insert into orders (workspace, source, shop, order_no, version, subject, status, ordered_at, paid_at, day, currency, amount, original_amount, original_currency)
    select {ws:UUID}, 'test', 'A', concat('N', toString(number)), 1, toUUID(concat('00000000-0000-4000-8000-', leftPad(toString(who), 12, '0'))), 'paid', toDateTime64(day, 3, 'UTC'), toDateTime64(day, 3, 'UTC'), day, 'CNY', 5000 + 100 * (who % 70), 5000, 'CNY'
      from (select number, number % {people:UInt32} as who, intDiv(number, {people:UInt32}) as nth, toDate('2026-01-14') - (who % 97) - nth * (9 + who % 41) as day from numbers({most:UInt32}) where nth <= who % 5)`, { ws, people: PEOPLE, most: 5 * PEOPLE });
  await runScoring(stores, ws, 'asked');
  expect(await stores.ch.rows('select count() as customers, uniqExact(customer) as distinct, uniqExact(version) as versions from customer_score where workspace = {ws:UUID}', { ws })).toEqual([{ customers: PEOPLE, distinct: PEOPLE, versions: 1 }]);
  const together = await scoresOf(ws, some);
  expect(together.map(({ customer }) => customer)).toEqual(some);
  stores.clock.advance(60_000);
  await rescore(stores, ws, some);
  expect(await scoresOf(ws, some)).toEqual(together);
}, 240_000);

test('whoever buys on a new day before everybody was scored for it takes that from nobody else', async () => {
  const ws = await testWorkspace(stores), buyer = customerOf(1), waiting = async () => (await stores.pg.jobsPool.query('select from graphile_worker.jobs where key = $1', [`lifecycle.rescore:${ws}`])).rowCount;
  await putPeople(stores, ws, [buyer]);
  await putOrders(stores, ws, Array.from({ length: 400 }, (_, n) => ({ customer: customerOf(n), day: dayOfNumber(dayNumber('2026-01-14') - (n % 390)), amount: 5_000 })));
  await runScoring(stores, ws, 'asked');
  await scoringTick(stores);
  expect(await waiting()).toBe(0);
  stores.clock.advance(86_400_000);
  await putOrders(stores, ws, [{ customer: buyer, day: '2026-01-15', amount: 5_000 }]);
  await rescore(stores, ws, [buyer]);
  await scoringTick(stores);
  expect(await waiting()).toBe(1);
});
