import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type OwnPostgres, ownClickHouse, ownPostgres, roomyFolder } from '../../../test/support/servers.ts';
import { testWorkspace } from '../../../test/support/stores.ts';
import { handClock } from '../clock.ts';
import { type Config, readConfig } from '../config.ts';
import { openFiles } from '../files.ts';
import { areShared, type Opened, openStores } from '../open.ts';
import { many, run, sql } from '../sql.ts';

const folder = roomyFolder('servers');
const clock = handClock('2026-01-15T04:00:00Z');
let postgres: OwnPostgres;
let clickhouse: Awaited<ReturnType<typeof ownClickHouse>>;
let config: Config;
let opened: Opened;

const open = (given: Partial<Config>): Promise<Opened> => openStores({ ...config, ...given }, openFiles(given.dataDir ?? config.dataDir), clock);
const refusal = (given: Partial<Config>) => open(given).then(() => 'opened', (error: { code?: string }) => error.code);

beforeAll(async () => {
  [postgres, clickhouse] = await Promise.all([ownPostgres(folder.dir), ownClickHouse(join(folder.dir, 'clickhouse'))]);
  const databaseUrl = await postgres.make('shop');
  config = readConfig(['--data', join(folder.dir, 'data')], { DATABASE_URL: databaseUrl, CLICKHOUSE_URL: clickhouse.url });
});
afterAll(async () => {
  await opened.close();
  await Promise.all([postgres.stop(), clickhouse.stop()]);
  folder.remove();
});

test('a login that may make no roles is told which are missing, or is the owner beside two others', async () => {
  const { admin } = postgres;
  await admin.query('create role humble login password \'humble\'');
  const database = await postgres.make('prepared');
  const url = (user: string): string => database.replace(/someone:[^@]*@/, `${user}:${user}@`);
  expect(await refusal({ databaseUrl: url('humble') })).toBe('start.postgres.roles_missing');
  for (const role of ['perennial_owner', 'perennial_jobs', 'perennial_app']) await admin.query(`create role ${role} login password '${role}'`);
  await admin.query('grant perennial_jobs to perennial_owner; grant create on database prepared to perennial_owner, perennial_jobs');
  const inside = new pg.Client({ connectionString: database });
  await inside.connect();
  await inside.query('grant create, usage on schema public to perennial_owner, perennial_jobs; grant usage on schema public to perennial_app');
  await inside.end();
  const byHand = await open({ databaseUrl: url('perennial_owner'), databaseAppUrl: url('perennial_app'), databaseJobsUrl: url('perennial_jobs'), dataDir: join(folder.dir, 'prepared') });
  expect(await run(byHand.stores.pg.global, sql`select 1`)).toBe(1);
  await byHand.close();
  await admin.query('drop database prepared');
  await admin.query('drop role perennial_owner, perennial_jobs, perennial_app');
});

describe('a Postgres of one\'s own', () => {
  beforeAll(async () => { opened = await open({}); });

  test('has three roles of ours, none of which may step over row-level security; the app logs in as the app', async () => {
    const { stores } = opened;
    expect(areShared(config)).toBe(true);
    const { rows } = await postgres.admin.query('select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong, rolpassword like \'SCRAM-SHA-256$%\' as sealed from pg_authid where rolname like \'perennial_%\' order by 1');
    expect(rows).toEqual(['perennial_app', 'perennial_jobs', 'perennial_owner'].map((rolname) => ({ rolname, strong: false, sealed: true })));
    expect(await many(stores.pg.global, sql`select current_user::text as now, session_user::text as at_login`)).toEqual([{ now: 'perennial_app', at_login: 'perennial_app' }]);
  });

  test('keeps workspaces apart', async () => {
    const { stores } = opened;
    const [mine, others] = [await testWorkspace(stores), await testWorkspace(stores)];
    await stores.keys.of(mine);
    const seen = (workspaceId: string) => stores.pg.tx(workspaceId, (tx) => many(tx, sql`select distinct workspace_id as id from workspace_key`));
    expect(await seen(mine)).toEqual([{ id: mine }]);
    expect(await seen(others)).toEqual([]);
  });

  test('is opened by the next process as it is, with the same master key and folder', async () => {
    const again = await open({});
    await again.close();
    expect(await refusal({ dataDir: join(folder.dir, 'another') })).toBe('start.postgres.role_of_another');
    expect(await refusal({ dataDir: join(folder.dir, 'another'), masterKey: readFileSync(join(config.dataDir, 'master.key'), 'utf8') })).toBe('start.data.other');
  });

  test.each([
    ['a wrong password', { password: 'wrong' }, 'start.postgres.login_refused'],
    ['a database that is not there', { pathname: '/nowhere' }, 'start.postgres.database_missing'],
    ['a port nobody listens on', { port: '1' }, 'start.postgres.unreachable'],
    ['another protocol', { protocol: 'mysql:' }, 'start.postgres.url_invalid'],
  ] as [string, Record<string, string>, string][])('%s is told as such', async (_, change, code) => {
    const address = new URL(config.databaseUrl as string);
    const databaseUrl = change.protocol ? address.toString().replace(/^postgresql:/, change.protocol) : Object.assign(address, change).toString();
    expect(await refusal({ databaseUrl })).toBe(code);
  });

  test('a role of ours that may step over row-level security is refused, however it connects', async () => {
    await postgres.admin.query('alter role perennial_app bypassrls');
    expect(await refusal({})).toBe('start.postgres.role_too_strong');
    await postgres.admin.query('alter role perennial_app nobypassrls');
    await postgres.admin.query('create role mighty login superuser password \'mighty\'');
    const mighty = (config.databaseUrl as string).replace(/someone:[^@]*@/, 'mighty:mighty@');
    expect(await refusal({ databaseUrl: mighty, databaseAppUrl: mighty, databaseJobsUrl: mighty })).toBe('start.postgres.role_too_strong');
    expect(await refusal({ databaseAppUrl: mighty })).toBe('start.postgres.urls_incomplete');
  });
});

describe('a ClickHouse of one\'s own', () => {
  test.each([
    ['a wrong password', { password: 'wrong' }, 'start.clickhouse.login_refused'],
    ['a port nobody listens on', { port: '1' }, 'start.clickhouse.unreachable'],
  ])('%s is told as such', async (_, change, code) => {
    expect(await refusal({ clickhouseUrl: Object.assign(new URL(clickhouse.url), change).toString() })).toBe(code);
  });

  test('a cluster it does not know is refused by name', async () => {
    expect(await refusal({ clickhouseCluster: 'nowhere' })).toBe('start.clickhouse.cluster_unknown');
  });
});
