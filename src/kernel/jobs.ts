import { EventEmitter } from 'node:events';
import { Logger as WorkerLogger, run as runWorker, type Runner, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Facts } from './errors.ts';
import type { WorkspaceId } from './ids.ts';
import { patientPool } from './queuePool.ts';
import { run, sql, type Tx } from './sql.ts';
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

export type WorkerOptions = { concurrency?: number; named?: (pool: string) => Promise<void> };

/** Starts the queue's worker in this process; stopping it tells the jobs under way, and waits for them. `named` hears by what name the queue locks our jobs. */
export async function startWorker(stores: Stores, handlers: JobHandlers, log: Logger, { concurrency = 2, named = async () => undefined }: WorkerOptions = {}): Promise<Pick<Runner, 'stop'>> {
  const stopping = new AbortController();
  const taskList = Object.fromEntries(Object.entries(handlers).map(([kind, handle]) => [kind, async (body: unknown) => {
    const { workspaceId, ...payload } = body as Facts & { workspaceId: WorkspaceId };
    await handle(stores, workspaceId, payload, stopping.signal);
  }]));
  const events: WorkerEvents = new EventEmitter();
  const pool = new Promise<string>((made) => events.once('pool:create', ({ workerPool }) => made(workerPool.id)));
  await clearReplaced(stores.pg.jobsPool);
  const runner = await runWorker({ events, pgPool: patientPool(stores.pg.jobsPool), taskList, concurrency, noHandleSignals: true, pollInterval: 1_000, crontab: '', logger: loggerInto(log) });
  await named(await pool);
  return { stop: async () => { stopping.abort(); await runner.stop(); } };
}
