import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { flushAll } from '../src/collect/door/flusher.ts';
import { erase } from '../src/customers/erase.ts';
import { merge, resolve } from '../src/customers/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { allowedHosts, openEgress } from '../src/kernel/egress/index.ts';
import { announce, announceAll, drain } from '../src/kernel/facts.ts';
import { sealedPlaces } from '../src/kernel/rotation/places.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { loop } from '../src/loop.ts';
import { WEBHOOK_KINDS } from '../src/product/core/webhookKinds.ts';
import type { DeliveryView, WebhookView } from '../src/product/webhooks/contract.ts';
import { deliverDue, startPostman, webhookTick } from '../src/product/webhooks/postman.ts';
import { STEPS, waitMs } from '../src/product/webhooks/schedule.ts';
import { signedHeaders } from '../src/kernel/webhookSignature.ts';
import { type Person, person, testApp } from './support/app.ts';
import { openBrowser } from './support/browser.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

type Got = { headers: IncomingMessage['headers']; body: string; url: string };
type Ear = { url: string; port: number; heard: Got[]; answer: (response: ServerResponse, got: Got) => void; server: Server };

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
const ears: Ear[] = [];
/** What names mean today; a test turns one inside. */
const names: Record<string, string> = { 'moved.test': '8.8.8.8' };

async function ear(): Promise<Ear> {
  const made: Ear = { url: '', port: 0, heard: [], answer: (response) => void response.end('thanks'), server: createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const got = { headers: request.headers, body, url: request.url ?? '' };
    made.heard.push(got);
    made.answer(response, got);
  }) };
  await new Promise<void>((listening) => made.server.listen(0, '127.0.0.1', listening));
  made.port = (made.server.address() as AddressInfo).port;
  made.url = `http://127.0.0.1:${made.port}/hook?token=quiet`;
  ears.push(made);
  return made;
}

beforeAll(async () => {
  stores = await testStores('2026-05-04T04:00:00Z');
  const open = [await ear(), await ear()];
  stores.egress = openEgress(allowedHosts(open.map(({ port }) => `127.0.0.1:${port}`).join()), async (host) => [{ address: names[host] ?? '', family: 4 }]);
  app = await testApp(stores);
});
beforeEach(async () => {
  workspace = await testWorkspace(stores);
  owner = await person(stores, app, workspace, 'owner');
  for (const one of ears) Object.assign(one, { heard: [], answer: (response: ServerResponse) => void response.end('thanks') });
});
afterAll(async () => {
  for (const { server } of ears) { server.closeAllConnections(); server.close(); }
  await app.close();
  await stores.close();
});

const first = (): Ear => ears[0] ?? expect.fail('an ear');
const second = (): Ear => ears[1] ?? expect.fail('another');
type Made = { webhook: WebhookView; secret: string };

async function subscribe(kinds: readonly string[] = WEBHOOK_KINDS, to: Ear = first()): Promise<Made> {
  const { status, body } = await owner.call<Made>('POST', '/api/v1/webhooks', { name: 'Books', url: to.url, kinds });
  expect(status).toBe(201);
  return body;
}
const say = (count = 1, kind = 'task.raised'): Promise<void> => stores.pg.tx(workspace, (tx) => announceAll(tx, stores.clock, workspace, kind, Array.from({ length: count }, (_, i) => ({ task: `t${i}`, code: 'task.written' }))));
const hear = async (): Promise<void> => { await drain(stores, loop); await deliverDue(stores); };
const deliveries = async ({ id }: WebhookView): Promise<DeliveryView[]> => (await owner.call<{ rows: DeliveryView[] }>('GET', `/api/v1/webhooks/${id}/deliveries`)).body.rows;
const seen = async ({ id }: WebhookView): Promise<WebhookView> => (await owner.call<{ rows: WebhookView[] }>('GET', '/api/v1/webhooks')).body.rows.find((one) => one.id === id) ?? expect.fail('the webhook');

/** What a receiver does, written from the specification alone: which signatures hold for a secret. */
function proofs({ headers, body }: Got, secret: string): boolean[] {
  const content = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const mac = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(content).digest('base64');
  return String(headers['webhook-signature']).split(' ').map((one) => one === `v1,${mac}`);
}

