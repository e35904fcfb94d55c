import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, testApp } from '../../../../test/support/app.ts';
import { openBrowser } from '../../../../test/support/browser.ts';
import { type TestStores, testStores, testWorkspace } from '../../../../test/support/stores.ts';
import { resolve } from '../../../customers/index.ts';
import { newId } from '../../../kernel/ids.ts';
import { many, run, sql } from '../../../kernel/sql.ts';
import { LANGUAGES } from '../../../kernel/words/index.ts';
import { signToken } from '../../tokens.ts';

let stores: TestStores, app: FastifyInstance, ws: string, customer: string, topic: string;
const message = newId();
const NAME = '<script>document.title="x"</script>"茶';

beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  topic = newId();
  await stores.pg.tx(ws, (tx) => run(tx, sql`insert into subscription_group (workspace_id, id, key, name, description, created_at) values (${ws}, ${topic}, 'news', ${NAME}, 'tea & more', ${stores.clock.now()})`));
});
let turn = 0;
beforeEach(async () => {
  stores.clock.advance(60_000);
  const identifiers = [{ kind: 'phone' as const, value: `1380000${String(1_000 + turn)}` }, { kind: 'email' as const, value: `someone${turn++}@example.test` }];
  const consents = [{ channel: 'email' as const, state: 'given' as const, purpose: 'marketing', proof: 'form' }];
  customer = (await resolve(stores, ws, [{ identifiers, at: stores.clock.now(), source: 'shop', name: '林小雨', consents }])).items[0]?.customer as string;
  stores.clock.advance(60_000);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const tokenFor = (change: object = {}): string => signToken(stores.keys, ws, { kind: 'preferences', message, customer, channel: 'email', language: 'zh-CN', until: new Date('2026-06-01T00:00:00Z'), ...change });
const get = (token: string, query = '') => app.inject({ method: 'GET', url: `/p/${token}${query}`, headers: { accept: 'text/html' } });
const formIn = (html: string): string => /name="form" value="([^"]+)"/.exec(html)?.[1] ?? '';
const post = (token: string, fields: Record<string, string | string[]>, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url: `/p/${token}?lang=en`, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, payload: new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as [string, string]))).toString() });
const boxes = (html: string): string[] => [...html.matchAll(/name="(channel|topic|personal)" value="([^"]+)" checked/g)].map(([, , value]) => value as string);

type Held = { consents: string[]; topics: string[]; suppressed: string[]; objections: number; language: unknown };
const held = (): Promise<Held> => stores.pg.tx(ws, async (tx) => ({
  consents: (await many(tx, sql<{ one: string }>`select distinct on (c.channel) c.channel || ' ' || c.state || ' ' || c.source as one from consent c where c.workspace_id = ${ws} and c.customer_id in (select id from subject where customer_id = ${customer}) order by c.channel, c.at desc, c.state desc`)).map(({ one }) => one),
  topics: (await many(tx, sql<{ state: string }>`select state from subscription where customer_id = ${customer} order by at`)).map(({ state }) => state),
  suppressed: (await many(tx, sql<{ reason: string }>`select reason from suppression where customer_id = ${customer} and lifted_at is null`)).map(({ reason }) => reason),
  objections: (await many(tx, sql`select 1 from scoring_objection where customer_id = ${customer}`)).length,
  language: (await many(tx, sql<{ language: unknown }>`select fields->'language' as language from customer where id = ${customer}`))[0]?.language ?? null,
}));

test('the page tells how somebody stands in three languages, without cookies, kept by no cache, and looking changes nothing', async () => {
  const before = await held();
  for (const language of LANGUAGES) {
    const page = await get(tokenFor({ language }));
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain(`<html lang="${language}">`);
    expect(boxes(page.body)).toEqual(['email', topic, 'yes']);
    expect(page.body).toContain('&lt;script&gt;');
    expect(page.body).not.toMatch(/<script/);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex', 'referrer-policy': 'same-origin' });
    expect(String(page.headers['content-security-policy'])).toMatch(/script-src 'self';.*form-action 'self';frame-ancestors 'none'/);
  }
  expect((await get(tokenFor(), '?lang=en&said=saved&act=leave')).body).toContain('Saved.');
  expect(await held()).toEqual(before);
});

