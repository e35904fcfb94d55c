import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { addSource, flushAll, newWriteKey } from '../../../src/collect/index.ts';
import { appendBody } from '../../../src/collect/door/append.ts';
import { createFirstOwner, localToken } from '../../../src/kernel/access/index.ts';
import { systemCaller } from '../../../src/kernel/access/caller.ts';
import { insertWorkspace } from '../../../src/kernel/access/workspaces.ts';
import { type Api, apiAt } from '../../../src/cli/connect.ts';
import { audit } from '../../../src/kernel/audit.ts';
import { readConfig } from '../../../src/kernel/config.ts';
import { drain } from '../../../src/kernel/facts.ts';
import { openFiles } from '../../../src/kernel/files.ts';
import { type Opened, openStores } from '../../../src/kernel/open.ts';
import { superuser } from '../../../src/kernel/postgres/embedded.ts';
import type { Stores } from '../../../src/kernel/stores.ts';
import { loop } from '../../../src/loop.ts';
import { type Child, ownClickHouse, ownPostgres, product, roomyFolder } from '../servers.ts';
import { strainOn } from '../strain.ts';

const SETTINGS = { name: 'Tea', timezone: 'Asia/Shanghai', currency: 'CNY', language: 'en' } as const;

/** A data folder with two workspaces: one that is sent to and killed under, and a neighbour nobody touches. */
export type Folder = Place & { ours: string; neighbour: string; sourceId: string; writeKey: string; remove(): void };
/** Where an installation's stores are: in its folder, or servers of their own that outlive whoever is killed. */
export type Place = { data: string; servers: Servers | null };
export type Servers = { env: Record<string, string>; admin: pg.ClientConfig; stop(): Promise<void> };

/** A dead process's duties go on elsewhere after so long; the least there is, since the next start waits for it. */
const LEASE_SECONDS = '4';

async function ownServers(dir: string): Promise<Servers> {
  const [postgres, clickhouse] = await Promise.all([ownPostgres(dir), ownClickHouse(join(dir, 'clickhouse'))]);
  const env = { DATABASE_URL: await postgres.make('shop'), CLICKHOUSE_URL: clickhouse.url, PERENNIAL_LEASE_SECONDS: LEASE_SECONDS };
  const { host, port } = postgres.admin;
  // A boundary lies between a commit and its confirmation, which other tests do without.
  await postgres.admin.query('alter database shop set synchronous_commit = on');
  return { env, admin: { host, port, user: superuser, database: 'shop' }, stop: async () => void (await Promise.all([postgres.stop(), clickhouse.stop()])) };
}

const clock = { now: () => new Date() };

/** The stores of an installation that no process holds, in this process. */
export const openFolder = ({ data, servers }: Place): Promise<Opened> => openStores(readConfig(['--data', data], servers?.env ?? {}), openFiles(data), clock);

async function shopOf(stores: Stores, workspace: string): Promise<{ sourceId: string; writeKey: string }> {
  const caller = systemCaller(workspace);
  const { id } = await addSource(stores, caller, { key: 'shop', name: 'shop', kind: 'behaviour', shop: '', channel: '', currency: '' });
  return { sourceId: id, writeKey: (await newWriteKey(stores, caller, id)).key };
}

async function fillNeighbour(stores: Stores, workspace: string): Promise<void> {
  const { sourceId } = await shopOf(stores, workspace);
  const batch = Array.from({ length: 120 }, (_, i) => ({
    type: 'track', messageId: `quiet-${i}`, userId: `u${i % 30}`, timestamp: new Date(Date.now() - i * 3_600_000).toISOString(),
    ...(i % 3 === 0 ? { event: 'Order Completed', properties: { order_id: `Q${i}`, total: 10 + i, products: [{ sku: 'tea', price: 10 + i, quantity: 1 }] } } : { event: 'Product Viewed', properties: { sku: 'tea' } }),
  }));
  await stores.pg.tx(workspace, (tx) => appendBody(tx, stores, workspace, { sourceId, endpoint: 'batch', body: Buffer.from(JSON.stringify({ batch })), receivedAt: clock.now() }));
  await stores.pg.tx(workspace, (tx) => audit(tx, clock, systemCaller(workspace), { action: 'export', target: workspace }));
  await flushAll(stores);
  await drain(stores, loop);
}

/** Follows every job from outside, since the queue forgets those that are done. */
const FOLLOW_JOBS = `
  create schema watch;
  create table watch.job (id bigint not null, op text not null, at timestamptz not null default clock_timestamp());
  create function watch.follow() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
  begin
    insert into watch.job (id, op) values (coalesce(new.id, old.id), tg_op);
    return null;
  end $$;
  create trigger follow after insert or delete on graphile_worker._private_jobs for each row execute function watch.follow()`;

