import { dataDay } from '../lifecycle/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import type { Day } from '../kernel/day.ts';
import type { Stores } from '../kernel/stores.ts';
import { say } from '../kernel/words/index.ts';
import type { GoalForecastReply } from './contract.ts';
import { FEWEST_POINTS } from './core/forecast/index.ts';
import { type Heading, headingOf, type Path, pathOf } from './core/goalPath.ts';
import { gapAt } from './core/goals.ts';
import { partsFor } from './figures.ts';
import { demandGoal, facingOf } from './goals.ts';
import { pickVersion, type Version, versionsOf } from './metrics.ts';
import type { GoalId, GoalRow } from './queries/goals.ts';
import { ask } from './scope.ts';

type Point = { to: Day; value: number; bottom: number };

/** The goal's figure as it stood at the end of each stretch; stretches before anybody counted are left out. */
async function pointsOf(stores: Stores, caller: Caller, { version, goal, path, asOf }: { version: Version; goal: GoalRow; path: Path; asOf: Day }): Promise<Point[]> {
  if (path.seen.length === 0) return [];
  const { asked } = await ask(stores, caller, goal.scope, asOf);
  const parts = await partsFor(stores, asked, { version, scope: goal.scope, by: 'none', reach: false }, path.seen.map((to) => ({ from: goal.scope.from, to })));
  return path.seen.flatMap((to, at) => {
    const part = parts[at]?.[0];
    return part && part.value !== null ? [{ to, value: part.value, bottom: part.bottom }] : [];
  });
}

function tell({ made: { model, level, backtest, naive, notes }, ahead }: Heading, path: Path, goal: GoalRow, version: Version, bottom: number): NonNullable<GoalForecastReply['forecast']> {
  const isEnd = ahead.length === path.ahead.length;
  const end = ahead.at(-1) as Heading['ahead'][number];
  const errorOf = ({ byHorizon, mae }: typeof backtest): number => byHorizon.find(({ horizon }) => horizon === ahead.length)?.mae ?? mae;
  return {
    model, level, notes, ahead: ahead.map((one, at) => ({ to: path.ahead[at] as Day, ...one })), isEnd, error: errorOf(backtest), naiveError: errorOf({ ...backtest, ...naive }), origins: backtest.origins,
    gapPeople: isEnd ? gapAt(facingOf(version, goal.target), end.value, bottom) : null,
  };
}

/**
 * Where the figure of a goal leads by the window's end, with its interval and how far the same method was off on this
 * figure's own past (R41, R53). Under six points it says why there is none. Nothing ahead where the window is over. Refuses `goal.not_found`.
 */
export async function goalForecast(stores: Stores, caller: Caller, id: GoalId): Promise<GoalForecastReply> {
  const [goal, asOf] = await Promise.all([demandGoal(stores, caller, id), dataDay(stores, caller.workspaceId)]);
  const version = pickVersion(await versionsOf(stores, caller, [goal.metricId]), goal.metricId, goal.metricVersion);
  const path = pathOf(goal.scope, asOf);
  const points = await pointsOf(stores, caller, { version, goal, path, asOf });
  const told = { asOf, stretchDays: path.stretchDays, points: points.map(({ to, value }) => ({ to, value })) };
  if (path.ahead.length === 0) return { ...told, forecast: null, refused: null };
  const { unit, pace } = version.declared;
  const heading = headingOf(points.map(({ value }) => value), { steps: path.ahead.length, kind: unit === 'rate' ? 'rate' : 'count', pace });
  if ('refused' in heading) {
    const facts = { points: points.length, needed: FEWEST_POINTS, days: path.stretchDays };
    return { ...told, forecast: null, refused: { code: heading.refused, sentence: say(caller.language, 'goal.forecast.too_few_points', facts) } };
  }
  return { ...told, forecast: tell(heading, path, goal, version, points.at(-1)?.bottom ?? 0), refused: null };
}
