import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders, putStages, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber } from '../../kernel/day.ts';
import { type CustomerId, newId } from '../../kernel/ids.ts';
import type { Books } from '../core/assess.ts';
import { FIRST_ID, isBefore, kindsOf, LAST_ID, openHabits, rangesOf } from './habits.ts';
import { openBefores } from './stages.ts';

let stores: TestStores, workspace: string;
// Ids of one moment share their first half, and ids that count their second: neither half alone may decide.
const people = [...Array.from({ length: 300 }, () => newId() as CustomerId), ...Array.from({ length: 50 }, (_, n) => customerOf(n) as CustomerId), ...['1', '2', '3'].map((first) => `0000000${first}-0000-4000-8000-000000000007` as CustomerId)];

beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  workspace = await testWorkspace(stores);
  await putStates(stores, workspace, people.map((customer) => ({ customer })));
  await putOrders(stores, workspace, people.map((customer) => ({ customer, day: '2026-01-02', amount: 5_000 })));
  await putStages(stores, workspace, people.map((customer) => ({ customer, stages: ['new'], entered: ['2026-01-02'] })));
}, 60_000);
afterAll(() => stores.close());

test('ids come before each other here as in the engine', async () => {
  const rows = await stores.ch.rows<{ customer: CustomerId }>('select customer from customer_state final where workspace = {workspace:UUID} order by customer', { workspace });
  const here = people.toSorted((a, b) => (isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0));
  expect(rows.map(({ customer }) => customer)).toEqual(here);
  expect(people.some((one) => isBefore(one, FIRST_ID) || isBefore(LAST_ID, one))).toBe(false);
});

test('one pass over several ranges opens the books of each to its end, some at a time, and nobody twice', async () => {
  const ranges = await rangesOf(stores.ch, workspace, 4);
  expect([ranges.length, ranges[0]?.after, ranges.at(-1)?.upTo]).toEqual([4, FIRST_ID, LAST_ID]);
  const reader = await openHabits(stores.ch, { workspaceId: workspace, asOf: dayNumber('2026-01-15'), windowFrom: 0, kinds: await kindsOf(stores.ch, workspace), sources: true, whom: { after: FIRST_ID, upTo: LAST_ID } });
  const seen: CustomerId[] = [];
  for (const { after, upTo } of ranges) {
    const own: Books[] = [];
    for (let lot = reader.take(20, upTo); lot.length > 0; lot = reader.take(20, upTo)) {
      expect(lot.length).toBeLessThanOrEqual(20);
      own.push(...lot);
    }
    const there = await stores.ch.rows<{ customer: CustomerId }>('select customer from customer_state final where workspace = {workspace:UUID} and customer > {after:UUID} and customer <= {upTo:UUID} order by customer', { workspace, after, upTo });
    expect(own.map(({ customerId }) => customerId)).toEqual(there.map(({ customer }) => customer));
    seen.push(...own.map(({ customerId }) => customerId));
  }
  expect(seen.length).toBe(people.length);
});

test('what was held before is found by whoever is asked for in order, and those nobody asked for are left over', async () => {
  const before = await openBefores(stores.ch, workspace, { after: FIRST_ID, upTo: LAST_ID }), sorted = people.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
  const asked = sorted.filter((_, at) => at % 3 !== 0), stranger = `${asked.at(-1)?.slice(0, -1)}x` as CustomerId;
  expect(asked.map((one) => before.of(one)?.history)).toEqual(asked.map(() => ({ stages: ['new'], enteredDays: [dayNumber('2026-01-02')], cycles: [1] })));
  expect(before.of(stranger)).toBeUndefined();
  expect(before.rest().sort()).toEqual(sorted.filter((_, at) => at % 3 === 0).sort());
});
