import type { Books } from './books.ts';
import { WEEK } from './laws.ts';

/** What the laws know of some customers on a day: x, tx, T in weeks; purchase days and the mean kept of one; the last of them; how many days were bought on. */
export type Histories = { x: Float64Array; tx: Float64Array; T: Float64Array; mean: Float64Array; lastDay: Int32Array; firstDay: Int32Array };

/** Histories up to `asOf` of rows whose first purchase is not later. Purchases of one day are one. */
export function historiesAt({ offsets, days, kept }: Books, rows: Uint32Array, asOf: number): Histories {
  const column = (): Float64Array => new Float64Array(rows.length);
  const told: Histories = { x: column(), tx: column(), T: column(), mean: column(), lastDay: new Int32Array(rows.length), firstDay: new Int32Array(rows.length) };
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number, start = offsets[row] as number, end = offsets[row + 1] as number, first = days[start] as number;
    let [sum, last, place] = [0, first, start];
    for (; place < end && (days[place] as number) <= asOf; place++) {
      sum += kept[place] as number;
      last = days[place] as number;
    }
    told.x[at] = place - start - 1;
    told.tx[at] = (last - first) / WEEK;
    told.T[at] = (asOf - first) / WEEK;
    told.mean[at] = sum / (place - start);
    told.lastDay[at] = last;
    told.firstDay[at] = first;
  }
  return told;
}
