import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobHandlers } from '../app.ts';
import { addSource, flushAll, newWriteKey } from '../collect/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { dumpOfBoth } from '../../test/support/world.ts';
import { KEYS_PER_BLOCK, PERSON_KEY_BYTES, placeOf } from '../kernel/personSeal.ts';
import { openBytes } from '../kernel/seal.ts';
import { many, run, sql } from '../kernel/sql.ts';
import { blockContext } from './vault.ts';
import { finishErasure } from './erase.ts';
import { eraseAgain, type Identifier, ownersOf, resolve, type ResolveItem, subjectIds } from './index.ts';
import { search } from './search.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const phone = (value: string): Identifier => ({ kind: 'phone', value });
const tell = async (identifiers: Identifier[], more: Partial<ResolveItem> = {}, from: 'file' | 'voice' = 'voice') =>
  (await resolve(stores, ws, [{ identifiers, at: stores.clock.now(), source: 'shop', ...more }], { from })).items[0] as { customer: string; subject: string };
const erased = async (customer: string): Promise<string> => {
  const { status, body } = await owner.call<{ id: string }>('POST', `/api/v1/customers/${customer}/erase`, { reason: 'asked by letter' });
  expect(status).toBe(202);
  await jobHandlers['customers.erase']?.(stores, ws, { erasureId: body.id }, new AbortController().signal);
  return body.id;
};
type Receipt = { state: string; receipt: Record<string, Record<string, number>>; namedAgain: number };
const receiptOf = async (id: string): Promise<Receipt> => (await owner.call<Receipt>('GET', `/api/v1/erasures/${id}`)).body;

test('R141: an erased person is gone from both stores with a counted receipt; what they bought stays as nobody’s, and everybody else stays', async () => {
  const me = systemCaller(ws);
  const source = await addSource(stores, me, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: 'CNY' });
  const { key } = await newWriteKey(stores, me, source.id);
  const send = (batch: object[]) => app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, payload: { batch } });
  const order = (userId: string, orderId: string) => ({ type: 'track', event: 'Order Completed', userId, messageId: `m-${orderId}`, timestamp: stores.clock.now().toISOString(), context: { traits: { phone: `138000000${userId.slice(-2)}` } }, properties: { order_id: orderId, total: 100, currency: 'CNY', coupon: `COUPON-${userId}`, note: `for ${userId} ${userId.startsWith('gone') ? 'at Canary Street' : ''}` } });
  expect((await send([order('gone-01', 'O1'), order('gone-01', 'O2'), order('stay-02', 'O3'), { type: 'track', event: 'Viewed', userId: 'gone-01', messageId: 'm-v', properties: { note: 'Canary Street' } }])).statusCode).toBe(200);
  await flushAll(stores);
  const { customer } = await tell([{ kind: 'user_id', value: 'gone-01' }], { name: 'Canary Wong', traits: { address: 'Canary Street', id_number: 'CANARY-ID' }, tags: ['vip'], consents: [{ channel: 'email', state: 'given' }] });
  const stays = await tell([{ kind: 'user_id', value: 'stay-02' }], { name: 'Stay Ing' });
  await owner.call('POST', `/api/v1/customers/${customer}/notes`, { kind: 'note', body: 'Canary said so' });
  const sales = async () => (await stores.ch.rows<{ orders: number; net: number; known: number }>("select count() as orders, sum(amount) as net, countIf(subject != toUUID('00000000-0000-0000-0000-000000000000')) as known from orders final where workspace = {ws:UUID}", { ws }))[0];
  expect(await sales()).toEqual({ orders: 3, net: 30_000, known: 3 });
  const id = await erased(customer);
  const { state, receipt } = await receiptOf(id);
  expect(state).toBe('finished');
  expect(receipt).toMatchObject({ keys: { person_key: 2 }, postgres: { subject: 2, customer: 1, note: 1, tag_member: 1, consent: 1 }, clickhouse: { orders: 2, events: 3, customer_state: expect.any(Number) } });
  expect(await sales()).toEqual({ orders: 3, net: 30_000, known: 1 });
  const dump = await dumpOfBoth(stores, ws);
  expect(dump.includes('Stay Ing')).toBe(true);
  expect(dump.match(/.{80}(?:Canary|CANARY|COUPON-gone).{40}/)?.[0]).toBeUndefined();
  expect((await owner.call('GET', `/api/v1/customers/${customer}`)).status).toBe(404);
  expect(await search(stores, ws, '13800000001')).toEqual([]);
  expect(await search(stores, ws, '13800000002')).toEqual([stays.customer]);
  const events = await stores.ch.rows<{ event: string; day: string; time: string }>("select event, toString(day) as day, toString(time) as time from events final where workspace = {ws:UUID} and subject = toUUID('00000000-0000-0000-0000-000000000000') order by event", { ws });
  expect(events.map(({ event }) => event)).toEqual(['Order Completed', 'Order Completed', 'Viewed']);
  expect(events.every(({ day, time }) => time === `${day} 12:00:00.000`)).toBe(true);
  const lines = await stores.pg.tx(ws, (tx) => many(tx, sql<{ action: string; detail: object }>`select action, detail from audit where action like 'customer.erase%' order by seq`));
  expect(lines).toMatchObject([{ action: 'customer.erase', detail: { reason: 'asked by letter' } }, { action: 'customer.erased' }]);
  expect(JSON.stringify(lines)).not.toMatch(/gone-01|1380/);
});

