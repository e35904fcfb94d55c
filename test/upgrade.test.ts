import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '../src/kernel/facts.ts';
import { newId } from '../src/kernel/ids.ts';
import { inspect } from '../src/kernel/inspect.ts';
import { keyring } from '../src/kernel/keys.ts';
import { migratePostgres, steps } from '../src/kernel/migrate.ts';
import { superuser } from '../src/kernel/postgres/embedded.ts';
import { openPostgres, type Postgres } from '../src/kernel/postgres/pools.ts';
import { prepareDatabase } from '../src/kernel/postgres/roles.ts';
import { loop } from '../src/loop.ts';
import { person, testApp } from './support/app.ts';
import { SAMPLE_NOW, sampleWorkspace } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

/** The first file that the earlier product did not have. */
const FIRST_NEW = '054_key_rotation';
const earlier = steps('postgres').filter(({ name }) => name < FIRST_NEW);

let stores: TestStores;
let workspaceId: string;
let upgraded: Postgres;
let app: FastifyInstance;
let before: Record<string, number>;
const database = `t_${randomBytes(6).toString('hex')}`;

const clientOf = async (name: string): Promise<pg.Client> => {
  const client = new pg.Client({ ...(stores.pg.connections.owner as pg.ClientConfig), user: superuser, database: name });
  await client.connect();
  return client;
};

type Column = { table: string; column: string };
/** Columns that hold something of their own, table by table; the journal of migrations is each database's own. */
async function columnsOf(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<Column>(`
    select c.relname as table, a.attname as column
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'kysely%' order by 1, a.attnum`);
  return new Map([...Map.groupBy(rows, ({ table }) => table)].map(([table, own]) => [table, own.map(({ column }) => column)]));
}

const ROWS_PER_COPY = 2_000;
/** Fills tables of the earlier schema with what the product of today made, as far as they have its columns. */
async function copyInto(old: pg.Client, today: pg.Client): Promise<void> {
  const [known, wanted] = [await columnsOf(today), await columnsOf(old)];
  await old.query('set session_replication_role = replica');
  for (const [table, columns] of wanted) {
    const shared = columns.filter((column) => known.get(table)?.includes(column)).map((column) => `"${column}"`).join(', ');
    if (shared === '') continue;
    const { rows } = await today.query<{ row: unknown }>(`select to_jsonb(t) as row from (select ${shared} from "${table}") as t`);
    for (let at = 0; at < rows.length; at += ROWS_PER_COPY) {
      await old.query(`insert into "${table}" (${shared}) overriding system value select ${shared} from jsonb_populate_recordset(null::"${table}", $1::jsonb)`, [JSON.stringify(rows.slice(at, at + ROWS_PER_COPY).map(({ row }) => row))]);
    }
  }
  const there = new Set((await old.query<{ name: string }>("select sequencename as name from pg_sequences where schemaname = 'public'")).rows.map(({ name }) => name));
  for (const { name, at } of (await today.query<{ name: string; at: string }>("select sequencename as name, last_value as at from pg_sequences where schemaname = 'public' and last_value is not null")).rows) if (there.has(name)) await old.query('select setval($1::regclass, $2)', [name, at]);
}

async function countsOf(client: pg.Client): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of (await columnsOf(client)).keys()) counts[table] = Number((await client.query<{ count: string }>(`select count(*) as count from "${table}"`)).rows[0]?.count);
  return counts;
}

beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  workspaceId = await sampleWorkspace(stores, 150);
  const socketDir = String((stores.pg.connections.owner as pg.PoolConfig).host);
  const connections = await prepareDatabase(socketDir, database);
  await migratePostgres(connections, earlier);
  const [old, today] = [await clientOf(database), await clientOf(stores.database)];
  await copyInto(old, today);
  before = await countsOf(old);
  await migratePostgres(connections);
  await Promise.all([old.end(), today.end()]);
  upgraded = await openPostgres(connections, 8);
  const moved = { ...stores, pg: upgraded, keys: keyring(upgraded, Buffer.alloc(32, 7), () => stores.clock.now()) };
  app = await testApp(moved);
}, 180_000);
afterAll(async () => {
  await app.close();
  await upgraded.close();
  await stores.close();
});

