import { describe, expect, test } from 'vitest';
import { type Random, seeded } from '../../../kernel/random.ts';
import { atCapacity, auc, brier, calibrationLine, calibrationTable, deciles, gains, isRefused, logLoss, type Refused, wilson } from './index.ts';
import { normalQuantile, widthAt } from './interval.ts';
import { rising } from './order.ts';

const good = <T>(answer: T | Refused): T => {
  if (isRefused(answer)) throw new Error(answer.refused);
  return answer;
};
const refused = (answer: unknown): unknown => (answer as Partial<Refused>).refused;

/** Scores with ties, and labels that follow them weakly. */
function sample(random: Random, rows: number, levels = 12): { scores: Float64Array; labels: Uint8Array } {
  const scores = Float64Array.from({ length: rows }, () => Math.floor(random() * levels) / levels);
  const labels = Uint8Array.from(scores, (score, row) => (row === 0 ? 1 : row === 1 ? 0 : random() < 0.2 + 0.6 * score ? 1 : 0));
  return { scores, labels };
}

describe('order', () => {
  test('radix order is numeric order with equal values in row order, for every kind of number', () => {
    const random = seeded(5);
    for (let round = 0; round < 40; round++) {
      const values = Float64Array.from({ length: 1 + Math.floor(random() * 200) }, () => {
        const kind = Math.floor(random() * 5);
        return kind === 0 ? -0 : kind === 1 ? Math.floor(random() * 4) : kind === 2 ? (random() - 0.5) * 1e300 : kind === 3 ? (random() - 0.5) * 1e-310 : random() - 0.5;
      });
      expect([...rising(values)]).toEqual([...values.keys()].toSorted((a, b) => (values[a] as number) - (values[b] as number) || a - b));
    }
  });
});

describe('AUC', () => {
  /** The definition: every pair compared, and DeLong's variance from the matrix of comparisons. */
  function byPairs(scores: Float64Array, labels: Uint8Array): { area: number; variance: number } {
    const ones = [...scores].filter((_, row) => labels[row] === 1);
    const zeros = [...scores].filter((_, row) => labels[row] === 0);
    const wins = ones.map((one) => zeros.map((zero) => (one > zero ? 1 : one === zero ? 0.5 : 0)));
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const area = mean(wins.map(mean));
    const spread = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - area) ** 2, 0) / (values.length - 1) / values.length;
    return { area, variance: spread(wins.map(mean)) + spread(zeros.map((_, j) => mean(wins.map((row) => row[j] as number)))) };
  }

  test('AUC and its standard error equal the count over all pairs, ties counting one half', () => {
    const random = seeded(1);
    for (let round = 0; round < 60; round++) {
      const { scores, labels } = sample(random, 12 + Math.floor(random() * 80), 1 + Math.floor(random() * 30));
      const { area, variance } = byPairs(scores, labels);
      const measured = good(auc(scores, labels));
      expect(measured.auc).toBeCloseTo(area, 12);
      if (measured.positives > 1 && measured.negatives > 1) expect(measured.standardError).toBeCloseTo(Math.sqrt(variance), 12);
      expect(measured.low).toBeLessThanOrEqual(measured.auc + 1e-12);
      expect(measured.high).toBeGreaterThanOrEqual(measured.auc - 1e-12);
    }
  });

  test('AUC of reversed scores is its complement, and no rising transformation changes it', () => {
    const { scores, labels } = sample(seeded(2), 500);
    const { auc: area, low, high } = good(auc(scores, labels));
    const reversed = good(auc(scores.map((score) => -score), labels));
    expect(reversed.auc).toBeCloseTo(1 - area, 12);
    expect([reversed.low, reversed.high]).toEqual([expect.closeTo(1 - high, 12), expect.closeTo(1 - low, 12)]);
    expect(good(auc(scores.map((score) => Math.exp(3 * score)), labels)).auc).toBe(area);
  });

  test('the 95 % interval holds the true AUC about 95 times in 100', () => {
    const random = seeded(3);
    // Normal scores one apart: the true AUC is Φ(1/√2) = 0.76025.
    let held = 0;
    for (let round = 0; round < 600; round++) {
      const labels = Uint8Array.from({ length: 120 }, (_, row) => (row < 40 ? 1 : 0));
      const scores = Float64Array.from(labels, (label) => label + normalQuantile(Math.max(1e-9, random())));
      const { low, high } = good(auc(scores, labels));
      if (low <= 0.760250 && high >= 0.760250) held++;
    }
    expect(held / 600).toBeGreaterThan(0.92);
    expect(held / 600).toBeLessThan(0.98);
  });

  test('a perfect ranking of few still has an interval with a width; one member of a class too', () => {
    const perfect = good(auc(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 0, 1, 1)));
    expect(perfect).toMatchObject({ auc: 1, high: 1 });
    expect(perfect.low).toBeLessThan(0.5);
    const single = good(auc(Float64Array.of(1, 2, 3, 4), Uint8Array.of(0, 0, 1, 0)));
    expect(single.auc).toBeCloseTo(2 / 3, 12);
    expect(single.standardError).toBeGreaterThan(0);
  });
});

