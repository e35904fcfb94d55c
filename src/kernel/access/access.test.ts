import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, person, testApp } from '../../../test/support/app.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { createFirstOwner, hasOwner, recordExport } from './index.ts';
import { INVITATION_DAYS } from './invitations.ts';
import { LIMITS } from './lockout.ts';
import { systemCaller } from './caller.ts';
import { digestOf } from './tokens.ts';

let stores: TestStores;
let app: FastifyInstance;
const OWNER = { email: 'lin@example.test', password: 'a long enough password' };
const SETTINGS = { name: 'Tea', timezone: 'Asia/Shanghai', currency: 'CNY', language: 'zh-CN' } as const;
let home: string;

const cookieOf = (headers: Record<string, unknown>): string => String(headers['set-cookie']).split(';')[0] ?? '';
const signIn = (email: string, password: string, headers: Record<string, string> = {}) => call(app, 'POST', '/api/v1/session', { email, password }, headers);

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  expect(await hasOwner(stores)).toBe(false);
  home = (await createFirstOwner(stores, { ...OWNER, name: 'Lin', workspace: SETTINGS })).workspaceId;
});
afterAll(async () => {
  await app.close();
  await stores.close();
});
// Counters of failures last a quarter of an hour: each test begins after it.
beforeEach(() => stores.clock.advance((LIMITS.windowMinutes + 1) * 60_000));

test('the first owner is made once; a password is generated when none is given', async () => {
  await expect(createFirstOwner(stores, { email: 'second@example.test', workspace: SETTINGS })).rejects.toMatchObject({ code: 'access.owner_exists' });
});

test('signing in sets a cookie that scripts cannot read and tells who may do what', async () => {
  const reply = await signIn(' LIN@example.test ', OWNER.password);
  expect(reply.status).toBe(201);
  expect(String(reply.headers['set-cookie'])).toMatch(/HttpOnly.*SameSite=Lax/);
  expect(String(reply.headers['set-cookie'])).not.toMatch(/Secure/);
  const session = await call<{ user: { email: string }; role: string; permissions: string[]; workspace: { id: string } }>(app, 'GET', '/api/v1/session', undefined, { cookie: cookieOf(reply.headers) });
  expect(session.body).toMatchObject({ user: { email: OWNER.email }, role: 'owner', workspace: { id: home, currency: 'CNY' } });
});

test('signing in stands in the audit log', async () => {
  await signIn(OWNER.email, OWNER.password);
  const manager = await person(stores, app, home, 'manager');
  expect((await manager.call<{ rows: unknown[] }>('GET', '/api/v1/audit?action=session')).body.rows[0]).toMatchObject({ action: 'session.open', actor: 'Lin', at: stores.clock.now().toISOString() });
});

test('behind https the cookie is for https only', async () => {
  const reply = await signIn(OWNER.email, OWNER.password, { 'x-forwarded-proto': 'https' });
  expect(String(reply.headers['set-cookie'])).toMatch(/^__Host-perennial_session=.*Secure/);
});

test('known and unknown accounts get equal replies, before and after the lock', async () => {
  for (const email of [OWNER.email, 'nobody@example.test']) {
    const replies = [];
    for (let i = 0; i <= LIMITS.account; i++) replies.push(await signIn(email, 'wrong password', { 'x-forwarded-for': '203.0.113.9' }));
    expect(replies.map(({ status }) => status)).toEqual([...Array.from({ length: LIMITS.account }, () => 401), 429]);
    expect(replies[0]?.body).toMatchObject({ code: 'session.refused', facts: {} });
    expect(replies.at(-1)?.headers['retry-after']).toBe(String(LIMITS.windowMinutes * 60));
  }
  expect((await signIn(OWNER.email, OWNER.password)).status).toBe(429);
  stores.clock.advance(LIMITS.windowMinutes * 60_000 + 1);
  expect((await signIn(OWNER.email, OWNER.password)).status).toBe(201);
});

test('many guesses at once do not slip past the lock', async () => {
  const replies = await Promise.all(Array.from({ length: LIMITS.account + 4 }, () => signIn('many@example.test', 'wrong password', { 'x-forwarded-for': '203.0.113.8' })));
  expect(replies.filter(({ status }) => status === 401)).toHaveLength(LIMITS.account);
});

