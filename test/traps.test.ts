import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import type { FastifyInstance, InjectOptions } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { buildApp, routes } from '../src/app.ts';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { localTokenPath } from '../src/kernel/access/local.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { savePassword } from '../src/kernel/access/users.ts';
import { openClickHouse } from '../src/kernel/clickhouse/index.ts';
import { demandServer } from '../src/kernel/clickhouse/server.ts';
import { loggable, openLog } from '../src/kernel/log.ts';
import { prepareServer } from '../src/kernel/postgres/server.ts';
import { call, type Person, person } from './support/app.ts';
import { sampleOf } from './support/samples.ts';
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

/** What the machine, the stores and everybody's pockets hold, planted where it really lies. */
async function plantSecrets(): Promise<{ secrets: Record<string, string>; own: Person }> {
  const own = await person(stores, app, workspace, 'owner');
  await stores.pg.global.transaction().execute((tx) => savePassword(tx, stores.clock.now(), own.userId as never, PASSWORD));
  const { rows: [account] } = await stores.pg.pool.query<{ hash: string }>('select password_hash as hash from staff_user where id = $1', [own.userId]);
  const { body: { secret: apiKey } } = await own.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'planted', scopes: ['customers.read'] });
  const { body: { token: invitation } } = await own.call<{ token: string }>('POST', '/api/v1/invitations', { email: 'planted@example.test', role: 'analyst' });
  const { key: writeKey } = await newWriteKey(stores, systemCaller(workspace, PERMISSIONS), (await addSource(stores, systemCaller(workspace, PERMISSIONS), { key: 'planted', name: 'Planted', kind: 'behaviour', shop: '', channel: '', currency: '' })).id);
  const [hash = '', session = ''] = [account?.hash, own.cookie.split('=')[1]];
  const inner = (await stores.keys.of(workspace)).index;
  return {
    own,
    secrets: {
      environment: ENV, address: DATABASE, databasePassword: DATABASE_PASSWORD, metricsToken: METRICS, password: PASSWORD, hash, hashTail: hash.slice(-24), session, apiKey, invitation, writeKey,
      // The master key of tests and a key of the workspace, in every writing somebody might choose.
      ...Object.fromEntries((['hex', 'base64', 'base64url'] as const).flatMap((form) => [[`master ${form}`, Buffer.alloc(32, 7).toString(form)], [`index ${form}`, inner.toString(form)]])),
      local: readFileSync(localTokenPath(stores.files), 'utf8').trim(),
    },
  };
}

const [DATABASE_PASSWORD, METRICS] = ['db-password-canary-5521', 'metrics-canary-1180'];
const DATABASE = `postgres://canary:${DATABASE_PASSWORD}@db.canary.example/x`;

