import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, sql, type Tx } from '../../kernel/sql.ts';
import type { FieldValue } from '../core/fold.ts';
import { inShops } from './scope.ts';
import type { IdentifierKind } from '../core/identifiers.ts';

export type PersonRow = {
  id: CustomerId; name: string; stage: string | null; stageSince: string | null; branch: string | null; cycle: number | null; orderCount: number | null;
  firstOn: string | null; lastOn: string | null; netMinor: number | null; gapDays: number | null; rfm: string | null; b2b: boolean | null; churnProbability: number | null;
  fields: Record<string, FieldValue>; published: Record<string, FieldValue>; publishedAt: Record<string, number>; tags: string[]; reach: string[]; createdAt: Date;
};

export const personColumns = sql`
  c.id, c.name, c.stage, c.stage_since as "stageSince", c.branch, c.cycle, c.order_count as "orderCount", c.first_on as "firstOn", c.last_on as "lastOn",
  c.net_minor as "netMinor", c.gap_days as "gapDays", c.rfm, c.b2b, c.churn_probability as "churnProbability",
  c.fields, c.published, c.published_at as "publishedAt", c.tags, c.reach, c.created_at as "createdAt"`;

/** Live customers of some ids; `shops` narrows them to those who belong to one of these. */
export const peopleById = (tx: Tx, workspaceId: WorkspaceId, ids: readonly CustomerId[], shops: readonly string[] = []): Promise<PersonRow[]> =>
  many(tx, sql<PersonRow>`
    select ${personColumns} from customer c
     where c.workspace_id = ${workspaceId} and c.id = any (${ids}::uuid[]) and c.merged_into is null and ${inShops(shops)}`);

/** Who an id stands for today: a live customer's own, an absorbed one's, or any subject's. */
export const ownerOf = async (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<CustomerId | undefined> =>
  (await maybe(tx, sql<{ owner: CustomerId | null }>`select customer_id as owner from subject where workspace_id = ${workspaceId} and id = ${id}`))?.owner ?? undefined;

export type SealedIdentifier = { owner: CustomerId; id: SubjectId; kind: IdentifierKind; scope: string; over: boolean; sealedIn: SubjectId; sealedAt: number; sealed: Buffer };

/** The identifiers of customers, receivers' telephones of theirs among them, each with the blob that holds it. */
export const sealedIdentifiers = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[], { receivers }: { receivers: boolean }): Promise<SealedIdentifier[]> =>
  many(tx, sql<SealedIdentifier>`
    with own as (
      select customer_id as owner, id, kind, scope, over_limit as over, sealed_in, sealed_at
        from subject where workspace_id = ${workspaceId} and customer_id = any (${owners}::uuid[])),
    received as (
      select o.owner, r.id, r.kind, r.scope, r.over_limit as over, r.sealed_in, r.sealed_at
        from own o
        join assertion e on e.workspace_id = ${workspaceId} and (e.a = o.id or e.b = o.id)
        join subject r on r.workspace_id = ${workspaceId} and r.id = case when e.a = o.id then e.b else e.a end
       where r.kind = 'receiver_phone' and ${receivers})
    select x.owner, x.id, x.kind, x.scope, x.over, x.sealed_in as "sealedIn", x.sealed_at as "sealedAt", b.sealed
      from (select * from own union select * from received) x
      join subject b on b.workspace_id = ${workspaceId} and b.id = x.sealed_in
     order by x.owner, x.kind, x.id`);

export type ConsentNow = { channel: string; purpose: string; state: string; source: string; proof: string; at: Date };

/** Every word on consent about a customer, newest first. */
export const consentsOf = (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId): Promise<ConsentNow[]> =>
  many(tx, sql<ConsentNow>`
    select c.channel, c.purpose, c.state, c.source, c.proof, c.at
      from subject s
      join consent c on c.workspace_id = s.workspace_id and c.customer_id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = ${owner}
     order by c.at desc, c.id desc`);

export const openTaskCount = async (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId): Promise<number> =>
  (await maybe(tx, sql<{ count: number }>`
    select count(*)::int as count
      from subject s join task t on t.workspace_id = s.workspace_id and t.customer_id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = ${owner} and t.done_at is null`))?.count ?? 0;
