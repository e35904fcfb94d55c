import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

export const NOTE_KINDS = ['note', 'visit', 'message', 'contract', 'call', 'interview'] as const;
export type NoteKind = (typeof NOTE_KINDS)[number];
export type NoteRow = { id: string; customerId: CustomerId | null; accountId: string | null; kind: NoteKind; body: string; author: string; at: Date };

export const insertNote = (tx: Tx, workspaceId: WorkspaceId, n: NoteRow): Promise<number> =>
  run(tx, sql`
    insert into note (workspace_id, id, customer_id, account_id, kind, body, author, at)
    values (${workspaceId}, ${n.id}, ${n.customerId}, ${n.accountId}, ${n.kind}, ${n.body}, ${n.author}, ${n.at})`);

export const codeNote = (tx: Tx, workspaceId: WorkspaceId, noteId: string, tagIds: readonly string[]): Promise<number> =>
  run(tx, sql`
    insert into note_code (workspace_id, note_id, tag_id)
    select ${workspaceId}, ${noteId}, t.id from unnest(${[...tagIds]}::uuid[]) as t (id)
    on conflict do nothing`);

/** Of whom a timeline is: rows of a company or of any of the subjects that make up a customer. */
export type About = { subjects: readonly string[]; accountId: string | null };
type Page = { before: Date; limit: number };

/** Notes with the names of the tags they were coded with. */
export const noteRows = (tx: Tx, workspaceId: WorkspaceId, { subjects, accountId }: About, kinds: readonly string[], { before, limit }: Page): Promise<(NoteRow & { codes: string[] })[]> =>
  many(tx, sql<NoteRow & { codes: string[] }>`
    select id, customer_id as "customerId", account_id as "accountId", kind, body, author, at,
           array(select t.name from note_code k join tag t on t.workspace_id = k.workspace_id and t.id = k.tag_id
                  where k.workspace_id = note.workspace_id and k.note_id = note.id order by t.name) as codes
      from note
     where workspace_id = ${workspaceId}
       and (customer_id = any (${subjects}::uuid[]) or account_id = ${accountId}::uuid)
       and kind = any (${kinds}::text[]) and at < ${before}
     order by at desc, id desc
     limit ${limit}`);

export type TaskRow = {
  id: string; code: string; params: Record<string, unknown>; customerId: CustomerId | null; accountId: string | null; contactId: string | null; assignee: string;
  dueOn: string | null; createdBy: string; createdAt: Date; doneAt: Date | null; doneBy: string | null;
};
const taskColumns = sql`id, code, params, customer_id as "customerId", account_id as "accountId", contact_id as "contactId", assignee, due_on as "dueOn",
                        created_by as "createdBy", created_at as "createdAt", done_at as "doneAt", done_by as "doneBy"`;

export const insertTask = (tx: Tx, workspaceId: WorkspaceId, t: TaskRow): Promise<number> =>
  run(tx, sql`
    insert into task (workspace_id, id, code, params, customer_id, account_id, contact_id, assignee, due_on, created_by, created_at)
    values (${workspaceId}, ${t.id}, ${t.code}, ${JSON.stringify(t.params)}::jsonb, ${t.customerId}, ${t.accountId}, ${t.contactId}, ${t.assignee}, ${t.dueOn}, ${t.createdBy}, ${t.createdAt})`);

/** Many at once; those whose id is taken are there already. The ids that are new. */
export const insertTasks = async (tx: Tx, workspaceId: WorkspaceId, tasks: readonly TaskRow[]): Promise<string[]> =>
  (await many(tx, sql<{ id: string }>`
    insert into task (workspace_id, id, code, params, customer_id, account_id, contact_id, assignee, due_on, created_by, created_at)
    select ${workspaceId}::uuid, t.id, t.code, t.params, t."customerId", t."accountId", t."contactId", t.assignee, t."dueOn", t."createdBy", t."createdAt"
      from jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb)
           as t (id uuid, code text, params jsonb, "customerId" uuid, "accountId" uuid, "contactId" uuid, assignee text, "dueOn" date, "createdBy" text, "createdAt" timestamptz)
    on conflict do nothing
    returning id`)).map(({ id }) => id);

export const finishTask = (tx: Tx, workspaceId: WorkspaceId, id: string, by: string, at: Date): Promise<number> =>
  run(tx, sql`update task set done_at = ${at}, done_by = ${by} where workspace_id = ${workspaceId} and id = ${id} and done_at is null`);

/** Open tasks, the first due first; those without a day come last. */
export const openTasks = (tx: Tx, workspaceId: WorkspaceId, { assignee, accountId, subjects, limit }: { assignee: string | null; accountId: string | null; subjects: readonly string[] | null; limit: number }): Promise<TaskRow[]> =>
  many(tx, sql<TaskRow>`
    select ${taskColumns} from task
     where workspace_id = ${workspaceId} and done_at is null
       and (${assignee}::text is null or assignee = ${assignee})
       and (${accountId}::uuid is null or account_id = ${accountId})
       and (${subjects}::uuid[] is null or customer_id = any (${subjects}::uuid[]))
     order by due_on nulls last, id
     limit ${limit}`);

export const taskRows = (tx: Tx, workspaceId: WorkspaceId, { subjects, accountId }: About, { before, limit }: Page): Promise<TaskRow[]> =>
  many(tx, sql<TaskRow>`
    select ${taskColumns} from task
     where workspace_id = ${workspaceId} and (customer_id = any (${subjects}::uuid[]) or account_id = ${accountId}::uuid) and created_at < ${before}
     order by created_at desc, id desc
     limit ${limit}`);