test('R141: copies of sealed blobs open no more once the keys are destroyed; those sealed beside the person still open', async () => {
  const shared: Identifier = { kind: 'receiver_phone', value: '13700000009' };
  const one = await tell([{ kind: 'buyer_id', scope: 't', value: 'b1' }, phone('13700000001'), shared]);
  const two = await tell([{ kind: 'buyer_id', scope: 't', value: 'b2' }, phone('13700000002'), shared]);
  const copies = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string; sealed: Buffer }>`select id, sealed from subject where sealed is not null and id in (${one.subject}, ${two.subject})`));
  const keyOf = async (sealed: Buffer): Promise<Buffer> => {
    const { block, slot } = placeOf(sealed) as { block: number; slot: number };
    const [row] = await stores.pg.tx(ws, (tx) => many(tx, sql<{ sealed: Buffer }>`select sealed from person_key where id = ${block}`));
    return openBytes(await stores.keys.of(ws), (row as { sealed: Buffer }).sealed, blockContext(ws, block)).subarray(slot * PERSON_KEY_BYTES, (slot + 1) * PERSON_KEY_BYTES);
  };
  const blobOf = (subject: string): Buffer => (copies.find(({ id }) => id === subject) as { sealed: Buffer }).sealed;
  expect((await keyOf(blobOf(one.subject))).every((byte) => byte === 0)).toBe(false);
  await erased(one.customer);
  expect((await keyOf(blobOf(one.subject))).every((byte) => byte === 0)).toBe(true);
  expect((await keyOf(blobOf(two.subject))).every((byte) => byte === 0)).toBe(false);
  expect(KEYS_PER_BLOCK).toBeGreaterThan(1);
  const clear = JSON.stringify((await owner.call('GET', `/api/v1/customers/${two.customer}?clear=true`)).body);
  expect(clear).toContain('13700000002');
  expect(clear).toContain('13700000009');
});

