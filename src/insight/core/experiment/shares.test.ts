import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { chiSquareTail, normalCdf, normalQuantile, normalTail, studentQuantile, studentTail } from './distributions.ts';
import { extraBuyers, netGain, netGainOf } from './gain.ts';
import { compareMeans, momentsOf, momentsOfSums } from './means.ts';
import { checkRatio } from './ratio.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import { compareShares } from './shares.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value as T;
};

/** Simpson's rule: an integral that knows nothing of the functions under test. */
function integral(f: (x: number) => number, from: number, to: number, steps = 4000): number {
  const h = (to - from) / steps;
  let sum = f(from) + f(to);
  for (let i = 1; i < steps; i++) sum += f(from + i * h) * (i % 2 ? 4 : 2);
  return (sum * h) / 3;
}

test.each([0.1, 1, 1.959963984540054, 3, 5])('the normal tail beyond %f is the integral of its density', (z) => {
  const area = integral((x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI), z, z + 12);
  expect(normalTail(z) / area).toBeCloseTo(1, 9);
  expect(normalCdf(-z)).toBeCloseTo(area, 12);
});

test.each([[1, 1], [2.5, 3], [0.4, 12.7], [3, 200]])("Student's tail beyond %f with %f degrees of freedom is the integral of its density", (t, df) => {
  // t = √df·tan(a) turns the endless integral into cos(a)^(df − 1) over a bounded one.
  const density = (a: number): number => Math.cos(a) ** (df - 1);
  const from = Math.atan(t / Math.sqrt(df));
  const area = integral(density, from, Math.PI / 2) / (2 * integral(density, 0, Math.PI / 2));
  expect(studentTail(t, df)).toBeCloseTo(area, 9);
});

test('quantiles are the printed ones and undo the tails', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 12);
  expect(normalQuantile(0.8)).toBeCloseTo(0.8416212335729143, 12);
  expect(studentQuantile(0.975, 10)).toBeCloseTo(2.2281388519649385, 10);
  expect(studentQuantile(0.975, 1)).toBeCloseTo(12.706204736432095, 9);
  expect(chiSquareTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
  expect(chiSquareTail(18.307038053275146, 10)).toBeCloseTo(0.05, 12);
  for (const p of [1e-10, 0.001, 0.3, 0.5, 0.9]) expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 9);
});

test('R51 300/2000 against 240/2000 is +3.0 points, p about 0.0055', () => {
  const effect = sure(compareShares({ treated: { customers: 2000, buyers: 300 }, control: { customers: 2000, buyers: 240 } }));
  expect(effect.difference).toBeCloseTo(0.03, 12);
  expect(effect.pValue).toBeCloseTo(0.0055, 4);
  expect(effect.lift).toBeCloseTo(0.25, 12);
  expect(effect.interval.low).toBeGreaterThan(0);
  expect(effect.liftInterval?.low).toBeGreaterThan(0);
});

const story = { treated: { customers: 992, buyers: 149 }, control: { customers: 248, buyers: 25 } };

test('R52 149/992 against 25/248: +4.9 points, Wald +0.6 … +9.3, 49 extra buyers', () => {
  const effect = sure(compareShares(story));
  expect([effect.difference, effect.interval.low, effect.interval.high].map((share) => Math.round(share * 1000) / 10)).toEqual([4.9, 0.6, 9.3]);
  expect(extraBuyers(effect, 992).extra).toBeCloseTo(49, 9);
  // Newcombe's is not the one the story prints.
  expect([effect.newcombe.low, effect.newcombe.high].map((share) => Math.round(share * 1000) / 10)).toEqual([0.1, 8.9]);
  expect(effect.isSmall).toBe(false);
});

test('R52 story 1: net 542, −1,937 … +3,034 from the printed interval, and zero is inside either way', () => {
  const costs = { treated: 992, marginMinor: 12_800 * 0.45, costMinor: 149 * 1500 + 4500 };
  const gain = netGain(sure(compareShares(story)), costs);
  expect(Math.round(gain.netMinor / 100)).toBe(542);
  expect([gain.printedMinor.low, gain.printedMinor.high].map((minor) => Math.round(minor / 100))).toEqual([-1937, 3034]);
  expect([gain.intervalMinor.low, gain.intervalMinor.high].map((minor) => Math.round(minor / 100))).toEqual([-1947, 3032]);
});

