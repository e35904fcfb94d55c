import { describe, expect, test } from 'vitest';
import { type Random, seeded } from '../../../kernel/random.ts';
import { auc, type Purchases } from '../evaluation/index.ts';
import { normalQuantile } from '../evaluation/interval.ts';
import { isRefused, learnRecency, lookBack, ownHorizons, recencyShares } from './index.ts';

const good = <T>(answer: T): Exclude<T, { refused: unknown }> => {
  if (isRefused(answer as object)) throw new Error(JSON.stringify(answer));
  return answer as Exclude<T, { refused: unknown }>;
};
const refused = (answer: unknown): unknown => (answer as { refused?: string }).refused;
const columnsOf = (customers: readonly (readonly number[])[]): Purchases => ({
  offsets: Uint32Array.from([0, ...customers.map(((sum) => (own) => (sum += own.length))(0))]),
  days: Int32Array.from(customers.flat()),
});
const normal = (random: Random): number => normalQuantile(Math.min(1 - 1e-12, Math.max(1e-12, random())));

describe('horizons', () => {
  /** Customers whose gaps are log-normal around their own rhythm, in two segments of different pace. */
  function shop(random: Random, customers: number, { within, between }: { within: number; between: number }): { purchases: Purchases; segments: Uint16Array; trueDays: number[] } {
    const segments = Uint16Array.from({ length: customers }, (_, customer) => customer % 2);
    const paces = [...segments].map((segment) => Math.log(segment === 0 ? 40 : 120) + between * normal(random));
    const all = paces.map((pace) => {
      const days = [0];
      const gaps = 1 + Math.floor(8 * random());
      for (let gap = 0; gap < gaps; gap++) days.push((days.at(-1) as number) + Math.max(1, Math.round(Math.exp(pace + within * normal(random)))));
      return days;
    });
    return { purchases: columnsOf(all), segments, trueDays: paces.map((pace) => Math.exp(pace + within * normalQuantile(0.8))) };
  }
  const wide = { floorDays: 1, ceilingDays: 5000 };

  test('shrunk horizons lie nearer the truth than a customer’s own quantile or the segment’s', () => {
    const { purchases, segments, trueDays } = shop(seeded(41), 4000, { within: 0.5, between: 0.5 });
    const { days, segmentDays, ownWeight } = good(ownHorizons({ purchases, asOf: 1e6, segments, ...wide }));
    const own = good(ownHorizons({ purchases, asOf: 1e6, segments: Uint16Array.from(segments, () => 0), ...wide }));
    const errorOf = (said: (customer: number) => number): number => trueDays.reduce((sum, days_, customer) => sum + Math.log(said(customer) / days_) ** 2, 0) / trueDays.length;
    const shrunk = errorOf((customer) => days[customer] as number);
    const alone = errorOf((customer) => {
      const [from, to] = [purchases.offsets[customer] as number, purchases.offsets[customer + 1] as number];
      const gaps = [...purchases.days.subarray(from + 1, to)].map((day, at) => day - (purchases.days[from + at] as number)).toSorted((a, b) => a - b);
      return gaps[Math.min(gaps.length - 1, Math.ceil(0.8 * (gaps.length + 1)) - 1)] as number;
    });
    expect(shrunk).toBeLessThan(alone);
    expect(shrunk).toBeLessThan(errorOf((customer) => segmentDays[segments[customer] as number] as number));
    expect(shrunk).toBeLessThan(errorOf((customer) => own.days[customer] as number));
    expect(Math.max(...ownWeight)).toBeLessThan(1);
  });

  test('k is the one of the simulation: 2.04 (the quantile’s variance) times within over between', () => {
    const { purchases, segments } = shop(seeded(42), 12_000, { within: 0.6, between: 0.4 });
    const { priorGaps, ownWeight } = good(ownHorizons({ purchases, asOf: 1e6, segments, ...wide }));
    expect(Math.abs((priorGaps as number) / (2.0414 * (0.36 / 0.16)) - 1)).toBeLessThan(0.12);
    const [from, to] = [purchases.offsets[0] as number, purchases.offsets[1] as number];
    expect(ownWeight[0]).toBeCloseTo((to - from - 1) / (to - from - 1 + (priorGaps as number)), 12);
  });

  test('customers who do not differ get their segment’s horizon; one who never came back too; bounds hold', () => {
    const { purchases } = shop(seeded(43), 3000, { within: 0.7, between: 0 });
    const alike = good(ownHorizons({ purchases, asOf: 1e6, ...wide, segments: Uint16Array.from({ length: 3000 }, (_, customer) => customer % 2) }));
    expect(alike.priorGaps === null || alike.priorGaps > 40).toBe(true);
    const steady = columnsOf([...Array.from({ length: 30 }, (_, who) => Array.from({ length: 12 }, (_unused, at) => at * (who < 15 ? 7 : 50) + (at % 2))), [3], [], [9999]]);
    const { days, ownWeight } = good(ownHorizons({ purchases: steady, asOf: 700 }));
    expect(days[0]).toBe(30);
    expect(days[20]).toBeGreaterThanOrEqual(50);
    expect([...ownWeight.subarray(30)]).toEqual([0, 0, 0]);
    expect(days.every((one) => one >= 30 && one <= 365)).toBe(true);
  });

  test('gaps still open lengthen a segment’s horizon; a segment with few gaps takes everybody’s', () => {
    const closed = [...Array.from({ length: 50 }, () => [190, 200]), ...Array.from({ length: 10 }, () => [100, 200])];
    const open = Array.from({ length: 100 }, () => [150]);
    expect(good(ownHorizons({ purchases: columnsOf(closed), asOf: 200 })).segmentDays).toEqual([10]);
    // Fifty days silent: whoever is may still come at a hundred (Kaplan–Meier by hand: 1 − 50/160 remain after ten days).
    expect(good(ownHorizons({ purchases: columnsOf([...closed, ...open]), asOf: 200 })).segmentDays).toEqual([100]);
    const few = [...closed, [10, 15, 20], [1, 6]];
    expect(good(ownHorizons({ purchases: columnsOf(few), asOf: 200, segments: Uint16Array.from(few, (_, who) => (who < 60 ? 0 : 1)) })).segmentDays).toEqual([10, 10]);
  });

  test('nothing after the day of learning is looked at', () => {
    const { purchases, segments } = shop(seeded(44), 500, { within: 0.5, between: 0.5 });
    const cut = columnsOf(Array.from({ length: 500 }, (_, customer) => [...purchases.days.subarray(purchases.offsets[customer], purchases.offsets[customer + 1])].filter((day) => day <= 200)));
    expect(ownHorizons({ purchases, asOf: 200, segments })).toEqual(ownHorizons({ purchases: cut, asOf: 200, segments }));
  });

  test('degenerate input is refused with a code', () => {
    expect(refused(ownHorizons({ purchases: columnsOf([[1], [2]]), asOf: 10 }))).toBe('churn.few_gaps');
    expect(refused(ownHorizons({ purchases: columnsOf([[1, 5]]), asOf: Number.NaN }))).toBe('churn.bad_setting');
    expect(refused(ownHorizons({ purchases: columnsOf([[1, 5]]), asOf: 9, share: 1 }))).toBe('churn.bad_setting');
    expect(refused(ownHorizons({ purchases: columnsOf([[5, 1]]), asOf: 9 }))).toBe('evaluation.days_not_rising');
    expect(refused(ownHorizons({ purchases: columnsOf([]), asOf: 9 }))).toBe('evaluation.empty');
    const far = columnsOf(Array.from({ length: 30 }, () => [0, 1, 2_000_000_000]));
    expect(good(ownHorizons({ purchases: far, asOf: 2_000_000_001 })).days.every((one) => one >= 30 && one <= 365)).toBe(true);
  });
});