test('R140: what is chosen is written with its proof, at once; what is left as it was is not written', async () => {
  const token = tokenFor(), form = formIn((await get(token)).body);
  const saved = await post(token, { form, act: 'save', channel: ['sms'], language: 'en' });
  expect(saved).toMatchObject({ statusCode: 303, headers: { location: `/p/${token}?lang=en&said=saved` } });
  expect(await held()).toEqual({ consents: ['email withdrawn preferences', 'sms given preferences'], topics: ['left'], suppressed: [], objections: 1, language: 'en' });
  const page = await get(token);
  expect(boxes(page.body)).toEqual(['sms']);
  const counted = async () => (await stores.pg.tx(ws, (tx) => many(tx, sql`select 1 from consent where customer_id in (select id from subject where customer_id = ${customer})`))).length;
  const words = await counted();
  await post(token, { form, act: 'save', channel: ['sms'], language: 'en' });
  expect(await counted()).toBe(words);
  const proofs = await stores.pg.tx(ws, (tx) => many(tx, sql<{ proof: string }>`select distinct proof from consent where source = 'preferences' and customer_id in (select id from subject where customer_id = ${customer})`));
  expect(proofs).toEqual([{ proof: `message:${message}` }]);
  stores.clock.advance(1_000);
  await post(token, { form, act: 'save', channel: ['sms', 'email'], topic, personal: 'yes', language: 'en' });
  expect(await held()).toMatchObject({ consents: ['email given preferences', 'sms given preferences'], topics: ['left', 'joined'], objections: 0 });
});

test('I6: leaving everything withdraws on every channel at once, and choosing anew lifts it', async () => {
  const token = tokenFor({ kind: 'unsubscribe' }), form = formIn((await get(token)).body);
  expect(await post(token, { form, act: 'leave' })).toMatchObject({ statusCode: 303, headers: { location: `/p/${token}?lang=en&said=left` } });
  expect(await held()).toMatchObject({ consents: ['call', 'email', 'mp', 'push', 'sms', 'wecom'].map((channel) => `${channel} withdrawn preferences`), suppressed: ['unsubscribed'] });
  expect(boxes((await get(token)).body)).toEqual([topic, 'yes']);
  stores.clock.advance(1_000);
  await post(token, { form, act: 'save', channel: 'email', topic, personal: 'yes' });
  expect(await held()).toMatchObject({ suppressed: [] });
  expect(boxes((await get(token)).body)).toEqual(['email', topic, 'yes']);
});

test('no link but a good one opens the page, and no other site can send its form', async () => {
  const before = await held(), token = tokenFor(), form = formIn((await get(token)).body);
  const others = [tokenFor({ kind: 'click' }), tokenFor({ until: new Date('2026-01-01T00:00:00Z') }), `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, 'x', tokenFor({ customer: newId() }), '%00', '..%2f..'];
  for (const one of others) {
    expect((await get(one)).statusCode, one).toBeGreaterThanOrEqual(400);
    expect((await post(one, { form, act: 'leave' })).statusCode, one).toBeGreaterThanOrEqual(400);
  }
  const foreign = [await post(token, { act: 'leave' }), await post(token, { form: 'x', act: 'leave' }), await post(token, { form, act: 'leave' }, { origin: 'https://evil.example' }), await post(token, { form, act: 'leave' }, { origin: 'null' }), await post(token, { form, act: 'other' }), await post(token, { form: formIn((await get(tokenFor({ message: newId() }))).body), act: 'leave' })];
  expect(foreign.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403, 403, 403]);
  for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x']) expect((await post(token, { form, act: 'leave' }, { 'content-type': type })).statusCode, type).toBe(415);
  expect((await post(token, { form, act: 'save', channel: 'x'.repeat(100_000) })).statusCode).toBe(413);
  expect((await call(app, 'DELETE', `/p/${token}`)).status).toBe(404);
  expect(await held()).toEqual(before);
});

test('it works without scripts, by keyboard, at the width of a telephone', async () => {
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const { page, close } = await openBrowser({ javaScriptEnabled: false, viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
  try {
    await page.goto(`http://127.0.0.1:${port}/p/${tokenFor()}`);
    expect(await page.locator('h1').innerText()).toBe('Test 的消息接收设置');
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('checkbox', { name: 'E-mail' }).uncheck();
    await page.getByRole('button', { name: 'Save' }).press('Enter');
    expect(await page.getByRole('status').innerText()).toContain('Saved');
    expect(await page.getByRole('checkbox', { name: 'E-mail' }).isChecked()).toBe(false);
    const boxesOf = await Promise.all((await page.locator('main, button, label, select').all()).map((one) => one.boundingBox()));
    expect(boxesOf.every((one) => one !== null && one.x >= 0 && one.x + one.width <= 390)).toBe(true);
    await page.getByRole('button', { name: 'Unsubscribe from everything' }).press('Enter');
    expect(await page.getByRole('status').innerText()).toContain('You are unsubscribed');
    if (process.env.LOOK) await page.screenshot({ path: `${process.env.LOOK}/preferences.png`, fullPage: true });
    expect(await page.context().cookies()).toEqual([]);
  } finally {
    await close();
  }
  expect((await held()).suppressed).toEqual(['unsubscribed']);
}, 30_000);
