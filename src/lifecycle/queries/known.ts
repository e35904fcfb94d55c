import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { OF_ONE } from '../../kernel/readings.ts';
import type { Branch, Stage, State } from '../core/rules.ts';
import { NO_DAY } from './stages.ts';

export type NowRow = {
  customerId: CustomerId; asOf: string; stages: Stage[]; entered: string[]; cycles: number[]; stage: Stage; since: string; cycle: number; state: State; branch: Branch;
  days: string[]; amounts: number[]; from: string | null; to: string | null; reason: string; params: Record<string, number>; netMinor: number; productMinor: number; engaged: number;
};

/** Where some customers stand, with what their strips draw, as decided at the last assessment. */
export const standingNow = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<NowRow[]> =>
  ch.rows(`
    select customer as customerId, toString(as_of) as asOf, stages, arrayMap(d -> toString(d), entered) as entered, cycles, stage, toString(since) as since, cycle, state, branch,
           arrayMap(d -> toString(toDate32(d)), purchase_days) as days, purchase_amounts as amounts,
           if(expected_to = {none:Date32}, null, toString(expected_from)) as from, if(expected_to = {none:Date32}, null, toString(expected_to)) as to,
           reason, reason_params as params, net as netMinor, product as productMinor, last_seen > first_seen as engaged
      from stage_now final
     where workspace = {workspace:UUID} and customer in {customers:Array(UUID)} ${customers.length === 1 ? OF_ONE : ''}`, { workspace: workspaceId, customers, none: NO_DAY });

export type KnownRow = { recordedAt: string; asOf: string; rulesVersion: number; correction: number; stages: Stage[]; entered: string[]; cycles: number[] };

/** What was held true of one customer at each time of recording, newest first. */
export const knownThen = (ch: ClickHouse, workspaceId: WorkspaceId, customer: CustomerId): Promise<KnownRow[]> =>
  ch.rows(`
    select formatDateTime(recorded_at, '%Y-%m-%dT%H:%i:%SZ', 'UTC') as recordedAt, toString(as_of) as asOf, rules_version as rulesVersion, correction, stages, arrayMap(d -> toString(d), entered) as entered, cycles
      from stage_history
     where workspace = {workspace:UUID} and customer = {customer:UUID}
     order by recorded_at desc
     limit 50 ${OF_ONE}`, { workspace: workspaceId, customer });
