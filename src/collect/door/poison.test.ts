import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { sendProblem } from '../../kernel/http/problem.ts';
import { many, sql } from '../../kernel/sql.ts';
import { quarantined } from '../imports/list.ts';
import { replay } from '../imports/replay.ts';
import { addSource, newWriteKey } from '../sources.ts';
import { unstorable } from './apart.ts';
import { openDoor } from './door.ts';
import { flush } from './flush.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let key: string;

beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  app = fastify({ logger: false });
  app.setErrorHandler(sendProblem);
  await openDoor(app, stores, { bytesAtOnce: 10 * 1024 * 1024 });
});
afterAll(async () => {
  await app.close();
  await stores.close();
});
beforeEach(async () => {
  workspace = await testWorkspace(stores);
  const caller = systemCaller(workspace);
  const source = await addSource(stores, caller, { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  key = (await newWriteKey(stores, caller, source.id)).key;
});

const post = (body: string | Buffer, url = '/v1/batch') =>
  app.inject({ method: 'POST', url, headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'text/plain' }, payload: body });
const storedIds = async (): Promise<string[]> =>
  (await stores.ch.rows<{ id: string }>('select message_id as id from events final where workspace = {workspace:UUID} order by id', { workspace })).map(({ id }) => id);
const aside = async () => (await quarantined(stores, systemCaller(workspace), {})).rows;

const good = (id: string): string => `{"type":"track","event":"Fine","userId":"u1","messageId":"${id}","properties":{"a":1}}`;
const bad = (properties: string): string => `{"type":"track","event":"Bad","userId":"u1","messageId":"bad","properties":${properties}}`;
const withMates = (poison: string): string => `{"batch":[${good('m1')},${poison},${good('m2')}],"sentAt":"2026-01-15T04:00:00Z"}`;

const NESTED = 100_000;
const POISON: readonly [name: string, event: string, code: string, pointer: string][] = [
  ['a NUL', bad('{"a":{"b":"x\\u0000y"}}'), 'event.text_unstorable', '/properties/a/b'],
  ['half a character', bad('{"list":["ok","\\ud83d"]}'), 'event.text_unstorable', '/properties/list/1'],
  ['a key with a NUL', bad('{"a\\u0000":1}'), 'event.text_unstorable', '/properties/a'],
  ['100,000 brackets', bad(`${'['.repeat(NESTED)}${']'.repeat(NESTED)}`), 'event.too_deep', ''],
  ['1e400', bad('{"price":1e400}'), 'event.number_inexact', '/properties/price'],
  ['2^53 + 1', bad('{"price":9007199254740993}'), 'event.number_inexact', '/properties/price'],
  ['an integer that no column holds', bad('{"n":100000000000000000000}'), 'event.number_inexact', '/properties/n'],
  ['a key said twice', bad('{"a":1,"a":2}'), 'event.key_repeated', '/properties/a'],
  ['an account said twice', '{"type":"track","event":"Bad","userId":"u1","userId":"u2"}', 'event.key_repeated', '/userId'],
  ['a path spelt twice', bad('{"a.b":1,"a":{"b":2}}'), 'event.key_repeated', '/properties/a.b'],
  ['__proto__', bad('{"__proto__":{"admin":true}}'), 'event.key_forbidden', '/properties/__proto__'],
  ['__proto__ in a list', bad('{"a":[{"__proto__":1}]}'), 'event.key_forbidden', '/properties/a/0/__proto__'],
  ['33 KB', bad(`{"text":"${'x'.repeat(33 * 1024)}"}`), 'event.too_large', ''],
  ['12,000 Chinese characters', bad(`{"text":"${'茶'.repeat(12_000)}"}`), 'event.too_large', ''],
  ['no JSON', '{"type":"track",,}', 'event.json_invalid', ''],
];

test.each(POISON)('%s is put aside with its reason and place; its batch-mates are stored', async (_, event, code, pointer) => {
  expect((await post(withMates(event))).statusCode).toBe(200);
  await flush(stores, workspace);
  expect(await storedIds()).toEqual(['m1', 'm2']);
  const rows = await aside();
  expect(rows.map(({ line, rejects }) => [line, rejects[0]?.code, rejects[0]?.params.pointer ?? ''])).toEqual([[2, code, pointer]]);
});

test('bytes that are no UTF-8 put aside the event they stand in; a replacement mark the sender wrote is text', async () => {
  const [head, tail] = withMates(bad('{"a":"HERE"}')).replace('"a":1', '"a":"\ufffd"').split('HERE') as [string, string];
  await post(Buffer.concat([Buffer.from(head.replace('\ufffd', 'x')), Buffer.from([0xff, 0xfe]), Buffer.from(tail)]));
  await flush(stores, workspace);
  expect(await storedIds()).toEqual(['m1', 'm2']);
  expect((await aside()).map(({ rejects }) => [rejects[0]?.code, rejects[0]?.params.pointer])).toEqual([['event.text_not_utf8', '/properties/a']]);
  await post(`{"batch":[${good('m3').replace('"a":1', '"a":"\ufffd"')}]}`);
  await flush(stores, workspace);
  expect(await storedIds()).toContain('m3');
});

test.each([
  ['1e400 in the context of the batch', `"context":{"a":1e400}`, 'event.number_inexact', '/context/a'], ['a NUL', `"sentAt":"\\u0000"`, 'event.text_unstorable', '/sentAt'], ['a key said twice', `"context":{"a":1,"a":2}`, 'event.key_repeated', '/context/a'],
  ['__proto__', `"__proto__":{"admin":true}`, 'event.key_forbidden', '/__proto__'], ['100,000 brackets', `"context":${'['.repeat(NESTED)}${']'.repeat(NESTED)}`, 'event.too_deep', ''],
])('%s around the events is put aside by itself; all of them are stored', async (_, around, code, pointer) => {
  expect((await post(`{${around},"batch":[${good('m1')},${good('m2')}]}`)).statusCode).toBe(200);
  await flush(stores, workspace);
  expect(await storedIds()).toEqual(['m1', 'm2']);
  expect((await aside()).map(({ line, rejects }) => [line, rejects[0]?.code, rejects[0]?.params.pointer ?? ''])).toEqual([[3, code, pointer]]);
});

test('poison in who it was, what was said of them and how the message is called', async () => {
  const said = ['"userId":"a\\u0000"', '"userId":"u","traits":{"name":"\\ud800"}', '"userId":"u","messageId":"m\\u0000"', '"userId":"u","context":{"traits":{"n":9007199254740993}}', '"userId":"u","anonymousId":"\\udfff"'];
  await post(`{"batch":[${said.map((one) => `{"type":"identify",${one}}`).join(',')},${good('m1')}]}`);
  await flush(stores, workspace);
  expect(await storedIds()).toEqual(['m1']);
  expect((await aside()).map(({ rejects }) => rejects[0]?.params.pointer)).toEqual(['/userId', '/traits/name', '/messageId', '/context/traits/n', '/anonymousId']);
});

test('all poisons in one batch: every good event is stored, every bad one is put aside, none is missing', async () => {
  await post(`[${POISON.map(([, event], i) => `${good(`g${i}`)},${event.replace('"bad"', `"b${i}"`)}`).join(',')}]`);
  await flush(stores, workspace);
  expect((await storedIds()).length).toBe(POISON.length);
  expect((await aside()).map(({ rejects }) => rejects[0]?.code)).toEqual(POISON.map(([, , code]) => code));
  const [counts] = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ events: number; refused: number }>`select sum(events)::int as events, sum(refused)::int as refused from ingest_minute`));
  expect(counts).toEqual({ events: POISON.length, refused: POISON.length });
});

