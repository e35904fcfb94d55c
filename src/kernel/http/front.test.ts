import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { call, type Person, person, testApp } from '../../../test/support/app.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { routes } from '../../app.ts';
import { many, sql } from '../sql.ts';
import { LANGUAGES, say, sharedWords } from '../words/index.ts';
import { refusalCodes } from './problems.ts';
import { isWrite } from './route.ts';
import { strict } from './strict.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let owner: Person;
let dir: string;
const readiness = { ready: true };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-front-'));
  for (const folder of ['web/assets', 'guide']) mkdirSync(join(dir, folder), { recursive: true });
  writeFileSync(join(dir, 'web/index.html'), '<!doctype html><title>app</title>');
  writeFileSync(join(dir, 'web/assets/main-abc123.js'), 'export {}');
  writeFileSync(join(dir, 'web/assets/main-abc123.js.br'), 'packed');
  writeFileSync(join(dir, 'guide/stages.md'), '# Stages\n\nSee [value](./value.md#net) <script>alert(1)</script> [bad](javascript:alert(1))\n\n| a | b |\n|---|---|\n| 1 | 2 |\n');
  writeFileSync(join(dir, 'guide/stages.zh-CN.md'), '# 阶段\n\n正文\n');
  stores = await testStores();
  app = await testApp(stores, { webDir: join(dir, 'web'), docsDir: join(dir, 'guide'), ready: () => readiness.ready });
  workspace = await testWorkspace(stores);
  owner = await person(stores, app, workspace, 'owner');
});
afterAll(async () => {
  await app.close();
  await stores.close();
  rmSync(dir, { recursive: true, force: true });
});

const settings = (name: string) => ({ name, timezone: 'Asia/Taipei', currency: 'TWD', language: 'zh-TW' });
const workspaces = async (): Promise<number> => (await owner.call<{ rows: unknown[] }>('GET', '/api/v1/workspaces')).body.rows.length;

test('every route of the API is served from a contract, and the document lists it', async () => {
  const { body } = await call<{ openapi: string; paths: Record<string, Record<string, { responses: Record<string, unknown>; parameters?: { name: string }[]; security?: unknown }>> }>(app, 'GET', '/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  const listed = Object.entries(body.paths).flatMap(([url, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${url}`)).sort();
  const contracts = routes.map(({ shape }) => `${shape.method} ${shape.url.replace(/:(\w+)/g, '{$1}')}`).sort();
  const pointed = [...new Set([...JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, to = '']) => to))];
  expect(pointed.length).toBeGreaterThan(3);
  expect(pointed.filter((to) => to.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], body) === undefined)).toEqual([]);
  expect(listed).toEqual(contracts);
  expect(new Set(contracts).size).toBe(contracts.length);
  for (const { shape } of routes) {
    const operation = body.paths[shape.url.replace(/:(\w+)/g, '{$1}')]?.[shape.method.toLowerCase()];
    expect(operation?.responses, shape.url).toHaveProperty('default');
    expect(operation?.security, shape.url).toHaveLength(shape.permission === 'public' ? 0 : 2);
    expect(operation?.parameters?.some(({ name }) => name === 'idempotency-key') ?? false, `${shape.method} ${shape.url}`).toBe(isWrite(shape) && shape.permission !== 'public');
  }
});

const looseObjects = (schema: unknown, at = ''): string[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, properties, additionalProperties } = schema as Record<string, unknown>;
  const mine = type === 'object' && properties && additionalProperties === undefined && at !== '' ? [at] : [];
  return [...mine, ...Object.entries(schema).flatMap(([key, inner]) => looseObjects(inner, `${at}/${key}`))];
};

test('an object anywhere inside a body refuses fields it does not know', () => {
  const faults = routes.flatMap(({ shape }) => (shape.body ? looseObjects(z.toJSONSchema(strict(shape.body), { io: 'input', unrepresentable: 'any' })).map((at) => `${shape.method} ${shape.url} ${at}`) : []));
  expect(faults).toEqual([]);
});

