import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dayNumber } from '../../src/kernel/day.ts';
import { sharedData } from './shared.ts';

/** CDNOW as the papers read it: one purchase a day and customer, weeks, calibration to 1997-09-30, hold-out of the 39 weeks after. */
export type Cdnow = { x: Float64Array; tx: Float64Array; T: Float64Array; mean: Float64Array; after: Float64Array };

const END = dayNumber('1997-09-30');

/** `mean` is the mean spend of repeat purchases in the calibration period, `after` the purchases of the hold-out period. */
export function readCdnow(file: 'CDNOW_sample.txt' | 'CDNOW_master.txt'): Cdnow {
  const people = new Map<string, Map<number, number>>();
  for (const row of readFileSync(join(sharedData, 'cdnow', file), 'utf8').split('\n')) {
    const cells = row.trim().split(/\s+/), [id, date, , dollars] = file === 'CDNOW_sample.txt' ? cells.slice(1) : cells;
    if (!id || !date || !/^\d{8}$/.test(date)) continue;
    const day = dayNumber(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`), days = people.get(id) ?? new Map<number, number>();
    days.set(day, (days.get(day) ?? 0) + Number(dollars));
    people.set(id, days);
  }
  const rows = [...people.values()].map((spent) => {
    const days = [...spent.keys()].sort((a, b) => a - b), first = days[0] ?? 0, repeats = days.filter((day) => day > first && day <= END);
    const money = repeats.reduce((sum, day) => sum + (spent.get(day) ?? 0), 0);
    return { x: repeats.length, tx: ((repeats.at(-1) ?? first) - first) / 7, T: (END - first) / 7, mean: repeats.length === 0 ? 0 : money / repeats.length, after: days.filter((day) => day > END).length };
  });
  const column = (of: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, of);
  return { x: column(({ x }) => x), tx: column(({ tx }) => tx), T: column(({ T }) => T), mean: column(({ mean }) => mean), after: column(({ after }) => after) };
}
