import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { IdentifierKind } from '../core/identifiers.ts';

type ReviewRow = {
  id: string; code: 'over_limit' | 'receiver_shared'; subject: string; kind: IdentifierKind; scope: string; openedAt: Date; sealedIn: string; sealedAt: number; sealed: Buffer;
  customers: { id: CustomerId; name: string }[];
};

export const openReviewRows = (tx: Tx, workspaceId: WorkspaceId): Promise<ReviewRow[]> =>
  many(tx, sql<ReviewRow>`
    select r.id, r.code, r.subject_id as subject, s.kind, s.scope, r.opened_at as "openedAt", s.sealed_in as "sealedIn", s.sealed_at as "sealedAt", b.sealed,
           (select coalesce(jsonb_agg(distinct jsonb_build_object('id', c.id, 'name', c.name)), '[]')
              from assertion e
              join subject o on o.workspace_id = e.workspace_id and o.id = case when e.a = s.id then e.b else e.a end
              join customer c on c.workspace_id = o.workspace_id and c.id = o.customer_id
             where e.workspace_id = ${workspaceId} and (e.a = s.id or e.b = s.id)) as customers
      from identity_review r
      join subject s on s.workspace_id = r.workspace_id and s.id = r.subject_id
      join subject b on b.workspace_id = s.workspace_id and b.id = s.sealed_in
     where r.workspace_id = ${workspaceId} and r.closed_at is null
     order by r.opened_at, r.id
     limit 200`);

export const closeReview = (tx: Tx, workspaceId: WorkspaceId, id: string, by: string, at: Date): Promise<number> =>
  run(tx, sql`
    update identity_review set closed_at = ${at}, closed_by = ${by}
     where workspace_id = ${workspaceId} and id = ${id} and closed_at is null`);
