import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { advanceDue } from '../src/engage/index.ts';
import { journeysDue } from '../src/engage/queries/journeys.ts';
import { experimentsTick } from '../src/insight/index.ts';
import { drain } from '../src/kernel/facts.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { storyClock } from '../src/kernel/storyClock.ts';
import { loop } from '../src/loop.ts';
import { tellPast } from '../src/product/sampleShop/past.ts';
import { deliverDue } from '../src/reach/index.ts';
import { dueWork } from '../src/reach/queries/messages.ts';
import { type Person, person, testApp } from './support/app.ts';
import { SAMPLE_NOW, sampleWorkspace } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

/** What a stranger who starts the simulated shop finds on the pages of journeys, messages and segments, an hour after the start. */
let stores: TestStores, app: FastifyInstance, workspace: string, owner: Person;
/** Processor seconds of the parts, for whoever runs this to see. */
const spent: Record<string, number> = {};
/** What live workers found to do in the middle of the telling. */
const found: unknown[] = [];
const rows = <Row>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> => stores.pg.tx(workspace, (tx) => many(tx, query));
const get = async <T>(url: string): Promise<T> => (await owner.call<T>('GET', url)).body;

async function timed<T>(part: string, work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage(), done = await work(), { user, system } = process.cpuUsage(before);
  spent[part] = (spent[part] ?? 0) + (user + system) / 1e6;
  return done;
}

beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  app = await testApp(stores);
  workspace = await timed('shop', () => sampleWorkspace(stores, 3_000));
  const begun = await timed('set up', () => tellPast(stores, workspace, new AbortController().signal));
  await timed('effects', () => drain(stores, loop));
  // Cut off after the first days, as by a stop of the process, and gone on with.
  const early = new AbortController();
  setTimeout(() => early.abort(), 500);
  const cut = await timed('days', () => tellPast(stores, workspace, early.signal));
  stores.clock.advance(60_000);
  found.push(begun, cut, await journeysDue(stores.pg.global, stores.clock.now()), await dueWork(stores.pg.global, stores.clock.now()), await advanceDue(stores));
  found.push(await timed('days', () => tellPast(stores, workspace, new AbortController().signal)));
  await timed('after', async () => {
    await deliverDue(stores);
    await drain(stores, loop);
    await experimentsTick(stores);
  });
  owner = await person(stores, app, workspace, 'owner');
  console.log('processor seconds', Object.fromEntries(Object.entries(spent).map(([part, seconds]) => [part, Number(seconds.toFixed(1))])));
}, 600_000);
afterAll(async () => {
  await app.close();
  await stores.close();
});

test('it is told in parts, goes on where it was cut off, and meanwhile nobody who goes by the real clock touches it', async () => {
  expect(found).toEqual([false, false, [], [], 0, true]);
  const clock = await stores.pg.tx(workspace, (tx) => storyClock(tx, workspace));
  expect(clock?.at).toEqual(clock?.until);
  expect(await tellPast(stores, workspace, new AbortController().signal)).toBe(true);
  expect(await get('/api/v1/sample')).toMatchObject({ past: 'told' });
});

test('segments, layers, personas, topics and templates are set; what sends is a sandbox, and says so', async () => {
  expect((await get<{ rows: { people: number }[] }>('/api/v1/segments')).rows).toHaveLength(4);
  expect((await get<{ rows: { people: number }[] }>('/api/v1/personas')).rows.every(({ people }) => people > 0)).toBe(true);
  expect(await get('/api/v1/layers')).toMatchObject({ version: 1 });
  expect((await get<{ rows: { key: string }[] }>('/api/v1/reach/groups')).rows.map(({ key }) => key).sort()).toEqual(['new_tea', 'offers']);
  expect((await get<{ rows: { sandbox: boolean; name: string }[] }>('/api/v1/reach/accounts')).rows.map(({ sandbox, name }) => [sandbox, name.includes('沙盒')])).toEqual([[true, true], [true, true]]);
  expect((await get<{ rows: { published: number | null; languages: string[] }[] }>('/api/v1/templates')).rows.map(({ published, languages }) => [published, languages.join()])).toEqual(Array.from({ length: 9 }, () => [1, 'zh-CN']));
  expect((await get<{ rows: { key: string; usedBy: { kind: string }[] }[] }>('/api/v1/blocks')).rows.map(({ key, usedBy }) => [key, usedBy.filter(({ kind }) => kind === 'template').length])).toEqual([['brand', 9], ['foot', 9]]);
});

