import { refusal, type Refused } from './refused.ts';

/**
 * What the models know of customers, one entry a customer (or a group of identical ones).
 * x: repeat purchases, the first one not counted (BG/BB: all of them). tx: time of the last one since the first, 0 where x is 0. T: time observed since the first.
 * weight: how many customers the row stands for, 1 unless given. Times in any one unit; BG/BB counts opportunities.
 */
export type Customers = { x: Float64Array; tx: Float64Array; T: Float64Array; weight?: Float64Array };

/** One customer's x, tx, T. */
export type History = { x: number; tx: number; T: number };

/** The values of a column at the given rows. */
export function pick(column: Float64Array, rows: Int32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = column[rows[i] as number] as number;
  return picked;
}

/** Spreads a figure worked out once a group over the customers. */
export const spread = (perGroup: Float64Array, groupOf: Int32Array): Float64Array => pick(perGroup, groupOf);

/** Summed over rows: a(row) · b(row). */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

export const total = (column: Float64Array): number => column.reduce((sum, value) => sum + value, 0);

const isCount = (value: number): boolean => value >= 0 && Number.isSafeInteger(value);

function faultOf(x: number, tx: number, T: number, weight: number): string | null {
  if (!isCount(x)) return 'x';
  if (!(T >= 0 && T < Infinity)) return 'T';
  if (!(tx >= 0 && tx <= T) || (x === 0 ? tx !== 0 : tx === 0)) return 'tx';
  return weight >= 0 && weight < Infinity ? null : 'weight';
}

/**
 * Refuses columns no model can read: different lengths, x no whole number, tx beyond T, tx without a repeat, a repeat without tx, negative weights.
 * `value.bad_row` names the first such row and its column; mend or leave out that customer.
 */
export function checkCustomers({ x, tx, T, weight }: Customers): Refused | null {
  if (tx.length !== x.length || T.length !== x.length || (weight && weight.length !== x.length)) return refusal('value.bad_columns', { x: x.length, tx: tx.length, T: T.length });
  for (let i = 0; i < x.length; i++) {
    const fault = faultOf(x[i] as number, tx[i] as number, T[i] as number, weight ? (weight[i] as number) : 1);
    if (fault) return refusal('value.bad_row', { row: i, column: fault });
  }
  return null;
}
