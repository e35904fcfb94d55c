import { activity } from '../../kernel/readings.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';

/**
 * What each metric counts, as three readings of one row a customer, part and period: whether the row is counted (`counts`),
 * and what it adds above (`top`) and below (`bottom`) the line. The row's columns are the aggregates below.
 * A figure is sum(top), or sum(top) / sum(bottom); the people behind it are these rows, so the two cannot disagree,
 * and any number of metrics share one pass over the purchases.
 */
export type Measure = { counts: string; top: string; bottom: string; joins?: readonly Join[] };
export type Join = 'stages' | 'referrals';

const IN_PERIOD = 'day >= start AND day <= stop';
const LENGTH = "(dateDiff('day', start, stop) + 1)";

/**
 * Aggregates of a customer's doings (`bought`: day, amount, net, and whether the row is a purchase) around a period
 * [start, stop]. Only money that moved (`net_in`, `moved_in`) counts rows that are no purchase: refunds and wholly refunded orders.
 */
export const AGGREGATES = {
  first_day: 'minIf(day, purchase)',
  all_days: 'groupUniqArrayIf(day, purchase)',
  orders_in: `countIf(purchase AND ${IN_PERIOD})`,
  days_in: `uniqExactIf(day, purchase AND ${IN_PERIOD})`,
  first_in: `minIf(day, purchase AND ${IN_PERIOD})`,
  paid_in: `sumIf(amount, purchase AND ${IN_PERIOD})`,
  net_in: `sumIf(net, ${IN_PERIOD})`,
  moved_in: `countIf(${IN_PERIOD} AND (amount != 0 OR net != 0))`,
  orders_by: 'countIf(purchase AND day <= stop)',
  last_by: 'maxIf(day, purchase AND day <= stop)',
  days_before: 'uniqExactIf(day, purchase AND day < start)',
  last_before: 'maxIf(day, purchase AND day < start)',
  orders_prior: `countIf(purchase AND day < start AND day >= start - ${LENGTH})`,
  orders_earlier: `countIf(purchase AND day < start - ${LENGTH})`,
} as const;

/** Measures that need more than purchases read every movement of money. */
export const needsMoney = ({ counts, top }: Measure): boolean => /\b(net_in|moved_in)\b/.test(`${counts} ${top}`);

const stageOn = (day: string): string => `stages[arrayLastIndex(d -> d <= ${day}, entered)]`;
const share = (counts: string, top: string, joins?: readonly Join[]): Measure => ({ counts, top: `toInt64(${top})`, bottom: '1', joins });
const heads = (counts: string, joins?: readonly Join[]): Measure => ({ counts, top: '1', bottom: '1', joins });
const bought = (top: string, bottom = '1'): Measure => ({ counts: 'orders_in > 0', top, bottom });

/** Those who first bought in the period and whose following days have all passed. */
const FIRST_BUYERS = (days: string): string => `orders_by > 0 AND first_day >= start AND first_day <= stop AND first_day + ${days} <= {as_of:Date32}`;
const CAME_BACK = (days: string): string => `arrayExists(d -> d > first_day AND d <= first_day + ${days}, all_days)`;

/** Customers of the day before the period with so many purchase days by then; kept or lost on its last day by the rule. */
function kept({ rule }: MetricParams, days: string, purchaseDays: 1 | 2, top: 'kept' | 'lost'): Measure {
  const sign = top === 'kept' ? '' : 'NOT ';
  if (rule === 'bought_within') return share(`days_before >= ${purchaseDays} AND last_before >= start - ${days}`, `${sign}(last_by > stop - ${days})`);
  return share(`days_before >= ${purchaseDays} AND ${stageOn('start - 1')} NOT IN ('', 'prospect', 'churned')`, `${sign}(${stageOn('stop')} != 'churned')`, ['stages']);
}

/** `days` is the bound parameter that holds the version's number of days. */
export const MEASURES: Readonly<Record<MetricId, (params: MetricParams, days: string) => Measure>> = {
  customers: () => heads('orders_by > 0'),
  buyers: () => heads('orders_in > 0'),
  active: (_, days) => heads(`orders_by > 0 AND last_by > stop - ${days}`),
  new_first: () => heads('orders_by > 0 AND first_day >= start AND first_day <= stop'),
  new_platform: (_, days) => heads(`orders_in > 0 AND (days_before = 0 OR dateDiff('day', last_before, first_in) > ${days})`),
  returning: () => heads('orders_in > 0 AND orders_prior = 0 AND orders_earlier > 0'),
  won_back: () => heads("orders_by > 0 AND arrayExists((stage, d) -> stage = 'won_back' AND d >= start AND d <= stop, stages, entered)", ['stages']),
  orders: () => bought('orders_in'),
  paid: () => bought('paid_in'),
  net: () => ({ counts: 'moved_in > 0', top: 'net_in', bottom: '1' }),
  aov: () => bought('paid_in'),
  order_value: () => bought('paid_in', 'orders_in'),
  orders_per_buyer: () => bought('orders_in'),
  repurchase_first: (_, days) => share(FIRST_BUYERS(days), CAME_BACK(days)),
  not_repeated: (_, days) => share(FIRST_BUYERS(days), `NOT ${CAME_BACK(days)}`),
  repurchase_period: () => share('orders_in > 0', 'days_in >= 2'),
  repurchase_existing: () => share('days_before > 0', 'orders_in > 0'),
  retention: (params, days) => kept(params, days, 1, 'kept'),
  churn_existing: (params, days) => kept(params, days, 2, 'lost'),
  referral: () => share('orders_by > 0', 'arrayExists(d -> d >= start AND d <= stop, referred)', ['referrals']),
};

/** What the rows may be joined with: everybody's history of stages as known now; the days of valid referrals. */
export const JOINS: Readonly<Record<Join, string>> = {
  stages: `
  LEFT JOIN (
    SELECT customer, stages, entered
    FROM   stage_now FINAL
    WHERE  workspace = {workspace:UUID}) AS s ON s.customer = g.customer`,
  referrals: `
  LEFT JOIN (
    SELECT customer, groupUniqArray(day) AS referred
    FROM   ${activity('customer', 'day', 'event', 'properties')}
    WHERE  event = 'referral.made' AND ifNull(getSubcolumn(properties, 'valid')::Nullable(String), '') NOT IN ('false', '0')
    GROUP  BY customer) AS r ON r.customer = g.customer`,
};
