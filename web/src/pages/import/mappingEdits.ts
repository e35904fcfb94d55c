import { type Field, FIELDS } from '../../../../src/collect/core/fields.ts';
import type { Column, Mapping } from './importQueries.ts';
import type { Piece } from './useDrop.ts';

const isRepeatable = (field: string): boolean => field === 'property' || field === 'ignore' || field.startsWith('id.') || field.startsWith('customer.');
export const needsName = (field: string): boolean => /^customer\.(text|number|day)$/.test(field);

/** A column given a meaning. A meaning only one column can have leaves the column that had it before, which is then kept as a property. */
export function withField({ columns }: Mapping, header: string, field: Field): Column[] {
  return columns.map((column) => {
    if (column.header === header) return { header, field, ...(needsName(field) ? { as: column.as ?? header.slice(0, 100) } : {}) };
    return !isRepeatable(field) && column.field === field ? { header: column.header, field: 'property' } : column;
  });
}

export const withName = ({ columns }: Mapping, header: string, as: string): Column[] => columns.map((column) => (column.header === header ? { ...column, as: as || header.slice(0, 100) } : column));

const AREAS = ['order', 'money', 'line', 'refund', 'id', 'customer', 'receiver', 'event', 'cost'] as const;
const areaOf = (field: string): string => AREAS.find((area) => field.startsWith(`${area}.`)) ?? (field === 'shop' ? 'order' : 'other');

/** All meanings a column can have, in groups; measures of the file's own naming among them. */
export function fieldGroups(mapping: Mapping): { area: string; fields: Field[] }[] {
  const own = mapping.columns.map(({ field }) => field).filter((field) => !(FIELDS as readonly string[]).includes(field));
  const all: Field[] = [...new Set<Field>([...FIELDS, ...own])];
  return [...AREAS, 'other'].map((area) => ({ area, fields: all.filter((field) => areaOf(field) === area) }));
}

/** Currencies a file's money is in: its own column's, its recipe's, the one chosen for the drop, else the workspace's. */
export function currenciesOf({ look, mapping }: Piece, chosen: string, own: string): string[] {
  const column = mapping.columns.find(({ field }) => field === 'order.currency');
  const written = column ? samplesOf(look.firstRows, look.header.indexOf(column.header), 20).map((text) => text.toUpperCase()).filter((text) => /^[A-Z]{3}$/.test(text)) : [];
  return written.length > 0 ? [...new Set(written)] : [mapping.currency ?? (chosen || own)];
}

/** A few values of a column, each once, short enough for a table. */
export function samplesOf(rows: readonly (readonly string[])[], at: number, most = 3): string[] {
  const seen = new Set<string>();
  for (const row of rows) {
    const value = (row[at] ?? '').trim();
    if (value) seen.add(value.length > 28 ? `${value.slice(0, 27)}…` : value);
    if (seen.size === most) break;
  }
  return [...seen];
}
