import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger as WorkerLogger, run as runWorker, type Runner, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Facts } from './errors.ts';
import type { WorkspaceId } from './ids.ts';
import { patientPool } from './queuePool.ts';
import { run, sql, type Tx } from './sql.ts';
import { isStoreFault } from './storeFault.ts';
import type { Stores } from './stores.ts';

/** Work to be done later, once: idempotent, since a killed worker's job is run again, as is one that gives up when `stopping` is signalled. */
export type JobHandler = (stores: Stores, workspaceId: WorkspaceId, payload: Facts, stopping: AbortSignal) => Promise<void>;
export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** `key`: a job of the same key that has not begun is replaced. `runAt`: not before; at once when absent. */
export type JobOptions = { key?: string; runAt?: Date };

/** Enqueues inside the caller's transaction: rolled back with it, visible with it. */
export async function enqueue(tx: Tx, workspaceId: WorkspaceId, kind: string, payload: Facts, { key, runAt }: JobOptions = {}): Promise<void> {
  const body = JSON.stringify({ ...payload, workspaceId });
  await run(tx, sql`select enqueue_job(${kind}, ${body}::jsonb, ${runAt ?? null}::timestamptz, ${key ?? null})`);
}

/** A job that ended without success after its key was asked for anew: the one that was asked stands for it (`enqueue_job`). */
export const REPLACED = "key is null and locked_at is null and attempts >= max_attempts and coalesce(flags ? 'keyed', false)";

/** What a stopped or killed process left of jobs that others stand for. */
const clearReplaced = (pool: pg.Pool): Promise<unknown> => pool.query(`select 1 from graphile_worker.complete_jobs(array(select id from graphile_worker.jobs where ${REPLACED}))`);

/** How the queue's row of a job that met a store that was away begins to say so: whichever worker reads it, also after a restart, knows that nothing is wrong with the job. */
const AWAY = 'a store is away: ';

/** The same error, and words of it that the queue's row keeps. */
const told = (error: unknown): unknown => (isStoreFault(error) ? Object.create(error as Error, { message: { value: `${AWAY}${(error as Error).message}` } }) : error);

/**
 * Jobs that failed for a store's sake are due again within moments, where the queue would wait e^attempts seconds, and the attempt is not
 * counted: a store away for hours makes none of them give up. One that another job stands for stays as it is. Any number of workers may do this.
 */
const bringForward = (pool: pg.Pool, ms: number): Promise<unknown> => pool.query(`
  with waiting as (
    select id, attempts from graphile_worker.jobs
     where locked_at is null and attempts > 0 and starts_with(last_error, $1) and not (${REPLACED})
       and (attempts >= max_attempts or run_at > now() + $2 * interval '1 ms')
  )
  select 1 from waiting w cross join lateral graphile_worker.reschedule_jobs(array[w.id], run_at => now() + $2 * interval '1 ms', attempts => w.attempts - 1)`, [AWAY, ms]);

/** Brings them forward every so often until it is told to stop. */
async function keepForward(pool: pg.Pool, log: Logger, ms: number, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await bringForward(pool, ms).catch((error: unknown) => { if (!isStoreFault(error)) log.error({ err: error }, 'jobs that a store was away for were not brought forward; it will be tried again'); });
    await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
  }
}

type JobMeta = { error?: unknown; job?: { task_identifier?: string; attempts?: number } };
/** The queue puts the error's own words at the end of its message; they are told apart, without what they quote. */
const wordsOf = (message: string): string => message.replace(/ with error '[\s\S]*$/, '');
const metaOf = ({ error, job }: JobMeta = {}): object => ({ ...(error === undefined ? {} : { err: error }), ...(job ? { job: job.task_identifier, attempt: job.attempts } : {}) });

/** What the queue says of itself goes to our log; its levels below warning are too talkative for people. */
const loggerInto = (log: Logger): WorkerLogger => new WorkerLogger(() => (level, message, meta) => {
  if (level === 'error') log.error(metaOf(meta as JobMeta), wordsOf(message));
  else if (level === 'warning') log.warn(metaOf(meta as JobMeta), wordsOf(message));
  else log.debug(wordsOf(message));
});

/** `named` hears by what name the queue locks our jobs; `againMs`: how soon one is tried again that a store was away for. */
export type WorkerOptions = { concurrency?: number; named?: (pool: string) => Promise<void>; againMs?: number };

/** Starts the queue's worker in this process; stopping it tells the jobs under way, and waits for them. */
export async function startWorker(stores: Stores, handlers: JobHandlers, log: Logger, { concurrency = 2, named = async () => undefined, againMs = 5_000 }: WorkerOptions = {}): Promise<Pick<Runner, 'stop'>> {
  const stopping = new AbortController();
  const taskList = Object.fromEntries(Object.entries(handlers).map(([kind, handle]) => [kind, async (body: unknown) => {
    const { workspaceId, ...payload } = body as Facts & { workspaceId: WorkspaceId };
    await handle(stores, workspaceId, payload, stopping.signal).catch((error: unknown) => { throw told(error); });
  }]));
  const events: WorkerEvents = new EventEmitter();
  const pool = new Promise<string>((made) => events.once('pool:create', ({ workerPool }) => made(workerPool.id)));
  await clearReplaced(stores.pg.jobsPool);
  const runner = await runWorker({ events, pgPool: patientPool(stores.pg.jobsPool), taskList, concurrency, noHandleSignals: true, pollInterval: 1_000, crontab: '', logger: loggerInto(log) });
  await named(await pool);
  const forward = keepForward(stores.pg.jobsPool, log, againMs, stopping.signal);
  return { stop: async () => { stopping.abort(); await Promise.all([forward, runner.stop()]); } };
}
