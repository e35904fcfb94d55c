import type { Caller } from '../kernel/access/caller.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { authorNames } from './authors.ts';
import { demandAccount, seenContacts } from './accounts.ts';
import { issueRows } from './queries/accounts.ts';
import { ownersById, subjectsOf } from './queries/identity.ts';
import { mergesOf } from './queries/merges.ts';
import { codeNote, insertNote, NOTE_KINDS, type NoteKind, noteRows, type NoteRow } from './queries/notes.ts';
import { stepRows, taskRows } from './queries/tasks.ts';
import { registerTimeline, type TimelineEntry, type TimelineQuery, timelineSources } from './registry.ts';
import { flushMirror } from './mirror.ts';
import { giveSeen } from './tags.ts';
import { ownerNamed } from './tell.ts';

export type TimelinePageInput = { kinds?: readonly string[] | undefined; cursor?: string | undefined; limit?: number };
export type TimelineReply = { rows: TimelineEntry[]; next: string | null; kinds: string[] };

const ROWS_DEFAULT = 50;
/** Lines of one instant may straddle a page: so many more are read to find the place again. */
const OVERLAP = 50;
const FAR = new Date('9999-01-01T00:00:00Z');

const newestFirst = (a: TimelineEntry, b: TimelineEntry): number => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : a.id > b.id ? -1 : 0);

/** Authors by name where they are people. */
async function signed(stores: Stores, rows: readonly TimelineEntry[]): Promise<TimelineEntry[]> {
  const names = await authorNames(stores, rows.flatMap(({ params }) => (typeof params['author'] === 'string' ? [params['author']] : [])));
  return rows.map((row) => { const name = names[String(row.params['author'])]; return name ? { ...row, params: { ...row.params, author: name } } : row; });
}

async function readTimeline(stores: Stores, workspaceId: WorkspaceId, of: TimelineQuery, { kinds, cursor, limit = ROWS_DEFAULT }: TimelinePageInput): Promise<TimelineReply> {
  const position = cursor ? fromCursor(cursor, 2).map(String) as [string, string] : undefined;
  const wanted = timelineSources().filter((source) => !kinds || source.kinds.some((kind) => kinds.includes(kind)));
  const page = { before: position ? new Date(Date.parse(position[0]) + 1) : FAR, limit: limit + OVERLAP, ...(kinds ? { kinds } : {}) };
  const found = (await Promise.all(wanted.map((source) => source.load(stores, workspaceId, of, page)))).flat();
  const after = found.filter((one) => (!kinds || kinds.includes(one.kind)) && (!position || newestFirst({ at: position[0], id: position[1] } as TimelineEntry, one) < 0)).sort(newestFirst);
  const rows = after.slice(0, limit);
  const last = after.length > limit ? rows.at(-1) : undefined;
  return { rows: await signed(stores, rows), next: last ? toCursor([last.at, last.id]) : null, kinds: [...new Set(timelineSources().flatMap((source) => source.kinds))] };
}

/** Everything that happened with a customer, newest first, from every module that knows something. Refuses `customer.not_found`. */
export async function customerTimeline(stores: Stores, caller: Caller, id: string, page: TimelinePageInput): Promise<TimelineReply> {
  const { workspaceId } = caller;
  const of = await stores.pg.tx(workspaceId, async (tx): Promise<TimelineQuery> => {
    const owner = await ownerNamed(tx, caller, id);
    return { customers: [owner], subjects: (await subjectsOf(tx, workspaceId, [owner])).map((row) => row.id), shops: caller.shops };
  });
  return readTimeline(stores, workspaceId, of, page);
}

/** The same for a company: what happened with it and with each of its contacts. Refuses `account.not_found`. */
export async function accountTimeline(stores: Stores, caller: Caller, accountId: string, page: TimelinePageInput): Promise<TimelineReply> {
  const { workspaceId } = caller;
  const of = await stores.pg.tx(workspaceId, async (tx): Promise<TimelineQuery> => {
    await demandAccount(tx, workspaceId, accountId);
    const contacts = await seenContacts(tx, caller, accountId);
    const customers = [...new Set((await ownersById(tx, workspaceId, contacts.map(({ customerId }) => customerId))).values())];
    return { customers, subjects: (await subjectsOf(tx, workspaceId, customers)).map((row) => row.id), accountId, shops: caller.shops };
  });
  return readTimeline(stores, workspaceId, of, page);
}

export type NoteInput = { kind: NoteKind; body: string; at?: Date | undefined };

