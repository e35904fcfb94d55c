import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { IdentifierKind } from '../core/identifiers.ts';
import type { ReviewCode } from './identity.ts';
import { inShops } from './scope.ts';

export type ReviewRow = {
  id: string; code: ReviewCode; subject: SubjectId; kind: IdentifierKind; scope: string; openedAt: Date; sealedIn: string; sealedAt: number; sealed: Buffer;
  /** How many customers stand beside the identifier, and the first of them, the best buyers first. */
  count: number; customers: CustomerId[];
};
/** The opening and id of the row before. */
export type ReviewPosition = { openedAt: string; id: string };

/** Of more customers than this not every two are cut apart by a review. */
const PAIRED = 20;

/**
 * Open reviews `r` with the customers `p` that stand beside their identifier: at least two, or there is nothing to decide.
 * Staff of some shops see those whose customers are all theirs; the others are a matter for who sees both sides. Where a cut stands
 * between every two of them, staff has said so already, on the review or by parting them: it waits no more.
 */
const openReviewsOf = (workspaceId: WorkspaceId, shops: readonly string[], most: number) => sql`
  identity_review r
  cross join lateral (
    select count(*)::int as count, bool_and(x.mine) as mine, (array_agg(x.id order by x.net_minor desc nulls last, x.id))[1:${sql.lit(most)}] as customers, (array_agg(x.id))[1:${sql.lit(PAIRED)}] as some
      from (select distinct c.id, c.net_minor, coalesce(${inShops(shops)}, false) as mine
              from (select b as id from assertion where workspace_id = ${workspaceId} and a = r.subject_id
                    union
                    select a from assertion where workspace_id = ${workspaceId} and b = r.subject_id) met
              join subject o on o.workspace_id = ${workspaceId} and o.id = met.id
              join customer c on c.workspace_id = ${workspaceId} and c.id = o.customer_id and c.merged_into is null
             where c.id <> r.subject_id) x) p
 where r.workspace_id = ${workspaceId} and r.closed_at is null and p.count > 1 and p.mine
   and (p.count > ${sql.lit(PAIRED)} or exists (
         select 1
           from unnest(p.some) with ordinality x (id, nth)
           join unnest(p.some) with ordinality y (id, nth) on x.nth < y.nth
          where not exists (
                select 1 from cut c
                  join subject a on a.workspace_id = ${workspaceId} and a.id = c.a
                  join subject b on b.workspace_id = ${workspaceId} and b.id = c.b
                 where c.workspace_id = ${workspaceId} and c.revoked_at is null
                   and ((a.customer_id = x.id and b.customer_id = y.id) or (a.customer_id = y.id and b.customer_id = x.id)))))`;

const COLUMNS = sql`r.id, r.code, r.subject_id as subject, s.kind, s.scope, r.opened_at as "openedAt", s.sealed_in as "sealedIn", s.sealed_at as "sealedAt", b.sealed, p.count, p.customers`;

export type ReviewQuery = { shops: readonly string[]; after: ReviewPosition | undefined; limit: number; most: number };

export const openReviewRows = (tx: Tx, workspaceId: WorkspaceId, { shops, after, limit, most }: ReviewQuery): Promise<ReviewRow[]> =>
  many(tx, sql<ReviewRow>`
    select ${COLUMNS}
      from (select r.*, p.* from ${openReviewsOf(workspaceId, shops, most)}
               ${after ? sql`and (date_trunc('milliseconds', r.opened_at), r.id) > (${after.openedAt}::timestamptz, ${after.id}::uuid)` : sql``}
             order by date_trunc('milliseconds', r.opened_at), r.id
             limit ${limit}) r
      join subject s on s.workspace_id = r.workspace_id and s.id = r.subject_id
      join subject b on b.workspace_id = s.workspace_id and b.id = s.sealed_in
      cross join lateral (select r.count, r.customers) p
     order by date_trunc('milliseconds', r.opened_at), r.id`);

/** How many reviews are open, counted no further than one past `most`. */
export const countReviews = async (tx: Tx, workspaceId: WorkspaceId, shops: readonly string[], most: number): Promise<number> =>
  (await one(tx, sql<{ count: number }>`select count(*)::int as count from (select 1 from ${openReviewsOf(workspaceId, shops, 1)} limit ${most + 1}) x`)).count;

/** The customers of one open review, up to `most` of them; undefined where it is closed, has nothing to decide, or is not for these shops. */
export const reviewById = (tx: Tx, workspaceId: WorkspaceId, id: string, shops: readonly string[], most: number): Promise<{ count: number; customers: CustomerId[] } | undefined> =>
  maybe(tx, sql<{ count: number; customers: CustomerId[] }>`select p.count, p.customers from ${openReviewsOf(workspaceId, shops, most)} and r.id = ${id}`);

export const closeReview = (tx: Tx, workspaceId: WorkspaceId, id: string, by: string, at: Date): Promise<number> =>
  run(tx, sql`
    update identity_review set closed_at = ${at}, closed_by = ${by}
     where workspace_id = ${workspaceId} and id = ${id} and closed_at is null`);
