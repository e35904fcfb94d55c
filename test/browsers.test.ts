import { createECDH, createHmac, createPublicKey, hkdfSync, createDecipheriv, verify } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addSource, newWriteKey } from '../src/collect/index.ts';
import { resolve } from '../src/customers/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { allowedHosts, openEgress } from '../src/kernel/egress/index.ts';
import { newId } from '../src/kernel/ids.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { inAppProvider } from '../src/reach/channels/browser/inApp.ts';
import type { Outgoing } from '../src/reach/channels/channel.ts';
import { newVapidKeys, pushProvider } from '../src/reach/channels/push/provider.ts';
import { webhookProvider } from '../src/reach/channels/webhook/provider.ts';
import type { Content } from '../src/reach/core/message.ts';
import { testApp } from './support/app.ts';
import { testStores, type TestStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let writeKey: string;
let server: Server;
let port = 0;
type Seen = { url: string; headers: IncomingHttpHeaders; body: Buffer };
let seen: Seen[] = [];
/** Answers by path, 201 where none is told. */
let answers: Record<string, { status: number; headers?: Record<string, string>; body?: string }> = {};
const ANONYMOUS = 'a5f1c1de-1111-4222-8333-444455556666';

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) });
    const { status = 201, headers = {}, body = '' } = answers[request.url ?? ''] ?? {};
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
  stores = await testStores('2026-03-01T02:00:00Z');
  stores.egress = openEgress(allowedHosts(`127.0.0.1:${port}`));
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  const caller = systemCaller(ws, PERMISSIONS);
  const { id } = await addSource(stores, caller, { key: 'site', name: 'Site', kind: 'behaviour', channel: '', shop: '', currency: 'CNY' });
  writeKey = await newWriteKey(stores, caller, id).then(({ key }) => key);
});
afterAll(async () => {
  await app.close();
  await stores.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => { seen = []; answers = {}; });

const customer = async (value: string): Promise<string> => (await resolve(stores, ws, [{ identifiers: [{ kind: 'anonymous_id', value }], at: stores.clock.now(), source: 'site' }], { from: 'voice' })).items[0]?.customer ?? '';
const outgoing = (to: string, content: Content): Outgoing => ({ id: newId(), customer: to, to: '', purpose: 'marketing', attempt: 1, links: { unsubscribe: null, preferences: null, web: null }, content: { ...content, variant: 'a', language: 'en' } as Outgoing['content'] });
const post = async (url: string, body: object) => app.inject({ method: 'POST', url, headers: { 'content-type': 'text/plain' }, payload: JSON.stringify({ writeKey, ...body }) });
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;

/** A browser's side of RFC 8291: its keys, and what it reads. */
function browser() {
  const curve = createECDH('prime256v1');
  const [p256dh, auth] = [curve.generateKeys(), Buffer.from('0123456789abcdef')];
  const read = (body: Buffer): unknown => {
    const [salt, length] = [body.subarray(0, 16), body.readUInt8(20)];
    const from = body.subarray(21, 21 + length), sealed = body.subarray(21 + length);
    const prk = hkdfSync('sha256', curve.computeSecret(from), auth, Buffer.concat([Buffer.from('WebPush: info\0'), p256dh, from]), 32);
    const key = Buffer.from(hkdfSync('sha256', Buffer.from(prk), salt, 'Content-Encoding: aes128gcm\0', 16)), nonce = Buffer.from(hkdfSync('sha256', Buffer.from(prk), salt, 'Content-Encoding: nonce\0', 12));
    const open = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([open.update(sealed.subarray(0, -16)), open.final()]);
    return JSON.parse(plain.subarray(0, plain.lastIndexOf(2)).toString());
  };
  return { keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') }, read };
}

/** RFC 8292: who sends, signed by the key the browser was given. */
function vapidOf(headers: IncomingHttpHeaders): { aud: string; sub: string; exp: number; true: boolean; key: string } {
  const [, token = '', key = ''] = /^vapid t=([^,]+), ?k=(.+)$/.exec(headers.authorization ?? '') ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const raw = Buffer.from(key, 'base64url');
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: raw.subarray(1, 33).toString('base64url'), y: raw.subarray(33).toString('base64url') }, format: 'jwk' });
  return { ...JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; sub: string; exp: number }, key, true: verify('sha256', Buffer.from(`${head}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')) };
}

test('a notification is read by the browser it is for and nobody else, from the key the browser knows; a browser that is gone is forgotten', async () => {
  const [here, keys] = [browser(), newVapidKeys()];
  const who = await customer(ANONYMOUS);
  expect((await post('/v1/push', { anonymousId: ANONYMOUS, subscription: { endpoint: at('/p1'), keys: here.keys } })).statusCode).toBe(200);
  expect((await post('/v1/push', { anonymousId: ANONYMOUS, subscription: { endpoint: at('/p1'), keys: here.keys } })).statusCode, 'twice is once').toBe(200);
  const sender = await pushProvider.open(stores, ws, pushProvider.config.parse({ ...keys, contact: 'mailto:it@shop.example' }));
  const message = outgoing(who, { channel: 'push', title: '新茶', body: '上市了'.repeat(2_000), url: 'https://shop.example/' });
  expect(await sender.send([message])).toMatchObject([{ state: 'accepted' }]);
  expect(seen).toHaveLength(1);
  expect(here.read(seen[0]?.body ?? Buffer.alloc(0))).toMatchObject({ id: message.id, title: '新茶', url: 'https://shop.example/', body: expect.stringMatching(/^上市了/) });
  expect(vapidOf(seen[0]?.headers ?? {})).toMatchObject({ true: true, aud: `http://127.0.0.1:${port}`, sub: 'mailto:it@shop.example', key: keys.publicKey });
  expect(seen[0]?.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400' });
  answers['/p1'] = { status: 429, headers: { 'retry-after': '120' } };
  expect(await sender.send([message])).toMatchObject([{ state: 'retry', code: 'push.throttled', after: new Date('2026-03-01T02:02:00Z') }]);
  answers['/p1'] = { status: 410 };
  expect(await sender.send([message])).toMatchObject([{ state: 'failed', code: 'push.gone', suppress: true }]);
  expect(await sender.send([message])).toMatchObject([{ state: 'failed', code: 'push.no_subscription' }]);
  expect((await stores.pg.tx(ws, (tx) => many(tx, sql`select id from push_subscription`)))).toEqual([]);
});

test('a browser cannot make us ask inside, and keys that are no pair are refused', async () => {
  const { keys } = browser();
  for (const endpoint of ['http://169.254.169.254/latest', 'http://127.0.0.1:1/x', 'http://[::1]/', 'ftp://x.test/']) expect((await post('/v1/push', { anonymousId: ANONYMOUS, subscription: { endpoint, keys } })).statusCode, endpoint).toBeGreaterThanOrEqual(400);
  expect((await post('/v1/push', { writeKey: 'wrong', anonymousId: ANONYMOUS, subscription: { endpoint: at('/p'), keys } })).statusCode).toBe(401);
  expect(pushProvider.config.safeParse({ publicKey: newVapidKeys().publicKey, privateKey: newVapidKeys().privateKey, contact: 'mailto:a@x.test' }).success).toBe(false);
});

test('a message on the site is seen by its reader alone, as text, until it is clicked or put away', async () => {
  const who = await customer('b5f1c1de-1111-4222-8333-444455556666');
  const sender = await inAppProvider.open(stores, ws, { days: 30 });
  const messages = [outgoing(who, { channel: 'in_app', shape: 'banner', title: '<b>hi</b>', body: '5 < 6', url: 'https://shop.example/' }), outgoing(who, { channel: 'in_app', shape: 'message', title: 'two', body: '', url: '' })];
  expect(await sender.send(messages)).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }]);
  await sender.send(messages);
  const asked = async (anonymousId: string) => (await app.inject({ url: `/v1/messages?writeKey=${writeKey}&anonymousId=${anonymousId}` })).json<{ messages: { id: string; title: string }[] }>().messages;
  expect((await asked('b5f1c1de-1111-4222-8333-444455556666')).map(({ id, title }) => [id, title])).toEqual([[messages[0]?.id, '<b>hi</b>'], [messages[1]?.id, 'two']]);
  expect(await asked('c5f1c1de-1111-4222-8333-444455556666')).toEqual([]);
  expect((await app.inject({ url: `/v1/messages?writeKey=${writeKey}&userId=u1` })).statusCode, 'naming a user is not enough').toBe(400);
  const note = (anonymousId: string, what: string) => post('/v1/messages', { anonymousId, id: messages[0]?.id, what });
  await note('c5f1c1de-1111-4222-8333-444455556666', 'dismissed');
  await note('b5f1c1de-1111-4222-8333-444455556666', 'shown');
  expect(await asked('b5f1c1de-1111-4222-8333-444455556666')).toHaveLength(2);
  expect((await note('b5f1c1de-1111-4222-8333-444455556666', 'dismissed')).statusCode).toBe(200);
  expect((await asked('b5f1c1de-1111-4222-8333-444455556666')).map(({ title }) => title)).toEqual(['two']);
  stores.clock.advance(31 * 86_400_000);
  expect(await asked('b5f1c1de-1111-4222-8333-444455556666'), 'what nobody came for in time is over').toEqual([]);
  const rows = await stores.pg.tx(ws, (tx) => many(tx, sql<{ text: string }>`select i::text as text from in_app_message i`));
  expect(rows.some(({ text }) => text.includes('two')), 'sealed at rest').toBe(false);
});

