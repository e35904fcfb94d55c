import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';
import type { ChannelName, Purpose } from '../core/message.ts';
import type { Opening, Suppression } from '../core/person.ts';

export type SuppressedRow = { owner: CustomerId | null; address: SubjectId | null; reason: Suppression };

/** Suppressions in force of these addresses, and of these people by whatever id they had. */
export const suppressionsOf = (tx: Tx, workspaceId: WorkspaceId, { owners, addresses }: { owners: readonly CustomerId[]; addresses: readonly SubjectId[] }): Promise<SuppressedRow[]> => many(tx, sql<SuppressedRow>`
  select null::uuid as owner, address, reason from suppression
   where workspace_id = ${workspaceId} and lifted_at is null and address = any (${[...addresses]}::uuid[])
  union all
  select s.customer_id, null, p.reason
    from subject s join suppression p on p.workspace_id = s.workspace_id and p.customer_id = s.id and p.lifted_at is null
   where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...owners]}::uuid[])`);

/** Topics people have left, by the newest word of whatever id they had. */
export const topicsLeftBy = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<{ owner: CustomerId; topic: string }[]> => many(tx, sql<{ owner: CustomerId; topic: string }>`
  select owner, topic from (
    select distinct on (s.customer_id, u.group_id) s.customer_id as owner, g.key as topic, u.state
      from subject s
      join subscription u on u.workspace_id = s.workspace_id and u.customer_id = s.id
      join subscription_group g on g.workspace_id = u.workspace_id and g.id = u.group_id
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...owners]}::uuid[])
     order by s.customer_id, u.group_id, u.at desc, u.id desc) newest
   where state = 'left'`);

/** More messages than any cap counts. */
const COUNTED_MAX = 1_000;

/** What counts against caps: messages that people were sent or are about to be, those of `but` apart. Looked up one by one, or the planner reads everybody's. */
export const countedOf = (tx: Tx, workspaceId: WorkspaceId, { owners, since, but }: { owners: readonly CustomerId[]; since: Date; but: readonly string[] }): Promise<{ owner: CustomerId; at: Date; channel: ChannelName; purpose: Purpose }[]> =>
  many(tx, sql<{ owner: CustomerId; at: Date; channel: ChannelName; purpose: Purpose }>`
    select s.customer_id as owner, m.at, m.channel, m.purpose
      from subject s
      cross join lateral (
        select id, counted_at as at, channel, purpose from message
         where workspace_id = s.workspace_id and customer_id = s.id and counted_at > ${since} order by counted_at desc limit ${COUNTED_MAX}) m
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...owners]}::uuid[]) and m.id <> all (${[...but]}::uuid[])`);

/** Leave on service accounts that is still good, with how many messages each still allows. */
export const openingsOf = (tx: Tx, workspaceId: WorkspaceId, { owners, now, but }: { owners: readonly CustomerId[]; now: Date; but: readonly string[] }): Promise<(Opening & { owner: CustomerId })[]> =>
  many(tx, sql<Opening & { owner: CustomerId }>`
    select s.customer_id as owner, o.id, o.kind, o.provider_template as "providerTemplate", (extract(epoch from o.until) * 1000)::float8 as "untilMs",
           o.quota - (select count(*)::int from message m where m.workspace_id = o.workspace_id and m.opening_id = o.id and m.id <> all (${[...but]}::uuid[])) as left
      from subject s
      join channel_opening o on o.workspace_id = s.workspace_id and o.customer_id = s.id and o.until > ${now}
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...owners]}::uuid[])
     order by o.until`);

export type AccountRow = { id: string; channel: ChannelName; provider: string; name: string; sealed: Buffer; state: 'on' | 'paused'; pausedReason: string | null; perSecond: number | null; perDay: number | null; createdAt: Date };

/** Connections of a workspace, the oldest first. */
export const accountRows = (tx: Tx, workspaceId: WorkspaceId): Promise<AccountRow[]> => many(tx, sql<AccountRow>`
  select id, channel, provider, name, sealed, state, paused_reason as "pausedReason", per_second as "perSecond", per_day as "perDay", created_at as "createdAt"
    from channel_account where workspace_id = ${workspaceId} and archived_at is null order by created_at, id`);

/** Sources whose marketing is stopped. */
export const unwellSources = async (tx: Tx, workspaceId: WorkspaceId): Promise<Set<string>> => new Set((await many(tx, sql<{ kind: string; id: string }>`
  select kind, source_id as id from source_health where workspace_id = ${workspaceId} and unwell_at is not null`)).map(({ kind, id }) => `${kind} ${id}`));

export type WorkspaceRow = { timezone: string; language: string };
export const workspaceRow = async (tx: Tx, workspaceId: WorkspaceId): Promise<WorkspaceRow> =>
  (await many(tx, sql<WorkspaceRow>`select timezone, language from workspace where id = ${workspaceId}`))[0] ?? { timezone: 'UTC', language: 'en' };

export type RulesRow = { version: number; rules: Record<string, unknown>; changedAt: Date; changedBy: string };
export const rulesRow = async (tx: Tx, workspaceId: WorkspaceId, { lock = false } = {}): Promise<RulesRow | undefined> => (await many(tx, sql<RulesRow>`
  select version, rules, changed_at as "changedAt", changed_by as "changedBy" from reach_rules where workspace_id = ${workspaceId} ${lock ? sql`for update` : sql``}`))[0];