test('Newcombe 1998, table II example 56/70 against 48/80: 0.2000, 0.0524 … 0.3339', () => {
  const { difference, newcombe, interval } = sure(compareShares({ treated: { customers: 70, buyers: 56 }, control: { customers: 80, buyers: 48 } }));
  expect(difference).toBeCloseTo(0.2, 12);
  expect(newcombe.low).toBeCloseTo(0.0524, 4);
  expect(newcombe.high).toBeCloseTo(0.3339, 4);
  expect([interval.low, interval.high].map((x) => x.toFixed(4))).toEqual(['0.0575', '0.3425']);
});

test('both intervals cover a true difference about as often as they say, by counting every outcome', () => {
  const choose = (n: number): number[] => {
    const row = [1];
    for (let k = 1; k <= n; k++) row.push(((row[k - 1] ?? 0) * (n - k + 1)) / k);
    return row;
  };
  const [n, m, p, q] = [80, 60, 0.3, 0.2];
  const chance = (row: readonly number[], k: number, share: number): number => (row[k] ?? 0) * share ** k * (1 - share) ** (row.length - 1 - k);
  const [rows, columns] = [choose(n), choose(m)];
  const covered = { wald: 0, newcombe: 0 };
  for (let a = 0; a <= n; a++) {
    for (let b = 0; b <= m; b++) {
      const effect = sure(compareShares({ treated: { customers: n, buyers: a }, control: { customers: m, buyers: b } }));
      const weight = chance(rows, a, p) * chance(columns, b, q);
      if (effect.interval.low <= p - q && effect.interval.high >= p - q) covered.wald += weight;
      if (effect.newcombe.low <= p - q && effect.newcombe.high >= p - q) covered.newcombe += weight;
    }
  }
  expect(covered.wald).toBeGreaterThan(0.93);
  expect(covered.wald).toBeLessThan(0.96);
  expect(covered.newcombe).toBeGreaterThan(0.94);
  expect(covered.newcombe).toBeLessThan(0.97);
});

test('the p value is the share of shuffles that differ as much', () => {
  const random = seeded(11);
  const [treated, control, buyers] = [300, 200, 90];
  const p = sure(compareShares({ treated: { customers: treated, buyers: 62 }, control: { customers: control, buyers: 28 } })).pValue;
  const observed = 62 / treated - 28 / control;
  let asMuch = 0;
  for (let round = 0; round < 20_000; round++) {
    let left = buyers, inTreated = 0;
    for (let seat = 0; seat < treated; seat++) if (random() < left / (treated + control - seat)) { left--; inTreated++; }
    const difference = inTreated / treated - (buyers - inTreated) / control;
    if (Math.abs(difference) >= observed - 1e-12) asMuch++;
  }
  expect(Math.abs(asMuch / 20_000 - p)).toBeLessThan(0.03);
});

test.each([
  [{ treated: { customers: 5, buyers: 1 }, control: { customers: 0, buyers: 0 } }, 'experiment.no_control'],
  [{ treated: { customers: 0, buyers: 0 }, control: { customers: 5, buyers: 0 } }, 'experiment.no_treated'],
  [{ treated: { customers: 5, buyers: 6 }, control: { customers: 5, buyers: 0 } }, 'experiment.bad_counts'],
  [{ treated: { customers: 5, buyers: Number.NaN }, control: { customers: 5, buyers: 0 } }, 'experiment.bad_counts'],
])('no shares to compare: %j', (arms, code) => expect(compareShares(arms)).toMatchObject({ refused: code }));

test('nobody bought, or everybody did: finite figures, p 1, and marked small', () => {
  for (const buyers of [0, 40]) expect(sure(compareShares({ treated: { customers: 40, buyers }, control: { customers: 40, buyers } }))).toMatchObject({ difference: 0, pValue: 1, isSmall: true });
});

