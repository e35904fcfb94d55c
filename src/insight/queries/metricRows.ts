import type { MetricId, MetricParams } from '../core/metrics.ts';

/**
 * What each metric counts: one row a customer, part and period with `top` and `bottom`, from the CTE `bought`
 * (queries/figures.ts: purchases in scope, once for every period asked, with `start` and `stop`).
 * A figure is sum(top), or sum(top) / sum(bottom); the people behind it are these rows, so the two cannot disagree.
 * Columns: customer, part, start, top, bottom. Parameters: as_of, days, every_days.
 */
type RowsOf = (params: MetricParams) => string;

const SAME = 'GROUP BY customer, part, start, stop';
const IN_PERIOD = 'day >= start AND day <= stop';
const inPeriod = (top: string, bottom: string): string => `
  SELECT customer, part, start, ${top} AS top, ${bottom} AS bottom
  FROM   bought
  WHERE  ${IN_PERIOD}
  ${SAME}`;
const having = (condition: string): string => `
  SELECT customer, part, start, 1 AS top, 1 AS bottom
  FROM   bought
  ${SAME}
  HAVING ${condition}`;

/** Everybody's whole history of stages as it is known now. */
const STAGED = `
  SELECT customer, stages, entered
  FROM   stage_now FINAL
  WHERE  workspace = {workspace:UUID}`;
const stageOn = (day: string): string => `s.stages[arrayLastIndex(d -> d <= ${day}, s.entered)]`;

/** First purchases of the period whose following days have all passed, and whether a second purchase day came within them. */
const firstPurchases = (top: string): string => `
  SELECT customer, part, start, toInt64(${top}) AS top, 1 AS bottom
  FROM (
    SELECT customer, part, start, stop, min(day) AS first, groupUniqArray(day) AS days
    FROM   bought
    ${SAME})
  WHERE first >= start AND first <= stop AND first + {days:UInt32} <= {as_of:Date32}`;
const CAME_BACK = 'arrayExists(d -> d > first AND d <= first + {days:UInt32}, days)';

/** Customers of the day before the period who are kept on its last day; `repeat` leaves out those with one purchase day so far. */
function kept({ rule }: MetricParams, repeat: boolean, top: 'kept' | 'lost'): string {
  const sign = top === 'kept' ? '' : 'NOT ';
  if (rule === 'bought_within') return `
  SELECT customer, part, start, toInt64(${sign}(maxIf(day, day <= stop) > stop - {days:UInt32})) AS top, 1 AS bottom
  FROM   bought
  ${SAME}
  HAVING uniqExactIf(day, day < start) >= ${repeat ? 2 : 1} AND maxIf(day, day < start) >= start - {days:UInt32}`;
  return `
  SELECT b.customer AS customer, b.part AS part, b.start AS start, toInt64(${sign}(${stageOn('b.stop')} != 'churned')) AS top, 1 AS bottom
  FROM (
    SELECT customer, part, start, stop, uniqExact(day) AS days
    FROM   bought
    WHERE  day < start
    ${SAME}) AS b
  INNER JOIN (${STAGED}) AS s ON s.customer = b.customer
  WHERE b.days >= ${repeat ? 2 : 1} AND ${stageOn('b.start - 1')} NOT IN ('', 'prospect', 'churned')`;
}

const EVER_BOUGHT = `
    SELECT customer, part, start, stop
    FROM   bought
    WHERE  day <= stop
    ${SAME}`;

export const METRIC_ROWS: Readonly<Record<MetricId, RowsOf>> = {
  customers: () => having('countIf(day <= stop) > 0'),
  buyers: () => inPeriod('1', '1'),
  active: () => having('countIf(day <= stop AND day > stop - {days:UInt32}) > 0'),
  new_first: () => having('min(day) >= start AND min(day) <= stop'),
  new_platform: () => having(`countIf(${IN_PERIOD}) > 0
    AND (countIf(day < start) = 0 OR dateDiff('day', maxIf(day, day < start), minIf(day, ${IN_PERIOD})) > {days:UInt32})`),
  returning: () => having(`countIf(${IN_PERIOD}) > 0
    AND countIf(day < start AND day >= start - dateDiff('day', start, stop) - 1) = 0
    AND countIf(day < start - dateDiff('day', start, stop) - 1) > 0`),
  won_back: () => `
  SELECT b.customer AS customer, b.part AS part, b.start AS start, 1 AS top, 1 AS bottom
  FROM (${EVER_BOUGHT}) AS b
  INNER JOIN (${STAGED}) AS s ON s.customer = b.customer
  WHERE arrayExists((stage, d) -> stage = 'won_back' AND d >= b.start AND d <= b.stop, s.stages, s.entered)`,
  orders: () => inPeriod('count()', '1'),
  paid: () => inPeriod('sum(amount)', '1'),
  net: () => inPeriod('sum(net)', '1'),
  aov: () => inPeriod('sum(amount)', '1'),
  order_value: () => inPeriod('sum(amount)', 'count()'),
  orders_per_buyer: () => inPeriod('count()', '1'),
  repurchase_first: () => firstPurchases(CAME_BACK),
  not_repeated: () => firstPurchases(`NOT ${CAME_BACK}`),
  repurchase_period: () => inPeriod('toInt64(uniqExact(day) >= 2)', '1'),
  repurchase_existing: () => `
  SELECT customer, part, start, toInt64(countIf(${IN_PERIOD}) > 0) AS top, 1 AS bottom
  FROM   bought
  ${SAME}
  HAVING countIf(day < start) > 0`,
  retention: (params) => kept(params, false, 'kept'),
  churn_existing: (params) => kept(params, true, 'lost'),
  referral: () => `
  SELECT b.customer AS customer, b.part AS part, b.start AS start, toInt64(arrayExists(d -> d >= b.start AND d <= b.stop, r.days)) AS top, 1 AS bottom
  FROM (${EVER_BOUGHT}) AS b
  LEFT JOIN (
    SELECT customer, groupUniqArray(day) AS days
    FROM   activity(workspace = {workspace:UUID})
    WHERE  event = 'referral.made' AND ifNull(getSubcolumn(properties, 'valid')::Nullable(String), '') NOT IN ('false', '0')
    GROUP  BY customer) AS r ON r.customer = b.customer`,
};
