import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { FlowCell } from '../core/flow.ts';
import type { Lifetime } from '../core/lifetime.ts';
import type { Branch, Stage, State } from '../core/rules.ts';
import { type Audience, audienceFilter, audienceParams } from './audience.ts';

/** The stage a stored history gives for a day, as SQL; '' before the customer was first seen. */
const stageOnDay = (day: string): string => `stages[arrayLastIndex(d -> d <= toDate32({${day}:Int32}), entered)]`;

export type StageCount = { stage: Stage; customers: number; netMinor: number; reachable: number };
export type ReachCount = { stage: Stage; channel: string; customers: number };
export type StateCount = { branch: Branch; state: State; customers: number };

/** People, money and reach of each stage now. */
export async function countStages(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<{ stages: StageCount[]; reach: ReachCount[]; states: StateCount[]; engagedProspects: number }> {
  const params = audienceParams(workspaceId, audience);
  const who = audienceFilter(audience);
  const reached = `
      from (select customer, stage, net from stage_now final where ${who}) as s
      left join (select customer, reach from customer_state final where workspace = {workspace:UUID}) as c on c.customer = s.customer`;
  const [stages, reach, states, engaged] = await Promise.all([
    ch.rows<StageCount>(`
    select s.stage as stage, count() as customers, sum(s.net) as netMinor, countIf(arrayExists(channel -> channel != 'platform_only', c.reach)) as reachable
    ${reached}
     group by s.stage`, params),
    ch.rows<ReachCount>(`
    select s.stage as stage, arrayJoin(c.reach) as channel, count() as customers
    ${reached}
     group by s.stage, channel`, params),
    ch.rows<StateCount>(`
    select branch, state, count() as customers from stage_now final where ${who} group by branch, state order by branch, state`, params),
    ch.rows<{ customers: number }>(`
    select count() as customers from stage_now final where ${who} and stage = 'prospect' and last_seen > first_seen`, params),
  ]);
  return { stages, reach, states, engagedProspects: engaged[0]?.customers ?? 0 };
}

/** How many stood in each stage on a past day, as their histories are told now. */
export const countStagesOn = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, day: number): Promise<{ stage: Stage; customers: number }[]> =>
  ch.rows(`
    select ${stageOnDay('day')} as was, count() as customers, was as stage
      from stage_now final
     where ${audienceFilter(audience)} and entered[1] <= toDate32({day:Int32})
     group by was`, { ...audienceParams(workspaceId, audience), day });

/** Of those who stood in churned on a day, how many have bought since. */
export async function returnedSince(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, day: number): Promise<{ called: number; returned: number }> {
  const [row] = await ch.rows<{ called: number; returned: number }>(`
    select count() as called, countIf(last_on > toDate32({day:Int32})) as returned
      from stage_now final
     where ${audienceFilter(audience)} and ${stageOnDay('day')} = 'churned'`, { ...audienceParams(workspaceId, audience), day });
  return row ?? { called: 0, returned: 0 };
}

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

/** Buyers, those who bought again, and buyers who recommended (R15). */
export async function ladderCounts(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<{ buyers: number; repeaters: number; referrers: number }> {
  const [row] = await ch.rows<{ buyers: number; repeaters: number; referrers: number }>(`
    select countIf(occasions >= 1) as buyers, countIf(occasions >= 2) as repeaters,
           countIf(occasions >= 1 and customer in (select customer from activity(workspace = {workspace:UUID}) where event = 'referral.made')) as referrers
      from stage_now final
     where ${audienceFilter(audience)}`, audienceParams(workspaceId, audience));
  return row ?? { buyers: 0, repeaters: 0, referrers: 0 };
}

/** Lifetimes by the month of first touch, counted together where they are alike. */
export const lifetimes = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, by: 'month' | 'quarter' | 'year'): Promise<Lifetime[]> => {
  const bucket = { month: 'toStartOfMonth', quarter: 'toStartOfQuarter', year: 'toStartOfYear' }[by];
  return ch.rows(`
    select substring(toString(${bucket}(first_seen)), 1, 7) as cohort, toInt32(last_seen) - toInt32(first_seen) as spanDays, toInt32(as_of) - toInt32(first_seen) as watchedDays,
           stage = 'churned' as hasEnded, hasEnded = 1 as ended, count() as customers
      from stage_now final
     where ${audienceFilter(audience)}
     group by cohort, spanDays, watchedDays, hasEnded`, audienceParams(workspaceId, audience)).then((rows) => (rows as (Lifetime & { ended: unknown })[]).map((row) => ({ ...row, ended: Boolean(row.ended) })));
};

export type PeriodCount = { period: string; active: number; fresh: number; retained: number; returning: number; lost: number };

/**
 * New, retained, returning and lost by period (D14), for people doing `event`. Equals core/flow.ts `periodFlows`; counted
 * where the rows are, since there may be millions.
 */
export const periodCounts = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, { by, event, asOf }: { by: 'week' | 'month' | 'quarter'; event: string; asOf: number }): Promise<PeriodCount[]> => {
  const number = { week: 'toRelativeWeekNum', month: 'toRelativeMonthNum', quarter: 'toRelativeQuarterNum' }[by];
  const next = { week: 'addWeeks', month: 'addMonths', quarter: 'addQuarters' }[by];
  const start = { week: 'toMonday', month: 'toStartOfMonth', quarter: 'toStartOfQuarter' }[by];
  return ch.rows(`
    with steps as (
      select customer, period, starts,
             lagInFrame(period, 1, 0) over (partition by customer order by period rows between unbounded preceding and unbounded following)  as before,
             leadInFrame(period, 1, 0) over (partition by customer order by period rows between unbounded preceding and unbounded following) as after
        from (select customer, ${number}(day) as period, min(${start}(day)) as starts
                from activity(workspace = {workspace:UUID})
               where event = {event:String} and day <= toDate({asOf:Int32})
                 and customer in (select customer from stage_now final where ${audienceFilter(audience)})
               group by customer, period)
    ),
    actives as (
      select period, min(starts) as starts, count() as active, countIf(before = 0) as fresh, countIf(before = period - 1) as retained, countIf(before != 0 and before != period - 1) as returning
        from steps group by period
    ),
    losses as (
      select ${next}(starts, 1) as following, count() as lost
        from steps where after != period + 1 group by following having following <= toDate({asOf:Int32})
    )
    select toString(greatest(a.starts, l.following)) as period, a.active as active, a.fresh as fresh, a.retained as retained, a.returning as returning, l.lost as lost
      from actives as a
      full join losses as l on l.following = a.starts
     order by period`, { ...audienceParams(workspaceId, audience), event, asOf });
};
