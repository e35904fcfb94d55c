import { Logger as WorkerLogger, run as runWorker, type Runner } from 'graphile-worker';
import type { Logger } from 'pino';
import type { Facts } from './errors.ts';
import type { WorkspaceId } from './ids.ts';
import { run, sql, type Tx } from './sql.ts';
import type { Stores } from './stores.ts';

/** Work to be done later, once: idempotent, since a killed worker's job is run again. */
export type JobHandler = (stores: Stores, workspaceId: WorkspaceId, payload: Facts) => Promise<void>;
export type JobHandlers = Readonly<Record<string, JobHandler>>;

/** `key`: a job of the same key that has not begun is replaced. `runAt`: not before; at once when absent. */
export type JobOptions = { key?: string; runAt?: Date };

/** Enqueues inside the caller's transaction: rolled back with it, visible with it. */
export async function enqueue(tx: Tx, workspaceId: WorkspaceId, kind: string, payload: Facts, { key, runAt }: JobOptions = {}): Promise<void> {
  const body = JSON.stringify({ ...payload, workspaceId });
  await run(tx, sql`select enqueue_job(${kind}, ${body}::jsonb, ${runAt ?? null}::timestamptz, ${key ?? null})`);
}

/** What the queue says of itself goes to our log; its levels below warning are too talkative for people. */
const loggerInto = (log: Logger): WorkerLogger => new WorkerLogger(() => (level, message, meta) => {
  if (level === 'error') log.error({ meta }, message);
  else if (level === 'warning') log.warn({ meta }, message);
  else log.debug(message);
});

/** Starts the queue's worker in this process. */
export async function startWorker(stores: Stores, handlers: JobHandlers, log: Logger, concurrency = 2): Promise<Runner> {
  const taskList = Object.fromEntries(Object.entries(handlers).map(([kind, handle]) => [kind, async (body: unknown) => {
    const { workspaceId, ...payload } = body as Facts & { workspaceId: WorkspaceId };
    await handle(stores, workspaceId, payload);
  }]));
  return runWorker({ pgPool: stores.pg.jobsPool, taskList, concurrency, noHandleSignals: true, pollInterval: 1_000, crontab: '', logger: loggerInto(log) });
}
