import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { runMigrations } from 'graphile-worker';
import { clusterStatements } from './clickhouse/cluster.ts';
import type { ClickHouse } from './clickhouse/index.ts';
import type { Connection } from './postgres/pools.ts';
import { openPool } from './postgres/pools.ts';

const SCHEMA = resolve(import.meta.dirname, '../../schema');

export type Step = { name: string; text: string };

/** The files of schema/<store>, in the order of their numbers. */
export function steps(store: 'postgres' | 'clickhouse'): Step[] {
  const dir = join(SCHEMA, store);
  return readdirSync(dir).filter((file) => file.endsWith('.sql')).sort()
    .map((file) => ({ name: file.slice(0, -4), text: readFileSync(join(dir, file), 'utf8') }));
}

/** A file's statements: they end with a semicolon at the end of a line. ClickHouse takes one at a time. */
export const statementsOf = (text: string): string[] =>
  text.replace(/^\s*--.*$/gm, '').split(/;\s*$/m).map((one) => one.trim()).filter(Boolean);

async function migrateQueue(jobs: Connection): Promise<void> {
  const pool = openPool(jobs, 2);
  try {
    await runMigrations({ pgPool: pool });
  } finally {
    await pool.end();
  }
}

/** Brings Postgres to the newest schema (or to that of the `files` given) as the owner role; each file runs once, in its own journalled transaction. */
export async function migratePostgres(connections: { owner: Connection; jobs: Connection }, files: readonly Step[] = steps('postgres')): Promise<void> {
  await migrateQueue(connections.jobs);
  const pool = openPool(connections.owner, 1);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const migrations = Object.fromEntries(files.map(({ name, text }) => [name, { up: async (tx: Kysely<unknown>) => void (await sql.raw(text).execute(tx)) }]));
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations }, allowUnorderedMigrations: true });
  const { error } = await migrator.migrateToLatest();
  await db.destroy();
  if (error) throw error;
}

/** Brings ClickHouse to the newest schema, on every shard where a cluster is named; every statement may run again. */
export async function migrateClickHouse(ch: ClickHouse, cluster?: string): Promise<void> {
  for (const { text } of steps('clickhouse')) {
    const statements = statementsOf(text).flatMap((one) => (cluster ? clusterStatements(one, cluster) : [one]));
    for (const statement of statements) await ch.command(statement);
  }
}
