/**
 * What people like this did in the last window: by how often they had bought and how long they had been silent. It stands in where no law is good enough,
 * and for business buyers. means, nones, squares: of purchases within `windowDays`; one entry a cell, row by row.
 */
export type RecencyTable = { windowDays: number; means: number[]; nones: number[]; squares: number[] };

const REPEATS_FROM = [0, 1, 2, 4, 8, 16] as const;
const SILENT_FROM = [0, 15, 31, 61, 91, 121, 181, 271, 366] as const;
/** A cell leans on its row and column with the weight of so many people. */
const PRIOR_PEOPLE = 20;

const placeIn = (from: readonly number[], value: number): number => from.findLastIndex((one) => value >= one);
export const cellOf = (repeats: number, silentDays: number): number => placeIn(REPEATS_FROM, repeats) * SILENT_FROM.length + placeIn(SILENT_FROM, silentDays);

type Seen = { repeats: ArrayLike<number>; silentDays: ArrayLike<number>; bought: ArrayLike<number>; windowDays: number };
type Sums = { people: Float64Array; value: Float64Array };

const sumsBy = (cells: Int32Array, values: ArrayLike<number>): Sums => {
  const people = new Float64Array(REPEATS_FROM.length * SILENT_FROM.length), value = new Float64Array(people.length);
  cells.forEach((cell, row) => {
    people[cell] = (people[cell] as number) + 1;
    value[cell] = (value[cell] as number) + (values[row] as number);
  });
  return { people, value };
};

const total = (column: Float64Array, holds: (cell: number) => boolean): number => column.reduce((sum, one, cell) => (holds(cell) ? sum + one : sum), 0);

/** Mean of each cell, drawn to the mean of its row times what its column does to everybody's; silence nobody had yet is read as the longest somebody had. */
function drawn({ people, value }: Sums): number[] {
  const width = SILENT_FROM.length, meanWhere = (holds: (cell: number) => boolean, none: number): number => (total(people, holds) > 0 ? total(value, holds) / total(people, holds) : none);
  const all = meanWhere(() => true, 0), columns: number[] = [], rows = REPEATS_FROM.map((_, row) => meanWhere((cell) => Math.floor(cell / width) === row, all));
  for (let column = 0; column < width; column++) columns.push(meanWhere((cell) => cell % width === column, columns.at(-1) ?? all));
  return Array.from(people, (count, cell) => {
    const expected = all > 0 ? ((rows[Math.floor(cell / width)] as number) * (columns[cell % width] as number)) / all : 0;
    return ((value[cell] as number) + PRIOR_PEOPLE * expected) / (count + PRIOR_PEOPLE);
  });
}

/** Learns the table from one window: what was known at its begin, and how often each bought in it. */
export function learnTable({ repeats, silentDays, bought, windowDays }: Seen): RecencyTable {
  const cells = Int32Array.from(repeats, (one, row) => cellOf(one, silentDays[row] as number));
  const means = drawn(sumsBy(cells, bought)), squares = drawn(sumsBy(cells, Array.from(bought, (one) => one * one)));
  const nones = drawn(sumsBy(cells, Array.from(bought, (one) => (one === 0 ? 1 : 0))));
  return { windowDays, means, nones: nones.map((one, cell) => Math.min(1, Math.max(one, 1 - (means[cell] as number)))), squares: squares.map((one, cell) => Math.max(one, (means[cell] as number) ** 2)) };
}

/** Purchases within `days` of somebody in a cell: mean, P(none) and mean square, scaled from the window. */
export function purchasesIn({ windowDays, means, nones, squares }: RecencyTable, cell: number, days: number): { mean: number; none: number; square: number } {
  const factor = days / windowDays, before = means[cell] as number, mean = before * factor;
  // A variance above the mean comes of people being different, which grows with the square of time.
  const apart = before > 0 ? Math.max(0, (squares[cell] as number) - before * before - before) / (before * before) : 0;
  return { mean, none: (nones[cell] as number) ** factor, square: mean + mean * mean * (1 + apart) };
}
