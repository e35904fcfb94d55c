import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { membersOf, ownersOf, profile, subjectIds } from '../src/customers/index.ts';
import { buildApp } from '../src/app.ts';
import { type Opened, openBrowser } from './support/browser.ts';
import { testStores, testWorkspace, type TestStores } from './support/stores.ts';
import { BROWSER_CLIENTS, olderNode, posthogNode, rudderNode, segmentNode } from './support/wireClients.ts';

/** Every published client points at the running server unchanged, with the constructor its own guide gives; what it sent is counted in the stores. */
let stores: TestStores;
let app: Awaited<ReturnType<typeof buildApp>>;
let site: Server;
let host = '';
let browser: Opened;
let workspace: string;
let key: string;
/** Replies the server gives before it takes anything: how an overloaded or broken one answers. */
const troubles: { status: number; headers?: Record<string, string> }[] = [];
const seen: { url: string; status: number }[] = [];

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const NOW = new Date('2026-11-22T08:00:00Z');

/** A shop on an address of its own: what it sends to the product is a request to a stranger. */
const shopPage = (server: Server): Server => server.on('request', (request, reply) => {
  const client = BROWSER_CLIENTS[(request.url ?? '').slice(1, -3) as keyof typeof BROWSER_CLIENTS];
  reply.setHeader('content-type', client ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
  const name = (request.url ?? '').split('?')[0]?.slice(1);
  reply.end(client ? readFileSync(resolve('node_modules', client)) : `<!doctype html><title>Tea</title><h1>Tea</h1><script src="/${name}.js"></script>`);
});

beforeAll(async () => {
  stores = await testStores(NOW.toISOString());
  app = await buildApp(stores, { log: pino({ level: 'silent' }), readiness: { ready: true } });
  app.addHook('onSend', async (request, reply) => void (request.method !== 'OPTIONS' && seen.push({ url: request.url.split('?')[0] ?? '', status: reply.statusCode })));
  app.addHook('onRequest', async (request, reply) => {
    const trouble = request.method === 'POST' ? troubles.shift() : undefined;
    if (trouble) return reply.code(trouble.status).headers({ 'access-control-allow-origin': '*', ...trouble.headers }).send({});
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  host = `http://127.0.0.1:${portOf(app.server)}`;
  site = shopPage(createServer());
  await new Promise<void>((ready) => { site.listen(0, '127.0.0.1', ready); });
  browser = await openBrowser({ baseURL: `http://127.0.0.1:${portOf(site)}` });
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await app?.close();
  await stores?.close();
});
beforeEach(async () => {
  // Clients stamp real time; a server clock that stands far from it would make everything a back-fill.
  stores.clock.set(new Date().toISOString());
  workspace = await testWorkspace(stores);
  key = await keyOf('shop');
});
afterEach(() => {
  troubles.length = 0;
  seen.length = 0;
});

async function keyOf(name: string): Promise<string> {
  const caller = systemCaller(workspace);
  const source = await addSource(stores, caller, { key: name, name, kind: 'behaviour', shop: '', channel: '', currency: '' });
  return (await newWriteKey(stores, caller, source.id)).key;
}

type Row = { kind: string; event: string; properties: Record<string, unknown>; id: string; time: string; backfill: number; campaign: string; url: string; subject: string };
async function stored(): Promise<Row[]> {
  await flush(stores, workspace);
  return stores.ch.rows<Row>(`
    select toString(e.kind) as kind, event, properties, message_id as id, formatDateTime(time, '%Y-%m-%dT%H:%i:%S') as time, backfill, toString(campaign) as campaign, url, toString(subject) as subject
      from events as e final where workspace = {workspace:UUID} order by time, received_at, kind`, { workspace });
}
const kinds = (rows: readonly Row[]): string[] => rows.map(({ kind, event }) => (kind === 'track' ? event : kind)).sort();
const customerOf = async (kind: 'user_id' | 'anonymous_id' | 'email', value: string): Promise<string> => {
  const [subject = ''] = await subjectIds(stores, workspace, [{ kind, value }]);
  return (await ownersOf(stores, workspace, [subject])).get(subject) ?? 'nobody';
};
const traitsOf = async (customer: string): Promise<Record<string, unknown>> => (await profile(stores, systemCaller(workspace, ['customers.read', 'customers.unmask']), customer)).fields as never;
// In the middle of a minute: the clients' clock runs, the server's stands, and their difference is put right.
const OLD = '2026-01-01T00:00:30';

test('@segment/analytics-node: what was called is stored, once, under its person, at its time', async () => {
  const client = segmentNode(key, host);
  client.identify({ userId: 'u1', traits: { email: 'lin@example.com', city: '杭州' } });
  client.track({ userId: 'u1', event: 'Tea Viewed', properties: { sku: 'T1', price: 12.5 }, timestamp: new Date(`${OLD}Z`) });
  client.page({ anonymousId: 'an1', name: 'Home', properties: { path: '/' } });
  client.group({ userId: 'u1', groupId: 'g1', traits: { name: 'Tea friends' } });
  client.alias({ userId: 'u2', previousId: 'u1' });
  await client.closeAndFlush();
  const rows = await stored();
  expect(kinds(rows)).toEqual(['Tea Viewed', 'alias', 'group', 'identify', 'page']);
  const viewed = rows.find(({ event }) => event === 'Tea Viewed');
  expect(viewed).toMatchObject({ properties: { sku: 'T1', price: 12.5 }, backfill: 1 });
  expect(viewed?.time.slice(0, 16)).toBe(OLD.slice(0, 16));
  expect(rows.find(({ kind }) => kind === 'group')?.properties).toMatchObject({ groupId: 'g1', name: 'Tea friends' });
  expect([await customerOf('user_id', 'u1'), await customerOf('email', 'lin@example.com')]).toEqual([await customerOf('user_id', 'u2'), await customerOf('user_id', 'u2')]);
  expect(JSON.stringify(rows)).not.toContain('lin@example.com');
});

test('@segment/analytics-node waits when told to and sends the same messages again; an unknown key is one refused request', async () => {
  troubles.push({ status: 429, headers: { 'retry-after': '1' } }, { status: 503 });
  const client = segmentNode(key, host, { maxRetries: 5 });
  for (let i = 0; i < 20; i++) client.track({ userId: 'u1', event: 'Tea Viewed', messageId: `m${i}` });
  await client.closeAndFlush();
  expect(seen.map(({ status }) => status)).toEqual([429, 503, 200]);
  expect((await stored()).map(({ id }) => id).sort()).toEqual(Array.from({ length: 20 }, (_, i) => `m${i}`).sort());
  seen.length = 0;
  const stranger = segmentNode('wk_nobody', host);
  stranger.track({ userId: 'u1', event: 'Tea Viewed' });
  await stranger.closeAndFlush();
  expect(seen).toEqual([{ url: '/v1/batch', status: 401 }]);
});

test('analytics-node (the older one): its batches are stored', async () => {
  const client = olderNode(key, host);
  client.identify({ userId: 'u1', traits: { city: '杭州' } });
  client.track({ userId: 'u1', event: 'Tea Viewed', properties: { a: 1 }, timestamp: new Date(`${OLD}Z`) });
  client.track({ userId: 'u1', event: 'Order Completed', properties: { order_id: 'O1', total: 30, currency: 'CNY' } });
  await client.flush();
  const rows = await stored();
  expect(kinds(rows)).toEqual(['Order Completed', 'Tea Viewed', 'identify']);
  expect(rows.find(({ event }) => event === 'Tea Viewed')?.time.slice(0, 16)).toBe(OLD.slice(0, 16));
});

test('@rudderstack/rudder-sdk-node: gzip under a form’s content type, original times, alias of two accounts', async () => {
  const client = rudderNode(key, host);
  client.identify({ userId: 'u1', traits: { email: 'lin@example.com' } });
  client.track({ userId: 'u1', event: 'Tea Viewed', properties: { a: 1 }, timestamp: new Date(`${OLD}Z`) });
  client.track({ userId: 'u1', event: 'Tea Bought' });
  client.alias({ userId: 'u2', previousId: 'u1' });
  await new Promise((done) => { client.flush(done); });
  for (let i = 0; i < 100 && seen.length < 2; i++) await new Promise((go) => { setTimeout(go, 20); });
  const rows = await stored();
  expect(kinds(rows)).toEqual(['Tea Bought', 'Tea Viewed', 'alias', 'identify']);
  expect(rows.find(({ event }) => event === 'Tea Viewed')).toMatchObject({ backfill: 1, properties: { a: 1 } });
  expect(rows.find(({ event }) => event === 'Tea Bought')).toMatchObject({ backfill: 0 });
  expect(await customerOf('user_id', 'u1')).toBe(await customerOf('user_id', 'u2'));
});

async function callPosthog(more: object): Promise<unknown[]> {
  const client = posthogNode(key, host, more);
  const faults: unknown[] = [];
  client.on('error', (error) => void faults.push(error));
  client.identify({ distinctId: 'u1', properties: { email: 'lin@example.com', city: '杭州', $set_once: { first_page: '/a' } } });
  client.capture({ distinctId: 'u1', event: 'Tea Viewed', properties: { sku: 'T1', $set: { level: 'gold' } }, timestamp: new Date(`${OLD}Z`), groups: { company: 'acme' } });
  client.capture({ distinctId: 'u1', event: '$pageview', properties: { $current_url: 'https://tea.example/green', $pathname: '/green', title: 'Green' } });
  client.alias({ distinctId: 'u1', alias: 'other' });
  client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { name: 'Acme' } });
  await client.shutdown();
  return faults;
}

test.each([['posthog-node', {}, '/batch/'], ['posthog-node with POSTHOG_CAPTURE_MODE=v1', { captureMode: 'v1' }, '/i/v1/analytics/events']])('%s: its own events become ours', async (_, more, url) => {
  if ('captureMode' in more) process.env.POSTHOG_CAPTURE_MODE = 'v1';
  expect(await callPosthog(more)).toEqual([]);
  delete process.env.POSTHOG_CAPTURE_MODE;
  expect(seen).toEqual([{ url, status: 200 }]);
  const rows = await stored();
  expect(kinds(rows)).toEqual(['Tea Viewed', 'alias', 'group', 'identify', 'page']);
  const viewed = rows.find(({ event }) => event === 'Tea Viewed');
  expect(viewed).toMatchObject({ backfill: 1, properties: { sku: 'T1', $groups: { company: 'acme' } } });
  expect(Object.keys(viewed?.properties ?? {}).sort()).toEqual(['$groups', 'sku']);
  expect(rows.find(({ kind }) => kind === 'page')).toMatchObject({ url: 'https://tea.example/green', properties: { name: 'Green', path: '/green' } });
  expect(rows.find(({ kind }) => kind === 'group')?.properties).toMatchObject({ groupId: 'acme', groupType: 'company', name: 'Acme' });
  const customer = await customerOf('user_id', 'u1');
  expect([await customerOf('email', 'lin@example.com'), await customerOf('user_id', 'other')]).toEqual([customer, customer]);
});

test('posthog-node halves a batch that is too large and sends all of it', async () => {
  troubles.push({ status: 413 });
  const client = posthogNode(key, host);
  for (let i = 0; i < 20; i++) client.capture({ distinctId: 'u1', event: `Seen ${i}` });
  await client.shutdown();
  expect(seen.map(({ status }) => status)).toEqual([413, 200, 200]);
  expect(new Set((await stored()).map(({ event }) => event)).size).toBe(20);
});

test.each(['/i/v0/e/', '/capture/', '/capture', '/e/?compression=base64'])('a single PostHog event posted to %s is stored once, however often it is sent', async (url) => {
  const event = { api_key: key, event: 'Tea Viewed', distinct_id: 'u1', uuid: '0190b3f6-0000-7000-8000-000000000001', properties: { a: 1, $set_once: { first_page: '/a' } }, timestamp: new Date().toISOString() };
  const text = JSON.stringify(event);
  const body = url.includes('base64') ? `data=${encodeURIComponent(Buffer.from(text).toString('base64'))}` : text;
  for (let i = 0; i < 2; i++) expect((await fetch(`${host}${url}`, { method: 'POST', body })).status).toBe(200);
  expect((await stored()).map(({ event: name, id, properties }) => ({ name, id, properties }))).toEqual([{ name: 'Tea Viewed', id: event.uuid, properties: { a: 1 } }]);
});

test('a trait that is only to be set once does not replace what is known, whichever comes first', async () => {
  const say = (properties: object, at: number) => fetch(`${host}/capture/`, { method: 'POST', body: JSON.stringify({ api_key: key, event: '$identify', distinct_id: 'u1', properties, timestamp: new Date(Date.now() - at).toISOString() }) });
  await say({ $set: { city: '杭州' }, $set_once: { first_page: '/first' } }, 3_000);
  await stored();
  await say({ $set_once: { city: '上海', first_page: '/second' } }, 1_000);
  await stored();
  expect(JSON.stringify(await traitsOf(await customerOf('user_id', 'u1')))).toMatch(/杭州.*\/first|\/first.*杭州/s);
});

const PREFLIGHT = 'Authorization, Content-Type, X-Retry-Count, AnonymousId, SentAt';
test.each(['/v1/batch', '/v1/t', '/v1/page', '/batch/', '/e/', '/sourceConfig/', '/array/k/config', '/flags/?v=2'])('a browser of another site may ask before it sends to %s', async (url) => {
  const reply = await fetch(`${host}${url}`, { method: 'OPTIONS', headers: { origin: 'https://tea.example', 'access-control-request-method': 'POST', 'access-control-request-headers': PREFLIGHT.toLowerCase() } });
  expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
  const allowed = (reply.headers.get('access-control-allow-headers') ?? '').toLowerCase();
  expect(PREFLIGHT.toLowerCase().split(', ').filter((header) => !allowed.includes(header))).toEqual([]);
});

/** A page of the shop with one client, and what runs in it; waits until the server has answered so many posts. */
async function inBrowser(client: keyof typeof BROWSER_CLIENTS, script: string, posts: number): Promise<void> {
  await browser.page.goto(`/${client}?utm_campaign=spring`);
  await browser.page.evaluate(script);
  await expect.poll(() => seen.filter(({ status, url }) => status === 200 && !/settings|sourceConfig|array|flags/.test(url)).length, { timeout: 20_000, interval: 50 }).toBeGreaterThanOrEqual(posts);
}

test('@segment/analytics-next in the browser: settings, text/plain, an anonymous page joins the person who identifies', async () => {
  await inBrowser('segment', `(async () => {
    const analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: '${key}', cdnURL: '${host}' }, { integrations: { 'Segment.io': { apiHost: '${host.slice(7)}/v1', protocol: 'http' } } });
    await analytics.page('Tea'); await analytics.track('Tea Viewed', { sku: 'T1' }); await analytics.identify('u1', { email: 'lin@example.com' }); await analytics.group('g1', { name: 'Friends' }); await analytics.alias('u1', 'u1');
  })()`, 5);
  expect(seen.map(({ url }) => url).sort()).toEqual(['/v1/a', '/v1/g', '/v1/i', '/v1/p', `/v1/projects/${key}/settings`, '/v1/t']);
  const rows = await stored();
  expect(kinds(rows)).toEqual(['Tea Viewed', 'alias', 'group', 'identify', 'page']);
  expect(rows.every(({ campaign, backfill }) => campaign === 'spring' && backfill === 0)).toBe(true);
  const customer = await customerOf('user_id', 'u1');
  const own = new Set((await membersOf(stores, workspace, [customer])).get(customer));
  expect(rows.every(({ subject }) => own.has(subject))).toBe(true);
});

test('@segment/analytics-next needs no more than a key and an address: the settings say where to send', async () => {
  await inBrowser('segment', `AnalyticsNext.AnalyticsBrowser.load({ writeKey: '${key}', cdnURL: '${host}' }).track('Tea Viewed')`, 1);
  expect(kinds(await stored())).toEqual(['Tea Viewed']);
});

test('@rudderstack/analytics-js in the browser: its configuration, then its calls', async () => {
  await inBrowser('rudder', `(() => {
    const analytics = new (rudderanalytics.RudderAnalytics ?? RudderAnalytics)();
    analytics.load('${key}', '${host}', { configUrl: '${host}' });
    analytics.page('Tea'); analytics.track('Tea Viewed', { sku: 'T1' }); analytics.identify('u1', { email: 'lin@example.com', city: '杭州' }); analytics.alias('u2', 'u1');
  })()`, 4);
  const rows = await stored();
  expect(kinds(rows)).toEqual(['Tea Viewed', 'alias', 'identify', 'page']);
  expect(rows.find(({ event }) => event === 'Tea Viewed')).toMatchObject({ campaign: 'spring', properties: { sku: 'T1' } });
  const customer = await customerOf('email', 'lin@example.com');
  expect([await customerOf('user_id', 'u1'), await customerOf('user_id', 'u2')]).toEqual([customer, customer]);
  expect(JSON.stringify(await traitsOf(customer))).toContain('杭州');
});

test('posthog-js in the browser: configuration, gzip bytes under text/plain, the page left', async () => {
  await inBrowser('posthog', `(() => {
    posthog.init('${key}', { api_host: '${host}', opt_out_useragent_filter: true });
    posthog.capture('Tea Viewed', { sku: 'T1' }); posthog.identify('u1', { email: 'lin@example.com' }, { first_page: '/a' }); posthog.group('company', 'acme', { name: 'Acme' });
  })()`, 1);
  const come = (...wanted: string[]): Promise<unknown> => expect.poll(async () => kinds(await stored()), { timeout: 30_000, interval: 200 }).toEqual(expect.arrayContaining(wanted));
  // What is under way when a page is left may be lost by the browser; what is only said then goes as a beacon.
  await come('Tea Viewed', 'group', 'identify', 'page');
  await browser.page.goto('about:blank');
  await come('$pageleave');
  const rows = await stored();
  expect(rows.find(({ event }) => event === 'Tea Viewed')).toMatchObject({ properties: { sku: 'T1' }, campaign: 'spring' });
  expect(JSON.stringify(rows)).not.toContain(key);
  const customer = await customerOf('user_id', 'u1');
  expect(await customerOf('email', 'lin@example.com')).toBe(customer);
  const own = new Set((await membersOf(stores, workspace, [customer])).get(customer));
  expect(rows.filter(({ subject }) => !own.has(subject)).map(({ kind }) => kind)).toEqual([]);
});
