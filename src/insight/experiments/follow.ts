import type { Fact, Loop, Reaction } from '../../kernel/facts.ts';
import { mirrorExperiment } from './mirror.ts';
import { mirrorAnchors } from './queries/draw.ts';
import { anchorsOf, nextVersion } from './queries/experiments.ts';
import { settleDue } from './settle.ts';

const namedIn = ({ payload }: Fact): string[] =>
  [payload.keep, payload.customer, payload.from, ...((payload.absorbed as string[] | undefined) ?? [])].filter((one): one is string => typeof one === 'string');

/** Whose a drawn person is now, after merges and their undoing: the arms follow. */
const followPeople: Reaction = async (stores, workspaceId, facts) => {
  const customers = [...new Set(facts.flatMap(namedIn))];
  const { anchors, version } = await stores.pg.tx(workspaceId, async (tx) => ({ version: await nextVersion(tx), anchors: await anchorsOf(tx, workspaceId, { customers }) }));
  if (anchors.length > 0) await mirrorAnchors(stores.ch, workspaceId, version, anchors);
};

/** Whoever was taken in as they came, for counting. */
const followEntries: Reaction = async (stores, workspaceId, facts) => {
  const customers = [...new Set(facts.flatMap(({ payload }) => payload.customers as string[]))];
  const { anchors, version } = await stores.pg.tx(workspaceId, async (tx) => ({ version: await nextVersion(tx), anchors: await anchorsOf(tx, workspaceId, { customers }) }));
  if (anchors.length > 0) await mirrorAnchors(stores.ch, workspaceId, version, anchors);
};

/** What was handed out, for counting: said again in case the process died right after. */
const followExports: Reaction = async (stores, workspaceId, facts) => {
  for (const id of new Set(facts.map(({ payload }) => String(payload.experimentId)))) await mirrorExperiment(stores, workspaceId, id);
};

/** A file may bring the day on which a refund window is over. */
const settleAfterFiles: Reaction = async (stores, workspaceId) => void (await settleDue(stores, workspaceId));

/** Reactions by fact kind, for loop.ts. */
export const experimentReactions = {
  'import.finished': { 'experiments.settleAfterFiles': settleAfterFiles },
  'customer.merged': { 'experiments.followPeople': followPeople },
  'customer.unmerged': { 'experiments.followPeople': followPeople },
  'experiment.entered': { 'experiments.followEntries': followEntries },
  'experiment.exported': { 'experiments.followExports': followExports },
} satisfies Loop;
