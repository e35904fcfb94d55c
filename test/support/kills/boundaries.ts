import { mkdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { importPaths } from '../../../src/cli/importing.ts';
import type { Dice } from '../seed.ts';
import { adminOf, type Folder, orderFile, type Server, until } from './installation.ts';
import { drained } from './invariants.ts';
import type { Ledger, Load } from './load.ts';

/** Where a kill is prepared: the server under load, and connections that hold it and look at it from outside. */
export type Site = { folder: Folder; server: Server; ledger: Ledger; load: Load; die: Dice; look: pg.Client; held: Hold[]; prefix: string };
/** Something that keeps the server where it is until it is let go. */
export type Hold = { pid: number; letGo(): Promise<void> };
/** A boundary of an event's way. `reach` returns once the server stands there and cannot go on. */
export type Boundary = { name: string; reach(site: Site): Promise<void>; /** Asked after the restart, before anything is sent again. */ proven?(site: Site): Promise<boolean> };

type Mode = 'exclusive' | 'access exclusive';

/** Locks a table against writers (`exclusive`) or everybody. The latter takes a transaction number, which holds back bodies and facts that come later. */
async function holdTable({ folder, held }: Site, table: string, mode: Mode = 'exclusive'): Promise<Hold> {
  const client = await adminOf(folder);
  const { rows: [row] } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  await client.query('begin');
  await client.query(`lock table ${table} in ${mode} mode`);
  let open = true;
  const hold: Hold = { pid: row?.pid ?? 0, letGo: async () => { if (open) { open = false; await client.end().catch(() => undefined); } } };
  held.push(hold);
  return hold;
}

/** Until a connection of the server waits for what is held, with a statement of this kind. */
const stuck = ({ look, server }: Site, { pid }: Hold, statement: string): Promise<unknown> =>
  until(`a server that waits with "${statement}"`, async () => (await look.query('select 1 from pg_stat_activity where $1::int = any (pg_blocking_pids(pid)) and query ilike $2', [pid, `%${statement}%`])).rowCount !== 0, 60_000, () => server.child.output().slice(-3_000));

const count = async ({ look }: Pick<Site, 'look'>, statement: string): Promise<number> => Number((await look.query<{ n: string }>(`select (${statement}) as n`)).rows[0]?.n);

const bodies = (site: Site, where = 'true'): Promise<number> => count(site, `select count(*) from ingest_body where ${where}`);
const counted = new WeakMap<Site, number>();

async function takenAndRead(site: Site): Promise<Hold> {
  const hold = await holdTable(site, 'subject');
  await stuck(site, hold, 'insert into subject');
  return hold;
}

/** People of the batch are stored, and the next one begins to be read. The lock holds back bodies that come after it: that one is made of bodies from before. */
async function resolved(site: Site): Promise<Hold> {
  const before = await takenAndRead(site);
  await until('a body for the next batch', async () => (await bodies(site, 'batch is null')) > 0);
  const hold = await holdTable(site, 'fx_rate', 'access exclusive');
  await before.letGo();
  await stuck(site, hold, 'fx_rate');
  return hold;
}

/** Both stores have the batch, and the transaction that says so is open. */
async function storedUnsaid(site: Site): Promise<Hold> {
  const hold = await holdTable(site, 'ingest_minute');
  await stuck(site, hold, 'insert into ingest_minute');
  return hold;
}

const newestFact = (site: Site): Promise<number> => count(site, "select coalesce(max(id), 0) from fact where kind = 'events.recorded'");

/** Facts are written, and whoever would answer them cannot read how far it is. */
async function announcedUnheard(site: Site): Promise<Hold> {
  const before = await storedUnsaid(site), known = await newestFact(site);
  const hold = await holdTable(site, 'reaction_cursor', 'access exclusive');
  await before.letGo();
  await until('facts', async () => (await newestFact(site)) > known);
  await stuck(site, hold, 'reaction');
  return hold;
}

const incoming = ({ folder }: Site): string => join(folder.data, 'clickhouse/incoming');

/** Stops at the n-th sign of life of the event store's intake: blocks come there as files, and each goes once it is stored. */
async function midStore(site: Site): Promise<void> {
  const hold = await resolved(site), wanted = site.die.between(1, 6);
  // A server takes blocks over the network: it is somewhere among them after some moments.
  if (site.folder.servers) {
    await hold.letGo();
    return void (await sleep(site.die.between(0, 120)));
  }
  mkdirSync(incoming(site), { recursive: true });
  await new Promise<void>((reached) => {
    let seen = 0;
    const watcher = watch(incoming(site), () => { if (++seen === wanted) done(); });
    // A batch of few tables gives fewer signs: then all of it is in.
    const late = setTimeout(() => done(), 1_500);
    const done = (): void => { clearTimeout(late); watcher.close(); reached(); };
    void hold.letGo();
  });
  await sleep(site.die.pick([0, 0, 1, 3, 10]));
}

/** Commits are on the disk and never answered, as if another machine had to confirm them. */
async function writtenUnanswered(site: Site): Promise<void> {
  const { look } = site;
  await look.query("alter system set synchronous_standby_names = 'nobody'");
  await look.query('select pg_reload_conf()');
  await until('a body on the disk without an answer', async () => (await look.query(`
    select 1 from pg_stat_activity a join pg_locks l on l.pid = a.pid and l.relation = 'ingest_body'::regclass and l.mode = 'RowExclusiveLock'
     where a.wait_event = 'SyncRep' and not exists (select 1 from pg_locks b where b.pid = a.pid and b.relation = 'ingest_batch'::regclass and b.mode = 'RowExclusiveLock')`)).rowCount !== 0);
  counted.set(site, await bodies(site));
  // For the next start; the Postgres that runs is not told.
  await look.query('alter system reset synchronous_standby_names');
}

/** An import whose job has begun, in the middle of which everything ends. */
async function jobUnderWay(site: Site): Promise<void> {
  const hold = await holdTable(site, 'quarantine');
  void startImport(site);
  await stuck(site, hold, 'delete from quarantine');
}

/** Asks for an import and forgets about it: whether it ends is counted later. */
export async function startImport({ folder, server, ledger, prefix, die }: Pick<Site, 'folder' | 'server' | 'ledger' | 'prefix' | 'die'>): Promise<void> {
  const file = { ...orderFile(folder.data, prefix, die.between(50, 400)), state: 'asked' as 'asked' | 'accepted' };
  ledger.imports.push(file);
  const watching = { ...server.api, post: async <T>(path: string, body: unknown): Promise<T> => {
    const reply = await server.api.post<T>(path, body);
    if (path === '/api/v1/imports') file.state = 'accepted';
    return reply;
  } };
  await importPaths(watching, [file.path], { source: 'files' }).catch(() => undefined);
}

/** The reactions to a batch, with the load gone quiet, held in the transaction of the first: analytics has heard, Postgres has not. */
async function halfReacted(site: Site): Promise<void> {
  const before = await storedUnsaid(site);
  await site.load.stop();
  const reading = await holdTable(site, 'reaction_cursor', 'access exclusive');
  await before.letGo();
  await until('everything projected', async () => (await bodies(site, 'projected_at is null')) === 0);
  const hold = await holdTable(site, 'mirror_batch');
  await reading.letGo();
  await stuck(site, hold, 'insert into mirror_batch');
  await sleep(site.die.pick([0, 50, 150]));
}

/** Everything that was sent is answered for, to the last reaction. */
async function settled(site: Site): Promise<void> {
  await site.load.stop();
  await drained(site.server, site.look);
}

/** One batch is under way, and another where one was read while the last was stored. */
const isOpen = (batches = 0): boolean => batches === 1 || batches === 2;

/** The way of an event through the door, boundary by boundary. */
export const BOUNDARIES: readonly Boundary[] = [
  { name: 'accepted, not answered', reach: writtenUnanswered, proven: async (site) => (await bodies(site)) > (counted.get(site) ?? Infinity) },
  { name: 'accepted, just answered', reach: async (site) => {
    await holdTable(site, 'ingest_batch');
    const before = site.load.acknowledged();
    await until('an answer', async () => site.load.acknowledged() > before);
    counted.set(site, await bodies(site, 'batch is null'));
  }, proven: async (site) => (counted.get(site) ?? 0) > 0 },
  { name: 'normalised', reach: async (site) => { await takenAndRead(site); counted.set(site, await count(site, 'select count(*) from ingest_batch where done_at is null')); }, proven: async (site) => isOpen(counted.get(site)) },
  { name: 'stored in Postgres', reach: async (site) => { await resolved(site); counted.set(site, await count(site, 'select count(*) from ingest_batch where done_at is null')); }, proven: async (site) => isOpen(counted.get(site)) },
  { name: 'on the way into ClickHouse', reach: midStore },
  { name: 'stored in ClickHouse', reach: async (site) => void (await storedUnsaid(site)) },
  { name: 'announced', reach: async (site) => void (await announcedUnheard(site)) },
  { name: 'reaction half done', reach: halfReacted },
  { name: 'reaction done', reach: async (site) => { const hold = await holdTable(site, 'reaction_cursor'); await stuck(site, hold, 'insert into reaction_cursor'); } },
  { name: 'settled', reach: settled },
  { name: 'job under way', reach: jobUnderWay },
];
