import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { segmentsOf } from '../kernel/conditions/index.ts';
import type { Day } from '../kernel/day.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import { dataDay, holdSegments, registerSegmentUses } from '../lifecycle/index.ts';
import type { GoalReply, goalChangeBody, newGoalBody, Part } from './contract.ts';
import { elapsedShare, gapAt, gapInPeople, goalState, runRate } from './core/goals.ts';
import { partsOf } from './figures.ts';
import { namesOf } from './names.ts';
import { define, pickVersion, type Version, type Versions, versionsOf } from './metrics.ts';
import { allGoals, dropGoal, goalById, type GoalId, type GoalRow, saveGoal } from './queries/goals.ts';
import { ask } from './scope.ts';

/** Goals are set on what people do: a share of them, or a number of them. Refuses any other metric, and a share over 1. */
function demandFit({ declared }: Version, target: number): 'rate' | 'people' {
  if (declared.unit !== 'rate' && declared.unit !== 'people') throw new Refusal('goal.metric_unfit', { metricId: declared.id });
  if (declared.unit === 'rate' && target > 1) throw new Refusal('goal.target_invalid', { target });
  return declared.unit;
}

/** A goal's target with what makes it better. */
export const facingOf = ({ declared: { better, pace, unit } }: Version, target: number) => ({ unit: unit === 'rate' ? 'rate' as const : 'people' as const, better, pace, target });

/** Where a goal stands with what was counted for it: current, gap in people, run rate (R41). */
function stand(caller: Caller, version: Version, goal: GoalRow, { current, asOf, ownerName }: { current: Part; asOf: Day; ownerName: string }): GoalReply {
  const elapsed = elapsedShare(goal.scope, asOf);
  const value = runRate(version.declared.pace, current.value, elapsed);
  const facing = facingOf(version, goal.target);
  const { metricId: _, metricVersion: __, ...told } = goal;
  return {
    ...told, metric: define(caller, version), asOf, current, elapsed, ownerName,
    forecast: value === null ? null : { value, gapPeople: gapAt(facing, value, current.bottom), method: 'run_rate', sentence: say(caller.language, 'insight.forecast.run_rate') },
    gapPeople: gapInPeople(facing, current.top, current.bottom), state: goalState(facing, current.value, value, elapsed),
  };
}

/** Goals on the same people and days are counted in one pass. */
async function standSame(stores: Stores, caller: Caller, versions: Versions, goals: readonly [GoalRow, ...GoalRow[]], known: Day): Promise<GoalReply[]> {
  const { scope } = goals[0];
  const picked = goals.map((goal) => pickVersion(versions, goal.metricId, goal.metricVersion));
  const { asked, period } = await ask(stores, caller, scope, known);
  const [all, nameOf] = await Promise.all([partsOf(stores, asked, { versions: picked, scope, by: 'none' }, [period]), namesOf(stores, goals.map(({ owner }) => owner))]);
  return goals.map((goal, at) => stand(caller, picked[at] as Version, goal, { current: all[at]?.[0]?.[0] as Part, asOf: known, ownerName: nameOf(goal.owner) }));
}

/** A goal on shops or fields the caller may not see, or on a field that is gone, is left out; the other goals are still told. */
const isHidden = (error: unknown): boolean => error instanceof Refusal && (error.code === 'insight.shop_forbidden' || error.code.startsWith('condition.'));

async function standVisible(...given: Parameters<typeof standSame>): Promise<GoalReply[]> {
  try {
    return await standSame(...given);
  } catch (error) {
    if (isHidden(error)) return [];
    throw error;
  }
}

async function standAll(stores: Stores, caller: Caller, goals: readonly GoalRow[]): Promise<GoalReply[]> {
  if (goals.length === 0) return [];
  const [versions, asOf] = await Promise.all([versionsOf(stores, caller), dataDay(stores, caller.workspaceId)]);
  const groups = [...Map.groupBy(goals, (goal) => JSON.stringify(goal.scope)).values()] as [GoalRow, ...GoalRow[]][];
  const told = new Map((await Promise.all(groups.map((group) => standVisible(stores, caller, versions, group, asOf)))).flat().map((one) => [one.id, one]));
  return goals.flatMap((goal) => told.get(goal.id) ?? []);
}

