import { columnFor, type Feature } from './features.ts';
import type { ChurnModel } from './model.ts';
import type { Explained } from './shapley.ts';
import { isRefused, type Refused } from './refused.ts';
import type { Column, Table } from './table.ts';

/** How a value stands to what is usual: a number to the mean, a level to the commonest one. */
export const STANDINGS = ['above', 'below', 'usual', 'other', 'missing'] as const;
export type Standing = (typeof STANDINGS)[number];

/**
 * One reason for a score. `code` says whether it raises or lowers the risk, and how the value stands to `comparedTo`: the
 * mean of the training rows, or their commonest level. `contribution` is in log-odds: 0.69 doubles the odds of leaving.
 */
export type Reason = { code: `churn.${'raises' | 'lowers'}.${Standing}`; feature: string; value: number | string | null; contribution: number; comparedTo: number | string };

export const REASONS_LEAST = 3;

/**
 * The `count` strongest reasons of each row, falling by influence whichever way it goes; never fewer than three where the
 * model has as many features. Refuses `churn.columns_differ`.
 */
export function reasonsOf(model: ChurnModel, table: Table, { contributions }: Explained, count = REASONS_LEAST): Reason[][] | Refused {
  const columns: Column[] = [];
  for (const feature of model.features) {
    const column = columnFor(feature, table);
    if (isRefused(column)) return column;
    columns.push(column);
  }
  const width = model.features.length;
  return Array.from({ length: table.rows }, (_, row) => {
    const own = contributions.subarray(row * width, (row + 1) * width);
    const strongest = [...own.keys()].toSorted((a, b) => Math.abs(own[b] as number) - Math.abs(own[a] as number) || a - b);
    return strongest.slice(0, Math.max(REASONS_LEAST, count)).map((at) => reasonOf(model.features[at] as Feature, columns[at] as Column, row, own[at] as number));
  });
}

function reasonOf(feature: Feature, column: Column, row: number, contribution: number): Reason {
  const comparedTo = feature.kind === 'numeric' ? feature.mean : feature.common;
  const value = valueAt(column, row);
  return { code: `churn.${contribution < 0 ? 'lowers' : 'raises'}.${standingOf(value, comparedTo)}`, feature: feature.name, value, contribution, comparedTo };
}

function valueAt(column: Column, row: number): number | string | null {
  if (column.kind === 'categorical') return column.levels[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  return Number.isNaN(value) ? null : value;
}

function standingOf(value: number | string | null, comparedTo: number | string): Standing {
  if (value === null) return 'missing';
  if (value === comparedTo) return 'usual';
  return typeof value === 'string' ? 'other' : value > (comparedTo as number) ? 'above' : 'below';
}
