import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  importOf, imports, type ImportView, lookAtFiles, promotionsBetween, SAMPLE_MONTHS, SAMPLE_SEED, SAMPLE_ZONE, sampleFiles, startImport,
} from '../collect/index.ts';
import { addPromotion } from '../insight/index.ts';
import { markSimulated } from '../kernel/access/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { addDays, dayIn } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import { waitingReactions } from '../kernel/facts.ts';
import { type Route, route } from '../kernel/http/route.ts';
import { seeded } from '../kernel/random.ts';
import type { Stores } from '../kernel/stores.ts';
import { storyClock } from '../kernel/storyClock.ts';
import { say } from '../kernel/words/index.ts';
import { loop } from '../loop.ts';
import { SOURCE } from './sampleEffect.ts';

/** A month more than the story, so that a promotion running when it begins is on the calendar. */
const DAYS_BACK = (SAMPLE_MONTHS + 1) * 31;

export type SampleOptions = { customers?: number };

/**
 * Fills an empty workspace with the simulated shop: writes its files as anybody's would be, puts its promotions on the
 * calendar, labels the workspace simulated and starts the import. Its last day is yesterday. Refuses `sample.not_empty`.
 */
export async function startSample(stores: Stores, caller: Caller, size: SampleOptions = {}): Promise<string> {
  const { workspaceId } = caller;
  if ((await imports(stores, workspaceId)).rows.length > 0) throw new Refusal('sample.not_empty', {}, 409);
  const lastDay = addDays(dayIn(SAMPLE_ZONE, stores.clock.now()), -1);
  const folder = await mkdtemp(join(stores.files.room('sample'), 'shop-'));
  try {
    const files = await sampleFiles(folder, { random: seeded(SAMPLE_SEED), lastDay, ...size });
    for (const { name, kind, from, to } of promotionsBetween(addDays(lastDay, -DAYS_BACK), lastDay)) {
      // Festivals are the calendar's own; the shop says only when it sold at a discount.
      if (kind === 'promo') await addPromotion(stores, caller, { name, shop: '', firstDay: from, lastDay: to });
    }
    await markSimulated(stores, caller);
    const options = { source: SOURCE, sourceName: say(caller.language, 'start.sample.source'), shop: '', channel: '' };
    const looked = await lookAtFiles(stores, workspaceId, files.map(({ path, name }) => ({ path, name, upload: path })), options);
    return await startImport(stores, caller, looked.files.map(({ upload, name, mapping }) => ({ path: upload, name, mapping })), options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const STATES = ['none', 'loading', 'done', 'failed'] as const;
const PASTS = ['none', 'telling', 'told'] as const;
const sampleState = z.object({
  state: z.enum(STATES), importId: z.uuid().nullable(),
  done: z.number().int(), total: z.number().int().nullable(), ratePerSecond: z.number().nullable(), remainingSeconds: z.number().nullable(),
  past: z.enum(PASTS).describe('what the shop did by its journeys before today: told in the background once everything else is there'), toldUntil: z.iso.datetime().nullable(),
});

const stateOf = ({ status }: ImportView, settled: boolean): (typeof STATES)[number] =>
  status === 'failed' ? 'failed' : status === 'finished' ? (settled ? 'done' : 'loading') : status === 'undone' ? 'none' : 'loading';

async function sampleStanding(stores: Stores, caller: Caller): Promise<z.input<typeof sampleState>> {
  // The first: what its experiments brought comes in a file of its own.
  const { rows } = await imports(stores, caller.workspaceId);
  const own = rows.findLast(({ source }) => source === SOURCE);
  const clock = await stores.pg.tx(caller.workspaceId, (tx) => storyClock(tx, caller.workspaceId));
  const told = { past: clock ? (clock.at < clock.until ? 'telling' as const : 'told' as const) : 'none' as const, toldUntil: clock?.at.toISOString() ?? null };
  if (!own) return { state: 'none', importId: null, done: 0, total: null, ratePerSecond: null, remainingSeconds: null, ...told };
  const { progress } = await importOf(stores, caller.workspaceId, own.id);
  const settled = (await waitingReactions(stores.pg, loop)).length === 0;
  return {
    state: stateOf(own, settled), importId: own.id, done: progress.rowsRead ?? 0, total: progress.rowsTotal ?? null,
    ratePerSecond: progress.rowsPerSecond ?? null, remainingSeconds: progress.remainingMs === undefined ? null : Math.ceil(progress.remainingMs / 1_000), ...told,
  };
}

export const sampleRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/sample', summary: 'How far the simulated shop is', tag: 'sample', permission: 'imports.read', reply: sampleState },
    ({ stores, caller }) => sampleStanding(stores, caller)),
  route({ method: 'POST', url: '/api/v1/sample', summary: 'Fill an empty workspace with the simulated shop', tag: 'sample', permission: 'imports.write', status: 202, reply: sampleState },
    async ({ stores, caller }) => {
      await startSample(stores, caller);
      return sampleStanding(stores, caller);
    }),
];
