import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerOf, putEvents, putOrders, putPeople, putStates, type TestEvent } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { addDays } from '../../kernel/day.ts';
import { customerEngagement, engagement } from './engagement.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores('2026-03-31T04:00:00Z')));
afterAll(() => stores.close());
const staff = async (): Promise<Caller> => {
  const workspace = await testWorkspace(stores);
  await putPeople(stores, workspace, [1, 2, 3, 4, 5].map(customerOf));
  return systemCaller(workspace, ['customers.read', 'lifecycle.read']);
};

/** Sign-ins on so many days, interactions spread over them, so many minutes apart. */
const lives = (customer: string, { logins, clicks, minutes }: { logins: number; clicks: number; minutes: number }): TestEvent[] => [
  ...Array.from({ length: logins }, (_, at) => ({ customer, time: `${addDays('2026-03-31', -at)} 02:00:00`, event: 'user.signed_in' })),
  ...Array.from({ length: clicks }, (_, at) => ({ customer, time: `2026-03-31 04:${String(Math.min(59, Math.round((at * minutes) / Math.max(1, clicks - 1)))).padStart(2, '0')}:00`, event: 'product.viewed' })),
];

describe('sign-ins, interactions and minutes known', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await staff();
    await putEvents(stores, caller.workspaceId, [
      ...lives(customerOf(1), { logins: 20, clicks: 11, minutes: 20 }), ...lives(customerOf(2), { logins: 5, clicks: 5, minutes: 20 }), ...lives(customerOf(3), { logins: 5, clicks: 1, minutes: 0 }), ...lives(customerOf(4), { logins: 1, clicks: 0, minutes: 0 }),
      { customer: customerOf(5), time: '2026-02-01 02:00:00', event: 'user.signed_in' },
    ]);
    await putStates(stores, caller.workspaceId, [1, 2, 3, 4, 5].map((n) => ({ customer: customerOf(n) })));
  });

  test('R34: the activity score is the weighted standing among those active: 87.5, 50, 50 and 12.5 of sign-ins at 0.4, and so on', async () => {
    const first = await customerEngagement(stores, caller, customerOf(1));
    expect(first).toMatchObject({ basis: 'logins', activity: { logins: 20, interactions: 11, minutes: 20, sessions: 21, people: 4 } });
    // Standings: sign-ins 20 > 5 = 5 > 1; interactions 11 > 5 > 1 > 0; minutes 20 = 20 > 0 = 0.
    expect(first.activity?.parts.map(({ key, value }) => [key, value])).toEqual([['logins', 87.5], ['interactions', 87.5], ['minutes', 75]]);
    expect(first.activity?.score).toBe(85);
    const scores = await Promise.all([2, 3, 4].map(async (n) => (await customerEngagement(stores, caller, customerOf(n))).activity?.score));
    expect(scores).toEqual([0.4 * 50 + 0.4 * 62.5 + 0.2 * 75, 0.4 * 50 + 0.4 * 37.5 + 0.2 * 25, 0.4 * 12.5 + 0.4 * 12.5 + 0.2 * 25]);
  });

  test('R34: nothing seen in the last month is no score, not a low one', async () => {
    expect((await customerEngagement(stores, caller, customerOf(5))).activity).toBeNull();
  });
});

test('R34: where no sign-ins are sent, days seen stand for them, and it is said', async () => {
  const caller = await staff();
  await putEvents(stores, caller.workspaceId, [0, 1, 2].map((at) => ({ customer: customerOf(1), time: `${addDays('2026-03-31', -at)} 02:00:00`, event: 'page.viewed' })));
  expect(await customerEngagement(stores, caller, customerOf(1))).toMatchObject({ basis: 'visits', activity: { logins: 3, interactions: 3, score: 50 } });
});