test('R13: signatures are those of the Standard Webhooks specification, its own example among them', () => {
  const signed = signedHeaders({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', atSeconds: 1_614_265_330, body: '{"test": 2432232314}', secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] });
  expect(signed).toEqual({ 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' });
});

test('R13: who subscribed hears what happened, signed, once, with ids and without contacts', async () => {
  const { webhook, secret } = await subscribe();
  expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
  const { created } = await resolve(stores, workspace, ['13800138001', '13800138002'].map((value, i) => ({ identifiers: [{ kind: 'phone' as const, scope: '', value }], name: `Guest ${i}`, at: stores.clock.now(), source: 'till' })), { by: { kind: 'user', id: owner.userId } });
  await merge(stores, systemCaller(workspace, PERMISSIONS), { keep: created[0] ?? '', absorb: created[1] ?? '', reason: 'one person' });
  await hear();
  const told = first().heard.map(({ body }) => JSON.parse(body) as { type: string; timestamp: string; data: Record<string, unknown> });
  expect(told.map(({ type }) => type)).toEqual(expect.arrayContaining(['customer.created', 'customer.merged']));
  expect(told.find(({ type }) => type === 'customer.merged')).toEqual({ type: 'customer.merged', timestamp: stores.clock.now().toISOString(), data: { customer: created[0], absorbed: [created[1]] } });
  for (const got of first().heard) {
    expect(proofs(got, secret)).toEqual([true]);
    expect(got.body).not.toMatch(/1380013|Guest/);
    expect([got.headers['content-type'], got.headers.cookie, got.url]).toEqual(['application/json', undefined, '/hook?token=quiet']);
  }
  // Reading the same facts again tells nobody twice.
  const before = first().heard.length;
  await stores.pg.global.transaction().execute((tx) => sql`update reaction_cursor set xid = '0', position = 0 where reaction = 'product.tellWebhooks'`.execute(tx));
  await hear();
  expect(first().heard).toHaveLength(before);
  expect(await deliveries(webhook)).toHaveLength(before);
  expect((await deliveries(webhook))[0]).toMatchObject({ state: 'delivered', nextAt: null, attempts: [{ number: 1, status: 200, code: null, answer: 'thanks' }] });
  // Neither store nor log holds address or secret in clear, and a rotation of keys knows the place.
  const [row] = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ text: string }>`select to_jsonb(w)::text as text from webhook w where workspace_id = ${workspace}`));
  expect(row?.text).not.toMatch(/whsec|token=quiet|127\.0\.0\.1/);
  const place = sealedPlaces().find(({ name }) => name === 'webhook');
  const keys = await stores.keys.of(workspace);
  expect(await stores.pg.tx(workspace, (tx) => place?.reseal(tx, keys, workspace, { before: keys.newest + 1, after: null, limit: 10 }) ?? Promise.reject(new Error('webhooks are no sealed place')))).toMatchObject({ count: 1 });
  expect((await seen(webhook)).url).toBe(first().url);
});

test('R13: an order that a program sends is told with its number, amount and customer; said again it is told again only when its status changes', async () => {
  await subscribe(['order.recorded']);
  const { body: source } = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'site', name: 'Shop', kind: 'behaviour' });
  const { body: { key } } = await owner.call<{ key: string }>('POST', `/api/v1/sources/${source.id}/key`, {});
  const post = async (messageId: string, event: string): Promise<void> => {
    const reply = await app.inject({ method: 'POST', url: '/v1/track', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, payload: { messageId, userId: 'u1', event, timestamp: stores.clock.now().toISOString(), properties: { order_id: 'W1', total: 88, currency: 'CNY', email: 'mei@example.com' } } });
    expect(reply.statusCode).toBe(200);
    await flushAll(stores);
    await hear();
  };
  await post('m1', 'Order Completed');
  const told = () => first().heard.map(({ body }) => (JSON.parse(body) as { data: Record<string, unknown> }).data);
  expect(told()).toEqual([{ customer: expect.stringMatching(/^[0-9a-f-]{36}$/), source: 'site', shop: expect.any(String), orderNo: 'W1', status: 'paid', day: '2026-05-04', amountMinor: 8_800, currency: 'CNY', refundedMinor: 0 }]);
  await post('m2', 'Order Completed');
  expect(told()).toHaveLength(1);
});