const saveNote = async (tx: Tx, stores: Stores, caller: Caller, about: { customerId: CustomerId | null; accountId: string | null }, { kind, body, at = stores.clock.now() }: NoteInput): Promise<NoteRow> => {
  const note: NoteRow = { id: newId(), ...about, kind, body, author: `${caller.actor.kind}:${caller.actor.id}`, at };
  await insertNote(tx, caller.workspaceId, note);
  return note;
};

/** Writes a note about a customer, coded with tags where some were seen in it: the customer bears them from the day of the note (R35). Refuses `customer.not_found`, `tag.computed`. */
export async function noteCustomer(stores: Stores, caller: Caller, id: string, { tags = [], ...input }: NoteInput & { tags?: readonly string[] }): Promise<NoteRow> {
  const note = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const customer = await ownerNamed(tx, caller, id);
    const saved = await saveNote(tx, stores, caller, { customerId: customer, accountId: null }, input);
    await codeNote(tx, caller.workspaceId, saved.id, await giveSeen(tx, stores, caller, { customer, names: tags, at: saved.at, source: saved.author }));
    return saved;
  });
  if (tags.length > 0) await flushMirror(stores, caller.workspaceId);
  return note;
}

export const noteAccount = (stores: Stores, caller: Caller, id: string, input: NoteInput): Promise<NoteRow> =>
  stores.pg.tx(caller.workspaceId, async (tx) => saveNote(tx, stores, caller, { customerId: null, accountId: (await demandAccount(tx, caller.workspaceId, id)).id }, input));

/** A company's timeline holds what was written about it and about its contacts. */
const aboutOf = ({ subjects, accountId }: TimelineQuery): { subjects: readonly SubjectId[]; accountId: string | null } => ({ subjects, accountId: accountId ?? null });

registerTimeline({
  name: 'notes', kinds: NOTE_KINDS,
  load: async (stores, workspaceId, of, { kinds = NOTE_KINDS, before = FAR, limit }) =>
    (await stores.pg.tx(workspaceId, (tx) => noteRows(tx, workspaceId, aboutOf(of), kinds, { before, limit })))
      .map(({ id, at, kind, body, author, codes }) => ({ id, at: at.toISOString(), kind, code: `timeline.${kind}`, params: { body, author, ...(codes.length > 0 && { codes }) } })),
});

registerTimeline({
  name: 'tasks', kinds: ['task'],
  load: async (stores, workspaceId, of, { before = FAR, limit }) =>
    (await stores.pg.tx(workspaceId, (tx) => taskRows(tx, workspaceId, aboutOf(of), { before, limit })))
      .map(({ id, createdAt, code, params, doneAt, dueOn }) => ({ id, at: createdAt.toISOString(), kind: 'task', code, params: { ...params, dueOn, done: doneAt !== null } })),
});

registerTimeline({
  name: 'attempts', kinds: ['attempt'],
  load: async (stores, workspaceId, of, { before = FAR, limit }) =>
    (await stores.pg.tx(workspaceId, (tx) => stepRows(tx, workspaceId, aboutOf(of), { before, limit })))
      .map(({ id, at, kind, note, nextOn, author, assignee, taskId }) => ({ id, at: at.toISOString(), kind: 'attempt', code: `timeline.attempt.${kind}`, params: { note, nextOn, author, assignee, task: taskId } })),
});

registerTimeline({
  name: 'issues', kinds: ['issue'],
  load: async (stores, workspaceId, { accountId }, { before = FAR, limit }) => {
    if (!accountId) return [];
    const rows = await stores.pg.tx(workspaceId, (tx) => issueRows(tx, workspaceId, accountId));
    return rows.flatMap(({ id, title, openedAt, closedAt, outcome }) => [
      { id, at: openedAt.toISOString(), kind: 'issue', code: 'timeline.issue_opened', params: { title } },
      ...(closedAt ? [{ id: `${id}:closed`, at: closedAt.toISOString(), kind: 'issue', code: 'timeline.issue_closed', params: { title, outcome } }] : []),
    ]).filter(({ at }) => at < before.toISOString()).slice(0, limit);
  },
});

registerTimeline({
  name: 'identity', kinds: ['merge'],
  load: async (stores, workspaceId, { subjects, accountId }, { before = FAR, limit }) => {
    if (accountId) return [];
    const rows = await stores.pg.tx(workspaceId, (tx) => mergesOf(tx, workspaceId, subjects));
    return rows.filter(({ at }) => at < before).slice(0, limit)
      .map(({ id, at, kind, byKind, reason, undoneAt }) => ({ id, at: at.toISOString(), kind: 'merge', code: `timeline.${kind}`, params: { by: byKind, reason, undone: undoneAt !== null && undoneAt !== undefined } }));
  },
});
