import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { WebhookKind } from '../core/webhookKinds.ts';

export type WebhookRow = {
  id: string; name: string; sealed: Buffer; kinds: WebhookKind[]; state: 'on' | 'paused'; pausedReason: 'failing' | 'gone' | 'staff' | null; pausedAt: Date | null;
  failingSince: Date | null; restUntil: Date | null; createdBy: string; createdAt: Date;
};
export type Tally = { id: string; waiting: number; delivered: number; failed: number; lastAt: Date | null };
export type Message = { id: string; kind: string; body: string; step: number };
export type NewMessage = Omit<Message, 'step'> & { webhookId: string; source: string; about: readonly string[]; at: Date };
export type Attempt = { at: Date; status: number | null; code: string | null; elapsedMs: number; answer: string };
export type DeliveryRow = { id: string; kind: string; body: string; at: Date; state: 'waiting' | 'delivered' | 'failed'; nextAt: Date };
export type AttemptRow = Attempt & { messageId: string; number: number };

const WEBHOOK = sql`id, name, sealed, kinds, state, paused_reason as "pausedReason", paused_at as "pausedAt", failing_since as "failingSince", rest_until as "restUntil", created_by as "createdBy", created_at as "createdAt"`;

export const webhookRows = (tx: Tx, workspaceId: WorkspaceId): Promise<WebhookRow[]> =>
  many(tx, sql<WebhookRow>`select ${WEBHOOK} from webhook where workspace_id = ${workspaceId} order by created_at, id`);

export const webhookById = (tx: Tx, workspaceId: WorkspaceId, id: string, { lock = false } = {}): Promise<WebhookRow | undefined> =>
  maybe(tx, sql<WebhookRow>`select ${WEBHOOK} from webhook where workspace_id = ${workspaceId} and id = ${id} ${lock ? sql`for update` : sql``}`);

export const insertWebhook = (tx: Tx, workspaceId: WorkspaceId, { id, name, sealed, kinds, createdBy, createdAt }: Pick<WebhookRow, 'id' | 'name' | 'sealed' | 'kinds' | 'createdBy' | 'createdAt'>): Promise<number> => run(tx, sql`
  insert into webhook (workspace_id, id, name, sealed, kinds, created_by, created_at)
  values (${workspaceId}, ${id}, ${name}, ${sealed}, ${kinds}, ${createdBy}, ${createdAt})`);

export const updateWebhook = (tx: Tx, workspaceId: WorkspaceId, { id, name, sealed, kinds, state, pausedReason, pausedAt, failingSince, restUntil }: WebhookRow): Promise<number> => run(tx, sql`
  update webhook set name = ${name}, sealed = ${sealed}, kinds = ${kinds}, state = ${state}, paused_reason = ${pausedReason}, paused_at = ${pausedAt}, failing_since = ${failingSince}, rest_until = ${restUntil}
   where workspace_id = ${workspaceId} and id = ${id}`);

export const deleteWebhook = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<number> => run(tx, sql`delete from webhook where workspace_id = ${workspaceId} and id = ${id}`);

/** How an address fares, over the messages that are kept. */
export const talliesOf = (tx: Tx, workspaceId: WorkspaceId): Promise<Tally[]> => many(tx, sql<Tally>`
  select m.webhook_id as id, count(*) filter (where m.state = 'waiting') as waiting, count(*) filter (where m.state = 'delivered') as delivered,
         count(*) filter (where m.state = 'failed') as failed, max(m.at) as "lastAt"
    from webhook_message m
   where m.workspace_id = ${workspaceId}
   group by m.webhook_id`);

/** Keeps what is to be told; what was kept already stays as it is. How many are new. */
export const insertMessages = (tx: Tx, workspaceId: WorkspaceId, messages: readonly NewMessage[], { nextAt, step = 0 }: { nextAt: Date; step?: number }): Promise<number> => run(tx, sql`
  insert into webhook_message (workspace_id, id, webhook_id, source, kind, body, about, at, step, next_at)
  select ${workspaceId}, m.id, m."webhookId", m.source, m.kind, m.body, m.about, m.at, ${step}, ${nextAt}
    from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb) as m (id uuid, "webhookId" uuid, source text, kind text, body text, about uuid[], at timestamptz)
  on conflict (workspace_id, webhook_id, source) do nothing`);