describe('intervals', () => {
  test('normal quantiles as in tables', () => {
    for (const [share, z] of [[0.5, 0], [0.8, 0.8416212335729143], [0.975, 1.959963984540054], [0.995, 2.5758293035489004], [0.001, -3.090232306167813], [1e-9, -5.997807015007773]] as const) {
      expect(normalQuantile(share)).toBeCloseTo(z, 7);
    }
    expect(widthAt(0.95)).toBeCloseTo(1.959963984540054, 7);
    expect(widthAt(1)).toBeCloseTo(6.109, 3);
  });

  test('Wilson as published: 0 of 10, 15 of 148 (Newcombe 1998, table I)', () => {
    expect(wilson(0, 10)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) });
    expect(wilson(15, 148)).toEqual({ low: expect.closeTo(0.0624, 4), high: expect.closeTo(0.1605, 4) });
    expect(wilson(81, 263)).toEqual({ low: expect.closeTo(0.2553, 4), high: expect.closeTo(0.3662, 4) });
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });
});

describe('probabilities', () => {
  test('log-loss and Brier equal their definitions; one wrong certainty costs 36.7 nats', () => {
    const random = seeded(7);
    const { scores, labels } = sample(random, 300);
    const p = scores.map((score) => 0.05 + 0.9 * score);
    const terms = [...p].map((one, row) => -Math.log(labels[row] === 1 ? one : 1 - one));
    expect(good(logLoss(p, labels))).toBeCloseTo(terms.reduce((a, b) => a + b, 0) / 300, 12);
    expect(good(brier(p, labels))).toBeCloseTo([...p].reduce((sum, one, row) => sum + (one - (labels[row] as number)) ** 2, 0) / 300, 12);
    expect(good(logLoss(Float64Array.of(0), Uint8Array.of(1)))).toBeCloseTo(36.7368, 4);
    expect(good(logLoss(Float64Array.of(1), Uint8Array.of(0)))).toBeCloseTo(36.7368, 4);
    expect(good(logLoss(Float64Array.of(1), Uint8Array.of(1)))).toBeLessThan(1e-15);
  });

  test('every customer stands in one bin, equal probabilities in the same, bins rise', () => {
    const random = seeded(8);
    for (let round = 0; round < 30; round++) {
      const { scores, labels } = sample(random, 5 + Math.floor(random() * 400), 1 + Math.floor(random() * 60));
      const { bins, expectedError, largestError } = good(calibrationTable(scores, labels, { by: round % 2 === 0 ? 'people' : 'width' }));
      expect(bins.reduce((sum, { people }) => sum + people, 0)).toBe(scores.length);
      expect(bins.reduce((sum, { positives }) => sum + positives, 0)).toBe(labels.reduce((a, b) => a + b, 0));
      bins.slice(1).forEach((bin, at) => { expect(bin.fromProbability).toBeGreaterThan((bins[at] as typeof bin).toProbability); });
      const byHand = bins.map(({ fromProbability, toProbability }) => {
        const rows = [...scores.keys()].filter((row) => (scores[row] as number) >= fromProbability && (scores[row] as number) <= toProbability);
        return rows.reduce((sum, row) => sum + (scores[row] as number) - (labels[row] as number), 0);
      });
      expect(expectedError).toBeCloseTo(byHand.reduce((sum, off) => sum + Math.abs(off), 0) / scores.length, 12);
      expect(largestError).toBeGreaterThanOrEqual(expectedError);
    }
  });

  test('the calibration line finds how far log-odds were stretched and shifted', () => {
    const random = seeded(9);
    const odds = Float64Array.from({ length: 40_000 }, () => 4 * (random() - 0.5));
    const labels = Uint8Array.from(odds, (u) => (random() < 1 / (1 + Math.exp(-(0.5 * u - 0.3))) ? 1 : 0));
    const line = good(calibrationLine(odds.map((u) => 1 / (1 + Math.exp(-u))), labels));
    expect(Math.abs(line.slope - 0.5)).toBeLessThan(3 * line.slopeError);
    expect(Math.abs(line.intercept + 0.3)).toBeLessThan(3 * line.interceptError);
    expect(line.slopeError).toBeLessThan(0.02);
  });

  test('wild certainty is recalibrated: 0 and 1 said where 30 % and 70 % was true', () => {
    const said = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 0 : 1));
    const labels = Uint8Array.from(said, (one, row) => (row % 10 < (one === 1 ? 7 : 3) ? 1 : 0));
    const { intercept, slope } = good(calibrationLine(said, labels));
    expect(intercept).toBeCloseTo(0, 8);
    expect(slope).toBeCloseTo(Math.log(7 / 3) / (53 * Math.LN2), 8);
  });

  test('few hits far out, where whole steps of Newton run away, still have their line', () => {
    const odds = Float64Array.of(-0.01, -0.09, -0.09, -0.06, 25.55, 0.01, -21.02, -0.16, -0.02, 0.19, -0.05, 0.14, -0.01, -0.11, -11.54, 28.03);
    const labels = Uint8Array.from(odds, (_, row) => (row === 4 ? 1 : 0));
    const { intercept, slope } = good(calibrationLine(odds.map((u) => 1 / (1 + Math.exp(-u))), labels));
    const residuals = odds.map((u, row) => (labels[row] as number) - 1 / (1 + Math.exp(-(intercept + slope * u))));
    expect(residuals.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 4);
    expect(residuals.reduce((sum, residual, row) => sum + residual * (odds[row] as number), 0)).toBeCloseTo(0, 4);
  });

  test('a line that fits its own data is 0 and 1: twice recalibrated is once recalibrated', () => {
    const { scores, labels } = sample(seeded(10), 800);
    const p = scores.map((score) => 0.1 + 0.8 * score);
    const { intercept, slope } = good(calibrationLine(p, labels));
    const again = good(calibrationLine(p.map((one) => 1 / (1 + Math.exp(-(intercept + slope * Math.log(one / (1 - one)))))), labels));
    expect(again).toMatchObject({ intercept: expect.closeTo(0, 8), slope: expect.closeTo(1, 8) });
  });
});