test('a shape made strict is the same shape otherwise, also where it holds itself', () => {
  type Tree = { name: string; kids: Tree[] };
  const tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string().min(1), kids: z.array(tree).max(2) }));
  const shape = strict(z.object({
    tree, list: z.array(z.object({ a: z.number() })).min(1).optional(), choice: z.discriminatedUnion('kind', [z.object({ kind: z.literal('x'), n: z.coerce.number().default(3) }), z.object({ kind: z.literal('y') })]),
    map: z.record(z.string(), z.object({ b: z.boolean() })).default({}), open: z.looseObject({ c: z.string() }).optional(),
  }));
  const good = { tree: { name: 't', kids: [{ name: 'k', kids: [] }] }, choice: { kind: 'x' } };
  expect(shape.parse(good)).toEqual({ ...good, choice: { kind: 'x', n: 3 }, map: {} });
  expect(shape.parse({ ...good, open: { c: 'c', more: 1 } })).toMatchObject({ open: { more: 1 } });
  const bad = [{ tree: { name: 't', kids: [{ name: 'k', kids: [], z: 1 }] } }, { tree: { name: '', kids: [] } }, { list: [] }, { list: [{ a: 1, z: 1 }] }, { choice: { kind: 'y', z: 1 } }, { map: { m: { b: true, z: 1 } } }, { z: 1 }];
  for (const one of bad) expect(shape.safeParse({ ...good, ...one }).success, JSON.stringify(one)).toBe(false);
});

test('a body with a field that is not in the contract is refused, and nothing changes', async () => {
  const reply = await owner.call('PATCH', '/api/v1/workspaces/current', { name: 'x', simulated: true });
  expect(reply).toMatchObject({ status: 400, body: { code: 'body.invalid', status: 400, title: 'body.invalid', type: '/docs/problems#body.invalid' } });
  expect(reply.headers['content-type']).toMatch(/application\/problem\+json/);
  expect((await owner.call('GET', '/api/v1/workspaces/current')).body).toMatchObject({ name: 'Test', simulated: false });
});

test('text that the store cannot keep is refused at the door with a pointer', async () => {
  for (const [name, fault] of [['a\0b', 'nul'], ['\ud800', 'surrogate']] as const) {
    expect((await owner.call('PATCH', '/api/v1/workspaces/current', { name })).body).toMatchObject({ code: 'body.text_refused', facts: { pointer: '/name', fault } });
  }
  const deep = `${'['.repeat(60)}${']'.repeat(60)}`;
  const reply = await app.inject({ method: 'PATCH', url: '/api/v1/workspaces/current', headers: { 'x-perennial': '1', cookie: owner.cookie, 'content-type': 'application/json' }, payload: `{"name":${deep}}` });
  expect(reply.json()).toMatchObject({ code: 'body.too_deep' });
  expect((await call(app, 'GET', '/api/v1/audit?actor=%00', undefined, { cookie: owner.cookie })).body).toMatchObject({ code: 'body.text_refused' });
});

test('a repeated write with the same key and body gets the first reply and does nothing twice', async () => {
  const before = await workspaces();
  const headers = { 'idempotency-key': 'one' };
  const first = await owner.call('POST', '/api/v1/workspaces', settings('Once'), headers);
  const again = await owner.call('POST', '/api/v1/workspaces', settings('Once'), headers);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(await workspaces()).toBe(before + 1);
  expect((await owner.call('POST', '/api/v1/workspaces', settings('Other'), headers)).body).toMatchObject({ code: 'idempotency.key_reused' });
  expect((await owner.call('POST', '/api/v1/workspaces', settings('x'), { 'idempotency-key': 'k'.repeat(201) })).body).toMatchObject({ code: 'idempotency.key_invalid' });
});

test('of many writes with one key at once, one is done and the rest are told to wait or get its reply', async () => {
  const before = await workspaces();
  const replies = await Promise.all(Array.from({ length: 6 }, () => owner.call('POST', '/api/v1/workspaces', settings('Rush'), { 'idempotency-key': 'rush' })));
  expect(replies.every(({ status }) => status === 201 || status === 409)).toBe(true);
  expect(replies.some(({ status }) => status === 201)).toBe(true);
  expect(await workspaces()).toBe(before + 1);
});

