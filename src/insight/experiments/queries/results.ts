import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { Day } from '../../../kernel/day.ts';
import { type CustomerId, NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { activity, purchaseLines, purchases } from '../../../kernel/readings.ts';
import type { ArmPeople, Exclusion, Plan } from '../contract.ts';
import { AGGREGATES, boughtOn, JOINS } from '../../queries/measures.ts';
import type { Behind } from '../../queries/people.ts';
import { type Asked, boughtSql, periodParams, scopeParams } from '../../queries/scope.ts';

/** Days before the start whose spending steadies the comparison. */
const BEFORE_DAYS = 365;

/** What is counted: a draw, the days of its window that have passed, and the plan's money rules. `rolling`: each person's window is counted from their own first day. */
export type Counting = { asked: Omit<Asked, 'people'>; drawId: string; from: Day; to: Day; plan: Plan; rolling: boolean };

/** One arm's people, apart by whether something was sent to them. Money in minor units; `y` profit a person after coupons, `x` their net spending in the year before. */
export type ArmSums = {
  arm: string; sent: 0 | 1; customers: number; merged: number; buyers: number; orders: number; paidMinor: number; netMinor: number; refunded: number; goodsMinor: number; couponMinor: number;
  knownMinor: number; linesMinor: number; y: number; yy: number; x: number; xx: number; xy: number;
};

/** Each person once: where several who were drawn turned out to be one, the surviving record's arm counts; without one of its own, the smallest id's. */
export const DRAW = `draw AS (
  SELECT owner AS customer, argMin(arm, (anchor != owner, anchor)) AS arm, max(sent_on) > toDate32('1900-01-01') AS sent, count() AS anchors, minIf(starts_on, starts_on > toDate32('1900-01-01')) AS begun
  FROM   experiment_draw FINAL
  WHERE  workspace = {workspace:UUID} AND draw = {draw:UUID}
  GROUP  BY owner)`;
const PEOPLE = { sql: 'SELECT customer FROM draw', from: '', where: '', params: {} };
const HERE = 'day >= {from:Date32} AND day <= {to:Date32} AND (empty({shops:Array(String)}) OR shop IN {shops:Array(String)}) AND customer IN (SELECT customer FROM draw)';
/** Rows within somebody's own window, where each has one. */
const within = ({ rolling }: Pick<Counting, 'rolling'>, rows: string): string =>
  (rolling ? `(SELECT o.* FROM ${rows} AS o INNER JOIN (SELECT customer, begun FROM draw) AS w ON w.customer = o.customer WHERE o.day >= w.begun AND o.day < w.begun + {window_days:Int32})` : rows);

const paramsOf = ({ asked, drawId, from, to, plan }: Counting): Record<string, unknown> => {
  const flat = plan.variants.filter(({ couponCode }) => couponCode === '');
  const coded = plan.variants.filter(({ couponCode }) => couponCode !== '');
  return {
    ...scopeParams({ ...asked, people: PEOPLE }), ...periodParams([{ from, to }], 0), draw: drawId, from, to, before_days: BEFORE_DAYS, window_days: plan.windowDays,
    margin: plan.margin.basis === 'share' ? plan.margin.share : 1, flat_arms: ['', ...flat.map(({ key }) => key)], flat_minors: [0, ...flat.map(({ couponMinor }) => couponMinor)],
    codes: ['', ...coded.map(({ couponCode }) => couponCode)], code_minors: [0, ...coded.map(({ couponMinor }) => couponMinor)],
  };
};

/** Each movement of money beside the window of whoever it is of: the experiment's, or their own. */
const movedSql = ({ asked, rolling }: Pick<Counting, 'asked' | 'rolling'>): string => {
  const all = boughtSql({ ...asked, people: PEOPLE }, 'none', true);
  return rolling ? `${all.replace('bought AS (', 'moved_any AS (')},
bought AS (
  SELECT m.customer AS customer, m.part AS part, m.day AS day, m.amount AS amount, m.net AS net, m.purchase AS purchase, w.begun AS start, least(w.begun + {window_days:Int32} - 1, m.stop) AS stop
  FROM   moved_any AS m
  INNER  JOIN (SELECT customer, begun FROM draw) AS w ON w.customer = m.customer)` : all;
};

const groupedSql = (counting: Pick<Counting, 'asked' | 'rolling'>, extra: readonly string[] = []): string => `${movedSql(counting)},
grouped AS (
  WITH   ${boughtOn(true)} AS bought_on, bought_on >= start AND bought_on <= stop AS inside, day >= start AND day <= stop AS moved
  SELECT customer, ${AGGREGATES.orders_in} AS orders_in, ${AGGREGATES.net_in} AS net_in, ${['', ...extra].join(',\n         ').slice(1)}
  FROM   bought
  GROUP  BY customer)`;

const goodsSql = (counting: Pick<Counting, 'rolling'>): string => `
  LEFT JOIN (
    SELECT customer, toInt64(round(sum(cost * if(amount > 0, greatest(0, 1 - refunded / amount), 1)))) AS goods, sumIf(amount, cost > 0) AS known, sum(amount) AS lines
    FROM   ${within(counting, purchaseLines('customer', 'shop', 'day', 'amount', 'refunded', 'cost'))}
    WHERE  ${HERE}
    GROUP  BY customer) AS l ON l.customer = d.customer`;
const NO_GOODS = '\n  CROSS JOIN (SELECT toInt64(0) AS goods, toInt64(0) AS known, toInt64(0) AS lines) AS l';

const redeemedSql = (counting: Pick<Counting, 'rolling'>): string => `
  LEFT JOIN (
    SELECT customer, sum(transform(coupon, {codes:Array(String)}, {code_minors:Array(Int64)}, toInt64(0))) AS redeemed
    FROM   ${within(counting, purchases('customer', 'shop', 'day', 'coupon'))}
    WHERE  coupon != '' AND has({codes:Array(String)}, coupon) AND ${HERE}
    GROUP  BY customer) AS r ON r.customer = d.customer`;
const NOT_REDEEMED = '\n  CROSS JOIN (SELECT toInt64(0) AS redeemed) AS r';

/** What is known of each person of a draw, one row each. */
function peopleSql(counting: Counting): string {
  const { plan } = counting;
  const money = [
    'sumIf(amount, moved) AS paid_moved', 'sumIf(amount - net, moved) AS refunded_in', 'sumIf(net, day < start AND day >= start - {before_days:Int32}) AS spent_before',
  ];
  return `${DRAW},
${groupedSql(counting, money)},
people AS (
  SELECT d.customer AS customer, d.arm AS arm, d.sent AS sent, d.anchors AS anchors, g.orders_in AS orders_in, g.paid_moved AS paid_moved, g.net_in AS net_in, g.refunded_in AS refunded_in, l.goods AS goods, l.known AS known, l.lines AS lines,
         r.redeemed + if(g.orders_in > 0, transform(d.arm, {flat_arms:Array(String)}, {flat_minors:Array(Int64)}, toInt64(0)), 0) AS coupon,
         {margin:Float64} * g.net_in - l.goods - coupon AS profit, toFloat64(g.spent_before) AS spent
  FROM   draw AS d
  LEFT JOIN grouped AS g ON g.customer = d.customer${plan.margin.basis === 'costs' ? goodsSql(counting) : NO_GOODS}${plan.variants.some(({ couponCode }) => couponCode !== '') ? redeemedSql(counting) : NOT_REDEEMED})`;
}

/** What each arm brought, in one statement: buyers, orders, money and the sums that every interval is made of. */
export const loadArms = (ch: ClickHouse, counting: Counting): Promise<ArmSums[]> =>
  ch.rows<ArmSums>(`
WITH ${peopleSql(counting)}
SELECT arm, toUInt8(sent) AS sent, count() AS customers, countIf(anchors > 1) AS merged, countIf(orders_in > 0) AS buyers, sum(orders_in) AS orders,
       sum(paid_moved) AS paidMinor, sum(net_in) AS netMinor, countIf(refunded_in > 0) AS refunded, sum(goods) AS goodsMinor, sum(coupon) AS couponMinor, sum(known) AS knownMinor, sum(lines) AS linesMinor,
       sum(profit) AS y, sum(profit * profit) AS yy, sum(spent) AS x, sum(spent * spent) AS xx, sum(profit * spent) AS xy
FROM   people
GROUP  BY arm, sent
ORDER  BY arm, sent`, paramsOf(counting));

const IS: Readonly<Record<ArmPeople, string>> = { drawn: 'true', sent: 'sent', unsent: 'NOT sent', bought: 'orders_in > 0', refunded: 'refunded_in > 0', unsubscribed: 'customer IN {unsubscribed:Array(UUID)}', complained: 'customer IN {complained:Array(UUID)}' };

/** Who opted out, and who complained: known outside ClickHouse. */
export type SaidBy = Record<'unsubscribed' | 'complained', readonly CustomerId[]>;

/** The people of an arm, as they are counted today. */
export const armPeople = (counting: Counting, { arm, which }: { arm: string; which: ArmPeople }, said: SaidBy): Behind =>
  ({ sql: `WITH ${peopleSql(counting)} SELECT customer, 1 AS top, 1 AS bottom FROM people WHERE arm = {arm:String} AND ${IS[which]}`, params: { ...paramsOf(counting), ...said, arm } });

/** Writes down each person's part of a result. */
export const putOutcome = (ch: ClickHouse, counting: Counting, outcomeId: string, said: SaidBy): Promise<void> =>
  ch.command(`
INSERT INTO experiment_outcome (workspace, outcome, customer, arm, sent, bought, refunded, unsubscribed, complained)
WITH ${peopleSql(counting)}
SELECT {workspace:UUID}, {outcome:UUID}, customer, arm, sent, ${IS.bought}, ${IS.refunded}, ${IS.unsubscribed}, ${IS.complained} FROM people`, { ...paramsOf(counting), ...said, outcome: outcomeId }, 'pass');

/** Rows that name customers of that time, as the people they are today. */
const today = (rows: string): string => `
SELECT if(w.customer = ${NOBODY_SQL}, l.customer, w.customer) AS customer, 1 AS top, 1 AS bottom
FROM  (${rows}) AS l
LEFT   JOIN (SELECT subject, customer FROM subject_owner FINAL WHERE workspace = {workspace:UUID}) AS w ON w.subject = l.customer
GROUP  BY customer`;

const KEPT: Readonly<Record<ArmPeople, string>> = { drawn: 'true', sent: 'sent', unsent: 'NOT sent', bought: 'bought', refunded: 'refunded', unsubscribed: 'unsubscribed', complained: 'complained' };

/** The people of an arm, as they were counted when it was settled. */
export const keptPeople = (workspace: WorkspaceId, outcome: string, { arm, which }: { arm: string; which: ArmPeople }): Behind =>
  ({ sql: today(`SELECT customer FROM experiment_outcome FINAL WHERE workspace = {workspace:UUID} AND outcome = {outcome:UUID} AND arm = {arm:String} AND ${KEPT[which]}`), params: { workspace, outcome, arm } });

/** Whom a draw or a file left out for a reason. */
export const leftOutPeople = (workspace: WorkspaceId, list: string, bar: Exclusion): Behind =>
  ({ sql: today('SELECT customer FROM experiment_left_out FINAL WHERE workspace = {workspace:UUID} AND list = {list:UUID} AND bar = {bar:String}'), params: { workspace, list, bar } });

/** New buyers a day and arm: each person on the day of their first purchase in the window. */
export const loadDays = (ch: ClickHouse, counting: Counting): Promise<{ day: Day; arm: string; buyers: number }[]> =>
  ch.rows(`
WITH ${DRAW},
${groupedSql(counting, [`${AGGREGATES.first_in} AS first_in`])}
SELECT toString(g.first_in) AS day, d.arm AS arm, count() AS buyers
FROM   draw AS d
INNER JOIN grouped AS g ON g.customer = d.customer
WHERE  g.orders_in > 0
GROUP  BY day, arm
ORDER  BY day, arm`, paramsOf(counting));

/** Of those something was sent to: who did anything in the window, and who was not lost at its end. */
export async function loadKept(ch: ClickHouse, counting: Counting): Promise<{ active: number; kept: number }> {
  const stages = JOINS.stages.join('entered, standings');
  const [row] = await ch.rows<{ active: number; kept: number }>(`
WITH ${DRAW}
SELECT countIf(a.customer = g.customer) AS active, countIf(s.standings[arrayLastIndex(one -> one <= {to:Date32}, s.entered)] != 2) AS kept
FROM   (SELECT customer FROM draw WHERE sent AND arm != 'control') AS g
LEFT JOIN (SELECT DISTINCT customer FROM ${activity('customer', 'day', 'shop')} WHERE day >= {from:Date32} AND day <= {to:Date32} AND customer IN (SELECT customer FROM draw)) AS a ON a.customer = g.customer${stages}`, paramsOf(counting));
  return row ?? { active: 0, kept: 0 };
}

/** How many people answered a message in each month, of those something was sent to; empty where no answer was ever recorded. */
export const repliesByMonth = (ch: ClickHouse, workspaceId: string): Promise<{ month: string; replies: number }[]> =>
  ch.rows(`
SELECT formatDateTime(day, '%Y-%m') AS month, uniqExact(customer) AS replies
FROM   ${activity('customer', 'day', 'event')}
WHERE  event = 'message.replied' AND customer IN (SELECT owner FROM experiment_draw FINAL WHERE workspace = {workspace:UUID} AND sent_on > toDate32('1900-01-01'))
GROUP  BY month
ORDER  BY month`, { workspace: workspaceId });

/** By which channels each of some people may be reached. */
export const reachAmong = (ch: ClickHouse, workspaceId: string, { from, where, params }: Compiled): Promise<{ customer: CustomerId; reach: string[] }[]> =>
  ch.rows(`SELECT c.customer AS customer, c.reach AS reach FROM ${from} WHERE ${where}`, { ...params, workspace: workspaceId });
