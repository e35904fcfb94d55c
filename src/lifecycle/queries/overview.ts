import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { type Day, dayNumber } from '../../kernel/day.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../kernel/ids.ts';
import { activity } from '../../kernel/readings.ts';
import type { FlowCell } from '../core/flow.ts';
import type { Lifetime } from '../core/lifetime.ts';
import type { Branch, Stage, State } from '../core/rules.ts';
import { type Audience, audienceFilter, audienceParams } from './audience.ts';

/** The stage a stored history gives for a day, as SQL; '' before the customer was first seen. */
const stageOnDay = (day: string): string => `stages[arrayLastIndex(d -> d <= toDate32({${day}:Int32}), entered)]`;

/**
 * People who are alike in where they stand now and where they stood on two past days (`was`, `then`; '' before they were first
 * seen): heads, money and reach; `engaged`: who did anything after they were first seen; `returned`: who bought after `then`.
 */
export type Standing = {
  stage: Stage; branch: Branch; state: State; was: Stage | ''; then: Stage | '';
  customers: number; netMinor: number; reachable: number; engaged: number; returned: number; reach: Record<string, number>;
};

/** Everybody by where they stand, in one statement: short reports cost what planning them costs. */
export const standings = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, { before, then }: { before: number; then: number }): Promise<Standing[]> =>
  ch.rows(`
    select s.stage as stage, s.branch as branch, s.state as state, s.was as was, s.past as then, count() as customers, sum(s.net) as netMinor,
           countIf(arrayExists(channel -> channel != 'platform_only', c.reach)) as reachable, countIf(s.engaged) as engaged, countIf(s.returned) as returned,
           sumMap(mapFromArrays(c.reach, arrayMap(channel -> toUInt64(1), c.reach))) as reach
      from (
        select customer, stage, branch, state, net, last_seen > first_seen as engaged, last_on > toDate32({then:Int32}) as returned, ${stageOnDay('before')} as was, ${stageOnDay('then')} as past
          from stage_now final
         where ${audienceFilter(audience)}
      ) as s
      left join (select customer, reach from customer_state final where workspace = {workspace:UUID}) as c on c.customer = s.customer
     group by stage, branch, state, was, then`, { ...audienceParams(workspaceId, audience), before, then });

/** Heads of each stage now, and nothing else. */
export const countHeads = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<{ stage: Stage; customers: number }[]> =>
  ch.rows(`select stage, count() as customers from stage_now final where ${audienceFilter(audience)} group by stage`, audienceParams(workspaceId, audience));

export type Span = { from: number; to: number };
const stageOrNone = (day: string): string => `if(entered[1] > toDate32({${day}:Int32}), 'none', ${stageOnDay(day)})`;

/** Who went from which stage to which between two days. */
export const flowCells = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, { from, to }: Span): Promise<FlowCell[]> =>
  ch.rows(`
    select ${stageOrNone('from')} as began, ${stageOrNone('to')} as ended, count() as customers, began as "from", ended as "to"
      from stage_now final
     where ${audienceFilter(audience)}
     group by began, ended
     order by began, ended`, { ...audienceParams(workspaceId, audience), from, to });

export type Person = { customerId: string; name: string; stage: Stage; since: string; lastOn: string | null; netMinor: number; reach: string[] };

/** The people of one cell, by id after `after`. */
export const flowPeople = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, { from, to, cell, after, limit }: Span & { cell: { from: string; to: string }; after: string; limit: number }): Promise<Person[]> =>
  ch.rows(`
    select s.customer as customerId, c.name as name, s.stage as stage, toString(s.since) as since, if(s.occasions = 0, null, toString(s.last_on)) as lastOn, s.net as netMinor, c.reach as reach
      from (select customer, stage, since, last_on, occasions, net
              from stage_now final
             where ${audienceFilter(audience)} and ${stageOrNone('from')} = {began:String} and ${stageOrNone('to')} = {ended:String} and customer > {after:UUID}
             order by customer
             limit {limit:UInt32}) as s
      left join (select customer, name, reach from customer_state final where workspace = {workspace:UUID}) as c on c.customer = s.customer
     order by s.customer`, { ...audienceParams(workspaceId, audience), from, to, began: cell.from, ended: cell.to, after, limit });

// Only events: neither orders nor refunds make a referral.
const REFERRERS = `
      select if(w.customer = ${NOBODY_SQL}, e.subject, w.customer)
        from (select subject from events final where workspace = {workspace:UUID} and event = 'referral.made') as e
        left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = e.subject`;

