import { activity } from '../../kernel/readings.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';
import { PERIODS } from './scope.ts';

/**
 * What each metric counts, as readings of one row a customer, part and period: whether the row is counted (`counts`), and
 * what it adds. `heads` counts the people; `share` counts those above the line (`yes`) among them; `sums` adds `top` over `bottom`;
 * `daily` adds `top` over the days of the period. The row's columns are the aggregates below; they are of purchases, `of: money`
 * of every movement of money, `of: doings` of what people did: visits and acts as sources report them, not their orders.
 * A figure is made of these rows, and so are the people behind it: the two cannot disagree, and any number of metrics share
 * one pass over the purchases.
 */
export type Measure = { counts: string; joins?: readonly Join[]; of?: 'money' | 'doings' }
  & ({ kind: 'heads' } | { kind: 'share'; yes: string } | { kind: 'sums'; top: string; bottom: string } | { kind: 'daily'; top: string });
export type Join = 'stages' | 'referrals';

/** What a counted row adds above and below the line. */
export const topOf = (measure: Measure): string => (measure.kind === 'sums' || measure.kind === 'daily' ? measure.top : measure.kind === 'share' ? `toInt64(${measure.yes})` : '1');
export const bottomOf = (measure: Measure): string => (measure.kind === 'sums' ? measure.bottom : '1');

/**
 * What is known of a customer's doings around a period [start, stop], as aggregates of rows beside that period. `bought_on` is the day of a purchase, or the end of time
 * for what is none; `inside` whether it falls into the period. Only money that moved (`net_in`, `moved_in`) counts what is no
 * purchase: refunds and wholly refunded orders.
 */
export const AGGREGATES = {
  orders_in: 'countIf(inside)',
  first_in: 'minIf(bought_on, inside)',
  last_in: 'maxIf(bought_on, inside)',
  paid_in: 'sumIf(amount, inside)',
  net_in: 'sumIf(net, day >= start AND day <= stop)',
  moved_in: 'countIf(day >= start AND day <= stop AND (amount != 0 OR net != 0))',
} as const;

/** What a customer's rows are gathered into, once for all periods: `days` and `moved_days` are those from the first day that any period looks at. */
export const GATHERED = {
  first_day: 'min(bought_on)',
  before: 'maxIf(bought_on, bought_on < {since:Date32})',
  days: 'groupArrayIf(bought_on, bought_on >= {since:Date32} AND bought_on <= {as_of:Date32})',
  amounts: 'groupArrayIf(amount, bought_on >= {since:Date32} AND bought_on <= {as_of:Date32})',
  moved_days: 'groupArrayIf(day, day >= {since:Date32} AND (amount != 0 OR net != 0))',
  nets: 'groupArrayIf(net, day >= {since:Date32} AND (amount != 0 OR net != 0))',
} as const;

const within = (days: string): string => `arrayFilter(d -> d >= start AND d <= stop, ${days})`;
const sumWithin = (days: string, values: string): string => `arraySum((d, value) -> if(d >= start AND d <= stop, value, 0), ${days}, ${values})`;

/** The aggregates again, of what was gathered, and those that days outside the period have a say in: fewer rows by far where periods are many and most buy seldom. */
export const ACROSS: Readonly<Record<keyof typeof AGGREGATES | 'first_day' | 'all_days' | 'last_by' | 'last_before', string>> = {
  first_day: 'first_day',
  all_days: 'days',
  orders_in: `length(${within('days')})`,
  first_in: `arrayMin(${within('days')})`,
  last_in: `arrayMax(${within('days')})`,
  paid_in: sumWithin('days', 'amounts'),
  net_in: sumWithin('moved_days', 'nets'),
  moved_in: `length(${within('moved_days')})`,
  last_by: 'greatest(before, arrayMax(arrayFilter(d -> d <= stop, days)))',
  last_before: 'greatest(before, arrayMax(arrayFilter(d -> d < start, days)))',
};
export const boughtOn = (money: boolean): string => (money ? "if(purchase, day, toDate32('2299-12-31'))" : 'day');

const share = (counts: string, yes: string, joins?: readonly Join[]): Measure => ({ kind: 'share', counts, yes, ...(joins && { joins }) });
const heads = (counts: string, joins?: readonly Join[]): Measure => ({ kind: 'heads', counts, ...(joins && { joins }) });
const bought = (top: string, bottom = '1'): Measure => ({ kind: 'sums', counts: 'orders_in > 0', top, bottom });

/** How many of somebody's days lie in a stretch; both ends included. */
const daysIn = (from: string, to: string): string => `arrayCount(d -> d >= ${from} AND d <= ${to}, all_days)`;
const lastDays = (days: string): string => daysIn(`stop - ${days} + 1`, 'stop');

/** Those who first bought in the period and whose following days have all passed. */
const FIRST_BUYERS = (days: string): string => `first_day >= start AND first_day <= stop AND first_day + ${days} <= {as_of:Date32}`;
const CAME_BACK = (days: string): string => `arrayExists(d -> d > first_day AND d <= first_day + ${days}, all_days)`;

