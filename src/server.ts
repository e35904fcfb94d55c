import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { buildApp, jobHandlers, ticks } from './app.ts';
import { resumeImports, startFlusher } from './collect/index.ts';
import { eraseAgain } from './customers/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { Config } from './kernel/config.ts';
import { openFiles } from './kernel/files.ts';
import { startWorker } from './kernel/jobs.ts';
import { type Step, openStores, unwatched } from './kernel/open.ts';
import { startRunner } from './kernel/runner.ts';
import { startTicks } from './kernel/tick.ts';
import { holdFolder } from './kernel/start/folderLock.ts';
import type { Stores } from './kernel/stores.ts';
import { loop } from './loop.ts';

/** A server that runs: where it answers, and how to end it with nothing left behind. */
export type Running = { stores: Stores; app: FastifyInstance; url: string; setReady(): void; stop(): Promise<void> };

export type ServerOptions = { clock: Clock; log: Logger; pid: number; step?: Step };

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

/** Everything a working process does by itself: events projected, facts answered, jobs done, the clock heeded. */
async function startWorks(stores: Stores, log: Logger, add: (undo: () => Promise<unknown> | unknown) => void): Promise<{ wake(): void }> {
  const flusher = startFlusher(stores, log);
  add(flusher.stop);
  const runner = startRunner(stores, loop, log);
  add(runner.stop);
  const worker = await startWorker(stores, jobHandlers, log);
  add(() => worker.stop());
  const clockwork = startTicks(stores, ticks, log);
  add(clockwork.stop);
  void resumeImports(stores).catch((error: unknown) => log.error({ err: error }, 'an interrupted import could not go on'));
  return { wake: flusher.wake };
}

/**
 * Starts everything on one data folder: stores, migrations, routes, reactions, jobs. `main.ts` and, when no server runs,
 * the CLI start the product through this one function. Refuses `start.*` and leaves nothing running then.
 */
export async function startServer(config: Config, { clock, log, pid, step = unwatched }: ServerOptions): Promise<Running> {
  const undo = undoList();
  try {
    const files = openFiles(config.dataDir);
    const held = holdFolder(config.dataDir, pid);
    undo.add(held.release);
    const { stores, close } = await openStores(config, files, clock, step);
    undo.add(close);
    // A backup may have brought people back who were erased since.
    await eraseAgain(stores);
    const readiness = { ready: false };
    const works = config.role === 'api' ? undefined : await startWorks(stores, log, undo.add);
    const app = await buildApp(stores, { log, readiness, front: { publicUrl: config.publicUrl, metricsToken: config.metricsToken }, onAppend: () => works?.wake() });
    undo.add(() => app.close());
    const url = await step('serve', () => app.listen({ host: config.host, port: config.port }));
    held.tell(url);
    return { stores, app, url, setReady: () => { readiness.ready = true; }, stop: undo.run };
  } catch (error) {
    await undo.run();
    throw error;
  }
}