test('an address that guesses at many accounts is locked as well', async () => {
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  for (const name of ['a', 'b']) await signIn(`${name}@example.test`, 'x', headers);
  const address = digestOf(stores.keys, 'attempt', 'address:203.0.113.7');
  // The guesses between the second and the fortieth would only take time.
  const { rowCount } = await stores.pg.pool.query('update sign_in_attempt set attempts = attempts - 2 + $1 where subject = $2 and attempts = 2', [LIMITS.address, address]);
  expect(rowCount).toBe(1);
  expect((await signIn(OWNER.email, OWNER.password, headers)).body).toMatchObject({ code: 'session.locked' });
  expect((await signIn(OWNER.email, OWNER.password)).status).toBe(201);
});

test('a new password ends every other session at once and keeps this one', async () => {
  const owner = await person(stores, app, home, 'owner');
  await stores.pg.pool.query('update staff_user set password_hash = (select password_hash from staff_user where email = $1) where id = $2', [OWNER.email, owner.userId]);
  const other = cookieOf((await signIn(`owner-${owner.userId}@example.test`, OWNER.password)).headers);
  expect((await owner.call('POST', '/api/v1/session/password', { current: 'not it at all', next: 'another long password' })).body).toMatchObject({ code: 'password.wrong' });
  expect((await owner.call('POST', '/api/v1/session/password', { current: OWNER.password, next: 'short' })).body).toMatchObject({ code: 'password.too_short', facts: { min: 10 } });
  const changed = await owner.call('POST', '/api/v1/session/password', { current: OWNER.password, next: 'another long password' });
  expect(changed.status).toBe(204);
  for (const cookie of [owner.cookie, other]) expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie })).status).toBe(401);
  expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie: cookieOf(changed.headers) })).status).toBe(200);
});

test('a change of role ends the sessions of that person at once, and the new role holds after', async () => {
  const [owner, analyst] = [await person(stores, app, home, 'owner'), await person(stores, app, home, 'analyst')];
  expect((await owner.call('PATCH', `/api/v1/members/${analyst.userId}`, { role: 'agent', shops: ['store-a'] })).body).toMatchObject({ role: 'agent', shops: ['store-a'] });
  expect((await analyst.call('GET', '/api/v1/session')).status).toBe(401);
});

test('sessions can be listed, ended one by one and everywhere', async () => {
  const analyst = await person(stores, app, home, 'analyst');
  const { openSession } = await import('./sessions.ts');
  const second = `perennial_session=${await openSession(stores, analyst.userId, { address: '198.51.100.1', agent: 'phone' })}`;
  const { body } = await analyst.call<{ rows: { id: string; current: boolean; address: string }[] }>('GET', '/api/v1/session/all');
  expect(body.rows.map(({ current, address }) => ({ current, address })).sort((a, b) => Number(b.current) - Number(a.current))).toEqual([{ current: true, address: '127.0.0.1' }, { current: false, address: '198.51.100.1' }]);
  const phone = body.rows.find(({ current }) => !current)?.id ?? '';
  const stranger = await person(stores, app, home, 'owner');
  expect((await stranger.call('DELETE', `/api/v1/session/all/${phone}`)).status).toBe(404);
  expect((await analyst.call('DELETE', `/api/v1/session/all/${phone}`)).status).toBe(204);
  expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie: second })).status).toBe(401);
  expect((await analyst.call('DELETE', '/api/v1/session/all')).status).toBe(204);
  expect((await analyst.call('GET', '/api/v1/session')).status).toBe(401);
});

test('an idle session ends by itself', async () => {
  const analyst = await person(stores, app, home, 'analyst');
  stores.clock.advance(15 * 86_400_000);
  expect((await analyst.call('GET', '/api/v1/session')).status).toBe(401);
});

test('an invitation works once, for a week, and its acceptance signs in', async () => {
  const owner = await person(stores, app, home, 'owner');
  const invite = async (email: string) => (await owner.call<{ token: string; invitation: { id: string } }>('POST', '/api/v1/invitations', { email, role: 'operator', shops: ['s1'] })).body;
  const { token } = await invite('New@example.test');
  expect((await call(app, 'POST', '/api/v1/invitations/open', { token })).body).toMatchObject({ workspace: 'Tea', email: 'new@example.test', role: 'operator' });
  const acceptance = { token, password: 'correct horse battery', name: 'New', language: 'en' };
  expect((await call(app, 'POST', '/api/v1/invitations/accept', { ...acceptance, password: 'short' })).body).toMatchObject({ code: 'password.too_short' });
  const accepted = await call(app, 'POST', '/api/v1/invitations/accept', acceptance);
  expect(accepted.status).toBe(201);
  expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie: cookieOf(accepted.headers) })).body).toMatchObject({ role: 'operator', shops: ['s1'], user: { name: 'New' } });
  expect((await call(app, 'POST', '/api/v1/invitations/accept', acceptance)).body).toMatchObject({ code: 'invitation.invalid' });
  expect((await signIn('new@example.test', 'correct horse battery')).status).toBe(201);
  const late = await invite('late@example.test');
  stores.clock.advance(INVITATION_DAYS * 86_400_000 + 1);
  expect((await call(app, 'POST', '/api/v1/invitations/accept', { ...acceptance, token: late.token })).body).toMatchObject({ code: 'invitation.invalid' });
});

