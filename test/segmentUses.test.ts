import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, sql } from '../src/kernel/sql.ts';
import { takeTurn } from '../src/lifecycle/segments/queries/store.ts';
import { type Person, person, testApp } from './support/app.ts';
import { exit, inARow } from './support/journeys.ts';
import { putOrders } from './support/orders.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  await putOrders(stores, ws, [{ customer: crypto.randomUUID(), day: '2026-01-10', amount: 100 }]);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const treeOf = (root: object) => ({ version: 1, root });
const everybody = treeOf({ kind: 'and', of: [] });
const within = (segment: string) => treeOf({ kind: 'segment', segment });
const api = '/api/v1';
let nth = 0;
const aName = (): string => `N${++nth}`;
const newSegment = async (tree: object = everybody): Promise<string> => {
  const { status, body } = await owner.call<{ id: string }>('POST', `${api}/segments`, { name: aName(), tree });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
};
type Id = { id: string };
const made = async (url: string, body: object): Promise<string> => {
  const reply = await owner.call<Id>('POST', `${api}${url}`, body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.id;
};

const journeyFrom = (segment: string) => ({ name: aName(), definition: inARow([{ kind: 'segment', segment, when: 'entered', backlog: false }], [exit('end')]) });
const scopeOf = (population: object) => ({ from: '2026-01-01', to: '2026-12-31', population });
const goalOf = (population: object) => ({ name: aName(), metricId: 'repurchase_period', target: 0.3, scope: scopeOf(population) });
const experimentOf = (audience: object) => ({ name: aName(), audience, startsOn: '2026-02-01' });
const programmeOf = (tree: object) => ({ name: aName(), owner: '', entry: { share: null, tree }, stay: { share: null, tree: everybody } });
const personaOf = (segmentId: string) => ({ segmentId, name: aName() });
const tagOf = (tree: object) => ({ key: `k${++nth}`, name: aName(), kind: 'rule', spec: { tree } });
const variant = (key: string, segments: string[]) => ({ key, when: { segments }, contents: [{ language: 'zh-CN', content: { channel: 'sms', text: '【茶店】新茶，拒收请回复R' } }] });
const templateOf = (segment: string) => ({ name: aName(), description: '', purpose: 'marketing', document: { language: 'zh-CN', sample: {}, variants: [variant('some', [segment]), variant('all', [])] } });
const tier = (key: string, segment: string | null) => ({ key, name: key, segment, sla: { firstReplyMinutes: 480, resolveMinutes: 2_880 }, channels: null, human: 'pool', offer: 'none', capMinor: null });
const touchOf = async (segment: string) => {
  const { body: { version } } = await owner.call<{ version: number }>('GET', `${api}/touch/policy`);
  return { version, policy: { tiers: [tier('high', segment), tier('low', null)], agents: [], rankBy: 'net_minor', slack: 0.2, contactMinor: 0 } };
};

/** Whoever may come to name a segment, and how: by being made, or by a change. */
const SAVERS: readonly [what: string, kind: string, prepare: (segment: string) => Promise<() => ReturnType<Person['call']>>][] = [
  ['a new segment', 'segment', async (segment) => () => owner.call('POST', `${api}/segments`, { name: aName(), tree: within(segment) })],
  ['a segment with other conditions', 'segment', async (segment) => { const id = await newSegment(); return () => owner.call('PATCH', `${api}/segments/${id}`, { version: 1, tree: within(segment) }); }],
  ['a persona', 'persona', async (segment) => () => owner.call('POST', `${api}/personas`, personaOf(segment))],
  ['a persona of other people', 'persona', async (segment) => {
    const persona = personaOf(await newSegment()), id = await made('/personas', persona);
    return () => owner.call('PUT', `${api}/personas/${id}`, { ...persona, segmentId: segment });
  }],
  ['a tag by rule', 'tag', async (segment) => () => owner.call('POST', `${api}/tags`, tagOf(within(segment)))],
  ['a tag with another rule', 'tag', async (segment) => { const id = await made('/tags', tagOf(everybody)); return () => owner.call('PATCH', `${api}/tags/${id}`, { spec: { tree: within(segment) } }); }],
  ['a service tier', 'touch', async (segment) => { const body = await touchOf(segment); return () => owner.call('PUT', `${api}/touch/policy`, body); }],
  ['a core-user programme', 'core', async (segment) => () => owner.call('POST', `${api}/lifecycle/core-programmes`, programmeOf(within(segment)))],
  ['a programme with another rule', 'core', async (segment) => {
    const id = await made('/lifecycle/core-programmes', programmeOf(everybody));
    return () => owner.call('PATCH', `${api}/lifecycle/core-programmes/${id}`, { stay: { share: null, tree: within(segment) } });
  }],
  ['a goal', 'goal', async (segment) => () => owner.call('POST', `${api}/insight/goals`, goalOf({ kind: 'segment', id: segment }))],
  ['a goal by a filter', 'goal', async (segment) => () => owner.call('POST', `${api}/insight/goals`, goalOf({ kind: 'tree', tree: within(segment) }))],
  ['a goal that is opened again', 'goal', async (segment) => {
    const id = await made('/insight/goals', goalOf({ kind: 'segment', id: segment }));
    expect((await owner.call('PATCH', `${api}/insight/goals/${id}`, { closed: true })).status).toBe(200);
    return () => owner.call('PATCH', `${api}/insight/goals/${id}`, { closed: false });
  }],
  ['an experiment', 'experiment', async (segment) => () => owner.call('POST', `${api}/insight/experiments`, experimentOf({ kind: 'segment', id: segment }))],
  ['an experiment on others', 'experiment', async (segment) => {
    const id = await made('/insight/experiments', experimentOf({ kind: 'tree', tree: everybody }));
    return () => owner.call('PATCH', `${api}/insight/experiments/${id}`, { audience: { kind: 'tree', tree: within(segment) } });
  }],
  ['a variant of a template', 'template', async (segment) => () => owner.call('POST', `${api}/templates`, templateOf(segment))],
  ['a variant of a changed template', 'template', async (segment) => {
    const template = templateOf(await newSegment()), id = await made('/templates', template);
    return () => owner.call('PATCH', `${api}/templates/${id}`, { revision: 1, document: templateOf(segment).document });
  }],
  ['a journey', 'journey', async (segment) => () => owner.call('POST', `${api}/journeys`, journeyFrom(segment))],
  ['a changed journey', 'journey', async (segment) => {
    const id = await made('/journeys', journeyFrom(await newSegment()));
    return () => owner.call('PATCH', `${api}/journeys/${id}`, { revision: 1, definition: journeyFrom(segment).definition });
  }],
];

const drop = (segment: string) => owner.call<{ code: string; facts: { usedBy: { kind: string }[] } }>('DELETE', `${api}/segments/${segment}`);
const waiting = async (): Promise<number> => Number((await stores.pg.jobsPool.query<{ count: number }>("select count(*) as count from pg_locks where not granted and locktype in ('transactionid', 'tuple')")).rows[0]?.count);

describe.each(SAVERS)('%s', (_, kind, prepare) => {
  test('that names a segment keeps it', async () => {
    const segment = await newSegment(), save = await prepare(segment);
    expect((await save()).status).toBeLessThan(300);
    expect(await drop(segment)).toMatchObject({ status: 409, body: { code: 'segment.used', facts: { count: 1, usedBy: [{ kind }] } } });
  });

  test('that comes while the segment is put away finds it gone, and is not saved', async () => {
    const segment = await newSegment(), save = await prepare(segment);
    let end: () => void = () => undefined, begun: () => void = () => undefined;
    const [ended, locked] = [new Promise<void>((now) => { end = now; }), new Promise<void>((now) => { begun = now; })];
    // As whoever puts it away: locked, looked for uses, and not committed yet.
    const dropping = stores.pg.tx(ws, async (tx) => {
      await run(tx, sql`select from segment where workspace_id = ${ws} and id = ${segment} for update`);
      begun();
      await ended;
      await run(tx, sql`update segment set archived_at = now() where workspace_id = ${ws} and id = ${segment}`);
    });
    await locked;
    const saving = save();
    await expect.poll(waiting, { interval: 10 }).toBe(1);
    end();
    await dropping;
    expect(await saving).toMatchObject({ status: 404, body: { code: 'segment.not_found' } });
  });
});

test('whoever names a segment that somebody is changing waits for them without holding them up', async () => {
  const segment = await newSegment();
  let naming: ReturnType<Person['call']> | undefined;
  // As whoever changes it: first the segment, then the turn to write one.
  await stores.pg.tx(ws, async (tx) => {
    await run(tx, sql`select from segment where workspace_id = ${ws} and id = ${segment} for update`);
    naming = owner.call('POST', `${api}/segments`, { name: aName(), tree: within(segment) });
    await expect.poll(waiting, { interval: 10 }).toBe(1);
    await takeTurn(tx, ws);
  });
  expect((await naming)?.status).toBe(201);
});

test('of those who save and those who put away at the same moment one is refused, whoever is first', async () => {
  const outcomes: string[] = [];
  for (let round = 0; round < 24; round++) {
    const segment = await newSegment();
    const [saved, dropped] = await Promise.all(round % 2 === 0 ? [owner.call('POST', `${api}/journeys`, journeyFrom(segment)), drop(segment)] : [drop(segment), owner.call('POST', `${api}/journeys`, journeyFrom(segment))].reverse());
    outcomes.push(`${saved?.status} ${dropped?.status}`);
  }
  expect(outcomes.filter((one) => one !== '201 409' && one !== '404 204')).toEqual([]);
});
