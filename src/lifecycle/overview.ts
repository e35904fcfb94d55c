import type { Caller } from '../kernel/access/caller.ts';
import { type Day, dayNumber, dayOfNumber } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Overview, Report } from './contract.ts';
import { flowMatrix, type FlowMatrix } from './core/flow.ts';
import type { CalibrationReport } from './core/judge.ts';
import { lifetimesByCohort, type CohortLifetime } from './core/lifetime.ts';
import { strategyMatrix, type MatrixRow } from './core/matrix.ts';
import { modelOf, placeIn, type ModelTemplate } from './core/models.ts';
import { STAGES, type Stage } from './core/rules.ts';
import { playsOf } from './plays.ts';
import type { Audience } from './queries/audience.ts';
import { countHeads, flowCells, lifetimes, type Standing, standings } from './queries/overview.ts';
import { dataDay } from './asOf.ts';
import { listStrategies, rulesInForce, settingOf } from './store.ts';

/** A report on past days as pages read it. */
export const reportOf = (report: CalibrationReport | null): Report | null =>
  report && { ...report, asOf: dayOfNumber(report.asOf), judged: report.judged.map((cutoff) => ({ ...cutoff, day: dayOfNumber(cutoff.day) })) };

const CHURNED_THEN_DAYS = 90;

type Sums = Pick<Standing, 'customers' | 'netMinor' | 'reachable' | 'engaged' | 'returned' | 'reach'>;

function sumOf(rows: readonly Standing[]): Sums {
  const sum: Sums = { customers: 0, netMinor: 0, reachable: 0, engaged: 0, returned: 0, reach: {} };
  for (const row of rows) {
    for (const key of ['customers', 'netMinor', 'reachable', 'engaged', 'returned'] as const) sum[key] += row[key];
    for (const [channel, customers] of Object.entries(row.reach)) sum.reach[channel] = (sum.reach[channel] ?? 0) + customers;
  }
  return sum;
}

/** The lifecycle at a glance: each stage now, against `days` ago, with its money and reach, and what the churn label is worth. */
export async function overview(stores: Stores, workspaceId: WorkspaceId, audience: Audience, days: number): Promise<Overview> {
  const asOf = await dataDay(stores, workspaceId);
  const [before, then] = [dayNumber(asOf) - days, dayNumber(asOf) - CHURNED_THEN_DAYS];
  const [rows, { rules, setting }] = await Promise.all([
    standings(stores.ch, workspaceId, audience, { before, then }),
    stores.pg.tx(workspaceId, async (tx) => ({ rules: await rulesInForce(tx, workspaceId), setting: await settingOf(tx, workspaceId) })),
  ]);
  const stages = STAGES.map((stage) => ({ stage, ...sumOf(rows.filter((row) => row.stage === stage)), before: sumOf(rows.filter((row) => row.was === stage)).customers }));
  const all = sumOf(rows);
  const churned = sumOf(rows.filter((row) => row.then === 'churned'));
  return {
    asOf, comparedWith: dayOfNumber(before), rulesVersion: rules.version, total: all.customers, netMinor: all.netMinor, reachable: all.reachable,
    stages: stages.map(({ stage, customers, before: past, netMinor, reachable, reach }) => ({ stage, customers, before: past, change: customers - past, netMinor, reachable, reach })),
    states: statesOf(rows), model: placesIn(modelOf(setting.model), stages), report: reportOf(rules.report),
    churnedThen: { day: dayOfNumber(then), called: churned.customers, returned: churned.returned, share: churned.customers === 0 ? null : churned.returned / churned.customers },
  };
}

/** Heads of each state within the branches, by name. */
const statesOf = (rows: readonly Standing[]): Overview['states'] =>
  [...Map.groupBy(rows, ({ branch, state }) => `${branch} ${state}`)].sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, alike]) => (alike[0] ? [{ branch: alike[0].branch, state: alike[0].state, customers: sumOf(alike).customers }] : []));

/** Headcounts in the places of a model: they add up to the same customers. */
function placesIn(model: ModelTemplate, stages: readonly { stage: Stage; customers: number; engaged: number }[]): Overview['model'] {
  const counts = new Map<string, number>();
  const put = (place: string, customers: number): void => void counts.set(place, (counts.get(place) ?? 0) + customers);
  for (const { stage, customers, engaged } of stages) {
    const active = stage === 'prospect' ? engaged : 0;
    put(placeIn(model, stage, false), customers - active);
    put(placeIn(model, stage, true), active);
  }
  return { key: model.key, places: model.stages.map(({ key, home }) => ({ key, home, customers: counts.get(key) ?? 0 })) };
}

export type Between = { asOf: Day; from: Day; to: Day };

/** The two days of a flow: the last 30 days of the data unless told. Refuses `lifecycle.days_order`. */
export async function daysBetween(stores: Stores, workspaceId: WorkspaceId, { from, to }: { from?: Day; to?: Day }): Promise<Between> {
  const asOf = await dataDay(stores, workspaceId);
  const last = to === undefined || to > asOf ? asOf : to;
  const first = from ?? dayOfNumber(dayNumber(last) - 30);
  if (first >= last) throw new Refusal('lifecycle.days_order', { from: first, to: last });
  return { asOf, from: first, to: last };
}

/** Who went where between two days, with its sums (R20). */
export async function flow(stores: Stores, workspaceId: WorkspaceId, audience: Audience, between: Between): Promise<FlowMatrix> {
  return flowMatrix(await flowCells(stores.ch, workspaceId, audience, { from: dayNumber(between.from), to: dayNumber(between.to) }));
}

/** Lifetimes of everyone and by cohort (R19). */
export async function lifetime(stores: Stores, workspaceId: WorkspaceId, audience: Audience, by: 'month' | 'quarter' | 'year'): Promise<{ all: CohortLifetime | null; cohorts: CohortLifetime[] }> {
  const rows = await lifetimes(stores.ch, workspaceId, audience, by);
  const [all] = lifetimesByCohort(rows.map((row) => ({ ...row, cohort: '' })));
  return { all: all ?? null, cohorts: lifetimesByCohort(rows) };
}

/** Stage × strategy with people and plays (R18). */
export async function matrix(stores: Stores, { workspaceId, shops }: Pick<Caller, 'workspaceId' | 'shops'>): Promise<MatrixRow[]> {
  const [strategies, plays, heads] = await Promise.all([
    stores.pg.tx(workspaceId, (tx) => listStrategies(tx, workspaceId)), playsOf(stores, workspaceId), countHeads(stores.ch, workspaceId, { people: 'all', shop: '', within: shops }),
  ]);
  return strategyMatrix(strategies, plays, Object.fromEntries(heads.map(({ stage, customers }) => [stage, customers])) as Partial<Record<Stage, number>>);
}