test('a message that is not taken is tried ten times in three days at the times of the specification, then rests; sent again by hand it has the same id and text', async () => {
  const { webhook } = await subscribe();
  first().answer = (response) => response.writeHead(500).end('no room for 13800138001 or mei@example.com');
  const began = stores.clock.now().getTime();
  await say();
  await hear();
  const times = [0];
  for (let i = 0; i < STEPS; i++) {
    const [{ nextAt, attempts } = expect.fail('a delivery')] = await deliveries(webhook);
    expect(attempts).toHaveLength(i + 1);
    // A moment before its time nothing goes out.
    stores.clock.set(new Date(Date.parse(nextAt ?? '') - 1));
    await deliverDue(stores);
    expect(first().heard).toHaveLength(i + 1);
    stores.clock.set(nextAt ?? '');
    stores.clock.advance(120_000);
    await deliverDue(stores);
    times.push((Date.parse(nextAt ?? '') - began) / 1_000);
  }
  const [failed = expect.fail('a delivery')] = await deliveries(webhook);
  expect([failed.state, failed.attempts.length, first().heard.length, failed.attempts[0]?.answer]).toEqual(['failed', 10, 10, 'no room for ****8001 or m***@example.com']);
  expect((times.at(-1) ?? 0) / 86_400).toBeGreaterThan(3);
  expect(new Set(first().heard.map(({ headers, body }) => `${String(headers['webhook-id'])} ${body}`)).size).toBe(1);
  expect(new Set(first().heard.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(10);
  expect((await seen(webhook)).failingSince).not.toBeNull();
  first().answer = (response) => void response.writeHead(204).end();
  stores.clock.advance(120_000);
  expect((await owner.call('POST', `/api/v1/webhooks/${webhook.id}/deliveries/${failed.id}/resend`)).status).toBe(202);
  await deliverDue(stores);
  expect((await deliveries(webhook))[0]).toMatchObject({ id: failed.id, state: 'delivered', attempts: [{ number: 11, status: 204 }, ...failed.attempts] });
  expect(first().heard.at(-1)?.headers['webhook-id']).toBe(failed.id);
  expect(await seen(webhook)).toMatchObject({ failingSince: null, state: 'on', delivered: 1, failed: 0 });
});

test('waits are those of the specification, spread by id, longer where the address says so', () => {
  const ids = Array.from({ length: 256 }, (_, i) => `0000-${i.toString(16).padStart(2, '0')}`);
  const firstWaits = ids.map((id) => waitMs(0, { id, retryAfter: undefined }) ?? 0);
  expect([Math.min(...firstWaits), Math.max(...firstWaits)]).toEqual([5_000, 5_500]);
  const id = '0000-00';
  expect(Array.from({ length: STEPS + 1 }, (_, step) => (waitMs(step, { id, retryAfter: undefined }) ?? 0) / 60_000)).toEqual([5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440, 0]);
  expect([waitMs(0, { id, retryAfter: '120' }), waitMs(0, { id, retryAfter: '1' }), waitMs(0, { id, retryAfter: 'Wed, 21 Oct' }), waitMs(0, { id, retryAfter: '9999999' })]).toEqual([120_000, 5_000, 5_000, 86_400_000]);
});

test('an address that fails for five days is paused with the reason to be seen, one that says it is gone at once; resumed, it hears what waited', async () => {
  const { webhook } = await subscribe();
  first().answer = (response) => response.writeHead(503).end();
  await say();
  await hear();
  for (let day = 0; day < 5; day++) {
    expect((await seen(webhook)).state).toBe('on');
    stores.clock.advance(86_400_000);
    await say();
    await hear();
  }
  expect(await seen(webhook)).toMatchObject({ state: 'paused', pausedReason: 'failing', pausedAt: stores.clock.now().toISOString() });
  const asked = first().heard.length;
  stores.clock.advance(86_400_000);
  await say(3);
  await hear();
  expect(first().heard).toHaveLength(asked);
  const [waits] = (await deliveries(webhook)).filter(({ state }) => state === 'waiting');
  expect((await owner.call('POST', `/api/v1/webhooks/${webhook.id}/deliveries/${waits?.id}/resend`)).body).toMatchObject({ code: 'webhook.paused' });
  first().answer = (response) => void response.end();
  await owner.call('POST', `/api/v1/webhooks/${webhook.id}/resume`);
  await deliverDue(stores);
  expect((await deliveries(webhook)).filter(({ state }) => state === 'waiting')).toEqual([]);
  expect(await seen(webhook)).toMatchObject({ state: 'on', pausedReason: null, failingSince: null });
  first().answer = (response) => response.writeHead(410).end();
  await say();
  await hear();
  expect(await seen(webhook)).toMatchObject({ state: 'paused', pausedReason: 'gone' });
  const logged = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ action: string; kind: string }>`select action, actor_kind as kind from audit where workspace_id = ${workspace} and action like 'webhook.%' order by seq`));
  expect(logged.map(({ action, kind }) => `${action} ${kind}`)).toEqual(['webhook.create user', 'webhook.pause system', 'webhook.resume user', 'webhook.pause system']);
  // What was told long ago is forgotten.
  stores.clock.advance(31 * 86_400_000);
  await webhookTick['product.webhooks']?.(stores);
  owner = await person(stores, app, workspace, 'owner');
  expect(await deliveries(webhook)).toEqual([]);
});

