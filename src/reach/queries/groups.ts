import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';

export type GroupRow = { id: string; key: string; name: string; description: string; createdAt: Date; archivedAt: Date | null; left: number };
const GROUP = sql`id, key, name, description, created_at as "createdAt", archived_at as "archivedAt"`;

/** Topics, with how many people have left each, the oldest first. */
export const groupRows = (tx: Tx, workspaceId: WorkspaceId): Promise<GroupRow[]> => many(tx, sql<GroupRow>`
  select g.id, g.key, g.name, g.description, g.created_at as "createdAt", g.archived_at as "archivedAt",
         (select count(*)::int from (
            select distinct on (coalesce(s.customer_id, u.customer_id)) u.state
              from subscription u left join subject s on s.workspace_id = u.workspace_id and s.id = u.customer_id
             where u.workspace_id = g.workspace_id and u.group_id = g.id
             order by coalesce(s.customer_id, u.customer_id), u.at desc, u.id desc) newest where state = 'left') as left
    from subscription_group g where g.workspace_id = ${workspaceId} order by g.created_at, g.id`);

export const insertGroup = (tx: Tx, workspaceId: WorkspaceId, { id, key, name, description, createdAt }: Omit<GroupRow, 'archivedAt' | 'left'>): Promise<number> => run(tx, sql`
  insert into subscription_group (workspace_id, id, key, name, description, created_at) values (${workspaceId}, ${id}, ${key}, ${name}, ${description}, ${createdAt}) on conflict do nothing`);

export const groupById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<Omit<GroupRow, 'left'> | undefined> =>
  maybe(tx, sql<Omit<GroupRow, 'left'>>`select ${GROUP} from subscription_group where workspace_id = ${workspaceId} and id = ${id} for update`);

export const updateGroup = (tx: Tx, workspaceId: WorkspaceId, { id, name, description, archivedAt }: Pick<GroupRow, 'id' | 'name' | 'description' | 'archivedAt'>): Promise<number> => run(tx, sql`
  update subscription_group set name = ${name}, description = ${description}, archived_at = ${archivedAt} where workspace_id = ${workspaceId} and id = ${id}`);

export type Word = { id: string; groupId: string; customer: string; state: 'joined' | 'left'; source: string; proof: string; at: Date };
export const insertWords = (tx: Tx, workspaceId: WorkspaceId, words: readonly Word[]): Promise<number> => (words.length === 0 ? Promise.resolve(0) : run(tx, sql`
  insert into subscription (workspace_id, id, group_id, customer_id, state, source, proof, at)
  select ${workspaceId}, w.id, w."groupId", w.customer, w.state, w.source, w.proof, w.at
    from jsonb_to_recordset(${JSON.stringify(words)}::jsonb) as w (id uuid, "groupId" uuid, customer uuid, state text, source text, proof text, at timestamptz)`));

export type Standing = { group: string; key: string; name: string; description: string; state: 'joined' | 'left' | null };
/** How somebody, by all their ids, stands to each topic; null: they never said. */
export const standingOf = (tx: Tx, workspaceId: WorkspaceId, customer: string): Promise<Standing[]> => many(tx, sql<Standing>`
  select g.id as "group", g.key, g.name, g.description, (
           select u.state from subject s join subscription u on u.workspace_id = s.workspace_id and u.customer_id = s.id and u.group_id = g.id
            where s.workspace_id = g.workspace_id and s.customer_id = ${customer} order by u.at desc, u.id desc limit 1) as state
    from subscription_group g where g.workspace_id = ${workspaceId} and g.archived_at is null order by g.created_at, g.id`);