describe('the past as labels', () => {
  test('ages, counts and outcomes equal their definition, also with a horizon for each customer', () => {
    const random = seeded(45);
    const people = Array.from({ length: 200 }, () => Array.from({ length: Math.floor(12 * random()) }, () => Math.floor(400 * random())).toSorted((a, b) => a - b));
    const horizons = Float64Array.from(people, () => 20 + Math.floor(60 * random()));
    const past = good(lookBack(columnsOf(people), { cutoffs: [300, 100, 200], horizonDays: horizons, lastDay: 400 }));
    const expected = people.flatMap((days, customer) => [100, 200, 300].flatMap((cutoff) => {
      const known = new Set(days.filter((day) => day <= cutoff));
      const bought = days.some((day) => day > cutoff && day <= cutoff + (horizons[customer] as number)) ? 1 : 0;
      return known.size === 0 ? [] : [{ customer, cutoff, age: cutoff - Math.max(...known), purchases: known.size, bought }];
    }));
    expect([...past.customer].map((customer, row) => ({ customer, cutoff: past.cutoff[row], age: past.ageDays[row], purchases: past.purchases[row], bought: past.bought[row] }))).toEqual(expected);
  });

  test('a horizon that ends after the data is refused', () => {
    const purchases = columnsOf([[1, 50, 90]]);
    expect(refused(lookBack(purchases, { cutoffs: [71], horizonDays: 30, lastDay: 100 }))).toBe('churn.horizon_not_over');
    expect(good(lookBack(purchases, { cutoffs: [70], horizonDays: 30, lastDay: 100 })).bought).toEqual(Uint8Array.of(1));
    expect(refused(lookBack(purchases, { cutoffs: [], horizonDays: 30, lastDay: 100 }))).toBe('churn.bad_setting');
    expect(refused(lookBack(purchases, { cutoffs: [1], horizonDays: Float64Array.of(Number.NaN), lastDay: 100 }))).toBe('churn.bad_setting');
  });
});

