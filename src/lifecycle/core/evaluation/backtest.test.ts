import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedData } from '../../../../test/support/shared.ts';
import { dayNumber } from '../../../kernel/day.ts';
import { type Random, seeded } from '../../../kernel/random.ts';
import { auc, expectedByPeriod, isRefused, judge, type JudgeInput, type Purchases, type Refused, repeatsByPeriod, splitPurchases, track } from './index.ts';

const good = <T>(answer: T | Refused): T => {
  if (isRefused(answer)) throw new Error(answer.refused);
  return answer;
};
const refused = (answer: unknown): unknown => (answer as Partial<Refused>).refused;

const columnsOf = (customers: readonly (readonly [day: number, amount: number][])[]): Purchases => ({
  offsets: Uint32Array.from([0, ...customers.map(((sum) => (own) => (sum += own.length))(0))]),
  days: Int32Array.from(customers.flat().map(([day]) => day)),
  amounts: Float64Array.from(customers.flat().map(([, amount]) => amount)),
});

/** Columns of the sample: id in the full file, id, date, pieces, money. The full file lacks the first and has a head. */
function cdnow(file: 'sample' | 'master' = 'sample'): Purchases {
  const customers = new Map<string, [number, number][]>();
  for (const row of readFileSync(`${sharedData}/cdnow/CDNOW_${file}.txt`, 'latin1').split('\n')) {
    const [id, date, , amount] = row.trim().split(/\s+/).slice(file === 'sample' ? 1 : 0);
    if (!id || !date || !/^\d+$/.test(date)) continue;
    const own = customers.get(id) ?? [];
    own.push([dayNumber(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`), Number(amount)]);
    customers.set(id, own);
  }
  return columnsOf([...customers.values()].map((own) => own.toSorted(([a], [b]) => a - b)));
}
const CDNOW = { calibrationEnd: dayNumber('1997-09-30'), holdoutEnd: dayNumber('1998-06-30'), unitDays: 7 };

describe('calibration and hold-out', () => {
  test.skipIf(!hasShared)('CDNOW as published: 2,357 customers, Σx 2,457, 946 repeaters, hold-out 1,882, first rows of the summary file', () => {
    const split = good(splitPurchases(cdnow(), CDNOW));
    const sum = (column: Float64Array): number => column.reduce((a, b) => a + b, 0);
    expect(split.customers.length).toBe(2357);
    expect(sum(split.x)).toBe(2457);
    expect(split.x.filter((x) => x > 0).length).toBe(946);
    expect(sum(split.holdoutCount)).toBe(1882);
    expect(split.holdoutTime).toBe(39);
    const published = readFileSync(`${sharedData}/cdnow/cdnow_customers_summary_with_transactions.csv`, 'latin1').trim().split('\n').slice(1).map((row) => row.split(',').map(Number));
    expect(published.length).toBe(2357);
    published.forEach(([, x, tx, T, spend], row) => {
      expect([split.x[row], split.tx[row], split.T[row]]).toEqual([x, expect.closeTo(tx as number, 1), expect.closeTo(T as number, 1)]);
      expect(Math.abs((split.meanSpend[row] as number) - (spend as number))).toBeLessThan(0.0051);
    });
    expect(split.baselines.lastYear).toBeNull();
    expect(sum(split.baselines.repeat.count)).toBe(2457);
  });

  test.skipIf(!hasShared)('CDNOW, all 23,570 customers: recency alone ranks who buys in the hold-out with the published AUC of .759', () => {
    const { T, tx, x, holdoutCount } = good(splitPurchases(cdnow('master'), CDNOW));
    expect(T.length).toBe(23_570);
    expect(x.reduce((a, b) => a + b, 0)).toBe(24_337);
    expect(holdoutCount.reduce((a, b) => a + b, 0)).toBe(19_684);
    const { auc: area, low, high } = good(auc(T.map((time, row) => (tx[row] as number) - time), Uint8Array.from(holdoutCount, (count) => Math.min(1, count))));
    expect(Math.abs(area - 0.759)).toBeLessThan(0.001);
    expect(high - low).toBeLessThan(0.015);
  });

  test.skipIf(!hasShared)('CDNOW cumulative repeats as published: weeks 10, 20, 39, 78', () => {
    const weekly = good(repeatsByPeriod(cdnow(), { start: dayNumber('1996-12-31'), periodDays: 7, periods: 78 }));
    const upTo = (week: number): number => weekly.subarray(0, week).reduce((a, b) => a + b, 0);
    expect([10, 20, 39, 78].map(upTo)).toEqual([504, 1359, 2457, 4339]);
  });

  /** The definition, by sets of days. */
  function byHand(own: readonly (readonly [number, number])[], { calibrationEnd, holdoutEnd }: { calibrationEnd: number; holdoutEnd: number }): Record<string, number> {
    const first = own[0]?.[0] as number;
    const daysIn = (from: number, to: number): Set<number> => new Set(own.map(([day]) => day).filter((day) => day > Math.max(first, from) && day <= to));
    const spentIn = (from: number, to: number): number => own.filter(([day]) => day > Math.max(first, from) && day <= to).reduce((sum, [, amount]) => sum + amount, 0);
    const before = daysIn(-Infinity, calibrationEnd);
    const length = holdoutEnd - calibrationEnd;
    return {
      x: before.size, tx: Math.max(first, ...before) - first, T: calibrationEnd - first, meanSpend: before.size === 0 ? 0 : spentIn(-Infinity, calibrationEnd) / before.size,
      holdoutCount: daysIn(calibrationEnd, holdoutEnd).size, holdoutSpend: spentIn(calibrationEnd, holdoutEnd),
      repeat: daysIn(calibrationEnd - length, calibrationEnd).size, lastYear: daysIn(calibrationEnd - 365, holdoutEnd - 365).size, lastYearSpend: spentIn(calibrationEnd - 365, holdoutEnd - 365),
    };
  }

  const someone = (random: Random): [number, number][] =>
    Array.from({ length: Math.floor(random() * 30) }, (): [number, number] => [Math.floor(random() * 700), Math.round(random() * 1000)]).toSorted(([a], [b]) => a - b);

  test('every column equals its definition over random customers, several purchases a day counting once', () => {
    const random = seeded(4);
    const people = Array.from({ length: 400 }, () => someone(random));
    people[0] = [[0, 5], [0, 7], [40, 3]];
    const at = { calibrationEnd: 500, holdoutEnd: 590 };
    const split = good(splitPurchases(columnsOf(people), at));
    expect([...split.customers]).toEqual([...people.keys()].filter((customer) => (people[customer]?.[0]?.[0] ?? Infinity) <= 500));
    split.customers.forEach((customer, row) => {
      const { repeat, lastYear } = split.baselines;
      expect({
        x: split.x[row], tx: split.tx[row], T: split.T[row], meanSpend: split.meanSpend[row], holdoutCount: split.holdoutCount[row], holdoutSpend: split.holdoutSpend[row],
        repeat: repeat.count[row], lastYear: lastYear?.count[row], lastYearSpend: lastYear?.spend[row],
      }).toEqual(byHand(people[customer] as [number, number][], at));
    });
    const all = good(splitPurchases(columnsOf(people), { ...at, spendOf: 'all' }));
    expect(all.meanSpend[0]).toBe(7.5);
  });

  test('a hold-out longer than a year has no last-year baseline: it would see itself', () => {
    const people = [[[0, 1], [900, 1]]] as [number, number][][];
    expect(good(splitPurchases(columnsOf(people), { calibrationEnd: 500, holdoutEnd: 865 })).baselines.lastYear).not.toBeNull();
    expect(good(splitPurchases(columnsOf(people), { calibrationEnd: 500, holdoutEnd: 866 })).baselines.lastYear).toBeNull();
    expect(good(splitPurchases(columnsOf(people), { calibrationEnd: 363, holdoutEnd: 400 })).baselines.lastYear).toBeNull();
  });

  test('degenerate purchases are refused with a code', () => {
    const bad = (purchases: Purchases, at = { calibrationEnd: 10, holdoutEnd: 20 }): unknown => refused(splitPurchases(purchases, at));
    expect(bad(columnsOf([]))).toBe('evaluation.empty');
    expect(bad(columnsOf([[]]))).toBe('evaluation.no_customers');
    expect(bad(columnsOf([[[11, 1]]]))).toBe('evaluation.no_customers');
    expect(bad(columnsOf([[[5, 1], [4, 1]]]))).toBe('evaluation.days_not_rising');
    expect(bad(columnsOf([[[5, Number.NaN]]]))).toBe('evaluation.not_finite');
    expect(bad({ offsets: Uint32Array.of(0, 3), days: Int32Array.of(1) })).toBe('evaluation.lengths_differ');
    expect(bad({ offsets: Uint32Array.of(1, 2), days: Int32Array.of(1, 2) })).toBe('evaluation.lengths_differ');
    expect(bad({ offsets: Uint32Array.of(0, 2, 1), days: Int32Array.of(1) })).toBe('evaluation.days_not_rising');
    expect(bad(columnsOf([[[5, 1]]]), { calibrationEnd: 20, holdoutEnd: 20 })).toBe('evaluation.bad_window');
    expect(bad(columnsOf([[[5, 1]]]), { calibrationEnd: 10, holdoutEnd: Number.NaN })).toBe('evaluation.bad_window');
  });

  test('a million customers are parted within seconds', () => {
    const random = seeded(6);
    const offsets = new Uint32Array(1_000_001);
    for (let customer = 0; customer < 1e6; customer++) offsets[customer + 1] = (offsets[customer] as number) + 1 + Math.floor(random() * random() * 8);
    const days = new Int32Array(offsets[1e6] as number);
    for (let customer = 0; customer < 1e6; customer++) for (let at = offsets[customer] as number, day = random() * 300; at < (offsets[customer + 1] as number); at++) days[at] = day += random() * 90;
    const start = performance.now();
    expect(good(splitPurchases({ offsets, days, amounts: Float64Array.from(days, Number) }, { calibrationEnd: 400, holdoutEnd: 500 })).customers.length).toBe(1e6);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});

describe('the verdict', () => {
  const actual = Float64Array.of(0, 0, 0, 1, 2, 3, 0, 0, 1, 4, 0, 1);
  const close = actual.map((count) => 0.9 * count + 0.08);
  const poor = actual.map((_, row) => row % 3);
  const judged = (input: Partial<JudgeInput>) => good(judge({ actual, predicted: close, baselines: { repeat: poor, lastYear: null }, ...input }));
  const codes = (input: Partial<JudgeInput>): string[] => judged(input).faults.map(({ code }) => code);

  test('a model nearer than its baselines is usable, and its figures are those of the definition', () => {
    const { verdict, faults, model, baselines, buyers, actualTotal, deciles } = judged({});
    expect({ verdict, faults, buyers, actualTotal, lastYear: baselines.lastYear }).toEqual({ verdict: 'usable', faults: [], buyers: 6, actualTotal: 12, lastYear: null });
    const off = [...actual].map((count, row) => (close[row] as number) - count);
    expect(model).toMatchObject({
      total: expect.closeTo(11.76, 10), totalError: expect.closeTo(-0.02, 10), mae: expect.closeTo(off.reduce((sum, d) => sum + Math.abs(d), 0) / 12, 12),
      rmse: expect.closeTo(Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / 12), 12), auc: { auc: 1 },
    });
    expect(deciles).toHaveLength(10);
  });

  test.each([
    ['a baseline with a smaller error', { baselines: { repeat: actual } }, ['evaluation.loses_on_mae']],
    ['a baseline that ranks better', { predicted: actual.map((count) => (count === 1 ? 0 : count * 1.2)), baselines: { repeat: actual.map((count) => 5 * count) } }, ['evaluation.loses_on_auc']],
    ['recency that ranks better', { predicted: actual.map((count, row) => (row === 0 ? 1.5 : count)), rankings: { recency: actual } }, ['evaluation.loses_on_auc']],
    ['a total off by a fifth', { predicted: actual.map((count) => 1.2 * count) }, ['evaluation.total_off']],
    ['a total short by a fifth', { predicted: actual.map((count) => 0.8 * count) }, ['evaluation.total_off']],
    ['a baseline that is just as good', { baselines: { repeat: close } }, []],
    ['a total over by a fifth where a quarter is declared', { predicted: actual.map((count) => 1.2 * count), totalErrorMost: 0.25 }, []],
    ['expectations beside a rule that is mostly right and once far off: nearer by the absolute error', { predicted: actual.map((count) => 0.5 + count / 2), baselines: { rule: actual.map((count) => count % 4) } }, ['evaluation.loses_on_mae']],
    ['the same by the squared error, which an expectation is judged by', { predicted: actual.map((count) => 0.5 + count / 2), baselines: { rule: actual.map((count) => count % 4) }, error: 'rmse' }, []],
    ['a smaller squared error', { baselines: { repeat: actual }, error: 'rmse' }, ['evaluation.loses_on_rmse']],
    ['a fit on its boundary', { fit: { boundaries: ['value.boundary_s'] } }, ['evaluation.fit_on_boundary']],
    ['a fit that was refused', { fit: { refused: 'value.not_converged' } }, ['evaluation.fit_refused']],
  ] as [string, Partial<JudgeInput>, string[]][])('%s', (_, input, expected) => {
    expect(codes(input)).toEqual(expected);
    expect(judged(input).verdict).toBe(expected.length === 0 ? 'usable' : 'unusable');
  });

  test('where nobody bought, or everybody did, nothing is shown and nothing is used', () => {
    expect(codes({ actual: new Float64Array(12) })).toEqual(expect.arrayContaining(['evaluation.nothing_bought']));
    expect(codes({ actual: new Float64Array(12).fill(1), predicted: new Float64Array(12).fill(1) })).toEqual(['evaluation.nothing_to_rank']);
    expect(JSON.stringify(judged({ actual: new Float64Array(12) }))).not.toMatch(/NaN|Infinity/);
    expect(refused(judge({ actual, predicted: close.map(() => Number.NaN), baselines: {} }))).toBe('evaluation.not_finite');
  });
});

describe('tracking', () => {
  test('cumulative actual and expected, with the error of the hold-out counted from its own begin', () => {
    const tracked = good(track(Float64Array.of(0, 2, 3, 5, 10), (period) => 4 * period, 3));
    expect(tracked.periods.map(({ actual }) => actual)).toEqual([0, 2, 5, 10, 20]);
    expect(tracked.periods.map(({ error }) => error)).toEqual([null, 3, 1.4, 0.6, 0]);
    expect(tracked).toMatchObject({ meanError: 0.3, largestError: 0.6, finalError: 0, inHoldout: { actual: 15, expected: 8, error: expect.closeTo(-7 / 15, 12) } });
    expect(refused(track(Float64Array.of(1), () => Number.NaN))).toBe('evaluation.not_finite');
    expect(good(track(new Float64Array(3), () => 1))).toMatchObject({ meanError: null, finalError: null, inHoldout: null });
  });

  test('expectation begins with each customer, and follows a Poisson shop it knows', () => {
    const at = { start: 0, periodDays: 7, periods: 4 };
    expect([...good(expectedByPeriod([0, 0, 10], at, (days) => days / 10))]).toEqual([1.4, expect.closeTo(3.2, 12), expect.closeTo(5.3, 12), expect.closeTo(7.4, 12)]);
    expect([...good(expectedByPeriod([7], at, () => 5))], 'whoever begins at the end of a period is expected from the next on').toEqual([0, 5, 5, 5]);
    expect(refused(expectedByPeriod([0], at, () => Number.NaN))).toBe('evaluation.not_finite');
    expect(refused(expectedByPeriod([0], { ...at, periodDays: 0 }, () => 1))).toBe('evaluation.bad_window');
  });
});