/** Buyers, those who bought again, and buyers who recommended (R15). */
export async function ladderCounts(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<{ buyers: number; repeaters: number; referrers: number }> {
  const [row] = await ch.rows<{ buyers: number; repeaters: number; referrers: number }>(`
    select countIf(occasions >= 1) as buyers, countIf(occasions >= 2) as repeaters,
           countIf(occasions >= 1 and customer in (${REFERRERS})) as referrers
      from stage_now final
     where ${audienceFilter(audience)}`, audienceParams(workspaceId, audience));
  return row ?? { buyers: 0, repeaters: 0, referrers: 0 };
}

type LifetimeRow = { cohort: string; ended: number; spans: Record<string, number>; watched: Record<string, number> };

/** Heads by days of life and heads by days watched, of the same people, as rows of both: who pairs with whom plays no part in what is made of them. */
function paired({ cohort, ended, spans, watched }: LifetimeRow): Lifetime[] {
  const left = Object.entries(watched).map(([days, customers]) => ({ days: Number(days), customers }));
  return Object.entries(spans).flatMap(([days, heads]) => {
    const rows: Lifetime[] = [];
    for (let open = heads; open > 0 && left[0]; ) {
      const customers = Math.min(open, left[0].customers);
      rows.push({ cohort, spanDays: Number(days), watchedDays: left[0].days, ended: ended === 1, customers });
      open -= customers;
      left[0].customers -= customers;
      if (left[0].customers === 0) left.shift();
    }
    return rows;
  });
}

/** Lifetimes by the month of first touch, counted together where they are alike: two lists of days a cohort and outcome, since pairs of days are nearly as many as people. */
export const lifetimes = async (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, by: 'month' | 'quarter' | 'year'): Promise<Lifetime[]> => {
  const bucket = { month: 'toStartOfMonth', quarter: 'toStartOfQuarter', year: 'toStartOfYear' }[by];
  const rows = await ch.rows<LifetimeRow>(`
    select cohort, ended, sumMap(map(spanDays, customers)) as spans, sumMap(map(watchedDays, customers)) as watched
      from (
        select substring(toString(${bucket}(first_seen)), 1, 7) as cohort, toInt32(last_seen) - toInt32(first_seen) as spanDays, toInt32(as_of) - toInt32(first_seen) as watchedDays,
               toUInt8(stage = 'churned') as ended, count() as customers
          from stage_now final
         where ${audienceFilter(audience)}
         group by cohort, spanDays, watchedDays, ended
      )
     group by cohort, ended`, audienceParams(workspaceId, audience));
  return rows.flatMap(paired);
};

export type PeriodCount = { period: string; active: number; fresh: number; retained: number; returning: number; lost: number };

/**
 * New, retained, returning and lost by period (D14), for people doing `event`. Equals core/flow.ts `periodFlows`; counted
 * where the rows are, since there may be millions. Who was active before and not retained is lost: that needs no rows of its own.
 */
export const periodCounts = async (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, { by, event, asOf }: { by: 'week' | 'month' | 'quarter'; event: string; asOf: number }): Promise<PeriodCount[]> => {
  const start = { week: 'toMonday', month: 'toStartOfMonth', quarter: 'toStartOfQuarter' }[by];
  const plus = { week: 'addWeeks', month: 'addMonths', quarter: 'addQuarters' }[by];
  const rows = await ch.rows<Omit<PeriodCount, 'returning' | 'lost'> & { following: Day }>(`
    select toString(period_start) as period, toString(${plus}(period_start, 1)) as following,
           count() as active, countIf(period_start = arrayMin(own)) as fresh, countIf(has(own, ${plus}(period_start, -1))) as retained
      from (select groupUniqArray(${start}(day)) as own
              from ${activity('customer', 'day', 'event')}
             where event = {event:String} and day <= toDate({asOf:Int32})
               and customer in (select customer from stage_now final where ${audienceFilter(audience)})
             group by customer)
     array join own as period_start
     group by period_start
     order by period_start`, { ...audienceParams(workspaceId, audience), event, asOf });
  return rows.flatMap(({ period, following, active, fresh, retained }, at) => {
    const [last, next] = [rows[at - 1], rows[at + 1]];
    const flow = { period, active, fresh, retained, returning: active - fresh - retained, lost: last?.following === period ? last.active - retained : 0 };
    const silent = next?.period === following || dayNumber(following) > asOf ? [] : [{ period: following, active: 0, fresh: 0, retained: 0, returning: 0, lost: active }];
    return [flow, ...silent];
  });
};
