import { afterAll, beforeAll, expect, test } from 'vitest';
import { putOrders } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { customerLines, merge, publish, resolve } from '../../customers/index.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { Tree, type TreeInput } from '../../kernel/conditions/index.ts';
import { dataDay } from '../asOf.ts';
import { strips } from '../cards.ts';
import { reassess } from '../reassess.ts';
import { type CustomersAsked, queryCustomers } from './customersQuery.ts';

let stores: TestStores;
let caller: Caller;
let ids: string[];
const NAMES = ['林小满', '陈立夏', '王白露', 'Ann Lee', '周秋分', 'Bob Ray'];

beforeAll(async () => {
  stores = await testStores();
  caller = systemCaller(await testWorkspace(stores), ['customers.read']);
  const { items } = await resolve(stores, caller.workspaceId, NAMES.map((name, n) => ({
    identifiers: [{ kind: 'phone', value: `1380013800${n}` }], at: new Date('2026-01-01T00:00:00Z'), source: 'test', name, traits: { city: n % 2 ? '杭州' : '上海' }, tags: n < 3 ? ['茶友'] : [],
  })));
  ids = items.map((one) => one.customer);
  await publish(stores, caller.workspaceId, ids.slice(0, 5).map((customer, n) => ({ customer, values: { stage: n < 3 ? 'active' : 'churned', order_count: 5 - n, net_minor: (5 - n) * 1000, last_on: `2026-01-0${n + 1}` } })));
  await putOrders(stores, caller.workspaceId, ids.slice(0, 4).flatMap((customer, n) => Array.from({ length: 5 - n }, (_, at) => ({ customer, day: `2025-12-1${at}`, amount: 1000 }))));
});
afterAll(() => stores.close());

const tree = (root: TreeInput['root']): Tree => Tree.parse({ version: 1, root });
const asked = (more: Partial<CustomersAsked> = {}): CustomersAsked => ({ sort: 'net_minor', direction: 'desc', limit: 50, ...more });
const names = async (more: Partial<CustomersAsked> = {}): Promise<string[]> => (await queryCustomers(stores, caller, asked(more))).rows.map((row) => row.name);

test('a filter over fields, tags and what was bought gives the lines of the list', async () => {
  const both = tree({ kind: 'and', of: [
    { kind: 'field', field: 'city', test: { op: 'equals', value: '上海' } }, { kind: 'tag', test: { op: 'any_of', values: ['茶友'] } },
    { kind: 'event', event: 'order.paid', of: { measure: 'count', test: { op: 'at_least', value: 4 } } },
  ] });
  const page = await queryCustomers(stores, caller, asked({ tree: both }));
  expect(page.rows).toEqual(await customerLines(stores, caller, [ids[0] as string]));
  expect([page.total, page.next]).toEqual([{ count: 1, over: false }, null]);
});

test('those without a value come last, whichever way the list goes', async () => {
  expect((await names()).at(-1)).toBe('Bob Ray');
  expect((await names({ direction: 'asc' })).at(-1)).toBe('Bob Ray');
  expect((await names({ direction: 'asc' }))[0]).toBe('周秋分');
});

test('pages join without a gap', async () => {
  const whole = await names({ sort: 'last_on' });
  const joined: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await queryCustomers(stores, caller, asked({ sort: 'last_on', limit: 2, cursor }));
    joined.push(...page.rows.map((row) => row.name));
    if (!page.next) break;
    cursor = page.next;
  }
  expect(joined).toEqual(whole);
});

test('a search and a filter hold together: by name, and by the tail of a telephone', async () => {
  expect(await names({ q: '陈立夏' })).toEqual(['陈立夏']);
  expect(await names({ q: '8002' })).toEqual(['王白露']);
  expect(await names({ q: '8002', tree: tree({ kind: 'field', field: 'city', test: { op: 'equals', value: '杭州' } }) })).toEqual([]);
  expect(await names({ q: 'nobody at all' })).toEqual([]);
});

test('two who were found to be one are one line, with the purchases of both', async () => {
  const [keep, absorb] = [ids[2] as string, ids[3] as string];
  await merge(stores, caller, { keep, absorb, reason: 'same person' });
  const many = tree({ kind: 'event', event: 'order.paid', of: { measure: 'count', test: { op: 'at_least', value: 5 } } });
  const page = await queryCustomers(stores, caller, asked({ tree: many }));
  expect(page.rows).toHaveLength(2);
  expect((await queryCustomers(stores, caller, asked())).total.count).toBe(5);
});

test('strips come with the lines where they are asked for', async () => {
  await reassess(stores, caller.workspaceId, 'all', await dataDay(stores, caller.workspaceId), { mode: 'backfill' });
  const page = await queryCustomers(stores, caller, asked({ strips: true }));
  expect(page.strips?.strips.length).toBeGreaterThan(0);
  expect(page.strips).toEqual(await strips(stores, caller.workspaceId, page.rows.map(({ id }) => id)));
  expect((await queryCustomers(stores, caller, asked())).strips).toBeUndefined();
});
