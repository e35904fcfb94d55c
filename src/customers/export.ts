import type { Caller } from '../kernel/access/caller.ts';
import { demand, may } from '../kernel/access/caller.ts';
import { recordExport } from '../kernel/access/index.ts';
import { CSV_MARK, type CsvCell, csvLine } from '../kernel/csv.ts';
import { Refusal } from '../kernel/errors.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { sharedWords } from '../kernel/words/index.ts';
import { own } from '../kernel/own.ts';
import type { Field } from './core/fields.ts';
import type { FieldValue } from './core/fold.ts';
import { shownTags } from './core/tags.ts';
import { loadFields } from './fields.ts';
import { identifiersOf, isFieldHidden } from './masking.ts';
import { listRows, type ListFilter } from './queries/list.ts';
import { peopleById, type PersonRow } from './queries/people.ts';
import { ownShops } from './scope.ts';
import { HOT_KEYS } from './builtins.ts';

/** `customers`: these only; else everybody who fits. `clear`: identifiers unmasked. `reason` stands in the audit log. `withScores`: also fields that hold scores, for callers who have made sure that these may leave. */
export type ExportInput = { reason: string; clear: boolean; customers?: readonly CustomerId[] | undefined; filter?: ListFilter; withScores?: boolean };
export type ExportFile = { csv: string; count: number };

/** Scores in a file may set prices elsewhere, which needs leave: a list of people to speak to does without. */
const SCORE_KEYS: readonly string[] = ['churn_probability'];

const ROWS_PER_READ = 5_000;
const ROWS_MAX = 200_000;

/** A list is one cell. */
const cell = (value: FieldValue | null | undefined): CsvCell => (Array.isArray(value) ? value.join(',') : (value as CsvCell));

const label = (caller: Caller, { key, label: own }: Pick<Field, 'key' | 'label'>): string => (own && own !== key ? own : sharedWords[`field.${key}`]?.[caller.language] ?? key);
const word = (caller: Caller, key: string): string => own(sharedWords, key)?.[caller.language] ?? key;

async function rowsOf(stores: Stores, caller: Caller, { customers, filter = {} }: ExportInput): Promise<PersonRow[]> {
  const rows: PersonRow[] = [];
  if (customers) {
    for (let at = 0; at < customers.length; at += ROWS_PER_READ) rows.push(...(await stores.pg.tx(caller.workspaceId, (tx) => peopleById(tx, caller.workspaceId, customers.slice(at, at + ROWS_PER_READ), caller.shops))));
    return rows;
  }
  for (let from: { value: string | number | null; id: string } | undefined; ; ) {
    const page = await stores.pg.tx(caller.workspaceId, (tx) => listRows(tx, caller.workspaceId, { filter: { ...filter, shops: caller.shops }, sort: 'last_on', direction: 'desc', from, limit: ROWS_PER_READ }));
    rows.push(...page);
    const last = page.at(-1);
    if (!last || page.length < ROWS_PER_READ) return rows;
    if (rows.length > ROWS_MAX) throw new Refusal('export.too_many', { max: ROWS_MAX });
    from = { value: last.lastOn, id: last.id };
  }
}

const columnKey = (key: string): keyof PersonRow => key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()) as keyof PersonRow;

const SHOWN_KINDS = ['member_no', 'buyer_id', 'phone', 'email'] as const;

function lineOf(fields: readonly Field[], row: PersonRow, shown: ReadonlyMap<string, string>): string {
  const values: Record<string, FieldValue> = { ...row.fields, ...row.published };
  const valueAt = (key: string): FieldValue | null => ((HOT_KEYS as readonly string[]).includes(key) ? (row[columnKey(key)] as FieldValue | null) : (own(values, key) ?? null));
  return csvLine([row.id, row.name, ...SHOWN_KINDS.map((kind) => shown.get(kind) ?? ''), cell(shownTags(row.tags)), cell(row.reach), ...fields.map(({ key }) => cell(valueAt(key)))]);
}

/**
 * Customers as CSV, every field the caller may see, identifiers masked unless asked in clear by somebody who may.
 * Refuses `access.forbidden` without customers.export, `export.reason_missing`; who, when, how many and why stand in the audit log.
 */
export async function exportCustomers(stores: Stores, caller: Caller, input: ExportInput): Promise<ExportFile> {
  demand(caller, 'customers.export');
  if (input.clear) demand(caller, 'customers.unmask');
  const { workspaceId } = caller;
  const rows = await rowsOf(stores, caller, input);
  await recordExport(stores, caller, { what: 'customers', count: rows.length, masked: !input.clear, reason: input.reason });
  const keys = await stores.keys.of(workspaceId);
  const fields = [...(await stores.pg.tx(workspaceId, (tx) => loadFields(tx, workspaceId))).values()].filter((field) => !field.sealed && (input.withScores === true || !SCORE_KEYS.includes(field.key)) && !isFieldHidden(caller, field, input.clear && may(caller, 'customers.unmask')));
  const head = csvLine([word(caller, 'customer.id'), word(caller, 'field.name'), ...SHOWN_KINDS.map((kind) => word(caller, `identifier.kind.${kind}`)), word(caller, 'customer.tags'), word(caller, 'customer.reach'), ...fields.map((field) => label(caller, field))]);
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += ROWS_PER_READ) {
    const slice = rows.slice(at, at + ROWS_PER_READ);
    const identifiers = await stores.pg.tx(workspaceId, (tx) => identifiersOf(tx, keys, workspaceId, slice.map(({ id }) => id), { clear: input.clear }));
    for (const row of slice) lines.push(lineOf(fields, ownShops(caller, row), new Map((identifiers.get(row.id) ?? []).map(({ kind, shown }) => [kind, shown]))));
  }
  return { csv: CSV_MARK + head + lines.join(''), count: rows.length };
}
