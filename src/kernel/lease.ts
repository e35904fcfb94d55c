import type { Logger } from 'pino';
import type { ClickHouse } from './clickhouse/index.ts';
import { newId } from './ids.ts';
import type { Postgres } from './postgres/pools.ts';
import { maybe, run, sql } from './sql.ts';
import type { Stores } from './stores.ts';

/** Whether a duty of this name is ours now. */
export type Holds = (duty: string) => Promise<boolean>;
/** Of a process that is alone. */
export const ours: Holds = async () => true;

/** What this process may do while others work on the same stores. */
export type Standing = {
  /** A duty is taken where nobody living has it, and nobody idler wants it. */
  holds: Holds;
  /** Says by what name the queue knows our workers, so that their jobs go on elsewhere should we die. */
  named(pool: string): Promise<void>;
  /** Ends once we have been taken off by others; what we began must stop, and may begin anew. */
  lost: Promise<void>;
  /** The same stores, which refuse our late writes once we were taken off. */
  stores: Stores;
  leave(): Promise<void>;
};

/** How long a process may be quiet before others take over, in seconds. A beat is said six times in that. */
export const LEASE_SECONDS = 30;
const BEATS = 6;
/** Of an open transaction that does nothing, since it would hold back whoever takes over. */
const IDLE_SHARE = 0.6;

/** Under this number transactions of working processes stand among the locks, each under its process's. */
export const FENCES = 4_600_004;

/** Thrown at work that goes on after others have taken over; the work is done again elsewhere, or has been. */
const takenOff = (): Error => new Error('this process was taken off; its late write is refused');

/** The one process of an installation whose stores nobody else can open: everything is its own. What a killed one left is given back at once. */
export async function standAlone(stores: Stores): Promise<Standing> {
  await run(stores.pg.global, sql`select take_over(0, null)`);
  return { holds: ours, named: async () => undefined, lost: new Promise(() => undefined), stores, leave: async () => undefined };
}

function fencedPostgres(pg: Postgres, id: string, idleMs: number): Postgres {
  return {
    ...pg,
    tx: (workspaceId, work) => pg.tx(workspaceId, async (tx) => {
      await run(tx, sql`select fence(${id}), pg_advisory_xact_lock_shared(${FENCES}, hashtext(${id})), set_config('idle_in_transaction_session_timeout', ${String(idleMs)}, true)`);
      return work(tx);
    }),
  };
}

/** ClickHouse knows no transactions: each write asks first whether we are still there, unless we heard it a moment ago. Repeats are dropped by their tokens and versions. */
function fencedClickHouse(ch: ClickHouse, isLiving: () => Promise<boolean>): ClickHouse {
  const living = async <T>(write: () => Promise<T>): Promise<T> => {
    if (!(await isLiving())) throw takenOff();
    return write();
  };
  return {
    ...ch,
    insert: (...given) => living(() => ch.insert(...given)),
    insertRows: (...given) => living(() => ch.insertRows(...given)),
    command: (...given) => living(() => ch.command(...given)),
  };
}

const beat = async (pg: Postgres, id: string): Promise<boolean> => (await run(pg.global, sql`update process set beat_at = clock_timestamp() where id = ${id}`)) > 0;

/**
 * A transaction whose answer its silent process does not take away, or whose statement it has not sent to the end, neither works nor idles, and would hold
 * back whoever takes over for as long as that process is paused: it is cut off. One that works is left to its end.
 */
const cutOff = (pg: Postgres, id: string, quietMs: number): Promise<number> => run(pg.global, sql`
  select pg_terminate_backend(a.pid)
    from process p
    join pg_locks l on l.locktype = 'advisory' and l.classid = ${FENCES}::bigint::oid and l.objid = (hashtext(p.id::text)::bigint & 4294967295)::oid and l.objsubid = 2
     and l.database = (select oid from pg_database where datname = current_database())
    join pg_stat_activity a on a.pid = l.pid and (a.wait_event = 'ClientWrite' or (a.wait_event = 'ClientRead' and a.state = 'active')) and pg_has_role(a.usesysid, 'usage')
   where p.id <> ${id} and p.beat_at < clock_timestamp() - make_interval(secs => ${quietMs / 1_000})`);

