import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { drain } from '../src/kernel/facts.ts';
import { addPromotion } from '../src/insight/index.ts';
import { loop } from '../src/loop.ts';
import { type Person, person, testApp } from './support/app.ts';
import { SAMPLE_NOW, sampleWorkspace } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  workspace = await sampleWorkspace(stores, 400);
  app = await testApp(stores);
  owner = await person(stores, app, workspace, 'owner');
}, 120_000);
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Overview = { asOf: string; total: number; stages: { stage: string; customers: number }[] };
type Page = { rows: { id: string; name: string; stage: string | null }[]; total: { count: number } };
const overview = async (): Promise<Overview> => (await owner.call<Overview>('GET', '/api/v1/lifecycle/overview')).body;
const list = async (query = ''): Promise<Page> => (await owner.call<Page>('GET', `/api/v1/customers?limit=100${query}`)).body;

/** Every live customer stands in exactly one stage, and list, segment and overview count the same people. */
async function expectWhole(): Promise<number> {
  const { total, stages } = await overview();
  const { total: { count } } = await list();
  expect(total).toBe(count);
  expect(stages.reduce((sum, { customers }) => sum + customers, 0)).toBe(count);
  for (const { stage, customers } of stages) expect([stage, (await list(`&stage=${stage}`)).total.count]).toEqual([stage, customers]);
  return count;
}

test('R14: on the simulated shop the stages add up to the customers, those without any order too', async () => {
  const count = await expectWhole();
  expect(count).toBeGreaterThan(300);
  const { stages } = await overview();
  expect(stages.find(({ stage }) => stage === 'prospect')?.customers).toBeGreaterThan(0);
  const query = await owner.call<{ asOf: string; total: { count: number } }>('POST', '/api/v1/customers/query', { sort: 'name', direction: 'asc', limit: 1 });
  expect([query.body.asOf, query.body.total.count]).toEqual([(await overview()).asOf, count]);
});

test('R4: right after a merge the one who stays stands in the lists and figures, the other nowhere', async () => {
  const { rows: [one, two] } = await list('&stage=active');
  const before = await expectWhole();
  const { body: { customer } } = await owner.call<{ customer: string }>('POST', '/api/v1/customers/merge', { keep: one?.id, absorb: two?.id, reason: 'the same person' });
  await drain(stores, loop);
  expect(await expectWhole()).toBe(before - 1);
  const gone = customer === one?.id ? two?.id : one?.id;
  const known = await stores.ch.rows<{ customer: string }>('select customer from stage_now final where workspace = {workspace:UUID} and customer in {ids:Array(UUID)}', { workspace, ids: [one?.id, two?.id] });
  expect(known.map((row) => row.customer)).toEqual([customer]);
  const ids: string[] = [];
  for (let after: string | null = null, first = true; first || after; first = false) {
    const { body }: { body: { ids: string[]; next: string | null } } = await owner.call('POST', '/api/v1/segments/ids', { tree: { version: 1, root: { kind: 'and', of: [] } }, limit: 70, ...(after ? { cursor: after } : {}) });
    ids.push(...body.ids);
    after = body.next;
  }
  expect([ids.length, ids.includes(customer), ids.includes(gone as string)]).toEqual([before - 1, true, false]);
}, 60_000);

test('R17: a customer written down by staff has a stage at once', async () => {
  const { body: { id } } = await owner.call<{ id: string }>('POST', '/api/v1/accounts', { name: 'Cloud Teahouse' });
  await owner.call('POST', `/api/v1/accounts/${id}/contacts`, { name: 'Zhang Newcomer', role: 'decision_maker', phone: '13912345678' });
  await drain(stores, loop);
  const { rows } = await list('&q=Newcomer');
  expect(rows.map(({ stage }) => stage)).toEqual(['prospect']);
  await expectWhole();
}, 60_000);

test('R17: a changed promotion calendar is learned from again, as a correction that starts nothing', async () => {
  const versions = async (): Promise<number[]> => (await owner.call<{ rows: { version: number }[] }>('GET', '/api/v1/lifecycle/rules')).body.rows.map(({ version }) => version);
  const before = await versions();
  await addPromotion(stores, systemCaller(workspace, PERMISSIONS), { name: 'Spring tea', shop: '', firstDay: '2026-04-02', lastDay: '2026-04-06' });
  await drain(stores, loop);
  expect(await versions()).toEqual([(before[0] ?? 0) + 1, ...before]);
  await expectWhole();
}, 60_000);
