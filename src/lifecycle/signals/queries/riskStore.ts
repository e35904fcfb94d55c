import type { CustomerId, Id, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { RiskKind, RiskRule, RiskState } from '../../core/signals/risk.ts';

export type SignalId = Id<'signal'>;
export type SignalRow = {
  id: SignalId; customerId: CustomerId; rule: string; kind: RiskKind; count: number; withinDays: number; amountMinor: number; fromAt: Date; throughAt: Date; raisedAt: Date;
  state: RiskState; note: string; decidedBy: string | null; decidedAt: Date | null;
};

const COLUMNS = sql`id, customer_id as "customerId", rule, kind, count, within_days as "withinDays", amount_minor::float8 as "amountMinor", from_at as "fromAt", through_at as "throughAt",
                    raised_at as "raisedAt", state, note, decided_by as "decidedBy", decided_at as "decidedAt"`;

/** One judge of a workspace's risks at a time, or two would raise the same signal. */
export const lockRisks = (tx: Tx, workspaceId: WorkspaceId): Promise<number> =>
  run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`risks:${workspaceId}`}, 0))`);

export type RuleSetting = Pick<RiskRule, 'key' | 'atLeast' | 'withinDays' | 'share' | 'active'>;
export const ruleSettings = (tx: Tx, workspaceId: WorkspaceId): Promise<RuleSetting[]> =>
  many(tx, sql<RuleSetting>`select key, at_least as "atLeast", within_days as "withinDays", share, active from risk_rule where workspace_id = ${workspaceId}`);

export const saveRule = (tx: Tx, workspaceId: WorkspaceId, { key, atLeast, withinDays, share, active }: RuleSetting, by: string, at: Date): Promise<number> =>
  run(tx, sql`
    insert into risk_rule (workspace_id, key, at_least, within_days, share, active, changed_by, changed_at)
    values (${workspaceId}, ${key}, ${atLeast}, ${withinDays}, ${share}, ${active}, ${by}, ${at})
    on conflict (workspace_id, key) do update
       set at_least = excluded.at_least, within_days = excluded.within_days, share = excluded.share, active = excluded.active, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);

/** Every signal of some subjects, whichever of a customer's they stand on. */
export const signalsOf = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<SignalRow[]> =>
  many(tx, sql<SignalRow>`select ${COLUMNS} from risk_signal where workspace_id = ${workspaceId} and customer_id = any (${[...subjects]}::uuid[]) order by raised_at desc, id desc`);

export const signalById = (tx: Tx, workspaceId: WorkspaceId, id: SignalId): Promise<SignalRow | undefined> =>
  maybe(tx, sql<SignalRow>`select ${COLUMNS} from risk_signal where workspace_id = ${workspaceId} and id = ${id} for update`);

export type SignalPage = { states: readonly RiskState[]; kinds: readonly RiskKind[]; after: { raisedAt: Date; id: string } | null; limit: number };

/** Signals newest first, after the last of the page before. */
export const signalPage = (tx: Tx, workspaceId: WorkspaceId, { states, kinds, after, limit }: SignalPage): Promise<SignalRow[]> =>
  many(tx, sql<SignalRow>`
    select ${COLUMNS} from risk_signal
     where workspace_id = ${workspaceId} and state = any (${[...states]}::text[]) and kind = any (${[...kinds]}::text[])
       and (${after === null}::boolean or (raised_at, id) < (${after?.raisedAt ?? new Date(0)}::timestamptz, ${after?.id ?? '00000000-0000-0000-0000-000000000000'}::uuid))
     order by raised_at desc, id desc
     limit ${limit}`);

/** Whom signals are about, by state and kind. */
export const signalHeads = (tx: Tx, workspaceId: WorkspaceId): Promise<{ customerId: CustomerId; state: RiskState; signals: number }[]> =>
  many(tx, sql<{ customerId: CustomerId; state: RiskState; signals: number }>`
    select customer_id as "customerId", state, count(*)::int as signals from risk_signal where workspace_id = ${workspaceId} group by customer_id, state`);

/** Writes a signal; one that is there already only counts further. */
export const saveSignal = (tx: Tx, workspaceId: WorkspaceId, one: SignalRow): Promise<number> =>
  run(tx, sql`
    insert into risk_signal (workspace_id, id, customer_id, rule, kind, count, within_days, amount_minor, from_at, through_at, raised_at, state, note, decided_by, decided_at)
    values (${workspaceId}, ${one.id}, ${one.customerId}, ${one.rule}, ${one.kind}, ${one.count}, ${one.withinDays}, ${one.amountMinor}, ${one.fromAt}, ${one.throughAt}, ${one.raisedAt},
            ${one.state}, ${one.note}, ${one.decidedBy}, ${one.decidedAt})
    on conflict (workspace_id, id) do update
       set count = excluded.count, amount_minor = excluded.amount_minor, from_at = excluded.from_at, through_at = excluded.through_at, state = excluded.state, note = excluded.note,
           decided_by = excluded.decided_by, decided_at = excluded.decided_at`);

export type ReviewRow = { id: string; signalId: SignalId; state: RiskState; note: string; by: string; at: Date };
export const insertReview = (tx: Tx, workspaceId: WorkspaceId, { id, signalId, state, note, by, at }: ReviewRow): Promise<number> =>
  run(tx, sql`insert into risk_review (workspace_id, id, signal_id, state, note, by, at) values (${workspaceId}, ${id}, ${signalId}, ${state}, ${note}, ${by}, ${at})`);

export const reviewsOf = (tx: Tx, workspaceId: WorkspaceId, signals: readonly SignalId[]): Promise<ReviewRow[]> =>
  many(tx, sql<ReviewRow>`
    select id, signal_id as "signalId", state, note, by, at from risk_review
     where workspace_id = ${workspaceId} and signal_id = any (${[...signals]}::uuid[])
     order by at desc, id desc`);
