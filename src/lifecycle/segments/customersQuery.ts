import { customerLines, type CustomerLine, searchFor } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { describe, EVERYBODY, compile, type Tree } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import type { Stores } from '../../kernel/stores.ts';
import { strips } from '../cards.ts';
import type { Strips } from '../contract.ts';
import { fieldCatalogue } from './catalogue.ts';
import type { Sort } from './sorts.ts';
import { momentFor, writtenOut } from './writtenOut.ts';
import { countUpTo, type Position, sortedPage, sortsByText, within } from './queries/members.ts';

const TOTAL_EXACT_TO = 10_000;
const UUID = /^[0-9a-f-]{36}$/;

export type CustomersAsked = { tree?: Tree; q?: string; sort: Sort; direction: 'asc' | 'desc'; cursor?: string; limit: number; clear?: boolean; strips?: boolean };
export type CustomersPage = { rows: CustomerLine[]; next: string | null; total: { count: number; over: boolean }; sentence: string; asOf: Day; strips?: Strips };

function positionOf(cursor: string | undefined, sort: Sort): Position | null {
  if (cursor === undefined) return null;
  const [missing, value, customer] = fromCursor(cursor, 3);
  if ((missing !== 0 && missing !== 1) || typeof value !== (sortsByText(sort) ? 'string' : 'number') || typeof customer !== 'string' || !UUID.test(customer)) throw new Refusal('cursor.invalid', {}, 400);
  return { missing, value: value as string | number, customer };
}

/**
 * The customers list by a filter: conditions and order are read from the mirror, the lines from the records, so that a list,
 * a count and a segment hold the same people. `q` searches by name, telephone tail, e-mail or order number. Refuses what `check` refuses.
 */
export async function queryCustomers(stores: Stores, caller: Caller, { tree = EVERYBODY, q, sort, direction, cursor, limit, clear, strips: withStrips }: CustomersAsked): Promise<CustomersPage> {
  const after = positionOf(cursor, sort);
  const [catalogue, asOf, whole] = await Promise.all([fieldCatalogue(stores, caller), momentFor(stores, caller.workspaceId, undefined), writtenOut(stores, caller.workspaceId, tree)]);
  const compiled = within(caller.shops, compile(whole, catalogue, asOf));
  const among = q === undefined || q.trim() === '' ? null : await searchFor(stores, caller, q);
  const [found, count] = await Promise.all([
    sortedPage(stores.ch, caller.workspaceId, compiled, { sort, descending: direction === 'desc', after, limit, among }),
    countUpTo(stores.ch, caller.workspaceId, compiled, among, TOTAL_EXACT_TO),
  ]);
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const ids = page.map((one) => one.customer);
  const [rows, drawn] = await Promise.all([customerLines(stores, caller, ids, { clear }), withStrips ? strips(stores, caller.workspaceId, ids) : undefined]);
  return {
    rows, ...(drawn && { strips: drawn }),
    next: last && found.length > limit ? toCursor([last.missing, last.value, last.customer]) : null,
    total: { count: Math.min(count, TOTAL_EXACT_TO), over: count > TOTAL_EXACT_TO },
    sentence: describe(tree, caller.language, catalogue), asOf: asOf.day,
  };
}
