import type { FastifyInstance, FastifySchema } from 'fastify';
import { ageSeconds, backlogOf } from '../backlog.ts';
import { Refusal } from '../errors.ts';
import type { Loop } from '../facts.ts';
import { run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';
import { storeDown } from './problem.ts';

const hidden = { schema: { hide: true } as FastifySchema };
const PATIENCE_MS = 3_000;

/** Whether each store answers within three seconds. ClickHouse is asked past the answers that are kept. */
export async function storesAnswer({ pg, ch }: Stores): Promise<{ postgres: boolean; clickhouse: boolean }> {
  const answers = async (work: Promise<unknown>): Promise<boolean> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((done) => { timer = setTimeout(done, PATIENCE_MS, false); });
    try {
      return await Promise.race([work.then(() => true, () => false), late]);
    } finally {
      clearTimeout(timer);
    }
  };
  const [postgres, clickhouse] = await Promise.all([answers(run(pg.global, sql`select 1`)), answers(ch.bytes('select 1 as one', { one: 'UInt8' }))]);
  return { postgres, clickhouse };
}

/** The stores that lately had no room for what they were given. */
export const fullStores = ({ pg, ch }: Stores): string[] => [...(pg.isFull() ? ['Postgres'] : []), ...(ch.isFull() ? ['ClickHouse'] : [])];

/** Where a process stands: `ready` once start-up is over (stores open, migrations done), and not `stopping`. */
export type Standing = () => 'starting' | 'ready' | 'stopping';

/**
 * /healthz: the process lives. /readyz: start-up is over, nobody told it to stop, both stores answer and have room; 503 until then. A backlog does
 * not make it unready, since answering and catching up are two things: its age is told.
 */
export function serveHealth(app: FastifyInstance, stores: Stores, { standing, loop }: { standing: Standing; loop: Loop }): void {
  app.get('/healthz', hidden, async () => ({ status: 'ok' }));
  app.get('/readyz', hidden, async () => {
    const now = standing();
    if (now !== 'ready') throw new Refusal(`server.${now}`, { retryAfterSeconds: 2 }, 503);
    const { postgres, clickhouse } = await storesAnswer(stores);
    if (!postgres || !clickhouse) throw storeDown();
    const full = fullStores(stores);
    if (full.length > 0) throw new Refusal('server.disk_full', { stores: full.join(', '), retryAfterSeconds: 5 }, 503);
    const { bodies, facts } = await backlogOf(stores, loop);
    const at = stores.clock.now();
    return { status: 'ready', behindSeconds: Math.max(ageSeconds(bodies, at), ageSeconds(facts, at)) };
  });
}
