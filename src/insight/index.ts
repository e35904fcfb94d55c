/** The door of insight: did it work. */
import type { Route } from '../kernel/http/route.ts';
import { listExperimentRoutes } from './experiments/index.ts';
import { benchmarkRoutes } from './benchmarks/routes.ts';
import { forecastRoutes } from './forecasts/routes.ts';
import { figureRoutes } from './routes/figures.ts';
import { goalRoutes } from './routes/goals.ts';
import { metricRoutes } from './routes/metrics.ts';
import { promotionRoutes } from './routes/promotions.ts';

export { hypothesisOf } from './benchmarks/benchmarks.ts';
export { cohorts } from './cohorts.ts';
export { cohortsBody, cohortsShape, type Definition, figuresBody, figuresShape, funnelBody, metricsShape, Population, Scope, seriesBody } from './contract.ts';
export { CONTROL, armOf, effectForShares, type Split, splitFault } from './core/experiment/index.ts';
export { type Interval, wilson } from './core/interval.ts';
export { METRIC_IDS, METRICS, type MetricId } from './core/metrics.ts';
export { changeCycle, closeExperiment, drawExperiment, experimentReactions, experimentResult, openRolling, promiseOf, type RollingInput, takeIn, experimentsTick, finishCycle, listCycles, listExperiments, newExperiment, Plan, registerExperiments, registerPlayBook, registerSendings, type SendingSource, rehearseExperiment, settleDue, type SimulatedOrder, simulateEffect, startCycle, type TrueEffect } from './experiments/index.ts';
export { figures, series } from './figures.ts';
export { funnel } from './funnel.ts';
export { Audience as ListAudience } from './experiments/contract.ts';
export { mirrorExperiment } from './experiments/mirror.ts';
export { listGoals, registerGoalUses, setGoal } from './goals.ts';
export { home } from './home.ts';
export { changeMetric, listMetrics } from './metrics.ts';
export { people } from './people.ts';
export { addPromotion, listPromotions } from './promotions.ts';

export const insightRoutes: readonly Route[] = [...figureRoutes, ...metricRoutes, ...goalRoutes, ...promotionRoutes, ...forecastRoutes, ...benchmarkRoutes, ...listExperimentRoutes];
