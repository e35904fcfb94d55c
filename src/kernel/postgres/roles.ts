import pg from 'pg';
import { Refusal } from '../errors.ts';
import { superuser } from './embedded.ts';
import type { Connection, Connections } from './pools.ts';

export const ROLES = ['perennial_owner', 'perennial_jobs', 'perennial_app'] as const;
export type Role = (typeof ROLES)[number];

export const quoted = (name: string): string => pg.escapeIdentifier(name);

export async function withClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

type Known = { name: string; strong: boolean };

/** Makes the roles that are missing, each with what `secretOf` says of it. Refuses `start.postgres.role_too_strong` where one could step over row-level security. */
export async function makeRoles(client: pg.Client, secretOf: (role: Role) => string = () => ''): Promise<void> {
  const { rows } = await client.query<Known>('select rolname as name, rolsuper or rolbypassrls as strong from pg_roles where rolname = any ($1)', [[...ROLES]]);
  const strong = rows.find((role) => role.strong);
  if (strong) throw new Refusal('start.postgres.role_too_strong', { role: strong.name });
  for (const role of ROLES) {
    if (!rows.some(({ name }) => name === role)) await client.query(`create role ${quoted(role)} login nosuperuser nobypassrls nocreatedb nocreaterole ${secretOf(role)}`);
  }
  // The owner hands functions of the queue to the jobs role, which needs membership; it gains no rows by that.
  await client.query('grant perennial_jobs to perennial_owner');
}

/** What each role may do in a database; may be said again. */
export async function grantRoles(client: pg.Client, database: string): Promise<void> {
  const name = quoted(database);
  await client.query(`grant connect on database ${name} to perennial_owner, perennial_jobs, perennial_app`);
  await client.query(`grant create on database ${name} to perennial_owner, perennial_jobs`);
  await client.query('grant create, usage on schema public to perennial_owner, perennial_jobs');
  await client.query('grant usage on schema public to perennial_app');
}

async function makeDatabase(client: pg.Client, database: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
  if (!rowCount) await client.query(`create database ${quoted(database)} owner perennial_owner`);
}

/** Makes the three roles and the database on an embedded server (both may exist), and says how each role connects. */
export async function prepareDatabase(socketDir: string, database: string): Promise<Connections> {
  const as = (user: string, name = database): Connection => ({ host: socketDir, user, database: name });
  await withClient(as(superuser, 'postgres'), async (client) => {
    await makeRoles(client);
    await makeDatabase(client, database);
  });
  await withClient(as(superuser), (client) => grantRoles(client, database));
  return { owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') };
}
