import type { z } from 'zod';
import { invite, type Invited } from '../../kernel/access/invitations.ts';
import { flushMirror, ownersOf, publishCompany, subjectIds } from '../../customers/index.ts';
import { mirrorExperiment } from '../../insight/index.ts';
import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import { type CustomerId, isUuid } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { demandOwner } from './parts.ts';
import { noteMembers } from '../../engage/index.ts';
import { compileNow, type Document, sealConfig } from '../../reach/index.ts';
import { addressesHere } from './addresses.ts';
import { type Membership, putMemberships, segmentNumbers } from './queries/memberships.ts';
import { clearTable, freeNumber, insertRows, isListed, missingOf, raiseVersions, type ListedRow, type ListTable, putListed } from './queries/take.ts';
import type { takenShape } from './takeContract.ts';
import { type Row, rowShape, type Taken, takenTable } from './taken.ts';

type TakenReply = z.input<typeof takenShape>;

/** Whom ids of the other workspace name here: they came with their customers, as user numbers. Ids nobody came with stay, and name nobody. */
async function namedHere(stores: Stores, { workspaceId }: Caller, ids: readonly string[]): Promise<(id: string) => string> {
  const given = [...new Set(ids)];
  const subjects = await subjectIds(stores, workspaceId, given.map((value) => ({ kind: 'user_id', value })));
  const owners = await ownersOf(stores, workspaceId, subjects.flatMap((id) => id ?? []));
  const here = new Map(given.flatMap((id, at): [string, CustomerId][] => { const owner = owners.get(subjects[at] ?? ''); return owner ? [[id, owner]] : []; }));
  return (id) => here.get(id) ?? id;
}

const isList = (audience: unknown): audience is { kind: 'customers'; ids: string[] } => (audience as { kind?: unknown } | null)?.kind === 'customers';
type Naming = Pick<Taken, 'people' | 'within'>;
const textsIn = (value: unknown): string[] => (typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []);
const idsIn = (row: Row, { people = [], within = [] }: Naming): string[] =>
  [...people.map((column) => row[column]).filter((id): id is string => typeof id === 'string'), ...within.flatMap((column) => textsIn(row[column])).filter(isUuid), ...(isList(row.audience) ? row.audience.ids : [])];

const changed = (value: unknown, here: (id: string) => string): unknown => {
  if (typeof value === 'string') return here(value);
  if (Array.isArray(value)) return value.map((one) => changed(one, here));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, changed(inner, here)])) : value;
};

function renamed(row: Row, { people = [], within = [] }: Naming, here: (id: string) => string): Row {
  const named = Object.fromEntries([...people, ...within].map((column) => [column, changed(row[column], here)]));
  return { ...row, ...named, ...(isList(row.audience) ? { audience: { ...row.audience, ids: row.audience.ids.map(here) } } : {}) };
}

function checked(table: string, rows: readonly unknown[], now: Date): Row[] {
  const taken = takenTable(table), shape = rowShape(taken);
  return rows.map((row, at) => {
    const read = shape.safeParse(row);
    const path = read.success ? (taken.only?.(read.data) === false ? 'kind' : null) : (read.error.issues[0]?.path.join('.') ?? '');
    if (!read.success || path !== null) throw new Refusal('exchange.row_invalid', { table, row: at + 1, path: path ?? '' }, 422);
    return taken.arrives?.(read.data, now.toISOString()) ?? read.data;
  });
}

/** What only this installation can put into a row: a seal around settings that stayed behind, texts compiled from their document. */
async function completed(stores: Stores, { workspaceId }: Caller, table: string, rows: readonly Row[]): Promise<readonly Row[]> {
  if (table === 'channel_account') {
    const keys = await stores.keys.of(workspaceId);
    return rows.map((row) => ({ ...row, sealed: `\\x${sealConfig(keys, String(row.id), {}).toString('hex')}` }));
  }
  if (table !== 'template_version') return rows;
  return Promise.all(rows.map(async (row) => ({ ...row, compiled: await compileNow(stores, workspaceId, row.document as z.output<typeof Document>) })));
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
  if (table === 'journey_version') await noteMembers(stores, workspaceId, [...new Set(rows.map((row) => String(row.journey_id)))]);
}

