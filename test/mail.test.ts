import { createPrivateKey, createPublicKey } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolve } from '../src/customers/index.ts';
import { allowedHosts, openEgress } from '../src/kernel/egress/index.ts';
import { newId } from '../src/kernel/ids.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { deliverDue, type Intent, propose } from '../src/reach/index.ts';
import { linkOf } from '../src/reach/links.ts';
import { registerRenderer } from '../src/reach/rendering.ts';
import { type Person, person, testApp } from './support/app.ts';
import { report } from './support/mail/bounces.ts';
import { verifyDkim } from './support/mail/dkim.ts';
import type { Taken } from './support/mail/faults.ts';
import { type MailServerProcess, startMailServer } from './support/mail/server.ts';
import { testStores, type TestStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let mail: MailServerProcess;
let publicPem = '';
const BASE = 'https://mail.brand.example';
const headers = { host: 'mail.brand.example' };

beforeAll(async () => {
  stores = await testStores('2026-03-01T02:00:00Z');
  mail = await startMailServer({ security: 'none' });
  stores.egress = openEgress(allowedHosts(`127.0.0.1:${mail.port}`));
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  registerRenderer(async (_, __, wanted) => wanted.map(({ links, language }) => ({
    channel: 'email', subject: '春季新茶', preheader: '', text: `新茶上市\n${links.unsubscribe ?? ''}`, variant: 'a', language,
    html: `<html><body><p>新茶上市</p><a href="https://shop.example/tea?a=1&amp;b=2">看看</a>${links.unsubscribe ? `<a href="${links.unsubscribe}">退订</a>` : ''}</body></html>`,
  })));
  const { body: { version, rules } } = await owner.call<{ version: number; rules: { quiet: object; caps: object } }>('GET', '/api/v1/reach/rules');
  const free = { base: BASE, spacingMinutes: 0, quiet: { ...rules.quiet, on: false }, caps: { ...rules.caps, limits: [] }, control: { share: 0, salt: 'none' } };
  expect((await owner.call('PUT', '/api/v1/reach/rules', { version, rules: free })).status).toBe(200);
  const key = (await owner.call<{ privateKey: string; record: { name: string } }>('POST', '/api/v1/reach/dkim-keys', { domain: 'brand.example', selector: 's1' })).body;
  expect(key.record.name).toBe('s1._domainkey.brand.example');
  publicPem = String(createPublicKey(createPrivateKey(key.privateKey)).export({ type: 'spki', format: 'pem' }));
  const config = { host: '127.0.0.1', port: mail.port, security: 'none', from: { name: '茶语', address: 'shop@brand.example' }, returnDomain: 'bounce.brand.example', dkim: { domain: 'brand.example', selector: 's1', privateKey: key.privateKey } };
  expect((await owner.call('POST', '/api/v1/reach/accounts', { channel: 'email', provider: 'smtp', name: 'Mail', config: { ...config, host: '169.254.169.254' } })).body.code).toBe('egress.port');
  expect((await owner.call('POST', '/api/v1/reach/accounts', { channel: 'email', provider: 'smtp', name: 'Mail', config })).status).toBe(201);
});
afterAll(async () => {
  await app.close();
  await mail.stop();
  await stores.close();
});

async function customer(name: string, language = 'zh-CN'): Promise<string> {
  const { items: [item] } = await resolve(stores, ws, [{ identifiers: [{ kind: 'email', value: `${name}@x.test` }], at: stores.clock.now(), source: 'shop' }], { from: 'voice' });
  const id = item?.customer ?? '';
  const consents = [{ channel: 'email', purpose: 'marketing', state: 'given', proof: 'signed up' }];
  expect((await owner.call('PATCH', `/api/v1/customers/${id}`, { consents })).status, language).toBe(200);
  return id;
}
const intent = (to: string, more: Partial<Intent> = {}): Intent => ({
  id: newId(), customer: to, source: { kind: 'api', id: 'spring', version: 1, step: 's', enrolment: null }, channel: 'email', purpose: 'marketing', template: { id: newId(), version: null }, params: {}, priority: 1, ifBlocked: 'drop',
  dueAt: stores.clock.now(), expiresAt: null, ...more,
});
type Line = { state: string; reason: string | null; receipt: string | null };
/** What the ledger says of messages. */
const ledger = async (ids: readonly string[]): Promise<Line[]> => {
  const rows = await stores.pg.tx(ws, (tx) => many(tx, sql<Line & { id: string }>`select id, state, reason, receipt from message where id = any (${[...ids]}::uuid[])`));
  return ids.map((id) => { const row = rows.find((one) => one.id === id); return { state: row?.state ?? '', reason: row?.reason ?? null, receipt: row?.receipt ?? null }; });
};
async function send(...intents: Intent[]): Promise<Line[]> {
  await stores.pg.tx(ws, (tx) => propose(tx, stores, ws, intents));
  await deliverDue(stores);
  return ledger(intents.map(({ id }) => id));
}
const lastTo = async (name: string): Promise<{ taken: Taken; raw: Buffer; head: Record<string, string>; html: string }> => {
  const taken = (await mail.taken()).findLast(({ to }) => to === `${name}@x.test`) as Taken;
  const raw = Buffer.from(taken.raw, 'base64');
  const read = await PostalMime.parse(raw);
  return { taken, raw, html: read.html ?? '', head: Object.fromEntries(read.headers.map(({ key, value }) => [key, value])) };
};
const pathIn = (text: string, pattern: RegExp): string => (pattern.exec(text)?.[1] ?? '').replaceAll('&amp;', '&').replace(BASE, '');
const ask = (method: InjectOptions['method'], url: string, more: InjectOptions = {}) => app.inject({ method, url, headers, ...more } as InjectOptions);
const oneClick = { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, payload: 'List-Unsubscribe=One-Click' };
const inbound = (raw: string, key: Record<string, string> = { cookie: owner.cookie, 'x-perennial': '1' }, query = '') =>
  app.inject({ method: 'POST', url: `/api/v1/reach/inbound/email${query}`, headers: { ...headers, ...key, 'content-type': 'message/rfc822' }, payload: raw });

test('a message goes the whole way: decided, signed, taken, opened, clicked, left by one click, and never again', async () => {
  const li = await customer('li');
  const first = intent(li);
  expect(await send(first)).toMatchObject([{ state: 'accepted' }]);
  const { taken, raw, head, html } = await lastTo('li');
  expect(verifyDkim(raw, publicPem)).toMatchObject({ ok: true, signed: expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']) });
  expect([taken.from, head['message-id']]).toEqual([expect.stringMatching(/^b\.[a-z2-7]{39}@bounce\.brand\.example$/), `<${first.id}@brand.example>`]);
  const leave = pathIn(head['list-unsubscribe'] ?? '', /<(https:[^>]+)>/);
  expect(head['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');

  const pixel = await ask('GET', pathIn(html, /<img src="([^"]+\/o\/[^"]+)"/));
  expect([pixel.statusCode, pixel.headers['content-type'], pixel.headers['cache-control']]).toEqual([200, 'image/gif', 'no-store']);
  expect(await ledger([first.id])).toMatchObject([{ receipt: 'opened' }]);
  const click = await ask('GET', pathIn(html, /<a href="([^"]+\/c\/[^"]+)"/));
  expect([click.statusCode, click.headers.location]).toEqual([302, 'https://shop.example/tea?a=1&b=2']);
  expect(await ledger([first.id])).toMatchObject([{ receipt: 'clicked' }]);

  for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) await ask(method, leave);
  expect(await send(intent(li)), 'looking at the address leaves everything as it was').toMatchObject([{ state: 'accepted' }]);
  const done = await ask('POST', leave, oneClick);
  expect([done.statusCode, done.body.includes('已退订'), done.headers['set-cookie']]).toEqual([200, true, undefined]);
  expect(await send(intent(li))).toMatchObject([{ state: 'refused' }]);
  expect(await send(intent(li, { purpose: 'transactional' })), 'about an order is another matter').toMatchObject([{ state: 'accepted' }]);
  const { head: plain, html: untouched } = await lastTo('li');
  expect([plain['list-unsubscribe'], untouched.includes('/o/'), untouched.includes('/c/'), plain['auto-submitted']]).toEqual([undefined, false, false, 'auto-generated']);
});

test('the page asks in the language of its reader, with a form that is the same one POST; a form of either kind will do', async () => {
  const wang = await customer('wang');
  const [message] = [intent(wang)];
  await send(message as Intent);
  const place = { base: '', workspaceId: ws, message: message?.id ?? '', customer: wang, channel: 'email', now: stores.clock.now() } as const;
  for (const [language, word] of [['en', 'Unsubscribe'], ['zh-CN', '要退订'], ['zh-TW', '要退訂']] as const) {
    const page = await ask('GET', linkOf(stores.keys, 'unsubscribe', { ...place, language }));
    expect([page.statusCode, page.body.includes(word), page.body.includes(`lang="${language}"`), page.headers['referrer-policy']], language).toEqual([200, true, true, 'no-referrer']);
    expect(page.body).not.toMatch(/<script|onclick|https?:\/\//);
  }
  const leave = linkOf(stores.keys, 'unsubscribe', { ...place, language: 'en' });
  expect((await ask('POST', leave, { ...oneClick, payload: 'a=b' })).statusCode).toBe(400);
  expect(await send(intent(wang))).toMatchObject([{ state: 'accepted' }]);
  const boundary = 'X';
  const multipart = `--${boundary}\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--${boundary}--\r\n`;
  const today = stores.clock.now();
  stores.clock.advance(61 * 86_400_000);
  expect((await ask('POST', leave, { headers: { ...headers, 'content-type': `multipart/form-data; boundary=${boundary}` }, payload: multipart })).statusCode, 'good for sixty days and more').toBe(200);
  stores.clock.set(today);
  expect(await send(intent(wang))).toMatchObject([{ state: 'refused' }]);
});

test('an address that is not ours does nothing and leads nowhere', async () => {
  const zhao = await customer('zhao');
  const message = intent(zhao);
  await send(message);
  const place = { base: '', workspaceId: ws, message: message.id, customer: zhao, channel: 'email', language: 'en', now: stores.clock.now() } as const;
  const click = linkOf(stores.keys, 'click', place, 'https://shop.example/');
  for (const to of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', '']) {
    const answer = await ask('GET', `${click.split('?')[0]}?to=${encodeURIComponent(to)}`);
    expect([answer.statusCode, answer.headers.location], to).toEqual([410, undefined]);
  }
  const open = linkOf(stores.keys, 'open', place).replace('/o/', '/u/');
  expect((await ask('POST', open, oneClick)).statusCode, 'one kind is not another').toBe(410);
  for (const url of ['/u/x', `/u/${'a'.repeat(96)}`, '/c/x?to=https://a.example', '/u/%00', '/u/..%2f..%2f']) expect((await ask('POST', url, oneClick)).statusCode, url).toBeGreaterThanOrEqual(400);
  expect((await ask('GET', '/o/nothing')).headers['content-type'], 'a picture tells nobody whether it is true').toBe('image/gif');
  const late = linkOf(stores.keys, 'unsubscribe', { ...place, now: new Date('2020-01-01T00:00:00Z') });
  expect((await ask('POST', late, oneClick)).statusCode).toBe(410);
  expect(await send(intent(zhao))).toMatchObject([{ state: 'accepted' }]);
});

test('a bounce that comes back is known by its return path, and the address is left alone; a full mailbox is not', async () => {
  const [qian, sun] = [await customer('qian'), await customer('sun')];
  const messages = [intent(qian), intent(sun)];
  await send(...messages);
  const bare = { original: 'text/plain\r\n\r\nnothing' };
  const gone = report({ status: '5.1.1', diagnostic: '550 5.1.1 user unknown', to: (await lastTo('qian')).taken.from, ...bare });
  const full = report({ status: '5.2.2', diagnostic: '552 5.2.2 full', ...bare });
  expect((await inbound(gone, { 'x-perennial': '1' })).statusCode).toBe(401);
  const agent = await person(stores, app, ws, 'agent');
  expect((await inbound(gone, { cookie: agent.cookie, 'x-perennial': '1' })).statusCode).toBe(403);
  const { body: { secret } } = await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'mail', scopes: ['reach.write'] });
  expect((await inbound(gone, { authorization: `Bearer ${secret}` })).json()).toEqual({ known: 1, fresh: 1, stray: 0 });
  expect((await inbound(full, undefined, `?recipient=${encodeURIComponent((await lastTo('sun')).taken.from)}`)).json()).toMatchObject({ known: 1, fresh: 1 });
  expect(await ledger(messages.map(({ id }) => id))).toMatchObject([{ receipt: 'bounced', reason: 'email.no_address' }, { receipt: 'soft_bounced' }]);
  expect(await send(intent(qian), intent(sun))).toMatchObject([{ state: 'refused' }, { state: 'accepted' }]);
  expect((await inbound('', undefined)).statusCode).toBeLessThan(500);
  expect((await inbound(report({ status: '5.1.1', diagnostic: '550 no', to: `b.${'a'.repeat(39)}@bounce.brand.example`, ...bare }))).json(), 'an invented return path').toMatchObject({ known: 0, stray: 0 });
});

test('I3: through every fault the ledger and the server agree; lost ones are unknown, marketing is not sent again, what is about an order is, as the same letter', async () => {
  const people = await Promise.all(Array.from({ length: 6 }, (_, i) => customer(`p${i}`)));
  await mail.set({ breaks: 'taken' });
  await mail.clear();
  const [marketing, order] = [people.map((one) => intent(one)), people.map((one) => intent(one, { purpose: 'transactional' }))];
  await send(...marketing, ...order);
  await mail.set({});
  for (let i = 0; i < 4; i++) { stores.clock.advance(3_600_000); await deliverDue(stores); }
  expect((await ledger(marketing.map(({ id }) => id))).map(({ state, reason }) => [state, reason])).toEqual(people.map(() => ['unknown', 'email.lost']));
  expect((await ledger(order.map(({ id }) => id))).map(({ state }) => state)).toEqual(people.map(() => 'accepted'));
  const ids = (await mail.taken()).map(({ raw }) => /^Message-ID: <([^@]+)@/m.exec(Buffer.from(raw, 'base64').toString())?.[1]);
  for (const { id } of marketing) expect(ids.filter((one) => one === id)).toHaveLength(1);
  for (const { id } of order) expect(ids.filter((one) => one === id).length).toBeGreaterThanOrEqual(2);
});