test('no secret of the machine, the stores or anybody comes back: from no route, error, export, figure or page, into no log, and in no bundle', async () => {
  Object.assign(process.env, { DATABASE_URL: DATABASE, PERENNIAL_METRICS_TOKEN: METRICS, PERENNIAL_MASTER_KEY: Buffer.alloc(32, 7).toString('hex') });
  const { secrets, own } = await plantSecrets();
  for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(12);
  const leaks = new Set<string>();
  const look = (where: string, text: string): void => { for (const [name, secret] of Object.entries(secrets)) if (text.includes(secret) || text.includes(encodeURIComponent(secret))) leaks.add(`${where}: ${name}`); };
  const begun = log.length;
  const seen = new Set<number>();
  const ask = async (method: string, url: string, body?: unknown): Promise<void> => {
    const reply = await app.inject({ method, url, headers: { 'x-perennial': '1', cookie: own.cookie, accept: '*/*' }, ...(body === undefined ? {} : { payload: body }) } as InjectOptions);
    seen.add(reply.statusCode);
    look(`${method} ${url}`, `${JSON.stringify(reply.headers)}\n${reply.body}`);
  };
  // What ends this session or answers with a secret just made is asked elsewhere.
  const asked = routes.filter(({ shape }) => !/DELETE .*\/session|\/password$|PATCH .*members|DELETE .*members/.test(`${shape.method} ${shape.url}`));
  for (const { shape } of asked) {
    const least = shape.body ? sampleOf(z.toJSONSchema(shape.body, { io: 'input', unrepresentable: 'any' })) : undefined;
    await ask(shape.method, shape.url.replace(/:\w+/g, '018f0000-0000-7000-8000-000000000000'), least);
    if (shape.body) await ask(shape.method, shape.url.replace(/:\w+/g, 'x'), { unknown: '\u0000' });
  }
  for (const url of ['/', '/sign-in', '/healthz', '/readyz', '/metrics', '/docs', '/docs/problems', '/api/openapi.json', '/api/reference/', '/api/reference/static/swagger-initializer.js', '/none', '/%ff', '/.env', '/master.key', '/../master.key', '/assets/../../package.json', '//etc/passwd', '/assets/%2e%2e%2f%2e%2e%2fpackage.json']) await ask('GET', url);
  expect([...seen].some((status) => status < 300) && [...seen].some((status) => status >= 400)).toBe(true);
  await ask('POST', '/api/v1/customers/export', { reason: 'a test' });
  for (const line of log.slice(begun)) look('log', line);
  const bundles = ['web/dist', 'sdk/dist'].map((folder) => resolve(import.meta.dirname, '..', folder)).filter((folder) => existsSync(folder)).flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name)));
  expect(bundles.length).toBeGreaterThan(5);
  const repository = resolve(import.meta.dirname, '..');
  for (const path of bundles) {
    const text = readFileSync(path, 'utf8');
    look(path, text);
    // Nothing of the machine that built them either.
    if (text.includes(repository) || /-----BEGIN [A-Z ]*PRIVATE KEY|process\.env\.(?!NODE_ENV)[A-Z]/.test(text)) leaks.add(`${path}: of the machine that built it`);
  }
  for (const name of ['DATABASE_URL', 'PERENNIAL_METRICS_TOKEN', 'PERENNIAL_MASTER_KEY']) delete process.env[name];
  expect([...leaks]).toEqual([]);
}, 180_000);

test('an address with a password in it is never repeated, however the store behind it fails', async () => {
  const told: string[] = [];
  const hear = (error: unknown): void => void told.push(inspect(error, { depth: 6 }), JSON.stringify(loggable(error as Error)));
  for (const url of [`postgres://canary:${DATABASE_PASSWORD}@127.0.0.1:9/x`, `postgres://canary:${DATABASE_PASSWORD}@`, `mysql://canary:${DATABASE_PASSWORD}@h/x`, `canary:${DATABASE_PASSWORD}`]) await prepareServer({ url }, Buffer.alloc(32)).catch(hear);
  for (const url of [`http://canary:${DATABASE_PASSWORD}@127.0.0.1:9`, `http://canary:${DATABASE_PASSWORD}@[`]) {
    try {
      const ch = openClickHouse(url);
      await demandServer(ch, url, undefined).catch(hear);
      await ch.close();
    } catch (error) {
      hear(error);
    }
  }
  expect(told.length).toBe(12);
  expect(told.filter((text) => text.includes(DATABASE_PASSWORD))).toEqual([]);
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

test('no pattern is made of a text that somebody gave: patterns are written in the code', () => {
  const made = sourcesIn('src', 'web/src', 'sdk').filter(({ path }) => !/\.test\.tsx?$/.test(path)).flatMap((source) => nodesOf(source.program)
    .filter((node) => (node.type === 'NewExpression' || node.type === 'CallExpression') && (node.callee as { name?: string }).name === 'RegExp').map((node) => `${source.path}: ${source.text.slice(node.start, node.end)}`));
  expect(made.filter((one) => !/src\/kernel\/access\/tokens\.ts|src\/insight\/queries\/figures\.ts/.test(one))).toEqual([]);
});
