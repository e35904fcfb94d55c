import type { FastifyInstance, FastifySchema } from 'fastify';
import { Refusal } from '../errors.ts';
import { run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';

const hidden = { schema: { hide: true } as FastifySchema };

async function check({ pg, ch }: Stores): Promise<void> {
  await Promise.all([run(pg.global, sql`select 1`), ch.rows('select 1')]).catch(() => {
    throw new Refusal('server.store_down', { retryAfterSeconds: 5 }, 503);
  });
}

/** /healthz: the process lives. /readyz: start-up is over and both stores answer; 503 until then. */
export function serveHealth(app: FastifyInstance, stores: Stores, ready: () => boolean): void {
  app.get('/healthz', hidden, async () => ({ status: 'ok' }));
  app.get('/readyz', hidden, async () => {
    if (!ready()) throw new Refusal('server.starting', { retryAfterSeconds: 2 }, 503);
    await check(stores);
    return { status: 'ready' };
  });
}
