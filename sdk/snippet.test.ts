import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { buildApp } from '../src/app.ts';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { ownersOf, subjectIds } from '../src/customers/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { newId } from '../src/kernel/ids.ts';
import { inAppProvider } from '../src/reach/channels/browser/inApp.ts';
import { type Opened, openBrowser } from '../test/support/browser.ts';
import { type TestStores, testStores, testWorkspace } from '../test/support/stores.ts';
import type { Perennial } from './src/track.ts';

/** The built snippet in a real browser, on a shop of another address than the product. */
const GZIP_BYTES_MAX = 6 * 1024;

let stores: TestStores;
let app: Awaited<ReturnType<typeof buildApp>>;
let site: Server;
let host = '';
let browser: Opened;
let page: Page;
let workspace: string;
let key: string;
let markup = '';
let posts: string[] = [];
let trouble: { status: number; headers?: Record<string, string> } | undefined;

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(async () => {
  stores = await testStores(new Date().toISOString());
  app = await buildApp(stores, { log: pino({ level: 'silent' }), readiness: { ready: true } });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    posts.push(String(request.body));
    if (trouble) return reply.code(trouble.status).headers(trouble.headers ?? {}).send({});
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  host = addressOf(app.server);
  site = createServer((_, reply) => void reply.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>Tea</title>${markup}`));
  await new Promise<void>((ready) => { site.listen(0, '127.0.0.1', ready); });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
  await app?.close();
  await stores?.close();
});
beforeEach(async () => {
  stores.clock.set(new Date().toISOString());
  workspace = await testWorkspace(stores);
  const caller = systemCaller(workspace);
  key = (await newWriteKey(stores, caller, (await addSource(stores, caller, { key: 'shop', name: 'shop', kind: 'behaviour', shop: '', channel: '', currency: '' })).id)).key;
  posts = [];
  trouble = undefined;
  page = await browser.context.newPage();
  markup = '';
  await page.goto(addressOf(site));
  await page.evaluate(() => { localStorage.clear(); });
});
afterEach(async () => {
  await browser.context.setOffline(false);
  await page.close();
});

/** Opens a page of the shop with the snippet in it, and waits until it is there. */
async function visit(attributes = '', before = ''): Promise<void> {
  markup = `${before}<script src="${host}/perennial.js" data-key="${key}" ${attributes}></script>`;
  await page.goto(`${addressOf(site)}/green?utm_campaign=spring`);
  await page.waitForFunction(() => 'track' in ((window as unknown as { perennial?: object }).perennial ?? {}));
}
const say = <K extends keyof Perennial>(name: K, ...said: Parameters<Perennial[K]>) =>
  page.evaluate(([call, args]) => (window as unknown as { perennial: Record<string, (...all: unknown[]) => unknown> }).perennial[call as string]?.(...(args as unknown[])), [name, said] as const);
const kept = () => page.evaluate(() => Object.keys(localStorage).sort());

type Row = { kind: string; event: string; id: string; campaign: string; url: string };
const stored = async (): Promise<Row[]> => {
  await flush(stores, workspace);
  return stores.ch.rows<Row>('select toString(e.kind) as kind, event, message_id as id, toString(campaign) as campaign, url from events as e final where workspace = {workspace:UUID} order by time, kind', { workspace });
};
const names = (rows: readonly Row[]) => rows.map(({ kind, event }) => (kind === 'track' ? event : kind));
const untilStored = (count: number, timeout = 15_000) => expect.poll(async () => (await stored()).length, { timeout, interval: 100 }).toBe(count);

test('the snippet is at most 6 KB as it travels', () => {
  expect(gzipSync(readFileSync('sdk/dist/perennial.js'), { level: 9 }).length).toBeLessThanOrEqual(GZIP_BYTES_MAX);
});

test('a page, what was called before the file had come, and an account become one customer', async () => {
  await visit('', `<script>perennial = [['track', 'Early']]</script>`);
  await say('track', 'Tea Viewed', { sku: 'T1' });
  await say('identify', 'u1', { email: 'lin@example.com' });
  await say('group', 'g1', { name: 'Friends' });
  await say('alias', 'u2');
  await untilStored(6);
  const rows = await stored();
  expect(names(rows).sort()).toEqual(['Early', 'Tea Viewed', 'alias', 'group', 'identify', 'page']);
  expect(rows.every(({ campaign }) => campaign === 'spring')).toBe(true);
  expect(rows.find(({ kind }) => kind === 'page')?.url).toContain('/green');
  expect(posts.every((body) => (JSON.parse(body) as { batch: unknown[] }).batch.length > 0)).toBe(true);
  const subjects = await subjectIds(stores, workspace, [{ kind: 'user_id', value: 'u1' }, { kind: 'user_id', value: 'u2' }, { kind: 'email', value: 'lin@example.com' }]);
  const owners = await ownersOf(stores, workspace, subjects.flatMap((id) => id ?? []));
  expect(new Set(owners.values()).size).toBe(1);
});

test('what happens offline waits over a reload and goes out once when the network is back', async () => {
  await visit('data-page="off"');
  await say('flush');
  await browser.context.setOffline(true);
  for (let i = 0; i < 3; i++) await say('track', `Offline ${i}`);
  await new Promise((go) => { setTimeout(go, 700); });
  expect([posts.length, await kept()]).toEqual([0, ['perennial.anonymous', 'perennial.queue']]);
  await browser.context.setOffline(false);
  await visit('data-page="off"');
  await untilStored(3);
  expect(names(await stored()).sort()).toEqual(['Offline 0', 'Offline 1', 'Offline 2']);
  await expect.poll(kept).toEqual(['perennial.anonymous']);
});

test('a page that is left says what it still had to say, and the next page does not say it twice', async () => {
  await visit('data-page="off"');
  await say('track', 'Just before');
  await page.goto('about:blank');
  await untilStored(1, 5_000);
  await visit('data-page="off"');
  await expect.poll(kept, { timeout: 10_000 }).toEqual(['perennial.anonymous']);
  expect(names(await stored())).toEqual(['Just before']);
});

test('a server that is busy is asked again later, with the same messages', async () => {
  trouble = { status: 503, headers: { 'retry-after': '1' } };
  await visit('data-page="off"');
  await say('track', 'Patient');
  await expect.poll(() => posts.length, { timeout: 5_000 }).toBe(1);
  trouble = undefined;
  await untilStored(1);
  const idOf = (body: string | undefined) => (JSON.parse(body ?? '') as { batch: { messageId: string }[] }).batch[0]?.messageId;
  expect(idOf(posts[1])).toBe(idOf(posts[0]));
});

test('a key that opens nothing is tried once a page, and what waits is kept', async () => {
  const right = key;
  key = 'wk_old';
  await visit('data-page="off"');
  await say('track', 'Kept');
  await new Promise((go) => { setTimeout(go, 1_200); });
  expect(posts.length).toBeLessThanOrEqual(1);
  key = right;
  await visit('data-page="off"');
  await untilStored(1);
});

test('without consent nothing is kept or sent; a yes sends what was held, a no forgets it', async () => {
  await visit('data-consent="required"');
  await say('track', 'Held');
  await say('identify', 'u1');
  await new Promise((go) => { setTimeout(go, 600); });
  expect([posts.length, await kept()]).toEqual([0, []]);
  await say('consent', true);
  await untilStored(3);
  await say('consent', false);
  await say('track', 'Unheard');
  await new Promise((go) => { setTimeout(go, 600); });
  expect(await kept()).toEqual(['perennial.consent']);
  await visit('data-consent="required"');
  await say('track', 'Unheard');
  await new Promise((go) => { setTimeout(go, 600); });
  expect((await stored()).length).toBe(3);
});

test.each([['Do Not Track', 'doNotTrack', '1'], ['Global Privacy Control', 'globalPrivacyControl', true]])('a browser that asks for privacy (%s) is not followed, whatever it agrees to', async (_, name, value) => {
  await page.addInitScript(([property, answer]) => { Object.defineProperty(navigator, property as string, { get: () => answer }); }, [name, value] as const);
  await visit();
  await say('consent', true);
  await say('track', 'Seen');
  await say('identify', 'u1');
  await new Promise((go) => { setTimeout(go, 600); });
  expect([posts.length, await kept()]).toEqual([0, []]);
});

test('the sample shop says what it is, asks for consent, and its clicks become events and an order', async () => {
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => faults.push(message));
  page.on('console', (message) => { if (message.type() === 'error') faults.push(message.text()); });
  await page.goto(`${host}/shop-demo?lang=en#key=${key}`);
  expect(await page.locator('.label').textContent()).toContain('Demo page');
  await page.getByRole('button', { name: 'Look Longjing' }).click();
  expect(posts).toEqual([]);
  await page.getByRole('button', { name: 'Yes' }).click();
  await page.getByLabel('Account').fill('visitor');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Buy Jasmine' }).click();
  await untilStored(4);
  expect(names(await stored()).sort()).toEqual(['Order Completed', 'Product Viewed', 'identify', 'page']);
  expect(faults).toEqual([]);
});

test('a message for whoever is at this browser is shown as text, once at a time, and comes back until it is put away', async () => {
  await visit();
  await untilStored(1);
  const anonymous = await page.evaluate(() => localStorage.getItem('perennial.anonymous') ?? '');
  const [subject = ''] = (await subjectIds(stores, workspace, [{ kind: 'anonymous_id', value: anonymous }])).flatMap((id) => id ?? []);
  const customer = (await ownersOf(stores, workspace, [subject])).get(subject) ?? '';
  const sender = await inAppProvider.open(stores, workspace, { days: 1 });
  const text = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';
  const lay = (title: string, shape: 'banner' | 'message', url: string) => sender.send([{ id: newId(), customer, to: '', purpose: 'marketing', attempt: 1, links: { unsubscribe: null, preferences: null, web: null }, content: { channel: 'in_app', shape, title, body: text, url, variant: 'a', language: 'en' } }]);
  await lay('First', 'banner', 'javascript:window.hurt=1');
  await lay('Second', 'message', `${addressOf(site)}/sale`);
  await visit();
  const card = page.locator('[role=status]');
  await card.getByText('First').waitFor();
  expect([await card.count(), await card.locator('a').count(), (await card.innerText()).includes(text), await page.evaluate(() => 'hurt' in window)]).toEqual([1, 0, true, false]);
  await visit();
  await card.getByText('First').waitFor();
  await card.getByRole('button').click();
  await card.getByText('Second').waitFor();
  await card.getByRole('link').click();
  await page.waitForURL('**/sale');
  await visit();
  await page.waitForTimeout(500);
  expect([await card.count(), posts.flatMap((body) => (JSON.parse(body) as { what?: string }).what ?? [])]).toEqual([0, ['shown', 'shown', 'dismissed', 'shown', 'clicked']]);
  await lay('Third', 'banner', '');
  await visit('data-messages="off"');
  await page.waitForTimeout(500);
  expect(await card.count()).toBe(0);
});