export async function prepare(name: string, { onServers = false } = {}): Promise<Folder> {
  const folder = roomyFolder(name), place: Place = { data: join(folder.dir, 'data'), servers: onServers ? await ownServers(folder.dir) : null };
  const { stores, close } = await openFolder(place);
  const { workspaceId: ours } = await createFirstOwner(stores, { email: 'lin@example.test', workspace: SETTINGS });
  const neighbour = await insertWorkspace(stores, { ...SETTINGS, name: 'Neighbour' });
  localToken(stores.files);
  const shop = await shopOf(stores, ours);
  await fillNeighbour(stores, neighbour);
  const admin = await adminOf(place);
  await admin.query(FOLLOW_JOBS);
  await admin.end();
  await close();
  return { ...place, ours, neighbour, ...shop, remove: folder.remove };
}

/** The same installation once more; it must stand still, and have its stores in its folder. */
export function copyOf(folder: Folder): Folder {
  const { dir, remove } = roomyFolder('kills'), data = join(dir, 'data');
  spawnSync('cp', ['-a', folder.data, dir]);
  return { ...folder, data, remove };
}

/** A connection past every policy, as only this machine's owner has it: what holds the server at a boundary, and counts. */
export async function adminOf({ data, servers }: Place): Promise<pg.Client> {
  const client = new pg.Client(servers?.admin ?? { host: join(data, 'postgres'), user: superuser, database: 'perennial' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export type Server = { child: Child; url: string; api: Api; startedMs: number; /** Of that, how long others had the processors. */ starvedMs: number; /** What it said until it answered, each with when, and what the machine was doing: where a long start spent its time. */ story: string };

export const begin = ({ data, servers }: Folder): Child => product(['--empty', '--data', data, '--port', '0'], servers?.env);

/** Starts the real server on the folder; `startedMs` is how long it took until it answered. */
export async function startServer(folder: Folder): Promise<Server> {
  const begun = performance.now(), strain = strainOn(), said: string[] = [], { data } = folder;
  const child = begin(folder);
  for (const stream of [child.process.stdout, child.process.stderr]) stream?.on('data', (chunk: Buffer) => said.push(`${Math.round(performance.now() - begun)} ms: ${chunk.toString().trim()}`));
  const [, url = ''] = await child.until(/Open (http:\S+)/, 90_000).catch((error: Error) => {
    const { words } = strain(child.process.pid ?? 0);
    child.process.kill('SIGKILL');
    throw new Error(`${error.message}\n${words}`);
  });
  const startedMs = performance.now() - begun, { starvedMs, words } = strain(child.process.pid ?? 0);
  return { child, url, api: apiAt(url, readFileSync(join(data, 'cli.token'), 'utf8').trim(), async () => undefined), startedMs, starvedMs, story: [...said, words].join('\n') };
}

/** What becomes of the embedded Postgres: left running without anybody, killed with all its processes, or that and its number gone to another program. */
export type Way = 'orphaned' | 'killed' | 'replaced';

/** A program that has nothing to do with us. */
export const stranger = (): ChildProcess => spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1_000)'], { stdio: 'ignore' });

export async function kill({ data, servers }: Folder, child: Child, way: Way, other: ChildProcess): Promise<void> {
  child.process.kill('SIGKILL');
  if (servers) {
    // A server goes on: it is told what the next start of an embedded one reads by itself.
    const admin = await adminOf({ data, servers });
    await admin.query('select pg_reload_conf()');
    await admin.end();
  }
  if (way !== 'orphaned' && !servers) {
    const file = join(data, 'postgres/data/postmaster.pid'), text = readFileSync(file, 'utf8'), postmaster = Number(text.split('\n')[0]);
    const parts = (spawnSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' }).stdout ?? '').split('\n').map(Number).filter(Boolean);
    for (const pid of [postmaster, ...parts]) try { process.kill(pid, 'SIGKILL'); } catch { /* gone already */ }
    if (way === 'replaced') writeFileSync(file, text.replace(/^\d+/, String(other.pid)));
  }
  await child.exit;
}

/** A file of orders for the import that runs beside. */
export function orderFile(data: string, prefix: string, orders: number): { path: string; orders: number; minor: number } {
  const path = join(data, `../${prefix}.csv`);
  const amounts = Array.from({ length: orders }, (_, i) => (10 + (i % 90)) * 100 + 50);
  writeFileSync(path, ['order number,customer id,paid at,amount,status', ...amounts.map((minor, i) => `F${prefix}-${i},f${i % 40},2026-0${1 + (i % 6)}-1${i % 9} 10:00:00,${(minor / 100).toFixed(2)},paid`)].join('\n'));
  return { path, orders, minor: amounts.reduce((sum, one) => sum + one, 0) };
}

export async function until<T>(what: string, found: () => Promise<T | undefined | false>, ms = 60_000, more: () => string = () => ''): Promise<T> {
  for (const begun = performance.now(); ; await sleep(15)) {
    const value = await found();
    if (value !== undefined && value !== false) return value;
    if (performance.now() - begun > ms) throw new Error(`not in ${ms} ms: ${what}\n${more()}`);
  }
}
