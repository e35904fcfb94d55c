import { refuse, type Refused } from './refused.ts';

/** A number for each row; NaN where it is missing. */
export type NumericColumn = { kind: 'numeric'; name: string; values: Float64Array };
/** For each row the position of its level in `levels`; -1 where it is missing. */
export type CategoricalColumn = { kind: 'categorical'; name: string; levels: readonly string[]; codes: Int32Array };
export type Column = NumericColumn | CategoricalColumn;
/** What is known of each row: one customer at one cut-off. */
export type Table = { rows: number; columns: readonly Column[] };

/** A categorical column from words; `null` is missing. Levels in order of their text, so that row order does not matter. */
export function categorical(name: string, words: readonly (string | null)[]): CategoricalColumn {
  const levels = [...new Set(words)].filter((word) => word !== null).toSorted();
  const codeOf = new Map(levels.map((level, code) => [level, code]));
  return { kind: 'categorical', name, levels, codes: Int32Array.from(words, (word) => (word === null ? -1 : (codeOf.get(word) ?? -1))) };
}

export const numeric = (name: string, values: ArrayLike<number>): NumericColumn => ({ kind: 'numeric', name, values: Float64Array.from(values) });

/** The rows named, in that order. */
export const takeRows = ({ columns }: Table, rows: Uint32Array): Table => ({
  rows: rows.length,
  columns: columns.map((column) => (column.kind === 'numeric' ? { ...column, values: Float64Array.from(rows, (row) => column.values[row] as number) } : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) })),
});

export const takeLabels = (labels: Uint8Array, rows: Uint32Array): Uint8Array => Uint8Array.from(rows, (row) => labels[row] as number);

/** Refuses columns of other lengths or with the name of another, codes without a level (`bad_column`), infinite numbers (`not_finite`). */
export function unfitTable({ rows, columns }: Table): Refused | null {
  const names = new Set<string>();
  for (const column of columns) {
    const values = column.kind === 'numeric' ? column.values : column.codes;
    if (values.length !== rows || names.has(column.name)) return refuse('churn.bad_column', { column: column.name, rows: values.length, expected: rows });
    names.add(column.name);
    for (let row = 0; row < rows; row++) {
      const value = values[row] as number;
      if (column.kind === 'categorical' && (value < -1 || value >= column.levels.length)) return refuse('churn.bad_column', { column: column.name, row });
      if (value === Infinity || value === -Infinity) return refuse('churn.not_finite', { column: column.name, row });
    }
  }
  return null;
}

/** How many rows say "left" (1), and how many "stayed" (0). */
export const classesOf = (labels: Uint8Array): { left: number; stayed: number } => {
  const left = labels.reduce((sum, label) => sum + label, 0);
  return { left, stayed: labels.length - left };
};

/** Refuses what cannot be learned from at all: an unfit table, labels other than 0 and 1 or of another length, one class only. */
export function unfitTraining(table: Table, labels: Uint8Array): Refused | null {
  if (labels.length !== table.rows) return refuse('churn.bad_column', { column: 'labels', rows: labels.length, expected: table.rows });
  const row = labels.findIndex((label) => label > 1);
  if (row !== -1) return refuse('churn.bad_label', { row });
  const { left, stayed } = classesOf(labels);
  return left === 0 || stayed === 0 ? refuse('churn.few_of_one_class', { left, stayed, needed: 1 }) : unfitTable(table);
}