describe('recency alone', () => {
  test('shares are the isotonic ones: the min-max formula over bins of fifty', () => {
    const random = seeded(46);
    for (let round = 0; round < 30; round++) {
      const bins = 3 + Math.floor(12 * random());
      const hits = Array.from({ length: bins }, (_, bin) => Math.min(49, Math.max(1, Math.round(40 - (30 * bin) / bins + 20 * (random() - 0.5)))));
      const ages = Float64Array.from({ length: 50 * bins }, (_, row) => Math.floor(row / 50));
      const bought = Uint8Array.from(ages, (age, row) => (row % 50 < (hits[age] as number) ? 1 : 0));
      const shares = good(recencyShares(good(learnRecency(ages, bought)), Float64Array.from({ length: bins }, (_, age) => age)));
      const meanOf = (from: number, to: number): number => hits.slice(from, to + 1).reduce((a, b) => a + b, 0) / (50 * (to - from + 1));
      hits.forEach((_, age) => {
        const byFormula = Math.min(...Array.from({ length: age + 1 }, (_unused, from) => Math.max(...Array.from({ length: bins - age }, (_none, more) => meanOf(from, age + more)))));
        expect(shares[age]).toBeCloseTo(byFormula, 12);
      });
    }
  });

  test('shares never rise with age, average to the truth, stay off 0 and 1, and rank as silence does', () => {
    const random = seeded(47);
    for (const rows of [100, 333, 5000]) {
      const ages = Float64Array.from({ length: rows }, () => Math.floor(200 * random() ** 2));
      const bought = Uint8Array.from(ages, (age) => (random() < Math.exp(-age / 40) ? 1 : 0));
      const rule = good(learnRecency(ages, bought));
      rule.steps.slice(1).forEach((step, at) => { expect(step.share).toBeLessThan((rule.steps[at] as typeof step).share); });
      expect(rule.steps.reduce((sum, { people }) => sum + people, 0)).toBe(rows);
      expect(rule.steps.every(({ share }) => share > 0 && share < 1)).toBe(true);
      const shares = good(recencyShares(rule, ages));
      expect(shares.reduce((a, b) => a + b, 0) / rows).toBeCloseTo(rule.share, 2);
      if (rows === 5000) expect(good(auc(shares, bought)).auc).toBeGreaterThan(good(auc(ages.map((age) => -age), bought)).auc - 0.01);
    }
  });

  test('one age for all, or nobody back, is still an answer; too few, or no number, is not', () => {
    const same = good(learnRecency(new Float64Array(200).fill(9), Uint8Array.from({ length: 200 }, (_, row) => (row < 50 ? 1 : 0))));
    expect(same.steps).toEqual([{ fromAge: 9, people: 200, share: 0.25 }]);
    expect([...good(recencyShares(same, Float64Array.of(0, 9, 500)))]).toEqual([0.25, 0.25, 0.25]);
    expect(good(learnRecency(new Float64Array(200), new Uint8Array(200))).steps[0]?.share).toBe(1 / 400);
    expect(refused(learnRecency(new Float64Array(99), new Uint8Array(99)))).toBe('churn.few_labels');
    expect(refused(learnRecency(new Float64Array(200).fill(Number.NaN), new Uint8Array(200)))).toBe('churn.bad_column');
    expect(refused(learnRecency(new Float64Array(200), new Uint8Array(200).fill(3)))).toBe('churn.bad_label');
    expect(refused(recencyShares(same, Float64Array.of(Number.NaN)))).toBe('churn.bad_column');
  });
});
