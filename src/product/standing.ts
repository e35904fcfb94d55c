import { z } from 'zod';
import { waitingReactions } from '../kernel/facts.ts';
import { type Route, route } from '../kernel/http/route.ts';
import { loop } from '../loop.ts';

/** Whether everything that happened has been answered: who imports by program waits for it before reading stages. */
export const standingRoute: Route = route({
  method: 'GET', url: '/api/v1/standing', summary: 'Reactions that still have facts before them', tag: 'standing', permission: 'signed-in',
  reply: z.object({ settled: z.boolean(), waiting: z.array(z.string()) }),
}, async ({ stores }) => {
  const waiting = await waitingReactions(stores.pg, loop);
  return { settled: waiting.length === 0, waiting };
});
