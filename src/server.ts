import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildApp, buildWatch } from './app.ts';
import { eraseAgain } from './customers/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Config } from './kernel/config.ts';
import { Refusal } from './kernel/errors.ts';
import { openFiles } from './kernel/files.ts';
import { areShared, type Step, openStores, unwatched } from './kernel/open.ts';
import { oneAtATime } from './kernel/postgres/oneAtATime.ts';
import { holdFolder } from './kernel/start/folderLock.ts';
import type { Stores } from './kernel/stores.ts';
import { within } from './kernel/start/within.ts';
import { startWorks } from './works.ts';

/** A server that runs: where it answers, and how to end it with nothing left behind. */
export type Running = { stores: Stores; app: FastifyInstance; url: string; setReady(): void; stop(): Promise<void> };

export type ServerOptions = { clock: Clock; log: Logger; pid: number; step?: Step };

/** Requests under way are answered, jobs under way end or give up: so long, and a stop takes less than ten seconds. What is cut off is done again, as after a kill. */
const ANSWER_MS = 4_000;
const WORK_MS = 4_000;

async function stopServing(app: FastifyInstance): Promise<void> {
  const closed = app.close();
  if (await within(ANSWER_MS, closed)) return;
  app.server.closeAllConnections();
  await within(ANSWER_MS, closed);
}

/** What was begun, ended in reverse; each end is given its chance even when another fails. */
function undoList(): { add(undo: () => Promise<unknown> | unknown): void; run(): Promise<void> } {
  const undos: (() => Promise<unknown> | unknown)[] = [];
  return {
    add: (undo) => void undos.push(undo),
    run: async () => {
      const faults: unknown[] = [];
      for (const undo of undos.splice(0).reverse()) {
        try {
          await undo();
        } catch (error) {
          faults.push(error);
        }
      }
      if (faults.length > 0) throw faults[0];
    },
  };
}

/** Whether several processes may work here; the one that embeds a store takes the folder for itself. Refuses `start.role.needs_servers`, `start.data.held`, `start.data.held_alone`. */
function placeOf(config: Config, pid: number): { shared: boolean; tell(url: string): void; release(): void } {
  const shared = areShared(config);
  if (shared) return { shared, tell: () => undefined, release: () => undefined };
  if (config.role !== 'all') throw new Refusal('start.role.needs_servers', { role: config.role, missing: config.databaseUrl ? 'CLICKHOUSE_URL' : 'DATABASE_URL' });
  const missing = config.databaseUrl ? 'CLICKHOUSE_URL' : config.clickhouseUrl ? 'DATABASE_URL' : '';
  return { shared, ...holdFolder(config.dataDir, pid, { missing }) };
}

/**
 * Starts everything on one data folder: stores, migrations, routes, reactions, jobs. `main.ts` and, when no server runs,
 * the CLI start the product through this one function. Refuses `start.*` and leaves nothing running then.
 */
export async function startServer(config: Config, { clock, log, pid, step = unwatched }: ServerOptions): Promise<Running> {
  const undo = undoList();
  try {
    const files = openFiles(config.dataDir, config.watch);
    const held = placeOf(config, pid);
    undo.add(held.release);
    const { stores, close } = await openStores(config, files, clock, step);
    undo.add(close);
    // A backup may have brought people back who were erased since.
    await oneAtATime(stores.pg.pool, 'eraseAgain', () => eraseAgain(stores));
    const readiness = { ready: false, stopping: false };
    const works = config.role === 'api' ? undefined : await startWorks(stores, { shared: held.shared, leaseSeconds: config.leaseSeconds, name: `${hostname()}:${pid}` }, log);
    undo.add(() => works && within(WORK_MS, works.stop()));
    const options = { log, readiness, front: { publicUrl: config.publicUrl, metricsToken: config.metricsToken, proxies: config.proxies }, onAppend: () => works?.wake() };
    const app = await (config.role === 'worker' ? buildWatch : buildApp)(stores, options);
    undo.add(() => stopServing(app));
    undo.add(() => { readiness.stopping = true; });
    const url = await step('serve', () => app.listen({ host: config.host, port: config.port }));
    held.tell(url);
    return { stores, app, url, setReady: () => { readiness.ready = true; }, stop: undo.run };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
