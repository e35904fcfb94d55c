import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Limits } from '../core/graph.ts';
import type { IdentifierKind } from '../core/identifiers.ts';

/** Where a workspace set limits otherwise than they are declared. */
export const limitsOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<Limits> =>
  (await one(tx, sql<{ limits: Limits | null }>`select settings -> 'identityLimits' as limits from workspace where id = ${workspaceId}`, 'workspace')).limits ?? {};

export const writeLimits = (tx: Tx, workspaceId: WorkspaceId, limits: Limits): Promise<number> =>
  run(tx, sql`update workspace set settings = settings || jsonb_build_object('identityLimits', ${JSON.stringify(limits)}::jsonb) where id = ${workspaceId}`);

/** Identifiers of a kind for which another limit may decide otherwise: those over theirs, and those beside more than `most` of one kind and scope. */
export const limitedBy = async (tx: Tx, workspaceId: WorkspaceId, kind: IdentifierKind, most: number): Promise<SubjectId[]> =>
  (await many(tx, sql<{ id: SubjectId }>`
    select s.id
      from subject s
     where s.workspace_id = ${workspaceId} and s.kind = ${kind}
       and (s.over_limit or exists (
             select 1
               from (select b as id from assertion where workspace_id = ${workspaceId} and a = s.id
                     union
                     select a from assertion where workspace_id = ${workspaceId} and b = s.id) met
               join subject o on o.workspace_id = ${workspaceId} and o.id = met.id
              group by o.kind, o.scope
             having count(*) > ${most}))
     order by s.id`)).map(({ id }) => id);