test('two acceptances of one invitation at once: one gets in', async () => {
  const owner = await person(stores, app, home, 'owner');
  const { body: { token } } = await owner.call<{ token: string }>('POST', '/api/v1/invitations', { email: 'race@example.test', role: 'agent' });
  const replies = await Promise.all([1, 2].map(() => call(app, 'POST', '/api/v1/invitations/accept', { token, password: 'correct horse battery' })));
  expect(replies.map(({ status }) => status).sort()).not.toEqual([201, 201]);
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
});

test('a withdrawn or forged invitation link opens nothing', async () => {
  const owner = await person(stores, app, home, 'owner');
  const { body: { token, invitation } } = await owner.call<{ token: string; invitation: { id: string } }>('POST', '/api/v1/invitations', { email: 'gone@example.test', role: 'agent' });
  expect((await owner.call('DELETE', `/api/v1/invitations/${invitation.id}`)).status).toBe(204);
  for (const wrong of [token, `${token.slice(0, -1)}!`, 'x', `prn_${token.slice(4)}`]) expect((await call(app, 'POST', '/api/v1/invitations/open', { token: wrong })).status).toBe(404);
});

test('someone with an account joins another workspace by their own password, and may switch', async () => {
  const elsewhere = await testWorkspace(stores);
  const host = await person(stores, app, elsewhere, 'owner');
  const { body: { token } } = await host.call<{ token: string }>('POST', '/api/v1/invitations', { email: OWNER.email, role: 'analyst' });
  expect((await call(app, 'POST', '/api/v1/invitations/accept', { token, password: 'not hers at all' })).body).toMatchObject({ code: 'session.refused' });
  const accepted = await call(app, 'POST', '/api/v1/invitations/accept', { token, password: OWNER.password });
  const cookie = cookieOf(accepted.headers);
  const here = await call<{ role: string; workspaces: unknown[] }>(app, 'GET', '/api/v1/session', undefined, { cookie });
  expect(here.body).toMatchObject({ role: 'analyst', workspace: { id: elsewhere } });
  expect(here.body.workspaces).toHaveLength(2);
  expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie, 'x-workspace': home })).body).toMatchObject({ role: 'owner' });
  expect((await call(app, 'PUT', '/api/v1/session/workspace', { workspaceId: home }, { cookie })).body).toMatchObject({ role: 'owner', workspace: { id: home } });
  expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie })).body).toMatchObject({ role: 'owner' });
  expect((await call(app, 'GET', '/api/v1/session', undefined, { cookie, 'x-workspace': await testWorkspace(stores) })).status).toBe(404);
});

test('the last owner can neither leave nor step down, also when two owners act at once', async () => {
  const alone = await testWorkspace(stores);
  const first = await person(stores, app, alone, 'owner');
  expect((await first.call('DELETE', `/api/v1/members/${first.userId}`)).body).toMatchObject({ code: 'member.last_owner' });
  expect((await first.call('PATCH', `/api/v1/members/${first.userId}`, { role: 'agent' })).body).toMatchObject({ code: 'member.last_owner' });
  const second = await person(stores, app, alone, 'owner');
  const replies = await Promise.all([first.call('DELETE', `/api/v1/members/${second.userId}`), second.call('DELETE', `/api/v1/members/${first.userId}`)]);
  expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
});

