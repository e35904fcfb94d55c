import { NOBODY, type SubjectId, type WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ChannelName, Purpose, Source } from '../core/message.ts';
import type { MessageState } from './messages.ts';

export type LedgerRow = {
  id: string; customer: string; source: Source; asked: ChannelName | 'best'; channel: ChannelName | null; purpose: Purpose; templateId: string; templateVersion: number | null; topic: string | null; priority: number;
  dueAt: Date; expiresAt: Date | null; state: MessageState; reason: string | null; facts: Record<string, unknown>; decidedAt: Date | null; nextAt: Date; attempts: number; unknowns: number;
  personalised: boolean | null; variant: string | null; language: string | null; provider: string | null; sentAt: Date | null; receipt: string | null; createdAt: Date;
  history: { at: string; reason: string; until: string }[]; blocks: Record<string, number> | null;
};
const LINE = sql`
  m.id, coalesce(s.customer_id, m.customer_id) as customer, m.asked, m.channel, m.purpose, m.template_id as "templateId", m.template_version as "templateVersion", m.topic, m.priority, m.due_at as "dueAt",
  m.expires_at as "expiresAt", m.state, m.reason, m.facts, m.decided_at as "decidedAt", m.next_at as "nextAt", m.attempts, m.unknowns, m.personalised, m.variant, m.language, m.provider, m.sent_at as "sentAt", m.receipt, m.history, m.blocks,
  m.created_at as "createdAt", jsonb_build_object('kind', m.source_kind, 'id', m.source_id, 'version', m.source_version, 'step', m.step, 'enrolment', m.enrolment) as source`;

export type LedgerFilter = { subjects: readonly SubjectId[] | null; source: string | null; enrolment: string | null; state: string | null; reason: string | null; channel: string | null; from: Date | null; to: Date | null };
type Page = { before: { at: string; id: string } | null; limit: number };

const where = (workspaceId: WorkspaceId, { subjects, source, enrolment, state, reason, channel, from, to }: LedgerFilter) => sql`
  m.workspace_id = ${workspaceId} and (${subjects === null} or m.customer_id = any (${[...(subjects ?? [])]}::uuid[])) and (${source}::text is null or m.source_id = ${source}) and (${enrolment}::text is null or m.enrolment = ${enrolment})
   and (${state}::text is null or m.state = ${state}) and (${reason}::text is null or m.reason = ${reason}) and (${channel}::text is null or coalesce(m.channel, m.asked) = ${channel})
   and (${from}::timestamptz is null or m.created_at >= ${from}) and (${to}::timestamptz is null or m.created_at < ${to})`;

/** Lines of the ledger, the newest first. */
export const ledgerRows = (tx: Tx, workspaceId: WorkspaceId, filter: LedgerFilter, { before, limit }: Page): Promise<LedgerRow[]> => many(tx, sql<LedgerRow>`
  select ${LINE}
    from message m left join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
   where ${where(workspaceId, filter)} and (${before?.at ?? null}::timestamptz is null or (m.created_at, m.id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
   order by m.created_at desc, m.id desc limit ${limit}`);

export const ledgerCount = async (tx: Tx, workspaceId: WorkspaceId, filter: LedgerFilter, most: number): Promise<number> =>
  (await many(tx, sql<{ count: number }>`select count(*)::int as count from (select 1 from message m where ${where(workspaceId, filter)} limit ${most}) as counted`))[0]?.count ?? 0;

export const ledgerLine = async (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<LedgerRow | undefined> => (await many(tx, sql<LedgerRow>`
  select ${LINE} from message m left join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id where m.workspace_id = ${workspaceId} and m.id = ${id}`))[0];

export type ReceiptRow = { kind: string; at: Date; code: string; url: string };
export const receiptsOf = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<ReceiptRow[]> =>
  many(tx, sql<ReceiptRow>`select kind, at, code, url from message_receipt where workspace_id = ${workspaceId} and message_id = ${id} order by at, kind`);

type Span = { source: string | null; from: Date | null; to: Date | null };
export type Count = { state: MessageState; reason: string | null; channel: string | null; receipt: string | null; count: number; unknowns: number };
/** Messages by state, reason, channel and furthest receipt. */
export const ledgerCounts = (tx: Tx, workspaceId: WorkspaceId, { source, from, to }: Span): Promise<Count[]> => many(tx, sql<Count>`
  select state, reason, coalesce(channel, asked) as channel, receipt, count(*)::int as count, sum(unknowns)::int as unknowns
    from message
   where workspace_id = ${workspaceId} and (${source}::text is null or source_id = ${source}) and (${from}::timestamptz is null or created_at >= ${from}) and (${to}::timestamptz is null or created_at < ${to})
   group by 1, 2, 3, 4 order by count desc, 1, 2`);

export type TimelineRow = { id: string; at: Date; channel: string; purpose: Purpose; state: MessageState; reason: string | null; facts: Record<string, unknown>; receipt: string | null; source: string };
/** What somebody was and was not sent, the newest first. */
export const messagesTo = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[], { before, limit }: { before: Date; limit: number }): Promise<TimelineRow[]> => many(tx, sql<TimelineRow>`
  select id, coalesce(sent_at, decided_at, created_at) as at, coalesce(channel, asked) as channel, purpose, state, reason, facts, receipt, source_kind as source
    from message
   where workspace_id = ${workspaceId} and customer_id = any (${[...ids]}::uuid[]) and state not in ('waiting', 'sending') and coalesce(sent_at, decided_at, created_at) < ${before}
   order by 2 desc, id desc limit ${limit}`);

/** What was sent to erased people becomes nobody's: day, channel and reason stay; what waits is not sent. Their addresses are left alone from now on. */
export async function forgetMessages(tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[], at: Date): Promise<Record<string, number>> {
  const ids = [...subjects];
  const told = await run(tx, sql`
    update message_receipt r set url = '', told = true from message m
     where m.workspace_id = ${workspaceId} and m.customer_id = any (${ids}::uuid[]) and r.workspace_id = m.workspace_id and r.message_id = m.id`);
  const messages = await run(tx, sql`
    update message set customer_id = ${NOBODY}, params = '{}', facts = '{}', enrolment = null, address = null, provider_id = null, opening_id = null, lease = null, counted_at = null, account_id = null,
           state = case when state in ('waiting', 'deferred') then 'withdrawn' when state = 'sending' then 'unknown' else state end,
           reason = case when state in ('waiting', 'deferred') then 'person_erased' else reason end
     where workspace_id = ${workspaceId} and customer_id = any (${ids}::uuid[])`);
  const subscriptions = await run(tx, sql`delete from subscription where workspace_id = ${workspaceId} and customer_id = any (${ids}::uuid[])`);
  await run(tx, sql`
    insert into suppression (workspace_id, id, address, kind, reason, source, at)
    select workspace_id, gen_random_uuid(), id, kind, 'erased', 'erasure', ${at} from subject
     where workspace_id = ${workspaceId} and id = any (${ids}::uuid[]) and kind in ('email', 'phone', 'openid', 'external_userid')
    on conflict do nothing`);
  return { message: messages, message_receipt: told, subscription: subscriptions };
}