/** One that holds fewer duties goes first, so that several processes share them. */
const claim = (pg: Postgres, id: string, duty: string): Promise<number> => run(pg.global, sql`
  with held as (select p.id, count(d.name) as duties from process p left join duty d on d.process_id = p.id group by p.id)
  insert into duty (name, process_id)
  select ${duty}, h.id
    from held h
   where h.id = ${id} and not exists (select 1 from held o where o.duties < h.duties)
  on conflict do nothing`);

/** A duty goes on to a process that holds two fewer. Asked between two turns of the duty alone, so that nobody else does it meanwhile. */
const handOn = (pg: Postgres, id: string, duty: string): Promise<number> => run(pg.global, sql`
  with held as (select p.id, count(d.name) as duties from process p left join duty d on d.process_id = p.id group by p.id)
  delete from duty
   where name = ${duty} and process_id = ${id}
     and exists (select 1 from held h, held o where h.id = ${id} and o.duties <= h.duties - 2)`);

async function holds(pg: Postgres, id: string, duty: string): Promise<boolean> {
  const holder = await maybe(pg.global, sql<{ id: string }>`select process_id as id from duty where name = ${duty}`);
  if (!holder) return (await claim(pg, id, duty)) > 0;
  return holder.id === id && (await handOn(pg, id, duty)) === 0;
}

/**
 * Enlists a working process beside others: it beats, takes over from those that fell silent, and learns when it was itself taken off.
 * Its database's clock counts, never its own.
 */
export async function enlist(stores: Stores, log: Logger, { name, leaseSeconds = LEASE_SECONDS }: { name: string; leaseSeconds?: number }): Promise<Standing> {
  const { pg } = stores;
  const id = newId(), leaseMs = leaseSeconds * 1_000;
  let heardMs = performance.now(), leaving = false, wake: () => void = () => undefined, declare: () => void = () => undefined;
  const lost = new Promise<void>((gone) => { declare = gone; });
  await run(pg.global, sql`insert into process (id, name) values (${id}, ${name})`);
  const isLiving = async (): Promise<boolean> => {
    if (performance.now() - heardMs < leaseMs / 2) return true;
    const askedMs = performance.now();
    const there = await beat(pg, id);
    if (there) heardMs = askedMs;
    else declare();
    return there;
  };
  const watch = async (): Promise<void> => {
    while (!leaving) {
      heardMs = Math.min(heardMs, performance.now() - leaseMs);
      if (!(await isLiving())) return;
      await cutOff(pg, id, leaseMs);
      await run(pg.global, sql`select take_over(${leaseMs}, ${id})`);
      if (!leaving) await new Promise<void>((next) => {
        const timer = setTimeout(next, leaseMs / BEATS);
        wake = () => { clearTimeout(timer); next(); };
      });
    }
  };
  const supervise = async (): Promise<void> => {
    while (!leaving) {
      const ended = await watch().then(() => true, (error: unknown) => { log.error({ err: error }, 'the heartbeat could not be told'); return false; });
      if (ended) return;
      await new Promise((again) => setTimeout(again, leaseMs / BEATS));
    }
  };
  const watching = supervise();
  return {
    lost,
    stores: { ...stores, pg: fencedPostgres(pg, id, leaseMs * IDLE_SHARE), ch: fencedClickHouse(stores.ch, isLiving) },
    holds: (duty) => holds(pg, id, duty),
    named: async (pool) => void (await run(pg.global, sql`update process set pool = ${pool} where id = ${id}`)),
    leave: async () => {
      leaving = true;
      wake();
      await watching;
      await run(pg.global, sql`delete from process where id = ${id}`);
    },
  };
}
