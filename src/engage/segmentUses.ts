import { segmentsOf } from '../kernel/conditions/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Use } from '../lifecycle/index.ts';
import type { Definition } from './core/definition.ts';
import { treesOf } from './demand.ts';
import { journeysAfter, versionOf, versionsInUse } from './queries/journeys.ts';

const JOURNEYS_MAX = 1_000;

/** The segments a journey asks for: by its entries, its audience, its exits and goal, and on its way. */
export const segmentsIn = (definition: Definition): string[] => [
  ...definition.entries.flatMap((entry) => (entry.kind === 'segment' ? [entry.segment] : [])), ...treesOf(definition).flatMap(({ tree }) => segmentsOf(tree)),
];

/** Which journeys work with which segments: as they are drawn now, and in every version that somebody is inside of. Stopped ones do not. */
export async function journeySegments(tx: Tx, { workspaceId }: Caller): Promise<(Use & { segment: string })[]> {
  const journeys = (await journeysAfter(tx, workspaceId, { state: null, after: null, limit: JOURNEYS_MAX })).filter(({ state }) => state !== 'stopped');
  const inUse = Map.groupBy(await versionsInUse(tx, workspaceId), ({ journeyId }) => journeyId);
  const uses = [];
  for (const { id, name, draft } of journeys) {
    const versions = await Promise.all((inUse.get(id) ?? []).map(({ version }) => versionOf(tx, workspaceId, id, version)));
    const segments = new Set([draft, ...versions.flatMap((one) => (one ? [one.definition] : []))].flatMap(segmentsIn));
    uses.push(...[...segments].map((segment) => ({ kind: 'journey', id, name, segment })));
  }
  return uses;
}
