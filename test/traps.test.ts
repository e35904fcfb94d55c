import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp, routes } from '../src/app.ts';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { hashPassword, verifyPassword } from '../src/kernel/access/passwords.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { savePassword } from '../src/kernel/access/users.ts';
import { loggable, openLog } from '../src/kernel/log.ts';
import { call, type Person, person } from './support/app.ts';
import { nodesOf, sourcesIn } from './support/sources.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

const PASSWORD = 'a very secret sentence';
const [PHONE, EMAIL, NAME, ENV] = ['13987654321', 'secret.person@example.test', 'Secretperson Li', 'env-canary-90210'];

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
const log: string[] = [];

beforeAll(async () => {
  process.env.PERENNIAL_CANARY = ENV;
  stores = await testStores();
  workspace = await testWorkspace(stores);
  app = await buildApp(stores, { log: openLog('trace', { write: (line: string) => void log.push(line) }), readiness: { ready: true } });
  owner = await person(stores, app, workspace, 'owner');
  await stores.pg.global.transaction().execute((tx) => savePassword(tx, stores.clock.now(), owner.userId as never, PASSWORD));
});
afterAll(async () => {
  delete process.env.PERENNIAL_CANARY;
  await app.close();
  await stores.close();
});

test('the log names no password, token, key or person, at any level, also when something breaks', async () => {
  const email = (await owner.call<{ user: { email: string } }>('GET', '/api/v1/session')).body.user.email;
  await call(app, 'POST', '/api/v1/session', { email, password: 'another secret guess' });
  const entered = await call(app, 'POST', '/api/v1/session', { email, password: PASSWORD });
  expect(entered.status).toBeLessThan(300);
  const cookie = String(entered.headers['set-cookie']).match(/=([^;]+)/)?.[1] ?? '';
  const { secret } = (await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: ['customers.read'] })).body;
  const { token } = (await owner.call<{ token: string }>('POST', '/api/v1/invitations', { email: EMAIL, role: 'analyst' })).body;
  await app.inject({ url: `/invitation/${token}`, headers: { accept: 'text/html' } });
  await app.inject({ url: '/api/v1/customers', headers: { authorization: `Bearer ${secret}` } });
  const caller = systemCaller(workspace, PERMISSIONS);
  const { id } = await addSource(stores, caller, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  const { key } = await newWriteKey(stores, caller, id);
  const send = (body: unknown) => app.inject({ method: 'POST', url: '/v1/identify', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json' }, payload: JSON.stringify(body) });
  await send({ userId: 'u1', messageId: 'm1', traits: { phone: PHONE, email: EMAIL, name: NAME } });
  await flush(stores, workspace);
  for (const q of [PHONE, EMAIL, NAME]) await owner.call('GET', `/api/v1/customers?q=${encodeURIComponent(q)}`);
  // And a store that fails in the middle of it, with what was asked in its message.
  const tables = new pg.Client(stores.pg.connections.owner as object);
  await tables.connect();
  await tables.query('alter table name_token rename to name_token_away');
  await stores.ch.command('rename table customer_state to customer_state_away');
  const broken = [
    await owner.call('GET', `/api/v1/customers?q=${encodeURIComponent(NAME)}`),
    await owner.call('POST', '/api/v1/segments/preview', { tree: { version: 1, root: { kind: 'field', field: 'name', test: { op: 'equals', value: NAME } } } }),
  ];
  await stores.ch.command('rename table customer_state_away to customer_state');
  await tables.query('alter table name_token_away rename to name_token');
  await tables.end();
  expect(broken.map(({ status, body }) => [status, body.code, Object.keys(body.facts as object)])).toEqual(broken.map(() => [500, 'http.500', ['requestId']]));
  for (const { body } of broken) expect(JSON.stringify(body)).not.toMatch(/select|name_token|customer_state|\.ts:|node_modules|DB::/i);
  const text = log.join('');
  expect(text).toContain('"msg":"unexpected"');
  expect(text).toContain('"msg":"answered"');
  for (const [what, secretText] of Object.entries({ PASSWORD, guess: 'another secret guess', cookie, secret, token, key, PHONE, EMAIL, NAME, given: email, coded: Buffer.from(`${key}:`).toString('base64') })) {
    expect(secretText.length, what).toBeGreaterThan(5);
    expect([what, text.includes(secretText) || text.includes(encodeURIComponent(secretText))]).toEqual([what, false]);
  }
});

test('an error is written down without what the stores quote', () => {
  const fault = Object.assign(new Error(`Cannot parse '${PHONE}' as 'it\\'s ${NAME}': In scope SELECT '${EMAIL}' FROM t\nmore ${NAME}`), { code: '23505', detail: `Key (email)=(${EMAIL}) already exists.`, where: NAME });
  const told = JSON.stringify(loggable(fault));
  expect(told).toContain('Cannot parse');
  expect(told).toContain('23505');
  expect(told).toMatch(/traps\.test\.ts/);
  for (const one of [PHONE, NAME, EMAIL]) expect(told).not.toContain(one);
});

test('nothing of the environment comes back from any address', async () => {
  for (const { shape } of routes.filter(({ shape: { method } }) => method === 'GET')) {
    const { body } = await owner.call('GET', shape.url.replace(/:\w+/g, '018f0000-0000-7000-8000-000000000000'));
    expect([shape.url, JSON.stringify(body).includes(ENV)]).toEqual([shape.url, false]);
  }
});

test('a forged Host changes nothing: it stands in no page, link, document or cookie', async () => {
  const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', 'x-forwarded-proto': 'http' };
  for (const url of ['/', '/sign-in', '/docs', '/docs/problems', '/api/openapi.json', '/api/reference/', '/none']) {
    const reply = await app.inject({ url, headers: { ...forged, accept: 'text/html' } });
    expect([url, JSON.stringify([reply.headers, reply.body]).includes('evil.example')]).toEqual([url, false]);
  }
  const { body, headers } = await owner.call('POST', '/api/v1/invitations', { email: 'host@example.test', role: 'analyst' }, forged);
  expect(JSON.stringify([body, headers])).not.toContain('evil.example');
  const email = (await owner.call<{ user: { email: string } }>('GET', '/api/v1/session')).body.user.email;
  const entered = await call(app, 'POST', '/api/v1/session', { email, password: PASSWORD }, forged);
  expect(String(entered.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax$|HttpOnly;.*SameSite=Lax/);
  expect(String(entered.headers['set-cookie'])).not.toMatch(/domain=/i);
});

test('time does not tell which accounts exist: a password is worked on as long for nobody', async () => {
  const stored = await hashPassword(PASSWORD);
  const took = async (hash: string | undefined): Promise<number> => {
    const times: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const at = performance.now();
      expect(await verifyPassword('wrong', hash)).toBe(false);
      times.push(performance.now() - at);
    }
    return times.sort((a, b) => a - b)[2] as number;
  };
  const [known, unknown] = [await took(stored), await took(undefined)];
  expect(unknown / known).toBeGreaterThan(0.4);
  expect(unknown / known).toBeLessThan(2.5);
});

test('no pattern is made of a text that somebody gave: patterns are written in the code', () => {
  const made = sourcesIn('src', 'web/src', 'sdk').filter(({ path }) => !/\.test\.tsx?$/.test(path)).flatMap((source) => [...nodesOf(source.program)]
    .filter((node) => (node.type === 'NewExpression' || node.type === 'CallExpression') && (node.callee as { name?: string }).name === 'RegExp').map((node) => `${source.path}: ${source.text.slice(node.start, node.end)}`));
  expect(made.filter((one) => !/src\/kernel\/access\/tokens\.ts|src\/insight\/queries\/figures\.ts/.test(one))).toEqual([]);
});
