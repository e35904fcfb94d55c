import type { WorkspaceId } from '../../kernel/ids.ts';
import { maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { AccountRow } from './state.ts';

export type NewAccount = Pick<AccountRow, 'id' | 'channel' | 'provider' | 'name' | 'sealed' | 'perSecond' | 'perDay' | 'createdAt'> & { createdBy: string };

export const insertAccount = (tx: Tx, workspaceId: WorkspaceId, { id, channel, provider, name, sealed, perSecond, perDay, createdBy, createdAt }: NewAccount): Promise<number> => run(tx, sql`
  insert into channel_account (workspace_id, id, channel, provider, name, sealed, per_second, per_day, created_by, created_at)
  values (${workspaceId}, ${id}, ${channel}, ${provider}, ${name}, ${sealed}, ${perSecond}, ${perDay}, ${createdBy}, ${createdAt})`);

export const accountById = (tx: Tx, workspaceId: WorkspaceId, id: string, { lock = false } = {}): Promise<AccountRow | undefined> => maybe(tx, sql<AccountRow>`
  select id, channel, provider, name, sealed, state, paused_reason as "pausedReason", per_second as "perSecond", per_day as "perDay", created_at as "createdAt"
    from channel_account where workspace_id = ${workspaceId} and id = ${id} and archived_at is null ${lock ? sql`for update` : sql``}`);

export const updateAccount = (tx: Tx, workspaceId: WorkspaceId, { id, name, sealed, state, pausedReason, perSecond, perDay }: AccountRow): Promise<number> => run(tx, sql`
  update channel_account set name = ${name}, sealed = ${sealed}, state = ${state}, paused_reason = ${pausedReason}, per_second = ${perSecond}, per_day = ${perDay} where workspace_id = ${workspaceId} and id = ${id}`);

/** Ends a connection; what waited for it is decided anew. */
export const archiveAccount = async (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<void> => {
  await run(tx, sql`update channel_account set archived_at = ${at}, state = 'paused' where workspace_id = ${workspaceId} and id = ${id}`);
  await run(tx, sql`update message set account_id = null, counted_at = null, lease = null, next_at = ${at} where workspace_id = ${workspaceId} and account_id = ${id} and state = 'waiting'`);
};
