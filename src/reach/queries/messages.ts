import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ChannelName, Purpose, Source } from '../core/message.ts';

export const MESSAGE_STATES = ['waiting', 'deferred', 'sending', 'accepted', 'unknown', 'failed', 'refused', 'withdrawn'] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

export type NewMessage = {
  id: string; customer: CustomerId; source: Source; channel: ChannelName | 'best'; purpose: Purpose; template: { id: string; version: number | null }; params: Record<string, unknown>;
  topic: string | null; priority: number; ifBlocked: 'queue' | 'drop'; dueAt: Date; expiresAt: Date | null;
};

/** Keeps what is wanted; a message that is there stays as it is. How many are new. */
export const insertMessages = (tx: Tx, workspaceId: WorkspaceId, messages: readonly NewMessage[], at: Date): Promise<number> => run(tx, sql`
  insert into message (workspace_id, id, customer_id, source_kind, source_id, source_version, step, enrolment, asked, purpose, template_id, template_version, params, topic, priority,
                       if_blocked, due_at, expires_at, next_at, created_at)
  select ${workspaceId}, m.id, m.customer, m.source->>'kind', m.source->>'id', (m.source->>'version')::int, m.source->>'step', m.source->>'enrolment', m.channel, m.purpose,
         m.template->>'id', (m.template->>'version')::int, m.params, m.topic, m.priority, m."ifBlocked", m."dueAt", m."expiresAt", m."dueAt", ${at}
    from jsonb_to_recordset(${JSON.stringify(messages)}::jsonb)
      as m (id uuid, customer uuid, source jsonb, channel text, purpose text, template jsonb, params jsonb, topic text, priority int, "ifBlocked" text, "dueAt" timestamptz, "expiresAt" timestamptz)
  on conflict (workspace_id, id) do nothing`);

/** What still waits of these enrolments is not sent any more. How many. */
export const withdrawMessages = (tx: Tx, workspaceId: WorkspaceId, enrolments: readonly string[], { reason, at }: { reason: string; at: Date }): Promise<number> => run(tx, sql`
  update message set state = 'withdrawn', reason = ${reason}, facts = '{}', params = '{}', decided_at = ${at}, counted_at = null, account_id = null, lease = null
   where workspace_id = ${workspaceId} and enrolment = any (${[...enrolments]}::text[]) and state in ('waiting', 'deferred')`);

/** What still waits of a source is not sent any more. How many. */
export const withdrawSource = (tx: Tx, workspaceId: WorkspaceId, { kind, id }: Pick<Source, 'kind' | 'id'>, { reason, at }: { reason: string; at: Date }): Promise<number> => run(tx, sql`
  update message set state = 'withdrawn', reason = ${reason}, facts = '{}', params = '{}', decided_at = ${at}, counted_at = null, account_id = null, lease = null
   where workspace_id = ${workspaceId} and source_id = ${id} and source_kind = ${kind} and state in ('waiting', 'deferred')`);

/** What was held of a source is decided anew at once. How many. */
export const releaseHeld = (tx: Tx, workspaceId: WorkspaceId, { kind, id }: Pick<Source, 'kind' | 'id'>, at: Date): Promise<number> => run(tx, sql`
  update message set next_at = ${at}
   where workspace_id = ${workspaceId} and source_id = ${id} and source_kind = ${kind} and state = 'deferred' and reason = 'source_held'`);

export type WorkRow = {
  id: string; customer: string; source: Source; asked: ChannelName | 'best'; channel: ChannelName | null; purpose: Purpose; templateId: string; templateVersion: number | null;
  params: Record<string, unknown>; topic: string | null; priority: number; ifBlocked: 'queue' | 'drop'; dueAt: Date; expiresAt: Date | null; attempts: number; countedAt: Date | null; decidedAt: Date | null;
};
const WORK = sql`
  m.id, m.customer_id as customer, m.asked, m.channel, m.purpose, m.template_id as "templateId", m.template_version as "templateVersion", m.params, m.topic, m.priority,
  m.if_blocked as "ifBlocked", m.due_at as "dueAt", m.expires_at as "expiresAt", m.attempts, m.counted_at as "countedAt", m.decided_at as "decidedAt",
  jsonb_build_object('kind', m.source_kind, 'id', m.source_id, 'version', m.source_version, 'step', m.step, 'enrolment', m.enrolment) as source`;

