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
import { countHeads, countStages, countStagesOn, countStates, flowCells, lifetimes, returnedSince, type StageCount } from './queries/overview.ts';
import { dataDay } from './asOf.ts';
import { listStrategies, rulesInForce, settingOf } from './store.ts';

/** A report on past days as pages read it. */
export const reportOf = (report: CalibrationReport | null): Report | null =>
  report && { ...report, asOf: dayOfNumber(report.asOf), judged: report.judged.map((cutoff) => ({ ...cutoff, day: dayOfNumber(cutoff.day) })) };

const CHURNED_THEN_DAYS = 90;

/** The lifecycle at a glance: each stage now, against `days` ago, with its money and reach, and what the churn label is worth. */
export async function overview(stores: Stores, workspaceId: WorkspaceId, audience: Audience, days: number): Promise<Overview> {
  const asOf = await dataDay(stores, workspaceId);
  const today = dayNumber(asOf);
  const [counts, states, before, then, { rules, setting }] = await Promise.all([
    countStages(stores.ch, workspaceId, audience),
    countStates(stores.ch, workspaceId, audience),
    countStagesOn(stores.ch, workspaceId, audience, today - days),
    returnedSince(stores.ch, workspaceId, audience, today - CHURNED_THEN_DAYS),
    stores.pg.tx(workspaceId, async (tx) => ({ rules: await rulesInForce(tx, workspaceId), setting: await settingOf(tx, workspaceId) })),
  ]);
  const was = new Map(before.map(({ stage, customers }) => [stage, customers]));
  const stages = STAGES.map((stage) => {
    const now = counts.find((one) => one.stage === stage);
    const [customers, past] = [now?.customers ?? 0, was.get(stage) ?? 0];
    return { stage, customers, before: past, change: customers - past, netMinor: now?.netMinor ?? 0, reachable: now?.reachable ?? 0, reach: now?.reach ?? {} };
  });
  const sum = (of: (one: (typeof stages)[number]) => number): number => stages.reduce((total, one) => total + of(one), 0);
  return {
    asOf, comparedWith: dayOfNumber(today - days), rulesVersion: rules.version,
    total: sum((one) => one.customers), netMinor: sum((one) => one.netMinor), reachable: sum((one) => one.reachable),
    stages, states, model: placesIn(modelOf(setting.model), counts), report: reportOf(rules.report),
    churnedThen: { day: dayOfNumber(today - CHURNED_THEN_DAYS), ...then, share: then.called === 0 ? null : then.returned / then.called },
  };
}

/** Headcounts in the places of a model: they add up to the same customers. */
function placesIn(model: ModelTemplate, stages: readonly StageCount[]): Overview['model'] {
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
