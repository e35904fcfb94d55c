import type pg from 'pg';
import { Refusal } from '../errors.ts';
import { deriveKey } from '../seal.ts';
import type { Connection, Connections } from './pools.ts';
import { grantRoles, makeRoles, type Role, ROLES, withClient } from './roles.ts';
import { scramVerifier } from './scram.ts';

/** A Postgres of one's own: `url` names a login that may make roles, or, where `appUrl` and `jobsUrl` name the other two, the owner's. */
export type ServerAddress = { url: string; appUrl?: string | undefined; jobsUrl?: string | undefined };

const VERSION_MIN = 15;
const CONNECT_MS = 10_000;
/** Held while roles are made, so that processes that start together do not trip over each other. */
const PREPARE_LOCK = 4_600_003;

function addressOf(url: string): URL {
  if (!URL.canParse(url) || !/^postgres(?:ql)?:$/.test(new URL(url).protocol) || new URL(url).hostname === '') throw new Refusal('start.postgres.url_invalid');
  return new URL(url);
}

const databaseOf = (address: URL): string => decodeURIComponent(address.pathname.slice(1)) || 'postgres';

/** The roles' passwords come from the master key: every process that has it can connect, and nobody has to keep more secrets. */
const passwordOf = (master: Buffer, role: Role): string => deriveKey(master, `postgres:${role}`).toString('base64url');

function as(address: URL, role: Role, password: string): Connection {
  const own = new URL(address);
  own.username = role;
  own.password = password;
  return { connectionString: own.toString() };
}

/** What a connection failed of, without repeating anything secret. */
function faultOf(error: unknown, address: URL): Refusal | undefined {
  const { code = '' } = error as { code?: string };
  const facts = { host: address.hostname, port: address.port || '5432', database: databaseOf(address), user: decodeURIComponent(address.username), code };
  if (code.startsWith('28')) return new Refusal('start.postgres.login_refused', facts);
  if (code === '3D000') return new Refusal('start.postgres.database_missing', facts);
  if (code.startsWith('E') || code === '' || code.startsWith('08') || code === '57P03') return new Refusal('start.postgres.unreachable', facts);
  return undefined;
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const address = addressOf(url);
  let through = false;
  return withClient({ connectionString: url, connectionTimeoutMillis: CONNECT_MS }, (client) => {
    through = true;
    return work(client);
  }).catch((error: unknown) => {
    throw (through ? undefined : faultOf(error, address)) ?? error;
  });
}

type Server = { version: number; encoding: string; mayMake: boolean; isSuper: boolean; have: number };

async function look(client: pg.Client): Promise<Server> {
  const { rows } = await client.query<Server>(`
    select current_setting('server_version_num')::int / 10000 as version, current_setting('server_encoding') as encoding, rolcreaterole or rolsuper as "mayMake", rolsuper as "isSuper",
           (select count(*)::int from pg_roles where rolname = any ($1)) as have
      from pg_roles where rolname = current_user`, [[...ROLES]]);
  const server = rows[0] as Server;
  if (server.version < VERSION_MIN) throw new Refusal('start.postgres.too_old', { version: server.version, least: VERSION_MIN });
  if (server.encoding !== 'UTF8') throw new Refusal('start.postgres.encoding', { encoding: server.encoding });
  return server;
}

async function prepare(client: pg.Client, database: string, master: Buffer): Promise<void> {
  const { mayMake, isSuper, have } = await look(client);
  if (have < ROLES.length && !mayMake) throw new Refusal('start.postgres.roles_missing', { roles: ROLES.join(', ') });
  await client.query('select pg_advisory_lock($1)', [PREPARE_LOCK]);
  await makeRoles(client, (role) => `password '${scramVerifier(passwordOf(master, role))}'`).catch((error: { code?: string }) => {
    // A login that made the roles once may have lost the right since: what is there is there.
    if (error.code !== '42501' || isSuper) throw error;
  });
  const { rows } = await client.query<{ granted: boolean }>(`
    select bool_and(has_database_privilege(r, current_database(), 'CREATE') and has_schema_privilege(r, 'public', 'CREATE')) and has_schema_privilege('perennial_app', 'public', 'USAGE') as granted
      from unnest(array['perennial_owner', 'perennial_jobs']) as r`);
  if (!rows[0]?.granted) await grantRoles(client, database);
}

/** The role's password is derived from our master key; a server that refuses it has roles of another installation. */
async function tryRole(address: URL, role: Role, connection: Connection): Promise<Connection> {
  await withClient({ ...connection, connectionTimeoutMillis: CONNECT_MS }, () => Promise.resolve()).catch((error: { code?: string }) => {
    if (error.code?.startsWith('28')) throw new Refusal('start.postgres.role_of_another', { role, host: address.hostname });
    throw faultOf(error, address) ?? error;
  });
  return connection;
}

/**
 * Makes ready a server for us, and says how each role connects: the three roles are made with passwords derived from the master key,
 * unless their addresses are given. Refuses `start.postgres.*`; logins of more power than needed are refused where pools open.
 */
export async function prepareServer({ url, appUrl, jobsUrl }: ServerAddress, master: Buffer): Promise<Connections> {
  if ((appUrl === undefined) !== (jobsUrl === undefined)) throw new Refusal('start.postgres.urls_incomplete');
  if (appUrl !== undefined && jobsUrl !== undefined) {
    for (const one of [url, appUrl, jobsUrl]) await connected(one, look);
    return { owner: { connectionString: url }, jobs: { connectionString: jobsUrl }, app: { connectionString: appUrl } };
  }
  const address = addressOf(url);
  await connected(url, (client) => prepare(client, databaseOf(address), master));
  const [owner, jobs, app] = await Promise.all(ROLES.map((role) => tryRole(address, role, as(address, role, passwordOf(master, role))))) as [Connection, Connection, Connection];
  return { owner, jobs, app };
}