/** Customers of the day before the period with so many purchase days by then; kept or lost on its last day by the rule. */
function kept({ rule }: MetricParams, days: string, purchaseDays: 1 | 2, top: 'kept' | 'lost'): Measure {
  const sign = top === 'kept' ? '' : 'NOT ';
  const known = purchaseDays === 1 ? 'first_day < start' : 'first_day < last_before';
  if (rule === 'bought_within') return share(`${known} AND last_before >= start - ${days}`, `${sign}(last_by > stop - ${days})`);
  return share(`${known} AND intDiv(stood[at], 3) = 1`, `${sign}(stood[at] % 3 != 2)`, ['stages']);
}

/** `days` is the bound parameter that holds the version's number of days. */
export const MEASURES: Readonly<Record<MetricId, (params: MetricParams, days: string) => Measure>> = {
  customers: () => heads('first_day <= stop'),
  buyers: () => heads('orders_in > 0'),
  active: (_, days) => heads(`last_by > stop - ${days}`),
  new_first: () => heads('first_day >= start AND first_day <= stop'),
  new_platform: (_, days) => heads(`orders_in > 0 AND (first_day >= start OR dateDiff('day', last_before, first_in) > ${days})`),
  returning: () => heads("orders_in > 0 AND first_day < start AND last_before < start - (dateDiff('day', start, stop) + 1)"),
  won_back: () => heads('first_day <= stop AND arrayExists(d -> d >= start AND d <= stop, won_back)', ['stages']),
  orders: () => bought('orders_in'),
  paid: () => bought('paid_in'),
  net: () => ({ kind: 'sums', counts: 'moved_in > 0', top: 'net_in', bottom: '1', of: 'money' }),
  aov: () => bought('paid_in'),
  order_value: () => bought('paid_in', 'orders_in'),
  orders_per_buyer: () => bought('orders_in'),
  repurchase_first: (_, days) => share(FIRST_BUYERS(days), CAME_BACK(days)),
  not_repeated: (_, days) => share(FIRST_BUYERS(days), `NOT ${CAME_BACK(days)}`),
  repurchase_period: () => share('orders_in > 0', 'first_in < last_in'),
  repurchase_existing: () => share('first_day < start', 'orders_in > 0'),
  retention: (params, days) => kept(params, days, 1, 'kept'),
  churn_existing: (params, days) => kept(params, days, 2, 'lost'),
  referral: () => share('first_day <= stop', 'arrayExists(d -> d >= start AND d <= stop, referred)', ['referrals']),
  active_daily: () => ({ kind: 'daily', counts: `${daysIn('start', 'stop')} > 0`, top: daysIn('start', 'stop'), of: 'doings' }),
  active_monthly: (_, days) => ({ kind: 'heads', counts: `${lastDays(days)} > 0`, of: 'doings' }),
  stickiness: (_, days) => ({ kind: 'sums', counts: `${lastDays(days)} > 0`, top: lastDays(days), bottom: `toInt64(${days})`, of: 'doings' }),
};

/** Where a customer stood on a day: 1 with us, 2 lost, 0 neither. */
const standingOn = (day: string): string => `standings[arrayLastIndex(d -> d <= ${day}, entered)]`;

/** What the rows may be joined with, and which columns of it: everybody's history of stages as known now; the days of valid referrals. */
export const JOINS: Readonly<Record<Join, { columns: Readonly<Record<string, string>>; join: (columns: string) => string }>> = {
  stages: {
    columns: {
      // Where they stood the day before each period and on its last day, in one number: a join carries it more lightly than the history.
      stood: `arrayMap(one -> toUInt8(3 * ${standingOn('one.1 - 1')} + ${standingOn('one.2')}), ${PERIODS})`,
      won_back: "arrayFilter((day, stage) -> stage = 'won_back', entered, stages)",
    },
    // Standings are numbers, since a row of texts costs more to carry along than all the rest of the row.
    join: (columns) => `
  LEFT JOIN (
    SELECT customer, ${columns}
    FROM (SELECT customer, entered, stages, arrayMap(stage -> multiIf(stage = 'prospect', 0, stage = 'churned', 2, 1), stages) AS standings
          FROM   stage_now FINAL
          WHERE  workspace = {workspace:UUID})) AS s ON s.customer = g.customer`,
  },
  referrals: {
    columns: { referred: 'groupUniqArray(day)' },
    join: (columns) => `
  LEFT JOIN (
    SELECT customer, ${columns}
    FROM   ${activity('customer', 'day', 'event', 'properties')}
    WHERE  event = 'referral.made' AND ifNull(getSubcolumn(properties, 'valid')::Nullable(String), '') NOT IN ('false', '0')
    GROUP  BY customer) AS r ON r.customer = g.customer`,
  },
};
