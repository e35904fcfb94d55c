import { invite, type Invited } from '../../kernel/access/invitations.ts';
import { flushMirror, ownersOf, publishCompany, subjectIds } from '../../customers/index.ts';
import { mirrorExperiment } from '../../insight/index.ts';
import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { demandOwner } from './parts.ts';
import { clearTable, insertRows, isListed, raiseVersions, type ListedRow, type ListTable, putListed } from './queries/take.ts';
import { rowShape, takenTable } from './taken.ts';

type Row = Record<string, unknown>;

/** Whom ids of the other workspace name here: they came with their customers, as user numbers. Ids nobody came with stay, and name nobody. */
async function namedHere(stores: Stores, { workspaceId }: Caller, ids: readonly string[]): Promise<(id: string) => string> {
  const given = [...new Set(ids)];
  const subjects = await subjectIds(stores, workspaceId, given.map((value) => ({ kind: 'user_id', value })));
  const owners = await ownersOf(stores, workspaceId, subjects.flatMap((id) => id ?? []));
  const here = new Map(given.flatMap((id, at): [string, CustomerId][] => { const owner = owners.get(subjects[at] ?? ''); return owner ? [[id, owner]] : []; }));
  return (id) => here.get(id) ?? id;
}

const isList = (audience: unknown): audience is { kind: 'customers'; ids: string[] } => (audience as { kind?: unknown } | null)?.kind === 'customers';
const idsIn = (row: Row, people: readonly string[]): string[] =>
  [...people.map((column) => row[column]).filter((id): id is string => typeof id === 'string'), ...(isList(row.audience) ? row.audience.ids : [])];

function renamed(row: Row, people: readonly string[], here: (id: string) => string): Row {
  const named = Object.fromEntries(people.map((column) => [column, typeof row[column] === 'string' ? here(row[column]) : row[column]]));
  return { ...row, ...named, ...(isList(row.audience) ? { audience: { ...row.audience, ids: row.audience.ids.map(here) } } : {}) };
}

/** Leave to let a price depend on a score is two people's, who may not work here: it does not move with the shop. */
const withoutLeave = (row: Row): Row => (row.state === 'approved' || row.state === 'asked' ? { ...row, state: 'ended' } : row);

function checked(table: string, rows: readonly unknown[]): Row[] {
  const shape = rowShape(takenTable(table));
  return rows.map((row, at) => {
    const read = shape.safeParse(row);
    if (!read.success) throw new Refusal('exchange.row_invalid', { table, row: at + 1, path: read.error.issues[0]?.path.join('.') ?? '' }, 422);
    return table === 'price_use' ? withoutLeave(read.data) : read.data;
  });
}

const namesColumns = (rows: readonly Row[], table: string): void => {
  if (rows.every((row) => Object.keys(row).length === 0)) throw new Refusal('exchange.row_invalid', { table, row: 1, path: '' }, 422);
};

/** What Postgres itself has against a row (a value of another type, one that is missing) is the file's fault and is said so. */
const orRefuse = (table: string) => (error: unknown): never => {
  const { code = '', column = '' } = error as { code?: string; column?: string };
  throw /^2[23]/.test(code) ? new Refusal('exchange.row_invalid', { table, row: 1, path: column }, 422) : error;
};

/** What other tables and ClickHouse say of such rows, as far as it is not told by itself: no fact is announced, nobody is asked to do anything. */
async function follow(stores: Stores, { workspaceId }: Caller, table: string, rows: readonly Row[]): Promise<void> {
  if (table === 'contact') {
    await stores.pg.tx(workspaceId, async (tx) => { for (const id of new Set(rows.map((row) => String(row.account_id)))) await publishCompany(tx, stores, workspaceId, id); });
    await flushMirror(stores, workspaceId);
  }
  if (table === 'experiment') for (const { id } of rows) await mirrorExperiment(stores, workspaceId, String(id));
}

/**
 * Takes rows of a table as an export wrote them, under the ids they had; people are found by the ids they had there. Twice is the same as once. `first`: of a
 * table that is replaced, what is here goes before. How many were new. Refuses `exchange.owner_only`, `exchange.row_invalid` with the row and the column.
 */
export async function takeRows(stores: Stores, caller: Caller, { table, rows, first }: { table: string; rows: readonly unknown[]; first: boolean }): Promise<{ added: number }> {
  demandOwner(caller);
  const { workspaceId } = caller;
  const { people = [], json = {}, replace } = takenTable(table);
  const read = checked(table, rows);
  namesColumns(read, table);
  const here = await namedHere(stores, caller, read.flatMap((row) => idsIn(row, people)));
  const own = read.map((row) => renamed(row, people, here));
  const added = await stores.pg.tx(workspaceId, async (tx) => {
    if (replace && first) await clearTable(tx, workspaceId, table);
    const count = await insertRows(tx, workspaceId, table, own, Object.keys(json)).catch(orRefuse(table));
    if (table === 'tag_version') await raiseVersions(tx, workspaceId, 'tag');
    if (table === 'segment_version') await raiseVersions(tx, workspaceId, 'segment');
    if (count > 0) await audit(tx, stores.clock, caller, { action: 'exchange.taken', target: table, detail: { rows: rows.length, added: count } });
    return count;
  });
  await follow(stores, caller, table, own);
  return { added };
}

/** Whom experiments left out, and each person's part of settled results: lists that ClickHouse alone holds. */
export async function takeLists(stores: Stores, caller: Caller, { table, rows }: { table: ListTable; rows: readonly ListedRow[] }): Promise<{ added: number }> {
  demandOwner(caller);
  const at = rows.findIndex((row) => !isListed(table, row));
  if (at !== -1) throw new Refusal('exchange.row_invalid', { table, row: at + 1, path: '' }, 422);
  const here = await namedHere(stores, caller, rows.map(({ customer }) => customer));
  await putListed(stores.ch, caller.workspaceId, table, rows.map((row) => ({ ...row, customer: here(row.customer) })));
  return { added: rows.length };
}

/** Invites people by links that work once, for a week; those who are here already stay as they are. Nobody is written to. Refuses `exchange.owner_only`. */
export async function inviteAgain(stores: Stores, caller: Caller, members: readonly Invited[]): Promise<{ email: string; token: string }[]> {
  demandOwner(caller);
  const invited: { email: string; token: string }[] = [];
  for (const member of members) {
    try {
      invited.push({ email: member.email, token: (await invite(stores, caller, member)).token });
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'invitation.member_already') throw error;
    }
  }
  return invited;
}
