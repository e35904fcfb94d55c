import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { Refusal } from '../errors.ts';
import { fullness } from '../fullness.ts';
import type { WorkspaceId } from '../ids.ts';
import { storeSeconds } from '../metrics.ts';
import type { Tx } from '../sql.ts';

/** int8 and numeric come as numbers: money fits in 2^53 minor units, and dates stay the text they are. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number);
pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);

const POSTGRES = { store: 'postgres' };

export type Connection = pg.PoolConfig;

/** Who connects, for what: `owner` migrates, `jobs` holds the queue, `app` does everything else under row-level security. */
export type Connections = { owner: Connection; jobs: Connection; app: Connection };

/** The Postgres the modules see. */
export type Postgres = {
  /** One transaction inside one workspace: row-level security shows and accepts that workspace's rows only. */
  tx<T>(workspaceId: WorkspaceId, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Outside any workspace: the tables without workspace_id only (users, sessions, workspaces by membership). */
  global: Tx;
  /** The raw pool of the app role, for libraries that want one. */
  pool: pg.Pool;
  jobsPool: pg.Pool;
  connections: Connections;
  /** Whether it lately refused to write for want of space. */
  isFull(): boolean;
  close(): Promise<void>;
};

/** What is looked up by an index lies in memory mostly: at the usual price of a page, four times as much, some thousand people are looked for by reading everybody. */
const PAGE_COST = '1.1';
/** How long somebody waits for a connection, a free one or a new one, before he is told that there is none. */
const CONNECTION_MS = 15_000;

export function openPool(connection: Connection, max: number): pg.Pool {
  const pool = new pg.Pool({ keepAlive: true, connectionTimeoutMillis: CONNECTION_MS, ...connection, max });
  // Without a listener a server restart would end the process; the next query reports the fault to its caller.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

async function refuseStrongRole(pool: pg.Pool): Promise<void> {
  // The login counts as well as the role it took on: what was taken on can be put off again.
  const { rows } = await pool.query<{ name: string }>(
    'select rolname as name from pg_roles where rolname in (current_user, session_user) and (rolsuper or rolbypassrls)',
  );
  if (rows[0]) throw new Refusal('start.postgres.role_too_strong', { role: rows[0].name });
}

/** Opens the pools. Refuses `start.postgres.role_too_strong` when the app role could step over row-level security. */
export async function openPostgres(connections: Connections, max = 12): Promise<Postgres> {
  const pool = openPool(connections.app, max);
  const jobsPool = openPool(connections.jobs, 6);
  await refuseStrongRole(pool).catch(async (error: unknown) => {
    await Promise.all([pool.end(), jobsPool.end()]);
    throw error;
  });
  const room = fullness();
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }), log: (event) => {
    storeSeconds(event.queryDurationMillis / 1_000, POSTGRES);
    if (event.level === 'error') room.hear(event.error);
  } });
  return {
    pool,
    jobsPool,
    connections,
    isFull: room.isFull,
    global: db,
    tx: (workspaceId, work) =>
      db.transaction().execute(async (tx) => {
        await sql`select set_config('perennial.workspace', ${workspaceId}, true), set_config('random_page_cost', ${PAGE_COST}, true)`.execute(tx);
        return work(tx);
      }),
    close: async () => {
      await Promise.all([db.destroy(), jobsPool.end()]);
    },
  };
}
