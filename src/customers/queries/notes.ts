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
