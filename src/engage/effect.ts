import { closeExperiment, openRolling, type Plan, promiseOf, takeIn } from '../insight/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { addDays, dayIn } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Definition, EFFECT } from './core/definition.ts';
import type { NewEnrolment } from './queries/enrolments.ts';
import { type JourneyRow, zoneOfWorkspace } from './queries/journeys.ts';

/** What a definition promises about its effect, in the words of an experiment. */
function planOf({ holdOut, effect = EFFECT }: Definition): Partial<Plan> {
  const { windowDays, refundDays, margin, coupon, fixedCostMinor } = effect;
  return { holdOut, windowDays, refundDays, margin, fixedCostMinor, variants: [{ key: 'treated', name: '', weight: 1, couponMinor: coupon?.costMinor ?? 0, couponCode: coupon?.code ?? '' }] };
}

const isSame = (plan: Plan, promised: Partial<Plan>): boolean => Object.entries(promised).every(([key, value]) => JSON.stringify(plan[key as keyof Plan]) === JSON.stringify(value));

/** The experiment of a journey, opened with its first launch and anew when what it promises changes, or when a round of entering is over: what was promised stays promised. */
export async function experimentFor(tx: Tx, stores: Stores, caller: Caller, { experimentId, draft, name, description }: JourneyRow): Promise<string> {
  const { workspaceId } = caller, { entryDays } = draft.effect ?? EFFECT, plan = planOf(draft);
  const startsOn = dayIn(await zoneOfWorkspace(tx, workspaceId), stores.clock.now()), known = experimentId === null ? undefined : await promiseOf(tx, workspaceId, experimentId);
  const isOver = known !== undefined && known.closesOn !== null && known.closesOn < startsOn;
  if (experimentId !== null && known && !isOver && isSame(known.plan, plan) && (known.closesOn === null) === (entryDays === null)) return experimentId;
  if (experimentId !== null) await closeExperiment(tx, workspaceId, experimentId, startsOn);
  return openRolling(tx, stores, caller, { name, hypothesis: description, startsOn, plan, closesOn: entryDays === null ? null : addDays(startsOn, entryDays - 1) });
}

/** Nobody enters a stopped journey any more: its experiment settles in time. */
export async function closeOf(tx: Tx, stores: Stores, workspaceId: WorkspaceId, { experimentId }: JourneyRow): Promise<void> {
  if (experimentId !== null) await closeExperiment(tx, workspaceId, experimentId, dayIn(await zoneOfWorkspace(tx, workspaceId), stores.clock.now()));
}

/** Whether the days of entering that were promised are over. */
export async function isClosed(tx: Tx, workspaceId: WorkspaceId, { experimentId }: JourneyRow, { effect = EFFECT }: Definition, now: Date): Promise<boolean> {
  if (effect.entryDays === null || experimentId === null) return false;
  const closesOn = (await promiseOf(tx, workspaceId, experimentId))?.closesOn ?? null;
  return closesOn !== null && dayIn(await zoneOfWorkspace(tx, workspaceId), now) > closesOn;
}

/** New people of a journey enter its experiment, each on their own first day by the workspace's clock, as orders have theirs. */
export async function drawIn(tx: Tx, stores: Stores, workspaceId: WorkspaceId, { experimentId }: JourneyRow, rows: readonly NewEnrolment[]): Promise<void> {
  if (experimentId === null || rows.length === 0) return;
  const zone = await zoneOfWorkspace(tx, workspaceId);
  await takeIn(tx, stores, workspaceId, experimentId, rows.map(({ customerId, arm, state }) => ({ customer: customerId, arm, day: dayIn(zone, new Date(state.enteredAt)) })));
}