describe('capacity', () => {
  test('precision and recall at capacity are the mean over all orders of equal scores', () => {
    const random = seeded(11);
    const { scores, labels } = sample(random, 60, 6);
    const capacities = [1, 7, 20, 33, 60];
    const sums = capacities.map(() => 0);
    const ROUNDS = 4000;
    for (let round = 0; round < ROUNDS; round++) {
      const jitter = scores.map((score) => score + 1e-6 * random());
      const order = [...jitter.keys()].toSorted((a, b) => (jitter[b] as number) - (jitter[a] as number));
      capacities.forEach((capacity, at) => {
        sums[at] = (sums[at] as number) + order.slice(0, capacity).reduce((sum, row) => sum + (labels[row] as number), 0);
      });
    }
    const positives = labels.reduce((a, b) => a + b, 0);
    good(atCapacity(scores, labels, capacities)).forEach(({ capacity, caught, precision, recall, lift }, at) => {
      expect(Math.abs(caught - (sums[at] as number) / ROUNDS)).toBeLessThan(0.15);
      expect(precision).toBeCloseTo(caught / capacity, 12);
      expect(recall).toBeCloseTo(caught / positives, 12);
      expect(lift).toBeCloseTo(precision / (positives / 60), 12);
    });
  });

  test('deciles hold everybody once and their lifts average one; gains rise from nothing to all', () => {
    const random = seeded(12);
    for (const rows of [10, 37, 1000]) {
      const { scores } = sample(random, rows, 8);
      const money = scores.map((score) => (random() < 0.5 ? 0 : 100 * score * random()));
      const table = good(deciles(scores, money));
      const total = money.reduce((a, b) => a + b, 0);
      expect(table.reduce((sum, { people }) => sum + people, 0)).toBe(rows);
      expect(table.reduce((sum, one) => sum + one.sum, 0)).toBeCloseTo(total, 8);
      expect(table.reduce((sum, { lift, people }) => sum + lift * people, 0) / rows).toBeCloseTo(1, 10);
      table.slice(1).forEach((one, at) => { expect(one.meanScore).toBeLessThanOrEqual((table[at] as typeof one).meanScore + 1e-12); });
      const curve = good(gains(scores, money));
      expect([curve[0], curve.at(-1)]).toEqual([{ reachedShare: 0, caughtShare: 0 }, { reachedShare: 1, caughtShare: expect.closeTo(1, 10) }]);
      curve.slice(1).forEach((point, at) => { expect(point.caughtShare).toBeGreaterThanOrEqual((curve[at] as typeof point).caughtShare); });
    }
  });
});