test('a folder of the previous schema is brought up to date at the start, and no row is lost', async () => {
  expect(earlier.length).toBeGreaterThan(15);
  expect(steps('postgres').length).toBeGreaterThan(earlier.length + 3);
  const client = await clientOf(database);
  const after = await countsOf(client);
  await client.end();
  expect(before.customer).toBeGreaterThan(100);
  expect(before.subject).toBeGreaterThan(100);
  // What ClickHouse is owed besides: the consents of everybody who ever said something, which its mirror did not hold.
  expect(Object.fromEntries(Object.keys(before).map((table) => [table, after[table]]))).toEqual({ ...before, mirror_batch: (before.mirror_batch ?? 0) + 1 });
  const { migrations, unprotected } = await inspect({ ...stores, pg: upgraded });
  expect({ missing: migrations.missing, unknown: migrations.unknown, unprotected }).toEqual({ missing: [], unknown: [], unprotected: [] });
});

test('the product works on it: the same customers, stages and names, and what happens next is answered', async () => {
  const moved = { ...stores, pg: upgraded, keys: keyring(upgraded, Buffer.alloc(32, 7), () => stores.clock.now()) };
  const [then, now] = [await person(stores, await testApp(stores), workspaceId, 'owner'), await person(moved, app, workspaceId, 'owner')];
  for (const path of ['/api/v1/customers?limit=50', '/api/v1/lifecycle/overview', '/api/v1/lifecycle/rules', '/api/v1/imports', '/api/v1/tags']) {
    const [a, b] = [await then.call('GET', path), await now.call('GET', path)];
    expect([b.status, b.body]).toEqual([a.status, path.includes('customers') ? { ...a.body, next: (b.body as { next: unknown }).next } : a.body]);
  }
  const account = await now.call<{ id: string }>('POST', '/api/v1/accounts', { name: 'After the upgrade' });
  expect(account.status).toBe(201);
  expect((await now.call('POST', `/api/v1/accounts/${account.body.id}/contacts`, { name: 'Zhang Newcomer', role: 'decision_maker', phone: '13912345678' })).status).toBe(201);
  await drain(moved, loop);
  expect((await now.call<{ total: { count: number } }>('GET', '/api/v1/customers?q=Newcomer')).body.total.count).toBe(1);
}, 60_000);

test('what an attempt costs is not known where it stood at nothing since before that could be said; what somebody said since stays', async () => {
  const name = `t_${randomBytes(6).toString('hex')}`, connections = await prepareDatabase(String((stores.pg.connections.owner as pg.PoolConfig).host), name), all = steps('postgres');
  await migratePostgres(connections, all.filter((step) => step.name < '046_save_plan'));
  const client = await clientOf(name);
  const [nobodySaid, said, saidSince] = Array.from({ length: 3 }, () => newId());
  await client.query("insert into workspace (id, name, timezone, currency, created_at) select id, id::text, 'Asia/Shanghai', 'CNY', now() from unnest($1::uuid[]) as id", [[nobodySaid, said, saidSince]]);
  await client.query(`
    insert into scoring_policy (workspace_id, purpose, use_traits, capacity, attempt_cost_minor, saved_share, changed_by, changed_at)
    select id, '', false, 100, minor, 0.1, 'somebody', now() from unnest($1::uuid[], $2::bigint[]) as given (id, minor)`, [[nobodySaid, said, saidSince], [0, 250, 0]]);
  const audited = "insert into audit select id, $2, now(), 'user', 'somebody', 'scoring_policy.changed', 'scoring_policy', '{\"fields\": [\"attemptCostMinor\"]}', '', '' from unnest($1::uuid[]) as id";
  await client.query(audited, [[nobodySaid, saidSince], 1]);
  const costs = async (): Promise<(number | null)[]> => (await client.query<{ cost: number | null }>('select attempt_cost_minor::int as cost from scoring_policy order by array_position($1::uuid[], workspace_id)', [[nobodySaid, said, saidSince]])).rows.map(({ cost }) => cost);
  await migratePostgres(connections, all.filter((step) => step.name < '099_cost_not_known'));
  expect(await costs()).toEqual([0, 250, 0]);
  await client.query(audited, [[saidSince], 2]);
  await migratePostgres(connections);
  expect(await costs()).toEqual([null, 250, 0]);
  await client.end();
});
