import pg from 'pg';
import { superuser } from './embedded.ts';
import type { Connections } from './pools.ts';

const ROLES = ['perennial_owner', 'perennial_jobs', 'perennial_app'] as const;

const quoted = (name: string): string => pg.escapeIdentifier(name);

async function asSuperuser<T>(host: string, database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host, user: superuser, database });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function makeRoles(client: pg.Client): Promise<void> {
  for (const role of ROLES) {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
    if (!rowCount) await client.query(`create role ${quoted(role)} login nosuperuser nobypassrls nocreatedb nocreaterole`);
  }
  // The owner hands functions of the queue to the jobs role, which needs membership; it gains no rows by that.
  await client.query('grant perennial_jobs to perennial_owner');
}

async function makeDatabase(client: pg.Client, database: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (!rowCount) await client.query(`create database ${quoted(database)} owner perennial_owner`);
}

/** Makes the three roles and the database on an embedded server (both may exist), and says how each role connects. */
export async function prepareDatabase(socketDir: string, database: string): Promise<Connections> {
  await asSuperuser(socketDir, 'postgres', async (client) => {
    await makeRoles(client);
    await makeDatabase(client, database);
  });
  await asSuperuser(socketDir, database, async (client) => {
    await client.query(`grant create on database ${quoted(database)} to perennial_jobs`);
    await client.query('alter schema public owner to perennial_owner');
    await client.query('grant create, usage on schema public to perennial_jobs');
    await client.query('grant usage on schema public to perennial_app');
  });
  const as = (user: string) => ({ host: socketDir, user, database });
  return { owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') };
}
