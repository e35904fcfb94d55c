import { concerned, refreshTraits } from '../../customers/index.ts';
import type { Loop, Reaction } from '../../kernel/facts.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { workspaceIds } from '../queries/workspaces.ts';
import { coreCatchUp, eventsOfRules, judgeCore } from './judgeCore.ts';
import { rulesInForce, watchRisks } from './watch.ts';

/** Those who did what a rule counts, as soon as it is known. */
const watchActive: Reaction = async (stores, workspaceId, facts) => {
  const counted = new Set((await rulesInForce(stores, workspaceId)).map(({ event }) => event));
  const customers = concerned(facts, { bought: true, did: (event) => counted.has(event) });
  if (customers.length > 0) await watchRisks(stores, workspaceId, customers);
};
/** Those of whom something changed that a programme may ask: purchases, what is said of them, events it names. */
const judgeActive: Reaction = async (stores, workspaceId, facts) => {
  const asked = await eventsOfRules(stores, workspaceId);
  const customers = concerned(facts, { bought: true, told: true, did: (event) => asked.has(event) });
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
