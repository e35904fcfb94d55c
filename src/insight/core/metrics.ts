/** What a figure is measured in. Money is minor units of the reporting currency; a rate is a share of people, a ratio a share of anything else, both 0–1. */
export const UNITS = ['people', 'orders', 'money', 'rate', 'ratio', 'number'] as const;
export type Unit = (typeof UNITS)[number];

/** Settings a definition leaves open; which of them a metric has is its `params`. */
export type MetricParams = { days?: number; rule?: RetentionRule; everyDays?: number };

/** When a customer counts as kept: not judged lost on the last day, or bought within `days` before it. */
export const RETENTION_RULES = ['not_churned', 'bought_within'] as const;
export type RetentionRule = (typeof RETENTION_RULES)[number];

/**
 * How a figure moves while its window runs: a rate that only gathers (`gathers`) is projected by its pace, one that only
 * loses (`loses`) by the pace of its losses, a running total (`adds`) by its pace; the rest stands as it is (`level`).
 */
export type Pace = 'gathers' | 'loses' | 'adds' | 'level';

export type MetricDeclaration = {
  id: string;
  unit: Unit;
  /** Whether more is better; `none` for plain headcounts. */
  better: 'more' | 'less' | 'none';
  pace: Pace;
  /** Defaults of version 1. */
  params: MetricParams;
};

const metric = <Id extends string>(id: Id, unit: Unit, better: MetricDeclaration['better'], pace: Pace, params: MetricParams = {}): MetricDeclaration & { id: Id } => ({ id, unit, better, pace, params });

/**
 * The catalogue: every figure the product shows, in the order it is listed. What each counts is one query
 * (queries/metricRows.ts) and one sentence (kernel/words/insight.ts); both carry the same id.
 */
export const METRICS = [
  metric('customers', 'people', 'more', 'level'),
  metric('buyers', 'people', 'more', 'adds'),
  metric('active', 'people', 'more', 'level', { days: 30 }),
  metric('new_first', 'people', 'more', 'adds'),
  metric('new_platform', 'people', 'more', 'adds', { days: 365 }),
  metric('returning', 'people', 'more', 'adds'),
  metric('won_back', 'people', 'more', 'adds'),
  metric('orders', 'orders', 'more', 'adds'),
  metric('paid', 'money', 'more', 'adds'),
  metric('net', 'money', 'more', 'adds'),
  metric('aov', 'money', 'more', 'level'),
  metric('order_value', 'money', 'more', 'level'),
  metric('orders_per_buyer', 'number', 'more', 'level'),
  metric('repurchase_first', 'rate', 'more', 'gathers', { days: 90 }),
  metric('repurchase_period', 'rate', 'more', 'gathers'),
  metric('repurchase_existing', 'rate', 'more', 'gathers'),
  metric('retention', 'rate', 'more', 'loses', { rule: 'not_churned' }),
  metric('churn_existing', 'rate', 'less', 'gathers', { rule: 'not_churned' }),
  metric('not_repeated', 'rate', 'less', 'level', { days: 90 }),
  metric('referral', 'rate', 'more', 'gathers'),
  metric('active_daily', 'number', 'more', 'level'),
  metric('active_monthly', 'people', 'more', 'level', { days: 30 }),
  metric('stickiness', 'ratio', 'more', 'level', { days: 30 }),
] as const satisfies readonly MetricDeclaration[];

export type MetricId = (typeof METRICS)[number]['id'];
export const METRIC_IDS = METRICS.map((one) => one.id) as [MetricId, ...MetricId[]];

export const metricOf = (id: string): MetricDeclaration | undefined => METRICS.find((one) => one.id === id);

/** Rates are shares of people, so they have an interval; a mean of money or orders, or a share of days, has not: one person’s days go together. */
export const isRate = (unit: Unit): unit is 'rate' => unit === 'rate';

/** The figure itself: a total, or a quotient; null where nothing stands below the line. */
export function figureOf({ unit, id }: Pick<MetricDeclaration, 'unit' | 'id'>, top: number, bottom: number): number | null {
  const isQuotient = unit === 'rate' || unit === 'ratio' || unit === 'number' || id === 'aov' || id === 'order_value';
  if (!isQuotient) return top;
  return bottom === 0 ? null : top / bottom;
}