test('while a new secret replaces one, both sign; a day later the new one alone', async () => {
  const { webhook, secret } = await subscribe();
  const { body: renewed } = await owner.call<Made>('POST', `/api/v1/webhooks/${webhook.id}/secret`);
  expect(renewed.secret).not.toBe(secret);
  await say();
  await hear();
  const [both = expect.fail('a message')] = first().heard;
  expect([proofs(both, renewed.secret), proofs(both, secret)]).toEqual([[true, false], [false, true]]);
  expect(Date.parse(renewed.webhook.formerUntil ?? '') - stores.clock.now().getTime()).toBe(86_400_000);
  stores.clock.advance(86_400_001);
  await say();
  await hear();
  const late = first().heard.at(-1) ?? expect.fail('a message');
  expect([proofs(late, renewed.secret), proofs(late, secret)]).toEqual([[true], [false]]);
  expect((await seen(webhook)).formerUntil).toBeNull();
});

test('one that is silent delays no other, and is asked one at a time; what was under way at a kill is sent again', async () => {
  const { webhook } = await subscribe(['task.raised'], first());
  const good = await owner.call<Made>('POST', '/api/v1/webhooks', { name: 'Good', url: second().url, kinds: ['task.raised'] });
  const held: ServerResponse[] = [];
  first().answer = (response) => void held.push(response);
  await say(40);
  await drain(stores, loop);
  const postman = startPostman(stores, pino({ level: 'silent' }));
  const began = performance.now();
  while (second().heard.length < 40 && performance.now() - began < 8_000) await sleep(20);
  expect(second().heard).toHaveLength(40);
  expect(performance.now() - began).toBeLessThan(8_000);
  expect(new Set(second().heard.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
  expect(held.length).toBeGreaterThan(0);
  expect(held.length).toBeLessThanOrEqual(4);
  for (const response of held) response.writeHead(500).end();
  await postman.stop();
  await sleep(50);
  expect((await seen(good.body.webhook)).delivered).toBe(40);
  expect((await seen(webhook)).failingSince).not.toBeNull();
  // Taken by a process that died: due again after a minute, under the same id.
  const asked = first().heard.length;
  first().answer = (response) => void response.end();
  stores.clock.advance(65_000);
  await deliverDue(stores);
  await say();
  stores.clock.advance(65_000);
  await hear();
  expect((await seen(webhook)).waiting).toBe(0);
  expect(first().heard.length).toBeGreaterThanOrEqual(asked + 40);
}, 30_000);

test('an address inside is refused when saved and when sent to; a test shows nothing of what is inside', async () => {
  const inside = await ear();
  inside.answer = (response) => void response.end('the inside');
  for (const [url, code] of [[inside.url, 'egress.port'], ['http://127.0.0.1/', 'egress.not_public'], ['http://[::ffff:127.0.0.1]/', 'egress.not_public'], ['https://2130706433/', 'egress.not_public'], ['http://169.254.169.254/latest/meta-data', 'egress.not_public'], ['https://user:pass@moved.test/', 'egress.address_invalid'], ['http://moved.test/', 'webhook.https_needed'], ['file:///etc/passwd', 'egress.address_invalid']] as const) {
    expect((await owner.call('POST', '/api/v1/webhooks', { name: 'x', url, kinds: ['task.raised'] })).body, url).toMatchObject({ code });
  }
  const { webhook } = await subscribe();
  expect((await owner.call('PATCH', `/api/v1/webhooks/${webhook.id}`, { url: 'http://10.0.0.1/' })).body).toMatchObject({ code: 'egress.not_public' });
  // A name that was public when it was saved and is not any more.
  expect((await owner.call('PATCH', `/api/v1/webhooks/${webhook.id}`, { url: 'https://moved.test/hook' })).status).toBe(200);
  names['moved.test'] = '127.0.0.1';
  const tried = await owner.call<DeliveryView>('POST', `/api/v1/webhooks/${webhook.id}/test`);
  expect(tried.body).toMatchObject({ kind: 'webhook.test', state: 'failed', attempts: [{ status: null, code: 'egress.not_public', answer: '' }] });
  // One that sends on is not followed.
  await owner.call('PATCH', `/api/v1/webhooks/${webhook.id}`, { url: first().url });
  first().answer = (response) => response.writeHead(302, { location: inside.url }).end('elsewhere');
  expect((await owner.call<DeliveryView>('POST', `/api/v1/webhooks/${webhook.id}/test`)).body.attempts).toMatchObject([{ status: 302, answer: 'elsewhere' }]);
  expect(inside.heard).toEqual([]);
  // Only the beginning of an answer is kept, however long it is.
  first().answer = (response) => void response.end(`call 13800138001 \u0000${'x'.repeat(1_000_000)}`);
  const long = (await owner.call<DeliveryView>('POST', `/api/v1/webhooks/${webhook.id}/test`)).body.attempts[0];
  expect([long?.status, long?.answer.length, long?.answer.slice(0, 15)]).toEqual([200, 500, 'call ****8001 x']);
  expect(await seen(webhook)).toMatchObject({ state: 'on', failingSince: null });
});

test('webhooks are for owners and developers who see every shop, and stay in their workspace', async () => {
  const { webhook } = await subscribe();
  const address = `/api/v1/webhooks/${webhook.id}`;
  for (const role of ['manager', 'operator', 'agent', 'analyst'] as const) expect((await (await person(stores, app, workspace, role)).call('GET', '/api/v1/webhooks')).status, role).toBe(403);
  const developer = await person(stores, app, workspace, 'developer');
  expect((await developer.call('GET', '/api/v1/webhooks')).status).toBe(200);
  const scoped = await person(stores, app, workspace, 'developer', { shops: ['east'] });
  expect((await scoped.call('POST', '/api/v1/webhooks', { name: 'x', url: first().url, kinds: ['task.raised'] })).body).toMatchObject({ code: 'webhook.all_shops' });
  const stranger = await person(stores, app, await testWorkspace(stores), 'owner');
  for (const [method, path, body] of [['PATCH', address, { name: 'mine' }], ['DELETE', address, undefined], ['POST', `${address}/pause`, undefined], ['POST', `${address}/secret`, undefined], ['POST', `${address}/test`, undefined], ['GET', `${address}/deliveries`, undefined]] as const) expect((await stranger.call(method, path, body)).status, path).toBe(404);
  expect((await stranger.call<{ rows: unknown[] }>('GET', '/api/v1/webhooks')).body.rows).toEqual([]);
  for (const kinds of [[], ['no.such'], ['task.raised', 'password.changed']]) expect((await owner.call('POST', '/api/v1/webhooks', { name: 'x', url: first().url, kinds })).status).toBe(400);
  for (let i = 1; i < 20; i++) await subscribe();
  expect((await owner.call('POST', '/api/v1/webhooks', { name: 'x', url: first().url, kinds: ['task.raised'] })).body).toMatchObject({ code: 'webhook.too_many' });
  expect((await owner.call('DELETE', address)).status).toBe(204);
  await say();
  await hear();
  expect(first().heard).toHaveLength(19);
});

test('who is erased is taken out of what was told, and whoever was told hears of it', async () => {
  const { webhook } = await subscribe();
  const { created: [customer = ''] } = await resolve(stores, workspace, [{ identifiers: [{ kind: 'phone', scope: '', value: '13800138009' }], at: stores.clock.now(), source: 'till' }], { by: { kind: 'system', id: '' } });
  await stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'risk.raised', { signal: 's', customer, rule: 'r' }));
  await hear();
  expect((await deliveries(webhook)).filter(({ body }) => body.includes(customer)).length).toBeGreaterThanOrEqual(2);
  await erase(stores, systemCaller(workspace, PERMISSIONS), customer, { reason: 'asked' });
  expect((await deliveries(webhook)).filter(({ body }) => body.includes(customer))).toEqual([]);
  await hear();
  expect((await deliveries(webhook)).map(({ kind, state }) => [kind, state])).toContainEqual(['customer.erased', 'delivered']);
});