test('a webhook is signed as the specification says, told again where it is no harm, and given up where it is gone', async () => {
  const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
  const sender = await webhookProvider.open(stores, ws, { url: at('/hook'), secret });
  const message = outgoing(newId(), { channel: 'webhook', body: { coupon: 'TEA' } });
  expect(await sender.send([message])).toEqual([{ state: 'accepted', providerId: message.id }]);
  const [{ headers, body } = { headers: {}, body: Buffer.alloc(0) }] = seen as Pick<Seen, 'headers' | 'body'>[];
  const expected = createHmac('sha256', Buffer.alloc(32, 5)).update(`${message.id}.${headers['webhook-timestamp']}.${body.toString()}`).digest('base64');
  expect([headers['webhook-id'], headers['webhook-signature'], JSON.parse(body.toString())]).toMatchObject([message.id, `v1,${expected}`, { type: 'message', data: { message: message.id, customer: message.customer, coupon: 'TEA' } }]);
  for (const [status, state, code] of [[500, 'retry', 'webhook.unavailable'], [429, 'retry', 'webhook.throttled'], [400, 'failed', 'webhook.refused'], [401, 'failed', 'webhook.login'], [410, 'failed', 'webhook.gone'], [302, 'failed', 'webhook.refused']] as const) {
    answers['/hook'] = { status, body: 'no\u0000pe' };
    expect(await sender.send([message]), String(status)).toMatchObject([{ state, code }]);
  }
  await expect(webhookProvider.check?.(stores, { url: 'http://10.0.0.1/', secret })).rejects.toMatchObject({ code: 'egress.not_public' });
  expect(webhookProvider.config.safeParse({ url: at('/hook'), secret: 'guess' }).success).toBe(false);
});