test('a body of more than 8 MB hears 413, in a way that a page of another site can read', async () => {
  const reply = await post(Buffer.alloc(9 * 1024 * 1024, 'x'));
  expect([reply.statusCode, reply.headers['access-control-allow-origin']]).toEqual([413, '*']);
});

test('what the event store itself would refuse is found among thousands by halving', async () => {
  const texts = Array.from({ length: 3_000 }, (_, i) => (i === 7 || i === 2_900 ? '{"a.b":1,"a":{"b":2}}' : `{"a":${i}}`));
  expect(await unstorable(stores.ch, texts)).toEqual(new Set([7, 2_900]));
});

test('a gzip bomb and a broken archive are refused at once and store nothing; an honest archive is taken', async () => {
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 32));
  expect([(await post(bomb)).statusCode, (await post(Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]))).statusCode]).toEqual([413, 400]);
  expect((await post(gzipSync(withMates(good('m3'))))).statusCode).toBe(200);
  await flush(stores, workspace);
  expect(await storedIds()).toEqual(['m1', 'm2', 'm3']);
});

test('a mended event goes where it would have gone: its own time, its batch’s context, and no second copy', async () => {
  stores.clock.set('2026-01-15T04:00:00Z');
  await post(JSON.stringify({ batch: [{ type: 'track', userId: 'u1', messageId: 'late', timestamp: '2026-01-15T03:59:00Z', properties: {} }], sentAt: '2026-01-15T03:59:30Z', context: { campaign: { name: 'spring' } } }));
  await flush(stores, workspace);
  const [row] = await aside();
  stores.clock.set('2026-01-18T04:00:00Z');
  await replay(stores, systemCaller(workspace), [{ id: row?.id ?? '', event: { ...(row?.event as object), event: 'Named' } }]);
  await flush(stores, workspace);
  const [event] = await stores.ch.rows<object>('select message_id as id, event, toString(time) as time, toString(campaign) as campaign, backfill from events final where workspace = {workspace:UUID}', { workspace });
  expect(event).toEqual({ id: 'late', event: 'Named', time: '2026-01-15 03:59:30.000', campaign: 'spring', backfill: 1 });
  stores.clock.set('2026-01-15T04:00:00Z');
});

