import { refreshTraits } from '../../customers/index.ts';
import type { Fact, Loop, Reaction } from '../../kernel/facts.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { workspaceIds } from '../queries/workspaces.ts';
import { coreCatchUp, judgeCore } from './judgeCore.ts';
import { watchRisks } from './watch.ts';

const namedIn = (facts: readonly Fact[]): CustomerId[] => [...new Set(facts.flatMap(({ payload }) => [payload.keep, payload.customer, payload.from, ...((payload.customers as unknown[] | undefined) ?? [])]))].filter((one): one is CustomerId => typeof one === 'string' && one.length === 36);

/** Those something happened to, as soon as it is known. */
const watchActive: Reaction = async (stores, workspaceId, facts) => {
  const customers = namedIn(facts);
  if (customers.length > 0) await watchRisks(stores, workspaceId, customers);
};
const judgeActive: Reaction = async (stores, workspaceId, facts) => {
  const customers = namedIn(facts);
  if (customers.length > 0) await judgeCore(stores, workspaceId, customers);
};

/** A file may speak of anybody. */
const watchEveryone: Reaction = async (stores, workspaceId) => void (await watchRisks(stores, workspaceId, 'all'));
const judgeEveryone: Reaction = async (stores, workspaceId) => void (await judgeCore(stores, workspaceId, 'all'));

/** Reactions by fact kind, for loop.ts. */
export const signalReactions = {
  'import.finished': { 'signals.watchEveryone': watchEveryone, 'signals.judgeEveryone': judgeEveryone },
  'import.undone': { 'signals.watchEveryone': watchEveryone, 'signals.judgeEveryone': judgeEveryone },
  'events.recorded': { 'signals.watchActive': watchActive, 'signals.judgeActive': judgeActive },
  'customer.merged': { 'signals.watchActive': watchActive, 'signals.judgeActive': judgeActive },
  'customer.unmerged': { 'signals.watchActive': watchActive, 'signals.judgeActive': judgeActive },
} satisfies Loop;

/** What repeats by the clock, for every workspace. To be called about once a minute. */
export async function signalsTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), async (workspaceId) => {
    // A score is a standing among those active in the last month: with the day it moves for everybody.
    if (await coreCatchUp(stores, workspaceId)) await refreshTraits(stores, workspaceId, ['activity_score'], 'all');
  });
}
