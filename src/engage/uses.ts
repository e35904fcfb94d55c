import { segmentsOf } from '../kernel/conditions/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Use } from '../lifecycle/index.ts';
import type { TemplateUser } from '../reach/index.ts';
import type { Definition } from './core/definition.ts';
import { treesOf } from './demand.ts';
import { journeysAfter, versionOf, versionsInUse } from './queries/journeys.ts';

const JOURNEYS_MAX = 1_000;

/** Every journey that was not stopped, as it is drawn now and in every version that somebody is inside of. */
async function underWay(tx: Tx, { workspaceId }: Caller): Promise<{ id: string; name: string; definitions: Definition[] }[]> {
  const journeys = (await journeysAfter(tx, workspaceId, { state: null, after: null, limit: JOURNEYS_MAX })).filter(({ state }) => state !== 'stopped');
  const inUse = Map.groupBy(await versionsInUse(tx, workspaceId), ({ journeyId }) => journeyId), all = [];
  for (const { id, name, draft } of journeys) {
    const versions = await Promise.all((inUse.get(id) ?? []).map(({ version }) => versionOf(tx, workspaceId, id, version)));
    all.push({ id, name, definitions: [draft, ...versions.flatMap((one) => (one ? [one.definition] : []))] });
  }
  return all;
}

/** The segments a journey asks for: by its entries, its audience, its exits and goal, and on its way. */
export const segmentsIn = (definition: Definition): string[] => [
  ...definition.entries.flatMap((entry) => (entry.kind === 'segment' ? [entry.segment] : [])), ...treesOf(definition).flatMap(({ tree }) => segmentsOf(tree)),
];

/** Which journeys work with which segments. Stopped ones do not. */
export const journeySegments = async (tx: Tx, caller: Caller): Promise<(Use & { segment: string })[]> =>
  (await underWay(tx, caller)).flatMap(({ id, name, definitions }) => [...new Set(definitions.flatMap(segmentsIn))].map((segment) => ({ kind: 'journey', id, name, segment })));

/** Which journeys send which templates, and whether a version of their own choosing. */
export const journeyTemplates = async (tx: Tx, caller: Caller): Promise<TemplateUser[]> =>
  (await underWay(tx, caller)).flatMap(({ id, name, definitions }) => definitions.flatMap(({ nodes }) => nodes.flatMap((node) => (node.kind === 'send' ? [{ id, name, template: node.template.id, version: node.template.version }] : []))));