describe('degenerate input is refused with a code', () => {
  const one = Float64Array.of(0.4, 0.6);
  test.each([
    ['no rows', () => auc(new Float64Array(0), new Uint8Array(0)), 'evaluation.empty'],
    ['unequal columns', () => brier(one, Uint8Array.of(1)), 'evaluation.lengths_differ'],
    ['a score that is no number', () => auc(Float64Array.of(Number.NaN, 1), Uint8Array.of(0, 1)), 'evaluation.not_finite'],
    ['a label of 2', () => logLoss(one, Uint8Array.of(2, 0)), 'evaluation.bad_label'],
    ['a probability of 1.2', () => calibrationTable(Float64Array.of(1.2, 0), Uint8Array.of(1, 0)), 'evaluation.not_a_probability'],
    ['one class', () => auc(one, Uint8Array.of(1, 1)), 'evaluation.one_class'],
    ['one class, calibrated', () => calibrationLine(one, Uint8Array.of(0, 0)), 'evaluation.one_class'],
    ['one probability', () => calibrationLine(Float64Array.of(0.5, 0.5), Uint8Array.of(1, 0)), 'evaluation.constant_prediction'],
    ['parted classes', () => calibrationLine(Float64Array.of(0.1, 0.2, 0.8, 0.9), Uint8Array.of(0, 0, 1, 1)), 'evaluation.separable'],
    ['capacity 0', () => atCapacity(one, Uint8Array.of(1, 0), [0]), 'evaluation.bad_capacity'],
    ['capacity without positives', () => atCapacity(one, Uint8Array.of(0, 0), [1]), 'evaluation.one_class'],
    ['nine customers in tenths', () => deciles(new Float64Array(9), new Float64Array(9)), 'evaluation.too_few_rows'],
    ['a score whose square overflows', () => auc(Float64Array.of(1e200, 1), Uint8Array.of(0, 1)), 'evaluation.not_finite'],
    ['no outcome', () => gains(one, Float64Array.of(0, 0)), 'evaluation.no_outcome'],
  ])('%s', (_, answer, code) => expect(refused(answer())).toBe(code));

  test('a million customers are ranked in a moment', () => {
    const random = seeded(13);
    const scores = Float64Array.from({ length: 1e6 }, () => random());
    const labels = Uint8Array.from(scores, (score) => (random() < score ? 1 : 0));
    const start = performance.now();
    // P(label 1 scores higher) with label ~ Bernoulli(score), score uniform: 5/6.
    expect(good(auc(scores, labels)).auc).toBeCloseTo(5 / 6, 2);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