async function standOne(stores: Stores, caller: Caller, goal: GoalRow): Promise<GoalReply> {
  const [told] = await standAll(stores, caller, [goal]);
  if (!told) throw notFound('goal', { id: goal.id });
  return told;
}

export const listGoals = async (stores: Stores, caller: Caller, withClosed = false): Promise<GoalReply[]> =>
  standAll(stores, caller, await stores.pg.tx(caller.workspaceId, (tx) => allGoals(tx, caller.workspaceId, withClosed)));

const segmentsIn = ({ population }: GoalRow['scope']): string[] => (population.kind === 'segment' ? [population.id] : population.kind === 'tree' ? segmentsOf(population.tree) : []);

/** What a segment's page says of goals that are not closed, of shops the caller may see. To be called once, by app.ts. */
export const registerGoalUses = (): void => registerSegmentUses('goals', async (tx, { workspaceId, shops }) =>
  (await allGoals(tx, workspaceId, false)).filter(({ scope }) => shops.length === 0 || scope.shops.every((shop) => shops.includes(shop)))
    .flatMap(({ id, name, scope }) => segmentsIn(scope).map((segment) => ({ kind: 'goal', id, name, segment }))));

/** Sets a goal at the newest version of its metric, which it keeps. */
export async function setGoal(stores: Stores, caller: Caller, { name, metricId, scope, target, owner }: z.output<typeof newGoalBody>): Promise<GoalReply> {
  const version = pickVersion(await versionsOf(stores, caller, [metricId]), metricId);
  demandFit(version, target);
  await ask(stores, caller, scope);
  const goal: GoalRow = { id: newId(), name, metricId, metricVersion: version.version, scope, target, owner: owner ?? caller.actor.id, createdAt: stores.clock.now(), closedAt: null };
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await holdSegments(tx, caller.workspaceId, segmentsIn(goal.scope));
    await saveGoal(tx, caller.workspaceId, goal);
    await audit(tx, stores.clock, caller, { action: 'goal.set', target: goal.id });
  });
  return standOne(stores, caller, goal);
}

/** A goal the caller may see. Refuses `goal.not_found`, also for one that is hidden from them. */
export async function demandGoal(stores: Stores, caller: Caller, id: GoalId): Promise<GoalRow> {
  const goal = await stores.pg.tx(caller.workspaceId, (tx) => goalById(tx, caller.workspaceId, id));
  if (!goal) throw notFound('goal', { id });
  await standOne(stores, caller, goal);
  return goal;
}

/** Changes what may change: a goal's question stays, or the line it drew would mean something else. One whose segment was put away meanwhile is not opened again: refuses `segment.not_found`. */
export async function changeGoal(stores: Stores, caller: Caller, id: GoalId, { closed, ...change }: z.output<typeof goalChangeBody>): Promise<GoalReply> {
  const [before, versions] = await Promise.all([demandGoal(stores, caller, id), versionsOf(stores, caller)]);
  const goal: GoalRow = { ...before, ...change, closedAt: closed === undefined ? before.closedAt : closed ? stores.clock.now() : null };
  demandFit(pickVersion(versions, goal.metricId, goal.metricVersion), goal.target);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const isOpenedAgain = before.closedAt !== null && goal.closedAt === null;
    if (isOpenedAgain) await holdSegments(tx, caller.workspaceId, segmentsIn(goal.scope));
    await saveGoal(tx, caller.workspaceId, goal);
    await audit(tx, stores.clock, caller, { action: 'goal.changed', target: id });
  });
  return standOne(stores, caller, goal);
}

/** Refuses `goal.not_found`. */
export async function removeGoal(stores: Stores, caller: Caller, id: GoalId): Promise<void> {
  await demandGoal(stores, caller, id);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await dropGoal(tx, caller.workspaceId, id) === 0) throw notFound('goal', { id });
    await audit(tx, stores.clock, caller, { action: 'goal.removed', target: id });
  });
}