test('R141: a file does not bring an erased person back, and says so; who comes by themselves is new and a task; lifted, files are believed', async () => {
  const named = [{ kind: 'member_no' as const, value: 'M-1' }, phone('13600000001')];
  const { customer } = await tell(named, { name: 'Old Name' }, 'file');
  const id = await erased(customer);
  stores.clock.advance(86_400_000);
  const again = await resolve(stores, ws, [{ identifiers: named, at: stores.clock.now(), source: 'shop', name: 'Old Name' }, { identifiers: [{ kind: 'member_no', value: 'M-2' }], at: stores.clock.now(), source: 'shop' }], { from: 'file' });
  expect(again.items[0]).toMatchObject({ subject: '00000000-0000-0000-0000-000000000000', customer: '00000000-0000-0000-0000-000000000000', problems: [{ code: 'identifier.erased' }, { code: 'identifier.erased' }] });
  expect(again.created).toHaveLength(1);
  expect(await subjectIds(stores, ws, named)).toEqual([undefined, undefined]);
  const late = await tell(named, { at: new Date(stores.clock.now().getTime() - 7 * 86_400_000), name: 'Late' });
  expect(late.customer).toBe('00000000-0000-0000-0000-000000000000');
  expect((await receiptOf(id)).namedAgain).toBe(2);
  expect(await search(stores, ws, 'Old Name')).toEqual([]);
  const back = await tell([named[0] as Identifier], { name: 'New Name' });
  expect((await owner.call('GET', `/api/v1/customers/${back.customer}`)).body).toMatchObject({ name: 'New Name' });
  const tasks = (await owner.call<{ rows: { code: string; customerId: string }[] }>('GET', `/api/v1/tasks?customerId=${back.customer}`)).body.rows;
  expect(tasks).toMatchObject([{ code: 'task.erased_returned', customerId: back.customer }]);
  expect((await tell([named[1] as Identifier], {}, 'file')).customer).toBe('00000000-0000-0000-0000-000000000000');
  expect((await owner.call('POST', `/api/v1/erasures/${id}/lift`, { reason: 'signed up again' })).status).toBe(200);
  const believed = await tell([named[1] as Identifier], {}, 'file');
  expect((await ownersOf(stores, ws, [believed.subject])).size).toBe(1);
});

test('R141: a backup brought back does not bring the person back: they are erased again before anybody is served', async () => {
  const named = [{ kind: 'user_id' as const, value: 'back-up' }, phone('13500000001')];
  const { customer } = await tell(named, { name: 'Backed Up', traits: { address: 'Backup Road' } });
  const tables = ['subject', 'customer', 'name_token', 'assertion', 'person_key'] as const;
  const before = new Map<string, object[]>();
  for (const table of tables) before.set(table, await stores.pg.tx(ws, (tx) => many(tx, sql<object>`select to_jsonb(t) as row from ${sql.table(table)} t`)));
  const id = await erased(customer);
  expect(await readFile(join(stores.files.dataDir, 'erased.jsonl'), 'utf8')).not.toMatch(/Backed|13500000001/);
  // The state of before, erasure and all its traces in the stores undone.
  await stores.pg.tx(ws, async (tx) => {
    await run(tx, sql`delete from erased_subject where erasure_id = ${id}`);
    await run(tx, sql`delete from erasure where id = ${id}`);
    for (const table of tables) {
      await run(tx, sql`delete from ${sql.table(table)} where workspace_id = ${ws}`);
      await run(tx, sql`insert into ${sql.table(table)} select (jsonb_populate_record(null::${sql.table(table)}, r)).* from jsonb_array_elements(${JSON.stringify((before.get(table) ?? []).map((one) => (one as { row: object }).row))}::jsonb) as r`);
    }
  });
  expect(await search(stores, ws, '13500000001')).toEqual([customer]);
  expect(await eraseAgain(stores)).toBe(1);
  expect(await search(stores, ws, '13500000001')).toEqual([]);
  expect((await dumpOfBoth(stores, ws)).match(/.{80}(?:Backed Up|Backup Road)/)?.[0]).toBeUndefined();
  expect(await eraseAgain(stores)).toBe(0);
  expect((await receiptOf(id)).state).toBe('finished');
  await finishErasure(stores, ws, id);
  expect((await (await person(stores, app, ws, 'operator')).call('POST', `/api/v1/customers/${customer}/erase`, { reason: 'no' })).status).toBe(403);
});