/** Takes messages that are due, the oldest first, for as long as a delivery may last; should this process die, they are due again then. The choice is made once (`materialized`): made again for each row, it would take more than was asked for. */
export const takeDue = (tx: Tx, workspaceId: WorkspaceId, { webhookId, now, until, most }: { webhookId: string; now: Date; until: Date; most: number }): Promise<Message[]> => many(tx, sql<Message>`
  with due as materialized (
    select id from webhook_message
     where workspace_id = ${workspaceId} and webhook_id = ${webhookId} and state = 'waiting' and next_at <= ${now}
     order by next_at, id limit ${most} for update skip locked)
  update webhook_message m set next_at = ${until} from due
   where m.workspace_id = ${workspaceId} and m.id = due.id
  returning m.id, m.kind, m.body, m.step`);

export const insertAttempt = (tx: Tx, workspaceId: WorkspaceId, messageId: string, { at, status, code, elapsedMs, answer }: Attempt): Promise<number> => run(tx, sql`
  insert into webhook_attempt (workspace_id, message_id, number, at, status, code, elapsed_ms, answer)
  select ${workspaceId}, ${messageId}, 1 + (select count(*) from webhook_attempt where workspace_id = ${workspaceId} and message_id = ${messageId}), ${at}, ${status}, ${code}, ${elapsedMs}, ${answer}
   where exists (select 1 from webhook_message where workspace_id = ${workspaceId} and id = ${messageId})`);

export const updateMessage = (tx: Tx, workspaceId: WorkspaceId, id: string, { state, step, nextAt }: { state: DeliveryRow['state']; step: number; nextAt: Date }): Promise<number> => run(tx, sql`
  update webhook_message set state = ${state}, step = ${step}, next_at = ${nextAt} where workspace_id = ${workspaceId} and id = ${id}`);

/** Lets one message, or all that wait, be tried at once, with all waits before them. */
export const tryAgain = (tx: Tx, workspaceId: WorkspaceId, { webhookId, messageId, now }: { webhookId: string; messageId: string | null; now: Date }): Promise<number> => run(tx, sql`
  update webhook_message set state = 'waiting', step = 0, next_at = ${now}
   where workspace_id = ${workspaceId} and webhook_id = ${webhookId} and (id = ${messageId}::uuid or (${messageId}::uuid is null and state = 'waiting'))`);

type Before = { at: string; id: string } | null;

/** What was told an address, the newest first. */
export const deliveryRows = (tx: Tx, workspaceId: WorkspaceId, { webhookId, state, before, limit }: { webhookId: string; state: string | null; before: Before; limit: number }): Promise<DeliveryRow[]> => many(tx, sql<DeliveryRow>`
  select id, kind, body, at, state, next_at as "nextAt"
    from webhook_message
   where workspace_id = ${workspaceId} and webhook_id = ${webhookId} and (${state}::text is null or state = ${state})
     and (${before?.at ?? null}::timestamptz is null or (at, id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
   order by at desc, id desc
   limit ${limit}`);

export const deliveryCount = async (tx: Tx, workspaceId: WorkspaceId, { webhookId, state, most }: { webhookId: string; state: string | null; most: number }): Promise<number> =>
  (await maybe(tx, sql<{ count: number }>`
    select count(*) as count from (select 1 from webhook_message where workspace_id = ${workspaceId} and webhook_id = ${webhookId} and (${state}::text is null or state = ${state}) limit ${most}) as counted`))?.count ?? 0;

export const attemptsOf = (tx: Tx, workspaceId: WorkspaceId, messages: readonly string[]): Promise<AttemptRow[]> => many(tx, sql<AttemptRow>`
  select message_id as "messageId", number, at, status, code, elapsed_ms as "elapsedMs", answer
    from webhook_attempt where workspace_id = ${workspaceId} and message_id = any (${messages}::uuid[]) order by number desc`);

/** Forgets what was told before an instant. */
export const dropMessages = (tx: Tx, workspaceId: WorkspaceId, before: Date): Promise<number> => run(tx, sql`delete from webhook_message where workspace_id = ${workspaceId} and at < ${before}`);

/** Removes what names people. */
export const forgetMessages = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<number> => run(tx, sql`delete from webhook_message where workspace_id = ${workspaceId} and about && ${[...subjects]}::uuid[]`);

/** Addresses that have something to be told now, in every workspace. */
export const dueWebhooks = (global: Tx, now: Date): Promise<{ workspaceId: WorkspaceId; id: string }[]> =>
  many(global, sql<{ workspaceId: WorkspaceId; id: string }>`select workspace_id as "workspaceId", id from webhooks_due(${now})`);

/** Workspaces that have webhooks. */
export const webhookWorkspaces = async (global: Tx): Promise<WorkspaceId[]> => (await many(global, sql<{ id: WorkspaceId }>`select webhook_workspaces() as id`)).map(({ id }) => id);
