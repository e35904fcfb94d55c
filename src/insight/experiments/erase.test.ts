import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { atRisk, drinkers, foreseen, moveTo } from '../../../test/support/experimentWorld.ts';
import { putOrders } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { jobHandlers } from '../../app.ts';
import { merge, resolve } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { many, sql } from '../../kernel/sql.ts';
import type { ExperimentDetail, ResultDetail } from './contract.ts';
import { mirrorExperiment } from './mirror.ts';
import { settleDue } from './settle.ts';

const root = '/api/v1/insight/experiments';
let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let people: string[];

beforeAll(async () => {
  stores = await testStores('2026-01-10T04:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  await moveTo(stores, ws, '2026-01-10');
  people = await drinkers(stores, ws, 60);
  await atRisk(stores, ws, people);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const plan = { channels: [{ channel: 'sms', costMinor: 5 }], margin: { basis: 'share', share: 0.45 }, variants: [{ key: 'treated', couponMinor: 1500 }] };
async function drawn(ids: readonly string[], startsOn: string): Promise<string> {
  const { body } = await owner.call<ExperimentDetail>('POST', root, { name: startsOn, audience: { kind: 'customers', ids }, plan, startsOn });
  expect((await owner.call('POST', `${root}/${body.id}/draw`)).status).toBe(200);
  expect((await owner.call('POST', `${root}/${body.id}/exports`, { channel: 'sms', reason: 'to win them back' })).status).toBe(200);
  return body.id;
}
const detail = async (id: string): Promise<ExperimentDetail> => (await owner.call<ExperimentDetail>('GET', `${root}/${id}`)).body;
const result = async (id: string): Promise<ResultDetail> => (await owner.call<ResultDetail>('GET', `${root}/${id}/result`)).body;
const heads = async (id: string) => {
  const { arms, merged } = await result(id);
  return { merged, arms: arms.map(({ arm, customers, sent }) => [arm, customers, sent]) };
};

const IN_POSTGRES = ['experiment', 'experiment_person', 'experiment_sending', 'experiment_unlinking'];
const IN_CLICKHOUSE = ['experiment_draw', 'experiment_left_out', 'experiment_outcome'];
async function everyRow(): Promise<string> {
  const texts: string[] = [];
  for (const table of IN_POSTGRES) texts.push(JSON.stringify(await stores.pg.tx(ws, (tx) => many(tx, sql`select t::text from ${sql.table(table)} t`))));
  for (const table of IN_CLICKHOUSE) texts.push(JSON.stringify(await stores.ch.rows(`select * from ${table}`)));
  return texts.join('\n');
}
const leftOut = async () => stores.ch.rows('select bar, count() as people from experiment_left_out final where workspace = {ws:UUID} group by bar order by bar', { ws });
const outcomes = async () => stores.ch.rows('select arm, sent, bought, count() as people from experiment_outcome final where workspace = {ws:UUID} group by arm, sent, bought order by arm, sent, bought', { ws });
type Receipt = { receipt: Record<string, Record<string, number>> };

test('R141: an erased person stays in the counts of experiments, settled and running, and no row of them leads back to the person', async () => {
  const barred = people.slice(50, 55);
  await resolve(stores, ws, barred.map((_, n) => ({ identifiers: [{ kind: 'user_id', value: `tea-${50 + n}` }], at: new Date('2026-01-05T00:00:00Z'), source: 'test', tags: ['open_complaint'] })));
  const settled = await drawn(people, '2026-01-11');
  const { treated, control } = foreseen(people.filter((one) => !barred.includes(one)), settled);
  const [gone = '', twin = '', held = ''] = [treated[0], treated[1], control[0]];
  await putOrders(stores, ws, [...treated.slice(0, 9), ...control.slice(0, 3)].map((customer) => ({ customer, day: '2026-01-12', amount: 12_800 })));
  await moveTo(stores, ws, '2026-03-01');
  expect(await settleDue(stores, ws)).toBe(1);
  const running = await drawn(people, '2026-03-02');
  // The person was drawn twice and turned out to be one.
  await merge(stores, systemCaller(ws, PERMISSIONS), { keep: gone, absorb: twin, reason: 'the same person' });
  for (const id of [settled, running]) await mirrorExperiment(stores, ws, id);
  const before = { settled: await result(settled), running: await heads(running), detail: await detail(running), left: await leftOut(), parts: await outcomes() };
  const victims = [gone, held, barred[0] ?? ''];
  for (const [n, customer] of victims.entries()) {
    const { status, body } = await owner.call<{ id: string }>('POST', `/api/v1/customers/${customer}/erase`, { reason: 'asked by letter' });
    expect(status, JSON.stringify(body)).toBe(202);
    // Killed after the first half it is run again, and finds nothing to do the third time.
    const finish = async () => jobHandlers['customers.erase']?.(stores, ws, { erasureId: body.id }, new AbortController().signal);
    await finish();
    const once = (await owner.call<Receipt>('GET', `/api/v1/erasures/${body.id}`)).body.receipt;
    await finish();
    expect((await owner.call<Receipt>('GET', `/api/v1/erasures/${body.id}`)).body.receipt).toEqual(once);
    if (n === 0) expect(once).toMatchObject({ postgres: { experiment_person: 4, experiment_sending: expect.any(Number), experiment: 2 }, clickhouse: { experiment_draw: expect.any(Number), experiment_outcome: 2 } });
    if (n === 2) expect(once).toMatchObject({ postgres: { experiment: 2 }, clickhouse: { experiment_left_out: 2 } });
  }
  const rows = await everyRow();
  expect(rows).toContain(treated[5]);
  for (const one of [...victims, twin]) expect(rows.includes(one), one).toBe(false);
  // Copied anew, as after every file, they are still the same nobodies.
  await mirrorExperiment(stores, ws, running);
  const after = { settled: await result(settled), running: await heads(running), detail: await detail(running), left: await leftOut(), parts: await outcomes() };
  expect(after.settled.arms).toEqual(before.settled.arms);
  expect(after.settled.comparisons).toEqual(before.settled.comparisons);
  expect(after.running).toEqual(before.running);
  expect(after.detail.arms).toEqual(before.detail.arms);
  expect(after.detail.audience).toEqual(before.detail.audience);
  expect([after.left, after.parts]).toEqual([before.left, before.parts]);
  // One who is nobody is nobody else in another experiment.
  const ids = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string; times: number }>`select customer_id as id, count(*) as times from experiment_person where nobody is not null group by customer_id`));
  expect(ids.every(({ times }) => times === 1)).toBe(true);
  expect(ids.length).toBeGreaterThanOrEqual(4);
});
