import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '../src/app.ts';
import { PERMISSIONS, type Permission, ROLE_PERMISSIONS, STAFF_ROLES, type StaffRole } from '../src/kernel/access/permissions.ts';
import { superuser } from '../src/kernel/postgres/embedded.ts';
import { openPostgres } from '../src/kernel/postgres/pools.ts';
import { call, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let owners: pg.Client;

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  owners = new pg.Client({ ...(stores.pg.connections.owner as pg.ClientConfig), user: superuser });
  await owners.connect();
});
afterAll(async () => {
  await owners.end();
  await app.close();
  await stores.close();
});

/** Who may do what, as the business agreed it; written here a second time, so that a slip in the code is seen. */
const AGREED: Readonly<Record<Permission, string>> = {
  //                   owner manager operator agent analyst developer
  'customers.read':   'x     x       x        x     x       x',
  'customers.write':  'x     x       x        x     -       -',
  'customers.unmask': 'x     x       -        -     -       -',
  'customers.export': 'x     x       -        -     -       -',
  'customers.merge':  'x     x       x        -     -       -',
  'customers.erase':  'x     x       -        -     -       -',
  'imports.read':     'x     x       x        -     x       x',
  'imports.write':    'x     x       x        -     -       x',
  'events.write':     'x     -       -        -     -       x',
  'lifecycle.read':   'x     x       x        x     x       x',
  'lifecycle.write':  'x     x       x        -     -       -',
  'insight.read':     'x     x       x        -     x       x',
  'insight.write':    'x     x       x        -     x       -',
  'reach.read':       'x     x       x        x     x       x',
  'reach.write':      'x     x       x        -     -       -',
  'engage.read':      'x     x       x        -     x       x',
  'engage.write':     'x     x       x        -     -       -',
  'engage.approve':   'x     x       -        -     -       -',
  'settings.read':    'x     x       x        -     x       x',
  'settings.write':   'x     -       -        -     -       x',
  'members.read':     'x     x       -        -     -       -',
  'members.write':    'x     -       -        -     -       -',
  'keys.read':        'x     -       -        -     -       x',
  'keys.write':       'x     -       -        -     -       x',
  'audit.read':       'x     x       -        -     -       -',
};

test('R142: each role may do what was agreed, and nothing else', () => {
  const actual = Object.fromEntries(PERMISSIONS.map((permission) => [permission, STAFF_ROLES.map((role) => (ROLE_PERMISSIONS[role].includes(permission) ? 'x' : '-')).join('')]));
  expect(actual).toEqual(Object.fromEntries(Object.entries(AGREED).map(([permission, row]) => [permission, row.replaceAll(' ', '')])));
});

const addressOf = (url: string, id = '018f0000-0000-7000-8000-000000000000'): string => url.replace(/:\w+/g, id);

test.each(STAFF_ROLES)('R142: every route answers %s as the table of roles says', async (role: StaffRole) => {
  const workspace = await testWorkspace(stores);
  const faults: string[] = [];
  let one = await person(stores, app, workspace, role);
  let asked = '';
  for (const { shape } of routes) {
    if (shape.permission === 'public') continue;
    // What changes sessions may have ended this one: the next route is asked by somebody new.
    if (asked.includes('/session')) one = await person(stores, app, workspace, role);
    asked = shape.url;
    // A body that fits no contract: what may not be done is refused before it is looked at, what may is refused for it.
    const reply = await one.call(shape.method, addressOf(shape.url), shape.body ? { 'no such field': 1 } : undefined);
    const allowed = shape.permission === 'signed-in' || ROLE_PERMISSIONS[role].includes(shape.permission);
    const refused = reply.status === 403 && reply.body.code === 'access.forbidden';
    if (refused === allowed || reply.status === 401 || reply.status >= 500) faults.push(`${shape.method} ${shape.url}: ${reply.status} ${JSON.stringify(reply.body)?.slice(0, 200)}`);
  }
  expect(faults).toEqual([]);
});

test('without a session or a key every guarded route says to sign in, and nothing else', async () => {
  for (const { shape } of routes) {
    if (shape.permission === 'public') continue;
    expect(await call(app, shape.method, addressOf(shape.url), shape.body ? {} : undefined), shape.url).toMatchObject({ status: 401, body: { code: 'access.sign_in' } });
  }
});