/** One decision at a time a workspace: two would each miss what the other lets go to the same person. Held until the transaction ends. */
export const lockDecisions = (tx: Tx, workspaceId: WorkspaceId): Promise<number> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`messages:${workspaceId}`}, 0))`);

/** Messages to be decided now, the longest due first, with whatever else is due to the same people. Locked until the transaction ends. */
export async function dueMessages(tx: Tx, workspaceId: WorkspaceId, { now, most }: { now: Date; most: number }): Promise<WorkRow[]> {
  const first = await many(tx, sql<{ customer: string }>`
    select customer_id as customer from message
     where workspace_id = ${workspaceId} and state in ('waiting', 'deferred') and account_id is null and next_at <= ${now}
     order by next_at limit ${most}`);
  if (first.length === 0) return [];
  // Apart: joined, the planner looks through all that is due for each of them.
  return many(tx, sql<WorkRow>`
    select ${WORK}
      from message m
     where m.workspace_id = ${workspaceId} and m.customer_id = any (${[...new Set(first.map(({ customer }) => customer))]}::uuid[])
       and m.state in ('waiting', 'deferred') and m.account_id is null and m.next_at <= ${now}
     order by m.id
       for update`);
}

/** Messages still to be decided, by id. */
export const messagesById = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<WorkRow[]> => many(tx, sql<WorkRow>`
  select ${WORK} from message m where m.workspace_id = ${workspaceId} and m.id = any (${[...ids]}::uuid[]) and m.state = 'waiting' and m.account_id is null for update`);

export type DecidedRow = {
  id: string; state: MessageState; channel: ChannelName | null; reason: string | null; facts: object; nextAt: Date; accountId: string | null; countedAt: Date | null; personalised: boolean | null;
};

/** One more time that a message was put off; past so many times the newest are kept. */
const PUT_OFF_MOST = 50;
const putOff = (row: ReturnType<typeof sql>, at: Date) => sql`
  case when ${row}.state <> 'deferred' then m.history
       else (case when jsonb_array_length(m.history) >= ${PUT_OFF_MOST} then m.history - 0 else m.history end) || jsonb_build_object('at', ${at}::timestamptz, 'reason', ${row}.reason, 'until', ${row}."nextAt") end`;

/** Writes down what was decided of messages this transaction holds; what nothing can follow loses what it was made from. */
export const saveDecisions = (tx: Tx, workspaceId: WorkspaceId, rows: readonly DecidedRow[], at: Date): Promise<number> => run(tx, sql`
  update message m
     set state = d.state, channel = coalesce(d.channel, m.channel), reason = d.reason, facts = d.facts, next_at = d."nextAt", account_id = d."accountId", counted_at = d."countedAt",
         personalised = coalesce(d.personalised, m.personalised), decided_at = ${at}, lease = null, history = ${putOff(sql`d`, at)}, params = case when d.state = 'refused' then '{}' else m.params end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as d (id uuid, state text, channel text, reason text, facts jsonb, "nextAt" timestamptz, "accountId" uuid, "countedAt" timestamptz, personalised boolean)
   where m.workspace_id = ${workspaceId} and m.id = d.id`);

type Ready = { accountId: string; now: Date; most: number; but: readonly string[] };

/** Permitted messages that wait for one account, the more important first, those of `but` apart. Nothing is taken by it. */
export const readyRows = (tx: Tx, workspaceId: WorkspaceId, { accountId, now, most, but }: Ready): Promise<WorkRow[]> => many(tx, sql<WorkRow>`
  with first as materialized (
    select id, next_at, priority from message
     where workspace_id = ${workspaceId} and account_id = ${accountId} and account_id is not null and state = 'waiting' and next_at <= ${now} and id <> all (${[...but]}::uuid[])
     order by next_at, priority desc, id limit ${most})
  select ${WORK}
    from first join message m on m.workspace_id = ${workspaceId} and m.id = first.id
   order by first.next_at, first.priority desc, first.id`);

/** Which of these still wait for the account, and how often each was tried: nobody withdrew or sent them since. Locked until the transaction ends. */
export const lockReady = async (tx: Tx, workspaceId: WorkspaceId, accountId: string, ids: readonly string[]): Promise<Map<string, number>> => new Map((await many(tx, sql<{ id: string; attempts: number }>`
  select id, attempts from message
   where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[]) and account_id = ${accountId} and state = 'waiting'
   order by id for update`)).map(({ id, attempts }) => [id, attempts]));

export type IntentRow = { id: string; address: string | null; openingId: string | null; personalised: boolean; variant: string; language: string; blocks: Readonly<Record<string, number>> | null };

/** Says of messages this transaction holds, before anything leaves, that they are about to: whoever finds them so later cannot know whether they did. */
export const saveIntents = (tx: Tx, workspaceId: WorkspaceId, { lease, until, at, provider }: { lease: string; until: Date; at: Date; provider: string }, rows: readonly IntentRow[]): Promise<number> => run(tx, sql`
  update message m
     set state = 'sending', lease = ${lease}, attempts = m.attempts + 1, next_at = ${until}, counted_at = ${at}, decided_at = ${at}, provider = ${provider}, opening_id = i."openingId", address = i.address, personalised = i.personalised,
         variant = i.variant, language = i.language, blocks = i.blocks
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as i (id uuid, address uuid, "openingId" uuid, personalised boolean, variant text, language text, blocks jsonb)
   where m.workspace_id = ${workspaceId} and m.id = i.id and m.state = 'waiting'`);

/** `state` waiting: it surely did not leave and is decided anew at `nextAt`. */
export type OutcomeRow = { id: string; state: MessageState; reason: string | null; facts: object; nextAt: Date; providerId: string | null; sentAt: Date | null; countedAt: Date | null; unknown: boolean; held: boolean };

/** Writes down what became of messages, where they are still ours: an outcome that comes after others took over is refused. The ids that were written. Found by id: the index of what is on its way would be read once an outcome. */
export const saveOutcomes = async (tx: Tx, workspaceId: WorkspaceId, { lease, at }: { lease: string; at: Date }, rows: readonly OutcomeRow[]): Promise<Set<string>> => new Set((await many(tx, sql<{ id: string }>`
  update message m
     set state = o.state, reason = case when o.state = 'accepted' and m.receipt in ('failed', 'bounced') then m.reason else o.reason end, facts = o.facts, next_at = o."nextAt", provider_id = coalesce(o."providerId", m.provider_id), sent_at = o."sentAt", counted_at = o."countedAt", lease = null,
         account_id = case when o.state = 'deferred' then null else m.account_id end, opening_id = case when o."countedAt" is null then null else m.opening_id end,
         unknowns = m.unknowns + o.unknown::int, attempts = m.attempts - o.held::int, history = ${putOff(sql`o`, at)}, params = case when o.state = 'deferred' then m.params else '{}' end
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as o (id uuid, state text, reason text, facts jsonb, "nextAt" timestamptz, "providerId" text, "sentAt" timestamptz, "countedAt" timestamptz, unknown boolean, held boolean)
   where m.workspace_id = ${workspaceId} and m.id = o.id and m.lease = ${lease} and m.state || '' = 'sending'
  returning m.id`)).map(({ id }) => id));

/** Gives messages that surely did not leave back, to be decided anew at once. */
export const giveBack = (tx: Tx, workspaceId: WorkspaceId, lease: string, ids: readonly string[], at: Date): Promise<number> => run(tx, sql`
  update message set state = 'waiting', account_id = null, counted_at = null, opening_id = null, lease = null, next_at = ${at}, attempts = attempts - (state = 'sending')::int
   where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[]) and lease = ${lease} and state in ('waiting', 'sending')`);

/**
 * Messages whose sender fell silent between saying so and telling what became of it: nobody can know whether they left. Marketing and service are
 * never sent again; what is about an order is, under the same id, since a second mail of it does less harm than none.
 */
export const settleLost = (tx: Tx, workspaceId: WorkspaceId, { now, attemptsMax }: { now: Date; attemptsMax: number }): Promise<{ id: string; state: MessageState }[]> => many(tx, sql<{ id: string; state: MessageState }>`
  with lost as materialized (select id from message where workspace_id = ${workspaceId} and state = 'sending' and next_at <= ${now} limit 5000 for update skip locked)
  update message m
     set state = case when m.purpose = 'transactional' and m.attempts < ${attemptsMax} then 'waiting' else 'unknown' end, reason = 'silent', facts = '{}', unknowns = m.unknowns + 1, lease = null, next_at = ${now},
         account_id = case when m.purpose = 'transactional' and m.attempts < ${attemptsMax} then null else m.account_id end
    from lost
   where m.workspace_id = ${workspaceId} and m.id = lost.id
  returning m.id, m.state`);

export type Due = { workspaceId: WorkspaceId; work: 'decide' | 'lost' | 'tell' | 'send'; account: string | null };

/** What waits to be done now, in every workspace. */
export const dueWork = (global: Tx, now: Date): Promise<Due[]> => many(global, sql<Due>`select workspace_id as "workspaceId", work, account from messages_due(${now})`);