test('R13: on the page a developer subscribes, keeps the secret, sees a failed delivery and its answer, sends it again and pauses; an owner takes everything along', async () => {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const { page, context, close } = await openBrowser({ baseURL: url, locale: 'en-US', acceptDownloads: true });
  try {
    await context.addCookies([{ name: 'perennial_session', value: owner.cookie.split('=')[1] ?? '', url }]);
    // A button that was just waited for may still be called by its spinner too.
    const press = (name: string) => page.getByRole('button', { name: new RegExp(`(?:^|\\s)${name}$`) }).last().click();
    await page.goto('/settings/webhooks?lang=en');
    await page.getByText('No webhook yet.').waitFor();
    await page.getByLabel('Name').fill('Ticket desk');
    await page.getByLabel('Address').fill('http://169.254.169.254/latest');
    await page.getByRole('checkbox', { name: 'Tasks raised' }).check();
    await press('Subscribe');
    await page.getByText('No public address is known for 169.254.169.254.').waitFor();
    await page.getByLabel('Address').fill(first().url);
    await press('Subscribe');
    const secret = (await page.locator('code.secret').textContent()) ?? '';
    first().answer = (response) => response.writeHead(500).end('the disk is full');
    await say();
    await hear();
    expect(proofs(first().heard[0] as Got, secret)).toEqual([true]);
    await page.reload();
    await page.getByText('Failing since').waitFor();
    await expect.poll(() => page.locator('code.secret').count()).toBe(0);
    expect(await page.content()).not.toContain(secret);
    await press('Deliveries');
    await page.getByText('the disk is full').waitFor();
    await page.getByText('HTTP 500').waitFor();
    await page.keyboard.press('Escape');
    first().answer = (response) => void response.end('thanks');
    stores.clock.advance(10 * 60_000);
    await deliverDue(stores);
    await page.reload();
    await page.getByText('1 delivered').waitFor();
    await press('Deliveries');
    await press('Send again');
    await page.getByText('It is sent again').waitFor();
    await deliverDue(stores);
    expect(first().heard).toHaveLength(3);
    await page.keyboard.press('Escape');
    await press('Send a test');
    await page.getByText('The test was taken (200').waitFor();
    await press('Pause');
    await press('Pause');
    await page.getByRole('button', { name: 'Resume', exact: true }).waitFor();
    await page.goto('/settings/workspace?lang=en');
    await page.getByLabel('Reason').fill('to keep a copy');
    const [download] = await Promise.all([page.waitForEvent('download'), press('Export and download')]);
    expect(download.suggestedFilename()).toMatch(/^perennial-export-\d{4}-\d{2}-\d{2}\.zip$/);
    await page.getByText(/to keep a copy.*\d+ rows/).waitFor();
  } finally {
    await close();
  }
}, 90_000);
