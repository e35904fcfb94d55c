import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../src/app.ts';
import { addSource, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { savePassword } from '../src/kernel/access/users.ts';
import { call, type Person, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
const PASSWORD = 'correct horse battery staple';
const HOST = 'crm.shop.example';

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  workspace = await testWorkspace(stores);
  owner = await person(stores, app, workspace, 'owner');
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const addressOf = (url: string): string => url.replace(/:\w+/g, '018f0000-0000-7000-8000-000000000000');
const JSON_TYPE = { 'content-type': 'application/json' };
/** What pages of others can make a browser send, with the cookie that it adds by itself. */
const FORGERIES: readonly [string, Record<string, string>][] = [
  ['a form as text', { 'content-type': 'text/plain', origin: 'https://evil.example' }], ['a form', { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' }], ['a form with files', { 'content-type': 'multipart/form-data; boundary=x', origin: 'null' }],
  ['no header of ours, no Origin', JSON_TYPE], ['our header from elsewhere', { ...JSON_TYPE, 'x-perennial': '1', origin: 'https://evil.example' }], ['a sister below the same domain', { ...JSON_TYPE, 'x-perennial': '1', origin: 'https://blog.shop.example' }], ['the domain above', { ...JSON_TYPE, 'x-perennial': '1', origin: 'https://shop.example' }],
  ['a name that begins alike', { ...JSON_TYPE, 'x-perennial': '1', origin: `https://${HOST}.evil.example` }], ['another port', { ...JSON_TYPE, 'x-perennial': '1', origin: `https://${HOST}:8443` }], ['a frame without a home', { ...JSON_TYPE, 'x-perennial': '1', origin: 'null' }], ['nonsense', { ...JSON_TYPE, 'x-perennial': '1', origin: '://' }], ['another value', { ...JSON_TYPE, 'x-perennial': 'true' }],
];

test('no write of the API can be caused by another site, on any route: forms, scripts, sister domains, frames', async () => {
  const faults: string[] = [];
  const writes = routes.filter(({ shape }) => shape.method !== 'GET');
  expect(writes.length).toBeGreaterThan(90);
  for (const { shape } of writes) for (const [name, headers] of FORGERIES) {
    const reply = await app.inject({ method: shape.method, url: addressOf(shape.url), headers: { cookie: owner.cookie, host: HOST, ...headers }, payload: '{"name":"forged"}' } as InjectOptions);
    if (reply.statusCode !== 403 || !/^request\.(?:header_missing|foreign_origin)$/.test(String((reply.json() as { code: string }).code))) faults.push(`${shape.method} ${shape.url} by ${name}: ${reply.statusCode} ${reply.body.slice(0, 100)}`);
  }
  expect(faults).toEqual([]);
  // The same request from our own page is heard.
  expect((await owner.call('PATCH', '/api/v1/workspaces/current', { name: 'Own' }, { host: HOST, origin: `https://${HOST}` })).status).toBe(200);
});

test('other sites are never told that they may ask, and a header that is not ours wins nothing beside a cookie', async () => {
  for (const url of ['/api/v1/session', '/api/v1/customers', '/api/v1/session/password', '/api/openapi.json', '/', '/metrics', '/healthz']) for (const method of ['GET', 'OPTIONS'] as const) {
    const { headers } = await app.inject({ method, url, headers: { cookie: owner.cookie, origin: 'https://evil.example', 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-perennial' } });
    expect([url, Object.keys(headers).filter((name) => name.startsWith('access-control'))]).toEqual([url, []]);
  }
  for (const authorization of ['Basic eDp5', 'Bearer x', 'x', '']) {
    const reply = await call(app, 'PATCH', '/api/v1/workspaces/current', { name: 'forged' }, { cookie: owner.cookie, authorization, origin: 'https://evil.example' });
    expect([authorization, reply.status === 401 || reply.status === 403]).toEqual([authorization, true]);
  }
  for (const header of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
    expect((await owner.call('GET', '/api/v1/workspaces/current?_method=PATCH&name=forged', undefined, { [header]: 'PATCH' })).body).not.toMatchObject({ name: 'forged' });
  }
});

test('the door for events is open to every site, and knows no cookie', async () => {
  const caller = systemCaller(workspace);
  const { key } = await newWriteKey(stores, caller, (await addSource(stores, caller, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: '' })).id);
  const send = (headers: Record<string, string>) => app.inject({ method: 'POST', url: '/v1/track', headers: { origin: 'https://any.example', 'content-type': 'text/plain', ...headers }, payload: JSON.stringify({ type: 'track', event: 'x', userId: 'u', messageId: 'm' }) });
  expect((await send({ cookie: owner.cookie })).statusCode).toBe(401);
  const taken = await send({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
  expect([taken.statusCode, taken.headers['access-control-allow-credentials'], taken.headers['set-cookie']]).toEqual([200, undefined, undefined]);
  // The key of a page opens the door and nothing behind it.
  for (const url of ['/api/v1/customers', '/api/v1/sources', '/api/v1/events/live']) expect((await call(app, 'GET', url, undefined, { authorization: `Bearer ${key}` })).status).toBe(401);
});

const cookieOf = (headers: Record<string, unknown>): string => String(headers['set-cookie']).split(';')[0] ?? '';
const withPassword = async (role: 'owner' | 'analyst'): Promise<Person & { email: string }> => {
  const one = await person(stores, app, workspace, role);
  await stores.pg.global.transaction().execute((tx) => savePassword(tx, stores.clock.now(), one.userId as never, PASSWORD));
  return { ...one, email: `${role}-${one.userId}@example.test` };
};

test('a session that was planted is not the one that opens, and one that ended stays ended', async () => {
  const { email } = await withPassword('analyst');
  const planted = `perennial_session=${'A'.repeat(43)}`;
  const enter = () => call(app, 'POST', '/api/v1/session', { email, password: PASSWORD }, { cookie: planted });
  const [first, second] = [cookieOf((await enter()).headers), cookieOf((await enter()).headers)];
  expect(new Set([planted, first, second]).size).toBe(3);
  const asks = (cookie: string) => call(app, 'GET', '/api/v1/session', undefined, { cookie });
  expect([(await asks(planted)).status, (await asks(first)).status, (await asks(second)).status]).toEqual([401, 200, 200]);
  const left = await call(app, 'DELETE', '/api/v1/session', undefined, { cookie: first });
  expect(String(left.headers['set-cookie'])).toMatch(/^perennial_session=;.*(?:Max-Age=0|Expires=Thu, 01 Jan 1970)/i);
  expect([(await asks(first)).status, (await asks(second)).status, (await asks(`${first}; ${second}`)).status]).toEqual([401, 200, 401]);
  // A token is believed in the cookie alone.
  const [, token = ''] = second.split('=');
  for (const request of [{ url: `/api/v1/session?perennial_session=${token}` }, { url: '/api/v1/session', headers: { authorization: `Bearer ${token}` } }, { url: '/api/v1/session', headers: { 'x-session': token } }]) expect((await app.inject(request)).statusCode).toBe(401);
});

test('whoever is taken out of a workspace, or given another role, is out at once, with every session', async () => {
  for (const [method, body] of [['DELETE', undefined], ['PATCH', { role: 'agent' }]] as const) {
    const gone = await withPassword('analyst');
    const other = cookieOf((await call(app, 'POST', '/api/v1/session', { email: gone.email, password: PASSWORD })).headers);
    const begun = performance.now();
    expect((await owner.call(method, `/api/v1/members/${gone.userId}`, body)).status).toBeLessThan(300);
    for (const cookie of [gone.cookie, other]) expect((await call(app, 'GET', '/api/v1/customers', undefined, { cookie })).status).toBe(401);
    expect(performance.now() - begun).toBeLessThan(5_000);
  }
});

test('every door that anyone may knock at opens so often a minute, and tells nothing by which account or link exists', async () => {
  const open = routes.filter(({ shape }) => shape.permission === 'public');
  expect(open.length).toBeGreaterThan(2);
  expect(open.filter(({ shape }) => !shape.limit).map(({ shape }) => shape.url)).toEqual([]);
  const { email } = await withPassword('analyst');
  const bare = ({ status, body, headers }: Awaited<ReturnType<typeof call>>): unknown => [status, body, Object.keys(headers).filter((name) => !/^x-ratelimit|^date$/.test(name)).sort()];
  const enter = (who: string, password: string) => call(app, 'POST', '/api/v1/session', { email: who, password }, { 'x-forwarded-for': '203.0.113.77' });
  expect(bare(await enter(email, 'wrong password'))).toEqual(bare(await enter('nobody@example.test', 'wrong password')));
  const { body: withdrawn } = await owner.call<{ token: string; invitation: { id: string } }>('POST', '/api/v1/invitations', { email: 'a@example.test', role: 'analyst' });
  await owner.call('DELETE', `/api/v1/invitations/${withdrawn.invitation.id}`);
  const { body: late } = await owner.call<{ token: string }>('POST', '/api/v1/invitations', { email: 'b@example.test', role: 'analyst' });
  stores.clock.advance(8 * 86_400_000);
  const made = late.token.replace(/.{6}$/, 'AAAAAA');
  for (const [url, more] of [['/api/v1/invitations/open', {}], ['/api/v1/invitations/accept', { password: PASSWORD }]] as const) {
    const replies = await Promise.all([withdrawn.token, late.token, made].map((token) => call(app, 'POST', url, { token, ...more })));
    expect(replies.map(bare)).toEqual(replies.map(() => bare(replies[0] as Awaited<ReturnType<typeof call>>)));
    expect(replies[0]).toMatchObject({ status: 404, body: { code: 'invitation.invalid' } });
  }
  // Inviting says nothing about who has an account elsewhere.
  const replies = await Promise.all([email, 'stranger@example.test'].map((one) => owner.call('POST', '/api/v1/invitations', { email: `x${one}`, role: 'analyst' })));
  expect(replies[0]?.status).toBe(replies[1]?.status);
});

test('how long a wrong sign-in takes does not tell whether there is such an account', async () => {
  const { email } = await withPassword('analyst');
  const took = async (who: string, from: number): Promise<number> => {
    const begun = process.cpuUsage();
    for (let turn = 0; turn < 3; turn++) await call(app, 'POST', '/api/v1/session', { email: who, password: 'wrong password' }, { 'x-forwarded-for': `203.0.113.${from + turn}` });
    const { user, system } = process.cpuUsage(begun);
    return user + system;
  };
  await call(app, 'POST', '/api/v1/session', { email: 'warm@example.test', password: 'wrong password' });
  const [known, unknown] = [await took(email, 20), await took('nobody-at-all@example.test', 30)];
  expect(known / unknown).toBeGreaterThan(0.5);
  expect(known / unknown).toBeLessThan(2);
});