/** Tables that belong to no single workspace. Everything else has workspace_id under forced row-level security. */
const SHARED_TABLES = ['duty', 'installation', 'kysely_migration', 'kysely_migration_lock', 'process', 'reaction_cursor', 'session', 'sign_in_attempt', 'staff_user', 'workspace'];

type Table = { name: string; own: boolean; enabled: boolean; forced: boolean; policies: string[] };

const tables = async (): Promise<Table[]> => (await owners.query<Table>(`
  select c.relname as name,
         exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped) as own,
         c.relrowsecurity as enabled,
         c.relforcerowsecurity as forced,
         array(select p.polname || ' ' || coalesce(pg_get_expr(p.polqual, p.polrelid), '') from pg_policy p where p.polrelid = c.oid order by 1) as policies
    from pg_class c
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
   order by 1`)).rows;

test('every table holds its rows to one workspace by forced row-level security, or is on the short list', async () => {
  const all = await tables();
  expect(all.length).toBeGreaterThan(12);
  expect(all.filter(({ own }) => !own).map(({ name }) => name)).toEqual(SHARED_TABLES);
  for (const { name, enabled, forced, policies } of all.filter(({ own }) => own)) {
    expect({ name, enabled, forced }).toEqual({ name, enabled: true, forced: true });
    expect(policies, name).toContain('own_workspace (workspace_id = current_workspace())');
  }
});

test('the app owns nothing, and no policy lets it see past its workspace', async () => {
  const { rows: owned } = await owners.query("select relname from pg_class where relowner = 'perennial_app'::regrole");
  expect(owned).toEqual([]);
  const { rows: wide } = await owners.query<{ table: string; name: string }>(`
    select polrelid::regclass::text as table, polname as name from pg_policy
     where polname <> 'own_workspace' and (polroles = '{0}' or 'perennial_app'::regrole = any (polroles))`);
  expect(wide).toEqual([]);
});

/** Functions that step over row-level security on purpose, and what they need or give away. */
const STEPPING_OVER: Readonly<Record<string, string>> = {
  caller_of_session: 'the token of a session', source_of_key: 'the digest of a write key', workspaces_of: 'a person who is signed in',
  enqueue_job: 'writes only', facts_after: 'ids and numbers, for reactions', reactions_waiting: 'names of reactions',
  bodies_waiting: 'ids of work', imports_unfinished: 'ids of work', recipes_due: 'ids of work', rotations_left: 'ids of work', webhooks_due: 'ids of work', messages_due: 'ids of work', webhook_workspaces: 'ids of work', journeys_due: 'ids of work', journey_workspaces: 'ids of work',
  bodies_backlog: 'a count and an instant', facts_backlog: 'a count and an instant', migrations_done: 'names of our own files',
  refresh_statistics: 'a count of tables looked at', unlink_experiment_people: 'the workspace of the transaction, by the policies and by itself', take_over: 'a count of jobs',
};

test('whatever steps over row-level security asks for a workspace, or is on the list with its reason', async () => {
  const { rows } = await owners.query<{ name: string; args: string }>(`
    select proname as name, pg_get_function_identity_arguments(oid) as args
      from pg_proc
     where prosecdef and pronamespace = 'public'::regnamespace
       and has_function_privilege('perennial_app', oid, 'execute')
     order by 1`);
  const free = rows.filter(({ args }) => !/workspace\w* uuid/.test(args)).map(({ name }) => name);
  expect(free.filter((name) => !(name in STEPPING_OVER))).toEqual([]);
});

test('start-up refuses a role for the app that could step over row-level security', async () => {
  await owners.query('drop role if exists strong');
  await owners.query('create role strong login bypassrls');
  const as = (user: string, options?: string) => ({ ...(stores.pg.connections.app as pg.PoolConfig), user, options });
  for (const app of [as(superuser), as('strong'), as(superuser, '-c role=perennial_app')]) {
    await expect(openPostgres({ ...stores.pg.connections, app }, 2)).rejects.toMatchObject({ code: 'start.postgres.role_too_strong', facts: { role: app.user } });
  }
  await owners.query('drop role strong');
});

test('the app role can neither change nor delete what the audit log and the facts say', async () => {
  for (const statement of ['update audit set action = action', 'delete from audit', 'truncate audit', 'update fact set kind = kind', 'delete from fact', 'alter table audit no force row level security', 'drop policy own_workspace on audit']) {
    await expect(stores.pg.pool.query(statement), statement).rejects.toThrow(/permission denied|must be owner/);
  }
});