test('a refused write frees its key, and one whose process died frees it after ten minutes', async () => {
  const headers = { 'idempotency-key': 'freed' };
  expect((await owner.call('POST', '/api/v1/workspaces', { ...settings('Zone'), timezone: 'Nowhere/None' }, headers)).body).toMatchObject({ code: 'workspace.timezone_unknown' });
  expect((await owner.call('POST', '/api/v1/workspaces', settings('Zone'), headers)).status).toBe(201);
  await stores.pg.tx(workspace, (tx) => many(tx, sql`update idempotency set status = null, reply = null where key = 'freed'`));
  expect((await owner.call('POST', '/api/v1/workspaces', settings('Zone'), headers)).body).toMatchObject({ code: 'idempotency.in_progress' });
  stores.clock.advance(11 * 60_000);
  expect((await owner.call('POST', '/api/v1/workspaces', settings('Zone'), headers)).status).toBe(201);
});

test('what is kept of a reply for its key is sealed: no secret of a key lies in the table', async () => {
  const { body: { secret } } = await owner.call<{ secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: ['audit.read'] }, { 'idempotency-key': 'secret' });
  const rows = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ reply: Buffer }>`select reply from idempotency where key = 'secret'`));
  expect(rows[0]?.reply.includes(secret)).toBe(false);
});

test('a cursor that is forged, changed, or of another list or workspace is refused', async () => {
  for (const name of ['a', 'b']) await owner.call('PATCH', '/api/v1/workspaces/current', { name });
  const { body: { next } } = await owner.call<{ next: string }>('GET', '/api/v1/audit?limit=1');
  const elsewhere = await person(stores, app, await testWorkspace(stores), 'owner');
  const made = Buffer.from('[1]').toString('base64url');
  for (const cursor of ['x', made, `${made}.AAAAAAAAAAAAAAAA`, `${next}x`, next.replace('.', '..')]) {
    expect((await owner.call('GET', `/api/v1/audit?cursor=${encodeURIComponent(cursor)}`)).body, cursor).toMatchObject({ code: 'cursor.invalid' });
  }
  expect((await elsewhere.call('GET', `/api/v1/audit?cursor=${encodeURIComponent(next)}`)).body).toMatchObject({ code: 'cursor.invalid' });
  expect((await owner.call('GET', `/api/v1/audit?limit=1&cursor=${encodeURIComponent(next)}`)).status).toBe(200);
});

test('a write that another site could have caused is refused', async () => {
  const url = '/api/v1/workspaces/current';
  const bare = (headers: Record<string, string>) => app.inject({ method: 'PATCH', url, headers: { cookie: owner.cookie, ...headers }, payload: { name: 'forged' } });
  expect((await bare({})).json()).toMatchObject({ code: 'request.header_missing', status: 403 });
  expect((await bare({ 'x-perennial': '1', origin: 'https://evil.example' })).json()).toMatchObject({ code: 'request.foreign_origin' });
  expect((await bare({ 'x-perennial': '1', origin: 'null' })).json()).toMatchObject({ code: 'request.foreign_origin' });
  const text = await app.inject({ method: 'PATCH', url, headers: { cookie: owner.cookie, 'x-perennial': '1', 'content-type': 'text/plain' }, payload: '{"name":"forged"}' });
  expect(text.json()).toMatchObject({ code: 'http.415' });
  expect((await bare({ 'x-perennial': '1', origin: 'http://localhost:4600', host: 'localhost:4600' })).statusCode).toBe(200);
});

test('pages may run our own scripts only and stand in nobody’s frame', async () => {
  const { headers } = await app.inject({ method: 'GET', url: '/', headers: { accept: 'text/html' } });
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('upgrade-insecure-requests');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['strict-transport-security']).toBeUndefined();
});

