import { refuse, type Refused } from './refused.ts';

/** The cut-off (a day) each row was taken at, and how many days after it decide its label. */
export type Cutoffs = { days: ArrayLike<number>; horizonDays: number };

/** Rows to learn from and rows to judge by. `dropped`: rows whose outcome was not yet known when the first row judged was taken. */
export type Slices = { older: Uint32Array; newest: Uint32Array; dropped: number };

/**
 * Parts rows by time: the newest cut-offs, as many as hold `share` (0–1) of the rows, judge; older rows teach, if their
 * horizon had ended by the first cut-off that judges (purging; López de Prado 2018, §7.4.1). Refuses `churn.few_cutoffs`
 * where nothing is left to learn from, `churn.bad_setting`.
 */
export function splitNewest({ days, horizonDays }: Cutoffs, share = 0.2): Slices | Refused {
  const own = Float64Array.from(days);
  if (!own.every(Number.isFinite) || !(horizonDays >= 0) || !(share > 0 && share < 1)) return refuse('churn.bad_setting', { horizonDays: String(horizonDays), share: String(share) });
  const rising = own.slice().sort();
  const since = rising[Math.min(rising.length - 1, Math.ceil((1 - share) * rising.length))] ?? 0;
  const rows = Uint32Array.from(own, (_, row) => row);
  const newest = rows.filter((row) => (own[row] as number) >= since);
  const older = rows.filter((row) => (own[row] as number) < since && (own[row] as number) + horizonDays <= since);
  if (older.length === 0) return refuse('churn.few_cutoffs', { cutoffs: new Set(own).size, horizonDays });
  return { older, newest, dropped: own.length - older.length - newest.length };
}

/** Parts rows without a time by a hash of their place and `seed`: about `share` of them judge. */
export function splitHashed(rows: number, seed: number, share = 0.2): Slices {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  return { older: all.filter((row) => hashed(row, seed) >= share), newest: all.filter((row) => hashed(row, seed) < share), dropped: 0 };
}

/** A number in [0, 1) from two integers (finaliser of MurmurHash3; Appleby 2011). */
function hashed(row: number, seed: number): number {
  let h = Math.imul(row + 1, 0x9e3779b1) ^ Math.imul(seed | 0, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** For each row the latest day a feature's value rests on; NaN where it rests on none. */
export type FeatureTimes = { feature: string; latestDay: Float64Array };
/** A feature that knows of days after the cut-off of `rows` rows; `daysAhead` is the worst of them. */
export type Leak = { feature: string; rows: number; daysAhead: number };

/** Every feature that rests on days after its row's cut-off; empty where nothing leaks. */
export function findLeaks(features: readonly FeatureTimes[], cutoffs: ArrayLike<number>): Leak[] {
  return features.flatMap(({ feature, latestDay }) => {
    let [rows, daysAhead] = [0, 0];
    latestDay.forEach((day, row) => {
      const ahead = day - (cutoffs[row] as number);
      if (!(ahead > 0)) return;
      rows++;
      daysAhead = Math.max(daysAhead, ahead);
    });
    return rows === 0 ? [] : [{ feature, rows, daysAhead }];
  });
}

/** Refuses `churn.leak` (the worst feature in `facts`), and times that do not fit the rows (`churn.bad_column`). */
export function unfitTimes(features: readonly FeatureTimes[], cutoffs: ArrayLike<number>, rows: number): Refused | null {
  const uneven = [{ feature: 'cutoffs', latestDay: cutoffs }, ...features].find(({ latestDay }) => latestDay.length !== rows);
  if (uneven) return refuse('churn.bad_column', { column: uneven.feature, rows: uneven.latestDay.length, expected: rows });
  const leaks = findLeaks(features, cutoffs);
  const worst = leaks.toSorted((a, b) => b.rows - a.rows)[0];
  return worst ? refuse('churn.leak', { ...worst, features: leaks.length }) : null;
}
