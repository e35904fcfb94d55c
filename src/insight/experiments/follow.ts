import type { Fact, Loop, Reaction } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { mirrorExperiment } from './mirror.ts';
import { mirrorAnchors } from './queries/draw.ts';
import { nextVersion } from './queries/experiments.ts';
import { anchorsNow } from './sources.ts';
import { settleDue } from './settle.ts';

const namedIn = ({ payload }: Fact): string[] =>
  [payload.keep, payload.customer, payload.from, ...((payload.absorbed as string[] | undefined) ?? [])].filter((one): one is string => typeof one === 'string');

async function mirrorPeople(stores: Stores, workspaceId: WorkspaceId, customers: readonly string[]): Promise<void> {
  const { anchors, version } = await stores.pg.tx(workspaceId, async (tx) => ({ version: await nextVersion(tx), anchors: await anchorsNow(tx, workspaceId, { customers: [...new Set(customers)] }) }));
  if (anchors.length > 0) await mirrorAnchors(stores.ch, workspaceId, version, anchors);
}

/** Whose a drawn person is now, after merges and their undoing: the arms follow. */
const followPeople: Reaction = (stores, workspaceId, facts) => mirrorPeople(stores, workspaceId, facts.flatMap(namedIn));

/** Whoever was taken in as they came, or was sent something, for counting. */
const followCustomers: Reaction = (stores, workspaceId, facts) => mirrorPeople(stores, workspaceId, facts.flatMap(({ payload }) => payload.customers as string[]));

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
  'experiment.entered': { 'experiments.followEntries': followCustomers },
  'messages.sent': { 'experiments.followSendings': followCustomers },
  'experiment.exported': { 'experiments.followExports': followExports },
} satisfies Loop;
