import type { Caller } from '../kernel/access/caller.ts';
import { recordUnmask } from '../kernel/access/index.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Field } from './core/fields.ts';
import type { FieldValue } from './core/fold.ts';
import { shownTags } from './core/tags.ts';
import { loadFields } from './fields.ts';
import { identifiersOf, isFieldHidden, shownValue, type ShownIdentifier, wantsClear } from './masking.ts';
import { COUNT_MAX, countRows, type Direction, type ListFilter, listRows, type Sort } from './queries/list.ts';
import { peopleById, type PersonRow } from './queries/people.ts';
import { ownShops } from './scope.ts';
import { searchFor } from './search.ts';

/** A line of a customer list, as the caller may see it. `fields` holds the workspace's and the published values by key. */
export type CustomerLine = Omit<PersonRow, 'published' | 'publishedAt' | 'createdAt'> & { createdAt: string; identifiers: ShownIdentifier[] };
export type CustomerPage = { rows: CustomerLine[]; next: string | null; total: { count: number; over: boolean } };
export type ListInput = Omit<ListFilter, 'ids' | 'shops'> & { q?: string | undefined; sort?: Sort; direction?: Direction; cursor?: string | undefined; limit?: number; clear?: boolean | undefined };

const ROWS_DEFAULT = 50;

function visible(caller: Caller, fields: ReadonlyMap<string, Field>, values: Record<string, FieldValue>): Record<string, FieldValue> {
  return Object.fromEntries(Object.entries(values).flatMap(([key, value]) => {
    const field = fields.get(key);
    return field ? [[key, shownValue(value, isFieldHidden(caller, field, false))]] : [];
  }));
}

const lineOf = (caller: Caller, fields: ReadonlyMap<string, Field>, identifiers: ReadonlyMap<CustomerId, ShownIdentifier[]>) =>
  ({ published, publishedAt: _, createdAt, ...row }: PersonRow): CustomerLine =>
    ({ ...row, tags: shownTags(row.tags), createdAt: createdAt.toISOString(), fields: visible(caller, fields, { ...row.fields, ...published }), identifiers: identifiers.get(row.id) ?? [] });

/** List lines of given customers, in the order given; absorbed and unknown ones are left out, and those of shops that are not the caller's. A clear list leaves a line in the audit log. */
export async function customerLines(stores: Stores, caller: Caller, ids: readonly CustomerId[], { clear }: { clear?: boolean | undefined } = {}): Promise<CustomerLine[]> {
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => peopleById(tx, caller.workspaceId, ids, caller.shops));
  const byId = new Map(rows.map((row) => [row.id, row]));
  return toLines(stores, caller, ids.flatMap((id) => byId.get(id) ?? []), clear);
}

async function toLines(stores: Stores, caller: Caller, rows: readonly PersonRow[], clear: boolean | undefined): Promise<CustomerLine[]> {
  const { workspaceId } = caller;
  const isClear = wantsClear(caller, clear);
  const keys = await stores.keys.of(workspaceId);
  const lines = await stores.pg.tx(workspaceId, async (tx) => {
    const [fields, identifiers] = [await loadFields(tx, workspaceId), await identifiersOf(tx, keys, workspaceId, rows.map(({ id }) => id), { clear: isClear })];
    return rows.map((row) => lineOf(caller, fields, identifiers)(ownShops(caller, row)));
  });
  if (isClear) await recordUnmask(stores, caller, { target: 'customers', count: lines.length });
  return lines;
}

const sortValue = (row: PersonRow, sort: Sort): string | number | null =>
  ({ name: row.name, last_on: row.lastOn, net_minor: row.netMinor, order_count: row.orderCount })[sort];

/** A page of customers. Sorting goes by stored columns only, never by what is masked. The total is exact up to 10,000. */
export async function listCustomers(stores: Stores, caller: Caller, input: ListInput): Promise<CustomerPage> {
  const { q, sort = 'last_on', direction = 'desc', cursor, limit = ROWS_DEFAULT, clear, ...rest } = input;
  const { workspaceId } = caller;
  const filter: ListFilter = { ...rest, shops: caller.shops, ids: q?.trim() ? await searchFor(stores, caller, q) : undefined };
  const position = cursor ? fromCursor(cursor, 2) : undefined;
  const from = position ? { value: position[0] ?? null, id: String(position[1]) } : undefined;
  const { rows, count } = await stores.pg.tx(workspaceId, async (tx) => ({
    rows: await listRows(tx, workspaceId, { filter, sort, direction, from, limit: limit + 1 }),
    count: await countRows(tx, workspaceId, filter),
  }));
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    rows: await toLines(stores, caller, shown, clear),
    next: last ? toCursor([sortValue(last, sort), last.id]) : null,
    total: { count: Math.min(count, COUNT_MAX), over: count > COUNT_MAX },
  };
}