test('a key does what its scopes say, is shown once, and ends within a second of its revocation', async () => {
  const developer = await person(stores, app, home, 'developer');
  expect((await developer.call('POST', '/api/v1/keys', { name: 'k', scopes: ['audit.read'] })).body).toMatchObject({ code: 'key.scope_beyond_own' });
  const { body: { key, secret } } = await developer.call<{ key: { id: string; prefix: string }; secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: ['keys.read'] });
  expect(secret.startsWith(key.prefix)).toBe(true);
  const bearer = { authorization: `Bearer ${secret}` };
  const list = await call<{ rows: Record<string, unknown>[] }>(app, 'GET', '/api/v1/keys', undefined, bearer);
  expect(list.status).toBe(200);
  expect(JSON.stringify(list.body)).not.toContain(secret);
  expect((await call(app, 'GET', '/api/v1/members', undefined, bearer)).body).toMatchObject({ code: 'access.forbidden', facts: { permission: 'members.read' } });
  expect((await developer.call('DELETE', `/api/v1/keys/${key.id}`)).status).toBe(204);
  stores.clock.advance(1_001);
  expect((await call(app, 'GET', '/api/v1/keys', undefined, bearer)).status).toBe(401);
  const { rows } = await stores.pg.pool.query("select count(*) as n from pg_class where relname = 'api_key'");
  expect(rows).toHaveLength(1);
});

test('a bearer that names nobody is refused even beside a good cookie', async () => {
  const owner = await person(stores, app, home, 'owner');
  expect((await owner.call('GET', '/api/v1/session', undefined, { authorization: 'Bearer prn_nothing' })).status).toBe(401);
});

test('the command line of this machine gets in by its file, and nobody through a proxy', async () => {
  const { localToken, localTokenPath } = await import('./local.ts');
  const { statSync } = await import('node:fs');
  const bearer = { authorization: `Bearer ${localToken(stores.files)}` };
  expect((statSync(localTokenPath(stores.files)).mode & 0o777).toString(8)).toBe('600');
  expect((await call(app, 'GET', '/api/v1/members', undefined, { ...bearer, 'x-workspace': home })).status).toBe(200);
  expect((await call(app, 'GET', '/api/v1/members', undefined, { ...bearer, 'x-forwarded-for': '203.0.113.1' })).status).toBe(401);
  expect((await app.inject({ method: 'GET', url: '/api/v1/members', headers: bearer, remoteAddress: '203.0.113.1' })).statusCode).toBe(401);
});

test('R141: every export stands in the audit log with who, when, how many and why; without a reason there is none', async () => {
  const manager = await person(stores, app, home, 'manager');
  const caller = { ...systemCaller(home, ['customers.export']), actor: { kind: 'user' as const, id: manager.userId } };
  await expect(recordExport(stores, caller, { what: 'customers', count: 1, masked: true, reason: ' ' })).rejects.toMatchObject({ code: 'export.reason_missing' });
  await expect(recordExport(stores, systemCaller(home), { what: 'customers', count: 1, masked: true, reason: 'why' })).rejects.toMatchObject({ code: 'access.forbidden' });
  for (const count of [3, 5]) await recordExport(stores, caller, { what: 'customers', count, masked: count === 3, reason: 'birthday cards' });
  const { body } = await manager.call<{ rows: Record<string, unknown>[]; total: { count: number } }>('GET', '/api/v1/audit?action=export');
  expect(body.rows).toMatchObject([5, 3].map((count) => ({ action: 'export', target: 'customers', actorId: manager.userId, actor: 'manager', at: stores.clock.now().toISOString(), detail: { count, reason: 'birthday cards' } })));
  expect(body.total.count).toBe(2);
});

test('R141: reads of the log go on by cursor, and every line appears once', async () => {
  const auditor = await person(stores, app, home, 'manager');
  const seen: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const reply: { body: { rows: { seq: number }[]; next: string | null } } = await auditor.call('GET', `/api/v1/audit?limit=3${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    seen.push(...reply.body.rows.map(({ seq }) => seq));
    cursor = reply.body.next;
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => seen.length - i));
});

test('R141: what the owner of the tables changes behind our back is found by the chain', async () => {
  const workspace = await testWorkspace(stores);
  const owner = await person(stores, app, workspace, 'owner');
  for (const name of ['a', 'b', 'c']) await owner.call('PATCH', '/api/v1/workspaces/current', { name });
  expect((await owner.call('GET', '/api/v1/audit/verify')).body).toEqual({ lines: 3, intact: true, brokenAt: null });
  const { default: pg } = await import('pg');
  const client = new pg.Client(stores.pg.connections.owner as object);
  await client.connect();
  try {
    await client.query("select set_config('perennial.workspace', $1, false)", [workspace]);
    await client.query("update audit set detail = '{\"name\":\"z\"}' where seq = 2");
  } finally {
    await client.end();
  }
  expect((await owner.call('GET', '/api/v1/audit/verify')).body).toEqual({ lines: 3, intact: false, brokenAt: 2 });
});
