import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ChannelName, Purpose, Source } from '../core/message.ts';

export type NewReceipt = { messageId: string; kind: string; at: Date; code: string; url: string };

/** Keeps receipts, each once. Those that are new. */
export const insertReceipts = async (tx: Tx, workspaceId: WorkspaceId, rows: readonly NewReceipt[]): Promise<NewReceipt[]> => (rows.length === 0 ? [] : many(tx, sql<NewReceipt>`
  insert into message_receipt (workspace_id, message_id, kind, at, code, url)
  select distinct on (r."messageId", r.kind, r.at) ${workspaceId}::uuid, r."messageId", r.kind, r.at, r.code, r.url
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("messageId" uuid, kind text, at timestamptz, code text, url text)
  on conflict do nothing
  returning message_id as "messageId", kind, at, code, url`));

/** Takes out what came before its message was known by its provider's name. */
export const takeStrays = (tx: Tx, workspaceId: WorkspaceId, references: readonly string[]): Promise<{ reference: string; kind: string; at: Date }[]> =>
  (references.length === 0 ? Promise.resolve([]) : many(tx, sql<{ reference: string; kind: string; at: Date }>`
    delete from receipt_stray where workspace_id = ${workspaceId} and reference = any (${[...references]}::text[]) returning reference, kind, at`));

export type KnownMessage = { id: string; reference: string; customer: string; channel: ChannelName; purpose: Purpose; source: Pick<Source, 'kind' | 'id'>; address: string | null };

/** Messages by their own id or by the name their provider gave them. */
export const messagesNamed = (tx: Tx, workspaceId: WorkspaceId, references: readonly string[], ids: readonly string[]): Promise<KnownMessage[]> => many(tx, sql<KnownMessage>`
  select id, coalesce(provider_id, '') as reference, customer_id as customer, channel, purpose, jsonb_build_object('kind', source_kind, 'id', source_id) as source, address
    from message where workspace_id = ${workspaceId} and (id = any (${[...ids]}::uuid[]) or provider_id = any (${[...references]}::text[]))
     for update`);

/** How far each receipt goes: what is further along stays. */
const FURTHER = ['sent', 'soft_bounced', 'delivered', 'opened', 'clicked', 'replied', 'unsubscribed', 'failed', 'bounced', 'complained'];

/** Notes on each message the furthest receipt, whatever order they came in; what failed after it was taken is said so. */
export const advanceMessages = (tx: Tx, workspaceId: WorkspaceId, rows: readonly { messageId: string; kind: string; code: string }[]): Promise<number> => (rows.length === 0 ? Promise.resolve(0) : run(tx, sql`
  update message m set receipt = f.kind, reason = case when f.kind in ('failed', 'bounced') and m.state in ('sending', 'accepted', 'unknown') then nullif(f.code, '') else m.reason end
    from (select distinct on (r."messageId") r."messageId", r.kind, r.code
            from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("messageId" uuid, kind text, code text)
           order by r."messageId", array_position(${FURTHER}::text[], r.kind) desc) f
   where m.workspace_id = ${workspaceId} and m.id = f."messageId"
     and (m.receipt is null or array_position(${FURTHER}::text[], f.kind) > array_position(${FURTHER}::text[], m.receipt))`));

export type Stray = { id: string; accountId: string | null; reference: string; kind: string; at: Date; code: string };
export const insertStrays = (tx: Tx, workspaceId: WorkspaceId, rows: readonly Stray[], at: Date): Promise<number> => (rows.length === 0 ? Promise.resolve(0) : run(tx, sql`
  insert into receipt_stray (workspace_id, id, account_id, reference, kind, at, code, received_at)
  select ${workspaceId}, r.id, r."accountId", r.reference, r.kind, r.at, r.code, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, "accountId" uuid, reference text, kind text, at timestamptz, code text)
  on conflict do nothing`));

export type Untold = { messageId: string; kind: string; at: Date; code: string; url: string; customer: string; channel: ChannelName; purpose: Purpose; source: Source; templateId: string; variant: string | null; receivedAt: Date };

/** Receipts that are not events yet, the oldest first, held until the transaction ends. */
export const untoldReceipts = (tx: Tx, workspaceId: WorkspaceId, most: number): Promise<Untold[]> => many(tx, sql<Untold>`
  select r.message_id as "messageId", r.kind, r.at, r.code, r.url, m.customer_id as customer, m.channel, m.purpose, m.template_id as "templateId", m.variant, r.at as "receivedAt",
         jsonb_build_object('kind', m.source_kind, 'id', m.source_id, 'version', m.source_version, 'step', m.step, 'enrolment', m.enrolment) as source
    from message_receipt r join message m on m.workspace_id = r.workspace_id and m.id = r.message_id
   where r.workspace_id = ${workspaceId} and not r.told
   order by r.at, r.message_id, r.kind limit ${most}
     for update of r skip locked`);

export const markTold = (tx: Tx, workspaceId: WorkspaceId, rows: readonly Pick<Untold, 'messageId' | 'kind' | 'at'>[]): Promise<number> => run(tx, sql`
  update message_receipt r set told = true
    from jsonb_to_recordset(${JSON.stringify(rows.map(({ messageId, kind, at }) => ({ messageId, kind, at })))}::jsonb) as t ("messageId" uuid, kind text, at timestamptz)
   where r.workspace_id = ${workspaceId} and r.message_id = t."messageId" and r.kind = t.kind and r.at = t.at`);