describe('two reviews, a share that brought an order and a 10 against one review', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await staff();
    const at = '2026-03-01 02:00:00';
    await putEvents(stores, caller.workspaceId, [
      { customer: customerOf(1), time: at, event: 'review.posted', properties: { rating: 5 } }, { customer: customerOf(1), time: at, event: 'review.posted', properties: { rating: '3' } },
      { customer: customerOf(1), time: at, event: 'share.converted' },
      { customer: customerOf(1), time: at, event: 'survey.answered', properties: { kind: 'nps', score: 3 } }, { customer: customerOf(1), time: '2026-03-02 02:00:00', event: 'survey.answered', properties: { kind: 'nps', score: 10 } },
      { customer: customerOf(1), time: '2026-03-03 02:00:00', event: 'survey.answered', properties: { kind: 'csat', score: 1 } },
      { customer: customerOf(2), time: at, event: 'review.posted', properties: {} },
      { customer: customerOf(3), time: '2024-03-01 02:00:00', event: 'review.posted', properties: { rating: 5 } }, { customer: customerOf(3), time: at, event: 'referral.made', properties: { valid: false } },
      { customer: customerOf(2), time: '2026-03-31 02:00:00', event: 'page.viewed' },
    ]);
    await putStates(stores, caller.workspaceId, [1, 2, 3].map((n) => ({ customer: customerOf(n) })));
  });

  test('R34: ranks above, by the points of each act', async () => {
    const [first, second, third] = await Promise.all([1, 2, 3].map((n) => customerEngagement(stores, caller, customerOf(n))));
    expect(first?.advocacy.acts).toEqual({ reviews: 2, rating: 4, shares: 0, convertingShares: 1, referrals: 0, mentions: 0, nps: 10 });
    expect([first?.advocacy.score, second?.advocacy.score, third?.advocacy.score]).toEqual([2 * 6 + 10 + 15 + 5, 6, 0]);
    expect(first?.advocacy.parts.reduce((sum, { points }) => sum + points, 0)).toBe(42);
  });
});

describe('a thousand people a month, two hundred a day', () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await staff();
    // Everybody comes on six of the thirty days, two sessions of ten minutes each time: 200 a day.
    await putEvents(stores, caller.workspaceId, Array.from({ length: 1000 }, (_, n) => n).flatMap((n) => Array.from({ length: 6 }, (_, visit) => addDays('2026-03-31', -(n % 5) - visit * 5)).flatMap((day) =>
      [0, 10, 90, 100].map((minute) => ({ customer: customerOf(n + 1), time: `${day} ${String(2 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`, event: 'page.viewed', shop: n % 2 ? 'A' : 'B' })))));
    await putOrders(stores, caller.workspaceId, [{ customer: customerOf(1), day: '2026-03-01', amount: 100, shop: 'A' }]);
    const lines = [['1', 'tea', 'N1'], ['1', 'cup', 'N1'], ['1', 'tea', 'N2']] as const;
    const [{ order_no: orderNo = '' } = {}] = await stores.ch.rows<{ order_no: string }>('select order_no from orders final where workspace = {workspace:UUID}', { workspace: caller.workspaceId });
    await stores.ch.insert('order_lines', lines.map(([n, sku, occurrence]) => ({
      workspace: caller.workspaceId, source: 'test', shop: 'A', order_no: orderNo, sku, occurrence: occurrence === 'N1' ? 0 : 1, version: 1, deleted: 0, subject: customerOf(Number(n)), day: '2026-03-01', kind: 'goods', quantity: 1, amount: 50,
    })));
  });

  test('R34: a stickiness of 20 %, ten minutes a session, two products a customer', async () => {
    const told = await engagement(stores, caller, '');
    expect(told).toMatchObject({ monthlyActive: 1000, stickiness: 0.2, minutesPerSession: 10, sessions: 12_000, productsPerCustomer: 2, buyers: 1, from: '2026-03-02' });
    expect(told.daily).toHaveLength(30);
    expect(new Set(told.daily.map(({ people }) => people))).toEqual(new Set([200]));
  });
  test('R34: staff of one shop count that shop', async () => {
    expect(await engagement(stores, { ...caller, shops: ['A'] }, '')).toMatchObject({ monthlyActive: 500, stickiness: 0.2 });
    await expect(engagement(stores, { ...caller, shops: ['A'] }, 'B')).rejects.toMatchObject({ code: 'lifecycle.shop_forbidden' });
  });
});

test('R34: an empty workspace has no stickiness, and no error', async () => {
  expect(await engagement(stores, await staff(), '')).toMatchObject({ monthlyActive: 0, stickiness: null, minutesPerSession: null, productsPerCustomer: null, advocates: [] });
});

test('somebody who is not there is not found', async () => {
  await expect(customerEngagement(stores, await staff(), customerOf(9))).rejects.toMatchObject({ code: 'customer.not_found' });
});
