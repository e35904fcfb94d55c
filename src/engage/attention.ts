import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import type { Stores } from '../kernel/stores.ts';
import { allFaults } from './demand.ts';
import { totalsOf } from './queries/counts.ts';
import { journeysUnderWay, versionOf } from './queries/journeys.ts';
import type { attentionShape } from './replies.ts';

/** Journeys under way that need a hand: those that are held, with how many wait inside, and live ones whose version names what is not there any more. */
export async function journeysNeeding(stores: Stores, caller: Caller): Promise<z.input<typeof attentionShape>> {
  const { workspaceId } = caller;
  const { rows, totals, walked } = await stores.pg.tx(workspaceId, async (tx) => {
    const found = await journeysUnderWay(tx, workspaceId), live = found.filter(({ state }) => state === 'live');
    return {
      rows: found, totals: await totalsOf(tx, workspaceId, found.map(({ id }) => id)),
      walked: new Map(await Promise.all(live.map(async ({ id, version }) => [id, (await versionOf(tx, workspaceId, id, version))?.definition] as const))),
    };
  });
  const broken: z.input<typeof attentionShape>['broken'] = [];
  for (const { id, name } of rows) {
    const definition = walked.get(id);
    const [first, ...others] = definition ? await allFaults(stores, caller, definition) : [];
    if (first) broken.push({ id, name, faults: 1 + others.length, code: first.code, facts: first.facts });
  }
  return {
    live: walked.size, broken,
    paused: rows.filter(({ state }) => state === 'paused').map(({ id, name, pausedAt, stage }) => ({ id, name, stage, pausedAt: pausedAt?.toISOString() ?? null, inside: totals.find(({ journeyId }) => journeyId === id)?.inside ?? 0 })),
  };
}
