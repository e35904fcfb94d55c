import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import type { Day } from '../../kernel/day.ts';
import { announce } from '../../kernel/facts.ts';
import { type CustomerId, newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { EVERYBODY } from '../../kernel/conditions/index.ts';
import { Plan } from './contract.ts';
import { closeRolling, experimentById, insertPeople, markDrawn, saveExperiment } from './queries/experiments.ts';

const CUSTOMERS_PER_FACT = 5_000;

/** What is promised for people taken in as they come; `plan` as for any experiment, each person's window counted from the day they enter. `closesOn`: promised now, nobody is taken in after it. */
export type RollingInput = { name: string; hypothesis: string; startsOn: Day; plan: Partial<Plan>; closesOn: Day | null };

/**
 * Opens an experiment that takes people in as they come (a journey's hold-out), inside the caller's transaction. It is locked from the start: plan and shares are
 * promised before the first person. Where the last day of entering is promised, too, it is read once, when the last window is over; else at any time, by always-valid
 * intervals, since nobody knows when the last will come. Its id, which is the salt of its arms.
 */
export async function openRolling(tx: Tx, stores: Pick<Stores, 'clock'>, caller: Caller, { name, hypothesis, startsOn, plan, closesOn }: RollingInput): Promise<string> {
  const id = newId(), at = stores.clock.now();
  const whole = Plan.parse({ stopping: closesOn === null ? 'sequential' : 'fixed', capDays: 0, ...plan });
  await saveExperiment(tx, caller.workspaceId, { id, name: name.slice(0, 80), hypothesis: hypothesis.slice(0, 1_000), goalId: null, audience: { kind: 'tree', tree: EVERYBODY }, plan: whole, shops: [], startsOn, owner: caller.actor.id, createdAt: at, rolling: true, closesOn });
  await markDrawn(tx, caller.workspaceId, id, { drawId: newId(), drawnAt: at, drawnBy: caller.actor.id, registeredOn: startsOn, excluded: {} });
  await audit(tx, stores.clock, caller, { action: 'experiment.opened', target: id, detail: { holdOut: whole.holdOut, windowDays: whole.windowDays } });
  return id;
}

/** Takes people in, each in an arm from a day on; whoever is in it already stays as they are. Inside the caller's transaction; the copy for counting follows by a fact. */
export async function takeIn(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, experimentId: string, people: readonly { customer: CustomerId; arm: string; day: Day }[]): Promise<void> {
  if (people.length === 0) return;
  await insertPeople(tx, workspaceId, experimentId, people.map(({ customer, arm, day }) => ({ customer, arm, startsOn: day })));
  for (let from = 0; from < people.length; from += CUSTOMERS_PER_FACT) {
    await announce(tx, stores.clock, workspaceId, 'experiment.entered', { experimentId, customers: people.slice(from, from + CUSTOMERS_PER_FACT).map(({ customer }) => customer) });
  }
}

/** Nobody is taken in any more: it settles once the last one's window and refunds are over. */
export const closeExperiment = (tx: Tx, workspaceId: WorkspaceId, id: string, closesOn: Day): Promise<number> => closeRolling(tx, workspaceId, id, closesOn);

/** What an experiment of people who come promises: its plan, and the last day of entering where that is known; undefined where there is none of the id. */
export async function promiseOf(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<{ plan: Plan; closesOn: Day | null } | undefined> {
  const found = await experimentById(tx, workspaceId, id);
  return found && { plan: found.plan, closesOn: found.closesOn };
}