test('five journeys have been walked for weeks, one waits for a yes, and the list tells lift, money and a verdict', async () => {
  const { rows: journeys } = await get<{ rows: { playbook: string; state: string; experimentId: string | null; totals: { entered: number; control: number; goal: number } }[] }>('/api/v1/journeys');
  expect(journeys.map(({ playbook, state }) => `${playbook} ${state}`).sort()).toEqual(['birthday live', 'decline_follow_up live', 'first_order live', 'new_year draft', 'second_order live', 'win_back live']);
  for (const { totals } of journeys.filter(({ playbook }) => ['birthday', 'first_order', 'second_order', 'win_back'].includes(playbook))) expect(totals.entered > 40 && totals.control > 0).toBe(true);
  const winBack = journeys.find(({ playbook }) => playbook === 'win_back');
  const read = await get<{ phase: string; comparisons: { effect: { difference: number }; buyers: { verdict: string }; net: { value: number } }[] }>(`/api/v1/insight/experiments/${winBack?.experimentId}/result`);
  // Who is drawn follows from ids, new at every start: a verdict of the settled result, whichever chance gives.
  expect(read.phase).toBe('settled');
  expect(['proven_up', 'not_proven', 'too_small']).toContain(read.comparisons[0]?.buyers.verdict);
  expect(read.comparisons[0]?.effect.difference).toBeGreaterThan(-0.1);
  expect(typeof read.comparisons[0]?.net.value).toBe('number');
  expect((await get<{ rows: { decision: unknown }[] }>('/api/v1/journey-approvals')).rows.map(({ decision }) => decision)).toEqual([null]);
  const { rows: goals } = await get<{ rows: { id: string }[] }>('/api/v1/insight/goals');
  expect((await get<{ rows: { name: string; state: string }[] }>(`/api/v1/insight/goals/${goals[0]?.id}/plays`)).rows).toMatchObject([{ name: '流失赢回', state: 'live' }]);
});

test('the ledger has lines with reasons, nobody held out was written to, tasks wait, and from now on everything goes by the real clock', async () => {
  const reasons = new Set((await rows<{ reason: string }>(sql`select distinct reason from message where workspace_id = ${workspace} and state = 'refused'`)).map(({ reason }) => reason));
  expect([...reasons]).toEqual(expect.arrayContaining(['consent_missing', 'control_group', 'no_address', 'open_complaint', 'unhappy']));
  expect(await rows(sql`select count(*)::int as n from message m join enrolment e on e.workspace_id = m.workspace_id and e.id::text = m.enrolment where m.workspace_id = ${workspace} and e.arm = 'control'`)).toEqual([{ n: 0 }]);
  // Sent on days of the past, none by night.
  const [sent] = await rows<{ n: number; days: number; night: number }>(sql`
    select count(*)::int as n, count(distinct sent_at::date)::int as days, (count(*) filter (where extract(hour from sent_at at time zone 'Asia/Shanghai') not between 8 and 20))::int as night from message where workspace_id = ${workspace} and sent_at is not null`);
  expect([sent?.n ?? 0, sent?.days ?? 0, sent?.night].map((n, at) => (at === 0 ? Number(n) > 500 : at === 1 ? Number(n) > 50 : n))).toEqual([true, true, 0]);
  expect((await rows<{ n: number }>(sql`select count(*)::int as n from task where workspace_id = ${workspace} and code = 'task.journey'`))[0]?.n).toBeGreaterThan(5);
  stores.clock.advance(2 * 86_400_000);
  await advanceDue(stores);
  await deliverDue(stores);
  expect((await rows<{ n: number }>(sql`select count(*)::int as n from message where workspace_id = ${workspace} and created_at > ${new Date(SAMPLE_NOW)}`))[0]?.n).toBeGreaterThan(0);
  expect((await dueWork(stores.pg.global, stores.clock.now())).filter(({ workspaceId }) => workspaceId === workspace)).toEqual([]);
});