test("Welch's test on Student's sleep data: t 1.8608, df 17.776, p .07939, −0.2055 … 3.3655 (R, t.test)", () => {
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2], second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
  const effect = sure(compareMeans({ treated: momentsOf(second), control: momentsOf(first) }));
  expect(effect.df).toBeCloseTo(17.77647, 4);
  expect(effect.pValue).toBeCloseTo(0.07939414, 7);
  expect([effect.interval.low, effect.interval.high].map((x) => x.toFixed(4))).toEqual(['-0.2055', '3.3655']);
  const sums = (values: readonly number[]) => ({ customers: values.length, sum: values.reduce((a, b) => a + b, 0), sumSquares: values.reduce((a, b) => a + b * b, 0) });
  expect(momentsOfSums(sums(first)).variance).toBeCloseTo(momentsOf(first).variance, 12);
});

test('means that cannot be compared are refused, and money per customer makes a net gain', () => {
  const one = { customers: 10, mean: 5, variance: 2 };
  expect(compareMeans({ treated: one, control: { ...one, customers: 0 } })).toMatchObject({ refused: 'experiment.no_control' });
  expect(compareMeans({ treated: one, control: { ...one, customers: 1 } })).toMatchObject({ refused: 'experiment.too_few' });
  expect(compareMeans({ treated: { ...one, variance: 0 }, control: { ...one, variance: 0 } })).toMatchObject({ refused: 'experiment.no_variance' });
  expect(compareMeans({ treated: { ...one, mean: Number.NaN }, control: one })).toMatchObject({ refused: 'experiment.bad_moments' });
  const gain = sure(netGainOf({ treated: { customers: 1000, mean: 300, variance: 90_000 }, control: { customers: 500, mean: 250, variance: 80_000 } }, 20_000));
  expect(gain.netMinor).toBe(30_000);
  expect((gain.intervalMinor.high + gain.intervalMinor.low) / 2).toBeCloseTo(30_000, -1);
  const loss = sure(netGainOf({ treated: { customers: 1000, mean: 250, variance: 900 }, control: { customers: 500, mean: 250, variance: 800 } }, 20_000));
  expect([loss.netMinor, loss.intervalMinor.high < 0, loss.pValue < 0.001]).toEqual([-20_000, true, true]);
  expect(gain.intervalMinor.high - gain.intervalMinor.low).toBeCloseTo(2 * 1.9625 * Math.sqrt(90 + 160) * 1000, -3);
});

test.each([[600, 400, 0.5, true], [496, 504, 0.5, false], [992, 248, 0.8, false], [820, 180, 0.8, false], [60, 40, 0.5, false], [6000, 4000, 0.6, false]])('R51 a draw of %i and %i where %f was planned: flagged %s', (treated, control, share, isFlagged) => {
  const check = sure(checkRatio([{ arm: 'treated', customers: treated, share }, { arm: 'control', customers: control, share: 1 - share }]));
  expect(check.isMismatch).toBe(isFlagged);
  // With two arms chi-square is a squared z.
  const z = (treated - (treated + control) * share) / Math.sqrt((treated + control) * share * (1 - share));
  expect(check.pValue).toBeCloseTo(2 * normalTail(Math.abs(z)), 12);
});

test('a fair draw is flagged about once in a thousand', () => {
  const random = seeded(5);
  let flagged = 0;
  for (let round = 0; round < 20_000; round++) {
    let control = 0;
    for (let one = 0; one < 500; one++) if (random() < 0.2) control++;
    if (sure(checkRatio([{ arm: 'c', customers: control, share: 0.2 }, { arm: 't', customers: 500 - control, share: 0.8 }])).isMismatch) flagged++;
  }
  expect(flagged).toBeGreaterThan(4);
  expect(flagged).toBeLessThan(50);
});

test('a ratio that cannot be checked is refused', () => {
  expect(checkRatio([{ arm: 'a', customers: 0, share: 0.5 }, { arm: 'b', customers: 0, share: 0.5 }])).toMatchObject({ refused: 'experiment.nobody' });
  expect(checkRatio([{ arm: 'a', customers: 9, share: 0 }, { arm: 'b', customers: 9, share: 0.5 }])).toMatchObject({ refused: 'experiment.bad_share' });
});