test('beyond what may be under way at once senders are told to wait, and all is stored once they have', async () => {
  const body = `{"batch":[${good('m1')}],"filler":"${'x'.repeat(6 * 1024 * 1024)}"}`;
  const replies = await Promise.all(Array.from({ length: 4 }, (_, i) => post(body.replace('m1', `m${i}`))));
  const refused = replies.filter(({ statusCode }) => statusCode === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.every(({ headers }) => headers['retry-after'] === '1' && headers['access-control-allow-origin'] === '*')).toBe(true);
  expect(replies.every(({ statusCode }) => statusCode === 200 || statusCode === 429)).toBe(true);
  await flush(stores, workspace);
  expect((await storedIds()).length).toBe(replies.length - refused.length);
  // PostHog's browser client gives up on every 4xx.
  const captures = await Promise.all(Array.from({ length: 4 }, () => post(`{"api_key":"${key}","batch":[],"filler":"${'x'.repeat(6 * 1024 * 1024)}"}`, '/e/')));
  expect([...new Set(captures.map(({ statusCode }) => statusCode))].sort()).toEqual([200, 503]);
});

test('whatever JSON an event holds, its batch is never stuck and nothing is lost', async () => {
  const bearable = (_: string, value: unknown): unknown => (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) ? value / 1e300 : value);
  const anything = fc.jsonValue({ maxDepth: 6 }).map((value) => JSON.parse(JSON.stringify(value, bearable)) as unknown);
  const events = fc.sample(fc.record({ event: fc.string({ minLength: 1, maxLength: 20 }), properties: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('a', 'a.b', 'b', '', '.', 'phone', 'total', 'products')), anything, { maxKeys: 6 }), context: anything, traits: anything, timestamp: fc.constantFrom(undefined, null, 0, '2026-01-15T03:00:00Z', '1969-12-31', 'soon', '9999-01-01') }), { numRuns: 400, seed: 7 });
  const traits = [{ name: 'n'.repeat(30_000) }, { name: ['x'] }, { firstName: 5, ['k'.repeat(5_000)]: 'v' }, { constructorx: {}, birthday: 'soon', tags: [[]] }, { email: 'a'.repeat(300), phone: '\u202e138' }];
  const batch = [...events.map((event, i) => ({ type: ['track', 'page', 'identify', 'group'][i % 4], userId: `u${i % 7}`, messageId: `f${i}`, ...event })), ...traits.map((said, i) => ({ type: 'identify', userId: 'named', messageId: `t${i}`, traits: said }))];
  expect((await post(JSON.stringify({ batch }))).statusCode).toBe(200);
  await flush(stores, workspace);
  let after: string | undefined, put = 0;
  do {
    const page = await quarantined(stores, systemCaller(workspace), { ...(after ? { cursor: after } : {}) });
    put += page.rows.length;
    after = page.next ?? undefined;
  } while (after);
  expect((await storedIds()).length + put).toBe(batch.length);
  expect((await storedIds()).length).toBeGreaterThan(100);
});