test('the app answers every address of a page; assets, data and files that are missing stay missing', async () => {
  const get = (url: string, accept = 'text/html') => app.inject({ method: 'GET', url, headers: { accept } });
  expect((await get('/customers/12?a=b')).body).toContain('<title>app</title>');
  expect((await get('/')).headers['cache-control']).toBe('no-cache');
  expect((await get('/assets/main-abc123.js', '*/*')).headers['cache-control']).toContain('immutable');
  const packed = await app.inject({ url: '/assets/main-abc123.js', headers: { 'accept-encoding': 'gzip, br' } });
  expect([packed.body, packed.headers['content-encoding'], packed.headers['content-type'], packed.headers['cache-control']]).toEqual(['packed', 'br', expect.stringContaining('javascript'), expect.stringContaining('immutable')]);
  expect((await get('/assets/main-abc123.js', '*/*')).body).toBe('export {}');
  for (const [url, accept] of [['/assets/none.js', 'text/html'], ['/api/v1/none', 'text/html'], ['/x.png', 'text/html'], ['/customers', 'application/json'], ['/../package.json', '*/*'], ['/assets//none', '*/*'], ['/assets/..%2f..%2fpackage.json', '*/*']] as const) {
    expect((await get(url, accept)).json(), url).toMatchObject({ code: 'http.404' });
  }
});

test('a door that anyone may knock at opens so often a minute for one address', async () => {
  const knock = (from: string) => call(app, 'POST', '/api/v1/invitations/open', { token: 'x' }, { 'x-forwarded-for': from });
  for (let i = 0; i < 60; i++) expect((await knock('203.0.113.50')).status).toBe(404);
  expect(await knock('203.0.113.50')).toMatchObject({ status: 429, body: { code: 'rate.limited' } });
  expect((await knock('203.0.113.51')).status).toBe(404);
});

test('readiness is told only after start-up; liveness always', async () => {
  readiness.ready = false;
  expect((await call(app, 'GET', '/healthz')).status).toBe(200);
  expect(await call(app, 'GET', '/readyz')).toMatchObject({ status: 503, body: { code: 'server.starting' } });
  readiness.ready = true;
  expect((await call(app, 'GET', '/readyz')).body).toEqual({ status: 'ready', behindSeconds: 0 });
});

test('guides are readable pages in the reader’s language, with nothing that runs', async () => {
  const english = await app.inject({ method: 'GET', url: '/docs/stages', headers: { 'accept-language': 'en' } });
  expect(english.body).toContain('<h1 id="stages">Stages</h1>');
  expect(english.body).toContain('href="value#net"');
  expect(english.body).toContain('<table>');
  expect(english.body).not.toMatch(/<script|javascript:/);
  expect((await app.inject({ method: 'GET', url: '/docs/stages?lang=zh-TW' })).body).toContain('阶段');
  expect((await app.inject({ method: 'GET', url: '/docs' })).body).toContain('/docs/stages');
  expect((await app.inject({ method: 'GET', url: '/docs/..%2Fsecret' })).statusCode).toBe(404);
});

test('the page of problem codes explains every refusal in every language', async () => {
  for (const language of LANGUAGES) {
    const { body, statusCode } = await app.inject({ method: 'GET', url: `/docs/problems?lang=${language}` });
    expect(statusCode).toBe(200);
    for (const code of refusalCodes()) expect(body).toContain(`id="${code}"`);
  }
  expect(say('en', 'problem.access.sign_in')).not.toBe('problem.access.sign_in');
  expect(Object.keys(sharedWords).length).toBeGreaterThan(100);
});

test('the reference opens under the policy: no script of it is inline', async () => {
  const { body, statusCode } = await app.inject({ method: 'GET', url: '/api/reference/' });
  expect(statusCode).toBe(200);
  expect(body).not.toMatch(/<script(?![^>]*src=)[^>]*>\s*\S/);
});

test('a refusal is told in the reader’s language, its code is the same', async () => {
  const told = async (language: string) => (await call<{ code: string; detail: string }>(app, 'GET', '/api/v1/session', undefined, { 'accept-language': language })).body;
  expect([await told('zh-TW'), await told('en-GB,en;q=0.9')].map(({ code, detail }) => [code, detail])).toEqual([['access.sign_in', '請先登入。'], ['access.sign_in', 'Sign in first.']]);
});
