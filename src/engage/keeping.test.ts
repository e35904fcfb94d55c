import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { DAY, enrolmentsOf, exit, happen, inARow, launched, messagesOf, pass, ready, send, settle, toldBy } from '../../test/support/journeys.ts';
import { customerOf, putOrders, putPeople, putStages, putStates } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { announce } from '../kernel/facts.ts';
import { many, sql } from '../kernel/sql.ts';
import { enrol } from './enrol.ts';

let stores: TestStores, app: FastifyInstance;
const PEOPLE = Array.from({ length: 400 }, (_, n) => customerOf(n + 1));
const [LIN, WANG, ZHAO] = PEOPLE as [string, string, string];

beforeAll(async () => {
  stores = await testStores('2026-03-01T02:00:00Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function shop(many = 3): Promise<string> {
  const workspace = await testWorkspace(stores);
  await putPeople(stores, workspace, PEOPLE.slice(0, many));
  await putStates(stores, workspace, PEOPLE.slice(0, many).map((customer) => ({ customer })));
  return workspace;
}
const moves = (workspace: string, customer: string, to: string, cycle = 1) =>
  stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'stage.changed', { customerId: customer, from: 'active', to, cycle, since: stores.clock.now().toISOString().slice(0, 10) }));
const tasksOf = (workspace: string): Promise<{ customer: string; text: string }[]> => stores.pg.tx(workspace, (tx) => many(tx, sql<{ customer: string; text: string }>`select customer_id as customer, params ->> 'text' as text from task where workspace_id = ${workspace} order by created_at, customer_id`));
const told = (workspace: string, journey: string): Promise<string[]> => toldBy(stores, workspace, journey, PEOPLE);

test('R128: price is answered by an offer, trouble with service by a call and no coupon ever, the rest is asked', async () => {
  stores.clock.set('2026-03-01T02:00:00Z');
  const workspace = await shop(), journey = await ready(stores, workspace, 'save_by_reason');
  await putOrders(stores, workspace, [{ customer: LIN, day: '2026-02-28', amount: 100 }]);
  await happen(stores, workspace, LIN, 'exit_survey.answered', { reason: 'price' });
  await happen(stores, workspace, WANG, 'exit_survey.answered', { reason: 'service' });
  await settle(stores);
  for (const one of [LIN, WANG, ZHAO]) await moves(workspace, one, 'at_risk');
  await settle(stores);
  expect([await told(workspace, journey), (await tasksOf(workspace)).map(({ customer }) => customer)]).toEqual([['1 offer', '3 ask'], [WANG]]);
  for (let week = 0; week < 6; week++) await pass(stores, 7 * DAY);
  // To the end of their way: whoever was called has been sent nothing.
  expect(await told(workspace, journey)).toEqual(['1 offer', '3 ask']);
  expect((await enrolmentsOf(stores, workspace, journey)).map(({ status }) => status)).toEqual(['done', 'done', 'done']);
});

test('R128: whoever declines is asked once a cycle, and called where they do not answer', async () => {
  stores.clock.set('2026-03-01T02:00:00Z');
  const workspace = await shop(), journey = await ready(stores, workspace, 'decline_follow_up');
  for (const one of [LIN, WANG]) await moves(workspace, one, 'declining');
  await settle(stores);
  await pass(stores, DAY);
  await happen(stores, workspace, WANG, 'exit_survey.answered', { reason: 'price' });
  await settle(stores);
  await pass(stores, 7 * DAY);
  expect(await tasksOf(workspace)).toEqual([{ customer: LIN, text: 'Call and ask why they come less; the survey was not answered' }]);
  // Recovered and declining again within the same cycle: no. In the next one: yes.
  await moves(workspace, LIN, 'declining');
  await settle(stores);
  expect(await told(workspace, journey)).toEqual(['1 ask', '2 ask']);
  await moves(workspace, LIN, 'declining', 2);
  await settle(stores);
  expect(await told(workspace, journey)).toEqual(['1 ask', '1 ask', '2 ask']);
});

