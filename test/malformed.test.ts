import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../src/app.ts';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { refusalCodes } from '../src/kernel/http/problems.ts';
import { seeded } from '../src/kernel/random.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type Body, contractOf, deep, type Malformed, malformed, pick, spoiled } from './support/malformed.ts';
import { customerOf, putOrders, putStates } from './support/orders.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

const COUNT = 20_000;
const AT_ONCE = 20;
/** Ended sessions, hashed passwords and whole recalculations would only take time: what they take is spoiled elsewhere or is nothing. */
const LEFT_OUT = /DELETE .*\/session|POST .*\/(?:session|password|accept|open|recalibrate|backups|sample|run|draw)$/;

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
let bearer: string;
let writeKey: string;

beforeAll(async () => {
  stores = await testStores();
  workspace = await testWorkspace(stores);
  app = await testApp(stores);
  owner = await person(stores, app, workspace, 'owner');
  await putOrders(stores, workspace, [1, 2, 3].map((n) => ({ customer: customerOf(n), day: '2025-12-05', amount: n * 100 })));
  await putStates(stores, workspace, [1, 2, 3].map((n) => ({ customer: customerOf(n), name: `N${n}`, reach: ['sms'] })));
  bearer = `Bearer ${(await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: PERMISSIONS })).body.secret}`;
  const caller = systemCaller(workspace, PERMISSIONS);
  ({ key: writeKey } = await newWriteKey(stores, caller, (await addSource(stores, caller, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: '' })).id));
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const KNOWN = new Set(refusalCodes());
/** Refusals of a shape say where in what was sent; an address that is none has no places. */
const POINTED = new Set(['body.invalid', 'body.text_refused', 'body.too_deep', 'http.400']);
const isPointer = (text: string | undefined): boolean => text !== undefined && /^(?:\/|$)/.test(text);

type Reply = { statusCode: number; headers: Record<string, unknown>; body: string };
type Told = { code: string; status: number; detail: string; facts: { pointer?: string; faults?: { pointer?: string }[]; detail?: string } };

/** What is wrong with an answer to a request that was; nothing when it is a problem with a known code that says where. */
function faultOf({ statusCode, headers, body }: Reply): string | undefined {
  if (statusCode >= 500) return `${statusCode} ${body.slice(0, 300)}`;
  if (statusCode < 400) return undefined;
  if (!String(headers['content-type']).startsWith('application/problem+json')) return `no problem document: ${body.slice(0, 100)}`;
  const { code, status, facts, detail } = JSON.parse(body) as Told;
  if (!KNOWN.has(code) || status !== statusCode || !detail || detail.includes('refusal.')) return `unknown problem: ${body.slice(0, 200)}`;
  const pointers = facts.faults?.map(({ pointer }) => pointer) ?? [facts.pointer];
  return POINTED.has(code) && !/not a valid url component/.test(facts.detail ?? '') && !(pointers.length > 0 && pointers.every(isPointer)) ? `says not where: ${body.slice(0, 300)}` : undefined;
}

const told = ({ method, url, type, payload }: Malformed): string => `${method} ${url.slice(0, 160)} ${type ?? ''} ${payload.toString().slice(0, 260)}`;

test('20,000 malformed bodies and queries made from the contracts: each is answered with a reason and a place, none breaks the server', async () => {
  const random = seeded(20_260_115);
  const contracts = routes.map(contractOf).filter(({ shape }) => !LEFT_OUT.test(`${shape.method} ${shape.url}`));
  const [bodied, asked] = [contracts.filter(({ shape }) => shape.body), contracts.filter(({ shape }) => !shape.body)];
  expect(bodied.length).toBeGreaterThan(80);
  const faults: string[] = [];
  const statuses = new Map<number, number>();
  const ask = async (): Promise<void> => {
    const { type, ...one } = malformed(random, pick(random, random() < 0.88 ? bodied : asked));
    const who = random() < 0.97 ? { authorization: bearer } : { cookie: owner.cookie };
    const headers = { 'x-perennial': '1', ...who, ...(type === undefined ? {} : { 'content-type': type }) };
    const reply = await app.inject({ method: one.method, url: one.url, headers, ...(one.payload.length > 0 ? { payload: one.payload } : {}) } as InjectOptions);
    statuses.set(reply.statusCode, (statuses.get(reply.statusCode) ?? 0) + 1);
    const fault = faultOf(reply);
    if (fault) faults.push(`${told({ ...one, type })} → ${fault}`);
  };
  for (let at = 0; at < COUNT; at += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, ask));
  expect(faults.slice(0, 10)).toEqual([]);
  const answered = [...statuses.values()].reduce((sum, many) => sum + many, 0);
  expect(answered).toBeGreaterThanOrEqual(20_000);
  // Nearly all were wrong, and the server still answers what is right.
  expect((statuses.get(400) ?? 0) + (statuses.get(404) ?? 0) + (statuses.get(415) ?? 0) + (statuses.get(422) ?? 0)).toBeGreaterThan(0.85 * answered);
  expect((await owner.call('GET', '/api/v1/customers')).status).toBe(200);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
}, 600_000);

const WIRE = ['identify', 'track', 'page', 'group', 'alias', 'batch'];
test('the wire door takes or puts aside whatever is thrown at it, and batch-mates are not lost', async () => {
  const random = seeded(7);
  const good = (n: number): Body => ({ type: 'track', userId: `u${n}`, event: 'Seen', messageId: `good-${n}`, timestamp: '2026-01-14T10:00:00Z', properties: { n } });
  const broken: string[] = [];
  const send = async (endpoint: string, payload: string): Promise<number> => {
    const reply = await app.inject({ method: 'POST', url: `/v1/${endpoint}`, headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }, payload });
    if (reply.statusCode >= 500) broken.push(`${endpoint} ${payload.slice(0, 200)} → ${reply.statusCode}`);
    return reply.statusCode;
  };
  for (let n = 0; n < 200; n++) await send(pick(random, WIRE), JSON.stringify(spoiled(random, good(n + 1_000))) ?? 'null');
  for (const text of ['', '{', '[', 'null', '"', '{"a":1e400}', `${'['.repeat(100_000)}`, '{"a":"\\ud800"}', '\u0000', '{"batch":{}}', '{"batch":[null,1,"x",[]]}']) for (const endpoint of WIRE) await send(endpoint, text);
  expect(broken.slice(0, 5)).toEqual([]);
  expect(await send('batch', JSON.stringify({ batch: [good(1), spoiled(random, good(2)), { type: 'track', event: 'a\u0000', userId: '\ud800' }, deep(60), null, good(3)] }))).toBe(200);
  await flush(stores, workspace);
  const rows = await stores.ch.rows<{ id: string }>('select message_id as id from events final where workspace = {workspace:UUID} and startsWith(message_id, {start:String}) order by id', { workspace, start: 'good-' });
  expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(['good-1', 'good-3']));
}, 120_000);

