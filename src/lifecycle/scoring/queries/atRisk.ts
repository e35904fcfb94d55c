import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import { type CustomerId, NOBODY, type WorkspaceId } from '../../../kernel/ids.ts';
import { type Audience, audienceFilter, audienceParams } from '../../queries/audience.ts';
import type { Stage } from '../../core/rules.ts';
import { NO_DAY } from '../../queries/stages.ts';
import type { Method } from '../codes.ts';

/** `members`: only those of a filter. */
export type RiskFilter = { audience: Audience; members?: Compiled | undefined; stage?: Stage | undefined; leastChurn: number; because?: string | undefined; method?: Method | undefined; horizonMost?: number | undefined };


function fitting({ audience, members, stage, because, method, horizonMost }: RiskFilter): string {
  const own = ['workspace = {workspace:UUID}', 'churn >= {leastChurn:Float32}', ...(because ? ['has(reasons, {because:String})'] : []), ...(method ? ['method = {method:String}'] : []), ...(horizonMost ? ['horizon <= {horizonMost:UInt16}'] : [])];
  return `
      from (select customer, at_risk, value, value_low, value_high, value_spread, churn, reasons from customer_score final where ${own.join(' and ')}) as s
     inner join (select customer, net from stage_now final where ${audienceFilter(audience)}${stage ? ' and stage = {stage:String}' : ''}${members ? ` and customer in (${members.sql})` : ''}) as n on n.customer = s.customer`;
}

const paramsOf = (workspaceId: WorkspaceId, { audience, members, stage, leastChurn, because, method, horizonMost }: RiskFilter): Record<string, unknown> =>
  ({ ...members?.params, ...audienceParams(workspaceId, audience), leastChurn, ...(stage && { stage }), ...(because && { because }), ...(method && { method }), ...(horizonMost && { horizonMost }) });

export type RiskPosition = { atRisk: number; customer: CustomerId };

/** Who fits, most value at risk first: ids only, so that a page reads little. */
export const riskPage = (ch: ClickHouse, workspaceId: WorkspaceId, filter: RiskFilter, after: RiskPosition | null, limit: number): Promise<RiskPosition[]> =>
  ch.rows(`
    select s.customer as customer, s.at_risk as atRisk ${fitting(filter)}
     where {first:UInt8} or s.at_risk < {afterRisk:Int64} or (s.at_risk = {afterRisk:Int64} and s.customer > {after:UUID})
     order by s.at_risk desc, s.customer
     limit {limit:UInt32}`, { ...paramsOf(workspaceId, filter), first: after ? 0 : 1, afterRisk: after?.atRisk ?? 0, after: after?.customer ?? NOBODY, limit });

export type RiskTotal = { customers: number; valueMinor: number; atRiskMinor: number };

export async function riskTotal(ch: ClickHouse, workspaceId: WorkspaceId, filter: RiskFilter): Promise<RiskTotal> {
  const [row] = await ch.rows<RiskTotal>(`select count() as customers, sum(s.value) as valueMinor, sum(s.at_risk) as atRiskMinor ${fitting(filter)}`, paramsOf(workspaceId, filter));
  return row ?? { customers: 0, valueMinor: 0, atRiskMinor: 0 };
}

/** Sums of a group: what it brought; mean and standard deviation of what it will bring; expected number leaving and its variance. low, high: of a group of one. */
export type GroupSums = { customers: number; broughtMinor: number; valueMinor: number; spread: number; lowMinor: number; highMinor: number; leaving: number; chance: number; atRiskMinor: number };

export async function groupSums(ch: ClickHouse, workspaceId: WorkspaceId, filter: RiskFilter): Promise<GroupSums> {
  const [row] = await ch.rows<GroupSums>(`
    select count() as customers, sum(n.net) as broughtMinor, sum(s.value) as valueMinor, sqrt(sum(s.value_spread * s.value_spread)) as spread, sum(s.value_low) as lowMinor, sum(s.value_high) as highMinor,
           sum(toFloat64(s.churn)) as leaving, sum(toFloat64(s.churn) * (1 - toFloat64(s.churn))) as chance, sum(s.at_risk) as atRiskMinor ${fitting(filter)}`, paramsOf(workspaceId, filter));
  return row ?? { customers: 0, broughtMinor: 0, valueMinor: 0, spread: 0, lowMinor: 0, highMinor: 0, leaving: 0, chance: 0, atRiskMinor: 0 };
}

const REASONS_SHOWN = 30;

/** What raises the risk of those who fit, by the money it stands on. */
export const riskReasons = (ch: ClickHouse, workspaceId: WorkspaceId, filter: RiskFilter): Promise<{ code: string; customers: number; atRiskMinor: number }[]> =>
  ch.rows(`
    select code, count() as customers, sum(risk) as atRiskMinor
      from (select arrayJoin(arrayDistinct(s.reasons)) as code, s.at_risk as risk ${fitting(filter)})
     group by code order by atRiskMinor desc, code limit ${REASONS_SHOWN}`, paramsOf(workspaceId, filter));

export type ScoreRow = {
  customerId: CustomerId; asOf: string; method: Method; valueModel: number; churnModel: number; alive: number; horizon: number; expected: number; churn: number; baseline: number;
  value: number; low: number; high: number; atRisk: number; reasons: string;
};

const SCORE = `customer as customerId, toString(as_of) as asOf, method, value_model as valueModel, churn_model as churnModel, p_alive as alive, horizon, expected, churn, churn_baseline as baseline,
           value, value_low as low, value_high as high, at_risk as atRisk, reason_params as reasons`;

/** Scores of some customers. */
export const scoresOf = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<ScoreRow[]> =>
  ch.rows(`select ${SCORE} from customer_score final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}`, { workspace: workspaceId, customers });

export type PersonRow = { customerId: CustomerId; name: string; stage: Stage | null; lastOn: string | null; lastTouchOn: string | null; netMinor: number; reach: string[] };

/** Who some customers are and when they were last seen. */
export const peopleOf = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<PersonRow[]> =>
  ch.rows(`
    select n.customer as customerId, c.name as name, n.stage as stage, if(n.last_on = {none:Date32}, null, toString(n.last_on)) as lastOn, toString(n.last_seen) as lastTouchOn, n.net as netMinor, c.reach as reach
      from (select customer, stage, last_on, last_seen, net from stage_now final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}) as n
      left join (select customer, name, reach from customer_state final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}) as c on c.customer = n.customer`,
    { workspace: workspaceId, customers, none: NO_DAY });

export type CandidateRow = { customerId: CustomerId; churn: number; value: number };
const CANDIDATES_MOST = 50_000;

/** Those worth thinking of for a plan: value at stake, most at risk first. */
export const candidatesOf = (ch: ClickHouse, workspaceId: WorkspaceId, filter: Pick<RiskFilter, 'audience' | 'members'>): Promise<CandidateRow[]> =>
  ch.rows(`
    select s.customer as customerId, toFloat64(s.churn) as churn, s.value as value ${fitting({ ...filter, leastChurn: 0 })}
     where s.at_risk > 0
     order by s.at_risk desc, s.customer
     limit ${CANDIDATES_MOST}`, paramsOf(workspaceId, { ...filter, leastChurn: 0 }));