/** Writes rows inside a transaction; how many were new, and how many another row stood in the way of. */
async function put(tx: Tx, { workspaceId }: Caller, table: string, rows: readonly Row[], { first }: { first: boolean }): Promise<{ added: number; inTheWay: number }> {
  const { json = {}, replace } = takenTable(table);
  if (replace && first) await clearTable(tx, workspaceId, table);
  const free = table === 'segment' ? await freeNumber(tx, workspaceId) : 0;
  const added = await insertRows(tx, workspaceId, table, table === 'segment' ? rows.map((row, at) => ({ ...row, number: free + at })) : rows, Object.keys(json)).catch(orRefuse(table));
  if (table === 'tag_version') await raiseVersions(tx, workspaceId, 'tag');
  if (table === 'segment_version') await raiseVersions(tx, workspaceId, 'segment');
  const ids = rows.map(({ id }) => id).filter((id): id is string => typeof id === 'string' && isUuid(id));
  return { added, inTheWay: added < ids.length && ids.length === rows.length ? await missingOf(tx, workspaceId, table, ids) : 0 };
}

/**
 * Takes rows of a table as an export wrote them, under the ids they had; people are found by the ids they had there. Twice is the same as once. `first`: of a
 * table that is replaced, what is here goes before. How many were new, and how many could not come. Refuses `exchange.owner_only`, `exchange.row_invalid` with
 * the row and the column, and what a template's document is refused for.
 */
export async function takeRows(stores: Stores, caller: Caller, { table, rows, first }: { table: string; rows: readonly unknown[]; first: boolean }): Promise<TakenReply> {
  demandOwner(caller);
  const { workspaceId } = caller, taken = takenTable(table);
  const read = checked(table, rows, stores.clock.now());
  namesColumns(read, table);
  const here = await namedHere(stores, caller, read.flatMap((row) => idsIn(row, taken)));
  const own = await completed(stores, caller, table, read.map((row) => renamed(row, taken, here)));
  const { rows: known, unknown } = table === 'suppression' ? await addressesHere(stores, caller, own) : { rows: own, unknown: 0 };
  const { added, inTheWay } = await stores.pg.tx(workspaceId, async (tx) => {
    const done = await put(tx, caller, table, known, { first });
    if (done.added > 0) await audit(tx, stores.clock, caller, { action: 'exchange.taken', target: table, detail: { rows: rows.length, added: done.added } });
    return done;
  });
  await follow(stores, caller, table, own);
  return { added, unknown, inTheWay };
}

/** Whom experiments left out, each person's part of settled results, whom frozen segments hold: lists that ClickHouse alone holds. */
export async function takeLists(stores: Stores, caller: Caller, { table, rows }: { table: ListTable; rows: readonly ListedRow[] }): Promise<TakenReply> {
  demandOwner(caller);
  const at = rows.findIndex((row) => !isListed(table, row));
  if (at !== -1) throw new Refusal('exchange.row_invalid', { table, row: at + 1, path: '' }, 422);
  const here = await namedHere(stores, caller, rows.map(({ customer }) => customer));
  await putListed(stores.ch, caller.workspaceId, table, rows.map((row) => ({ ...row, customer: here(row.customer) })));
  return { added: rows.length, unknown: 0, inTheWay: 0 };
}

/** Who was in which segment since when: looks keep the order they had, before any of here. */
export async function takeMemberships(stores: Stores, caller: Caller, rows: readonly Membership[]): Promise<TakenReply> {
  demandOwner(caller);
  const { workspaceId } = caller;
  const [here, numbers] = await Promise.all([namedHere(stores, caller, rows.map(({ customer }) => customer)), stores.pg.tx(workspaceId, (tx) => segmentNumbers(tx, workspaceId))]);
  await putMemberships(stores.ch, workspaceId, rows.map((row) => ({ ...row, customer: here(row.customer) })), new Map([...numbers].map(([number, id]) => [id, number])));
  return { added: rows.length, unknown: 0, inTheWay: 0 };
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