test('R125: an early warning starts a journey, with both numbers; as long as it lasts once, and of those who are warned of already nobody', async () => {
  stores.clock.set('2026-03-01T02:00:00Z');
  const workspace = await shop();
  let version = 0;
  const scored = async (warnings: Readonly<Record<string, [string, number, number][]>>) => {
    await stores.ch.insert('customer_score', [LIN, WANG, ZHAO].map((customer) => ({
      workspace, customer, version: ++version, deleted: 0, as_of: '2026-03-01', value_model: 1, churn_model: 0, method: 'recency', p_alive: 0.5, horizon: 60, expected: 1, churn: 0.6, churn_baseline: 0.5, value: 0, value_low: 0, value_high: 0, at_risk: 0,
      reasons: (warnings[customer] ?? []).map(([code]) => code), reason_params: JSON.stringify((warnings[customer] ?? []).map(([code, recent, usual]) => ({ code, effect: 'raises', weight: 3, params: { recent, usual } }))),
    })));
    await stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'scores.renewed', { number: 1, asOf: '2026-03-01' }));
    await settle(stores);
  };
  await scored({ [ZHAO]: [['churn.complaints_rose', 2, 0.5]] });
  const journey = await ready(stores, workspace, 'early_warning');
  const fallen = await launched(stores, workspace, inARow([{ kind: 'event', events: [{ event: 'churn.warned', where: [{ property: 'code', test: { op: 'equals', value: 'churn.activity_fell' } }] }] }], [send('ask'), exit('end')], { reentry: 'always' }));
  await scored({ [ZHAO]: [['churn.complaints_rose', 2, 0.5]], [LIN]: [['churn.activity_fell', 1.1, 2]], [WANG]: [['churn.satisfaction_fell', 3, 4.5]] });
  expect([await told(workspace, journey), await told(workspace, fallen)]).toEqual([['1 ask', '2 ask'], ['1 ask']]);
  expect((await messagesOf(stores, workspace, journey)).map(({ params }) => params)).toEqual([{ code: 'churn.activity_fell', recent: 1.1, usual: 2 }, { code: 'churn.satisfaction_fell', recent: 3, usual: 4.5 }]);
  await pass(stores, DAY);
  await scored({ [LIN]: [['churn.activity_fell', 1, 2]] });
  expect(await told(workspace, fallen)).toEqual(['1 ask']);
  // Over, and back again: another warning.
  await pass(stores, DAY);
  await scored({});
  await pass(stores, DAY);
  await scored({ [LIN]: [['churn.activity_fell', 1, 2]] });
  expect(await told(workspace, fallen)).toEqual(['1 ask', '1 ask']);
});

test('R129: won back is an order after being lost, within 30 and 90 days against the held out; who is lost again is seen', async () => {
  stores.clock.set('2026-03-01T02:00:00Z');
  const workspace = await shop(400), owner: Person = await person(stores, app, workspace, 'owner');
  const journey = await launched(stores, workspace, inARow([{ kind: 'api' }], [send('miss'), exit('end')], { holdOut: 0.25 }), 'Win back', 'churned');
  await enrol(stores, workspace, journey, PEOPLE.map((one) => ({ person: one, at: stores.clock.now(), occasion: { kind: 'api' }, mark: 'once' })));
  await settle(stores);
  const arms = new Map((await enrolmentsOf(stores, workspace, journey)).map(({ person: one, arm }) => [one, arm])), of = (arm: string) => PEOPLE.filter((one) => arms.get(one) === arm);
  const [treated, control] = [of('treated'), of('control')] as [string[], string[]];
  const soon = [...treated.slice(0, 30), ...control.slice(0, 4)], late = [...treated.slice(30, 50), ...control.slice(4, 7)], again = treated.slice(0, 6);
  // One was not lost when they came in: an order of theirs wins nobody back.
  const never = treated[60] as string;
  const back = new Map([...soon.map((one): [string, string] => [one, '2026-03-20']), ...late.map((one): [string, string] => [one, '2026-05-10'])]);
  await putOrders(stores, workspace, [...back].map(([customer, day]) => ({ customer, day, amount: 10_000 })).concat([{ customer: never, day: '2026-03-20', amount: 10_000 }, { customer: treated[61] as string, day: '2026-06-25', amount: 10_000 }]));
  await putStages(stores, workspace, PEOPLE.map((customer) => {
    const day = back.get(customer);
    if (customer === never) return { customer, stages: ['active'], entered: ['2025-06-01'] };
    if (!day) return { customer, stages: ['active', 'churned'], entered: ['2025-06-01', '2025-12-01'] };
    return { customer, stages: ['active', 'churned', 'won_back', ...(again.includes(customer) ? ['churned'] : [])], entered: ['2025-06-01', '2025-12-01', day, ...(again.includes(customer) ? ['2026-06-20'] : [])] };
  }));
  const { body: { experimentId } } = await owner.call<{ experimentId: string }>('GET', `/api/v1/journeys/${journey}`);
  const { body, status } = await owner.call<{ rows: { days: number; treated: object; control: object; difference: number; interval: { low: number; high: number } }[] }>('GET', `/api/v1/insight/experiments/${experimentId}/returns`);
  expect(status).toBe(200);
  expect(body.rows.map(({ days, treated: t, control: c }) => [days, t, c])).toEqual([
    [30, { people: treated.length - 1, back: 30, lostAgain: 6 }, { people: control.length, back: 4, lostAgain: 0 }],
    [90, { people: treated.length - 1, back: 50, lostAgain: 6 }, { people: control.length, back: 7, lostAgain: 0 }],
  ]);
  for (const [at, won] of [[0, [30, 4]], [1, [50, 7]]] as const) expect(body.rows[at]?.difference).toBeCloseTo(won[0] / (treated.length - 1) - won[1] / control.length, 12);
});
