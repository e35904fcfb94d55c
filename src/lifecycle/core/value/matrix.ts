/** Small dense symmetric matrices, row by row. */
export type Matrix = number[][];

/** L with L·Lᵀ = the matrix; null where it is not positive definite. A row of zeros, something held fixed, stays one. */
export function cholesky(matrix: Matrix): Matrix | null {
  const size = matrix.length, lower: Matrix = matrix.map(() => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) {
    let sum = at(matrix, i, j);
    for (let k = 0; k < j; k++) sum -= at(lower, i, k) * at(lower, j, k);
    if (i === j && !(sum > 0) && at(matrix, i, i) !== 0) return null;
    (lower[i] as number[])[j] = i === j ? Math.sqrt(sum) : at(lower, j, j) === 0 ? 0 : sum / at(lower, j, j);
  }
  return lower;
}

export const at = (matrix: Matrix, row: number, column: number): number => (matrix[row] as number[])[column] as number;

/** The inverse of a positive definite matrix; null where it is not one. */
export function inverse(matrix: Matrix): Matrix | null {
  const lower = cholesky(matrix);
  if (!lower || lower.some((row, i) => row[i] === 0)) return null;
  const columns = matrix.map((_, unit) => solve(lower, matrix.map((_, row) => (row === unit ? 1 : 0))));
  return columns.every((column) => column.every(Number.isFinite)) ? columns : null;
}

function solve(lower: Matrix, right: number[]): number[] {
  const y = right.slice();
  for (let i = 0; i < y.length; i++) {
    for (let k = 0; k < i; k++) y[i] = (y[i] as number) - at(lower, i, k) * (y[k] as number);
    y[i] = (y[i] as number) / at(lower, i, i);
  }
  for (let i = y.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < y.length; k++) y[i] = (y[i] as number) - at(lower, k, i) * (y[k] as number);
    y[i] = (y[i] as number) / at(lower, i, i);
  }
  return y;
}

/** The inverse over the chosen rows and columns, zeros elsewhere; null where that part is not positive definite. */
export function inverseWithin(matrix: Matrix, chosen: readonly number[]): Matrix | null {
  const part = inverse(chosen.map((row) => chosen.map((column) => at(matrix, row, column))));
  return part && matrix.map((row, i) => row.map((_, j) => (chosen.includes(i) && chosen.includes(j) ? at(part, chosen.indexOf(i), chosen.indexOf(j)) : 0)));
}

export const identity = (size: number): Matrix => Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_, column) => (row === column ? 1 : 0)));
