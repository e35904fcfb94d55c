import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { type Cuped, cuped, type PairSums } from './cuped.ts';
import { normalTail } from './distributions.ts';
import { compareMeans, momentsOf, momentsOfSums } from './means.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import { alwaysValid, momentsOfShare } from './sequential.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value as T;
};
const printed = (value: number | undefined): string => (value ?? Number.NaN).toFixed(5);

test('shares 1396/3000 against 2422/3461: lift .50386, .40098 … .60675', () => {
  const { lift } = sure(alwaysValid({ control: momentsOfShare({ customers: 3000, buyers: 1396 }), treated: momentsOfShare({ customers: 3461, buyers: 2422 }) }));
  expect([lift?.lift, lift?.interval.low, lift?.interval.high].map(printed)).toEqual(['0.50386', '0.40098', '0.60675']);
});

const means = { control: momentsOfSums({ customers: 3000, sum: 1396.87, sumSquares: 52377.9767 }), treated: momentsOfSums({ customers: 3461, sum: 2422.7, sumSquares: 134698.29 }) };

test('means tuned for 1,000: lift .50336, −.55844 … 1.56516', () => {
  const { lift } = sure(alwaysValid(means, { tunedFor: 1000 }));
  expect([lift?.lift, lift?.interval.low, lift?.interval.high].map(printed)).toEqual(['0.50336', '-0.55844', '1.56516']);
});

test('the p value is the smallest α whose interval leaves out 0: mixing a normal over the drift gives the same', () => {
  const arms = { control: momentsOfShare({ customers: 2000, buyers: 240 }), treated: momentsOfShare({ customers: 2000, buyers: 310 }) };
  const { pValue, difference } = sure(alwaysValid(arms));
  const variance = arms.treated.variance / 2000 + arms.control.variance / 2000;
  const n = 4000;
  // The sequence is a mixture likelihood ratio (Robbins 1970): average exp(λS − λ²n/2) over λ ~ N(0, ρ²), by plain summing.
  const rho = Math.sqrt((-2 * Math.log(0.05) + Math.log(1 - 2 * Math.log(0.05))) / 5000);
  const s = difference / Math.sqrt(variance / n);
  let mixture = 0;
  for (let at = -4000; at <= 4000; at++) {
    const lambda = (at / 4000) * 10 * rho;
    mixture += Math.exp(lambda * s - (lambda * lambda * n) / 2 - (lambda * lambda) / (2 * rho * rho)) / (rho * Math.sqrt(2 * Math.PI)) * (10 * rho / 4000);
  }
  expect(pValue / (1 / mixture)).toBeCloseTo(1, 6);
});

test('the interval leaves out 0 exactly where p is at most α', () => {
  for (let buyers = 200; buyers <= 320; buyers += 4) {
    const { pValue, interval } = sure(alwaysValid({ control: momentsOfShare({ customers: 2000, buyers: 240 }), treated: momentsOfShare({ customers: 2000, buyers }) }));
    expect(interval.low > 0 || interval.high < 0).toBe(pValue <= 0.05);
  }
});

test('watched at every look, a null test is called proven in at most 5 %; the fixed p is called in far more', () => {
  const random = seeded(21);
  let always = 0, fixed = 0;
  for (let run = 0; run < 1000; run++) {
    let [treated, control, calledAlways, calledFixed] = [0, 0, false, false];
    for (let n = 1; n <= 1500; n++) {
      if (random() < 0.3) treated++;
      if (random() < 0.3) control++;
      if (n % 15) continue;
      const moments = { treated: momentsOfShare({ customers: n, buyers: treated }), control: momentsOfShare({ customers: n, buyers: control }) };
      const watched = alwaysValid(moments, { tunedFor: 1000 });
      if (!isRefused(watched) && watched.pValue <= 0.05) calledAlways = true;
      const z = (treated - control) / n / Math.sqrt((moments.treated.variance + moments.control.variance) / n || 1);
      if (n >= 30 && 2 * normalTail(Math.abs(z)) <= 0.05) calledFixed = true;
    }
    if (calledAlways) always++;
    if (calledFixed) fixed++;
  }
  expect(always / 1000).toBeLessThanOrEqual(0.06);
  expect(fixed / 1000).toBeGreaterThan(0.2);
});

test('what cannot be followed is refused', () => {
  const one = { customers: 100, mean: 1, variance: 1 };
  expect(alwaysValid({ treated: one, control: { ...one, customers: 0 } })).toMatchObject({ refused: 'experiment.no_control' });
  expect(alwaysValid({ treated: one, control: { ...one, customers: 9 } })).toMatchObject({ refused: 'experiment.too_few' });
  expect(alwaysValid({ treated: { ...one, variance: 0 }, control: { ...one, variance: 0 } })).toMatchObject({ refused: 'experiment.no_variance' });
  expect(alwaysValid({ treated: { ...one, variance: Infinity }, control: one })).toMatchObject({ refused: 'experiment.bad_moments' });
  expect(sure(alwaysValid({ treated: one, control: { ...one, mean: 0 } })).lift).toBeNull();
});

type Person = { x: number; y: number };
const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const people = (count: number, rule: (x: number, noise: number) => number, random: () => number): Person[] => Array.from({ length: count }, () => {
  const x = 50 + 10 * normal(random);
  return { x, y: rule(x, normal(random)) };
});
const sumsOf = (arm: readonly Person[]): PairSums => arm.reduce<PairSums>((sum, { x, y }) => ({ customers: sum.customers + 1, x: sum.x + x, y: sum.y + y, xx: sum.xx + x * x, yy: sum.yy + y * y, xy: sum.xy + x * y }), { customers: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 });
const adjust = (treated: readonly Person[], control: readonly Person[]): Cuped => sure(cuped({ treated: sumsOf(treated), control: sumsOf(control) }));

test('CUPED is the plain adjustment of every single value, and its cut is the squared correlation', () => {
  const random = seeded(3);
  const treated = people(800, (x, noise) => 3 + 0.8 * x + 6 * noise, random), control = people(400, (x, noise) => 0.8 * x + 6 * noise, random);
  const found = adjust(treated, control);
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const x = mean([...treated, ...control].map((one) => one.x));
  const plain = (arm: readonly Person[]) => momentsOf(arm.map((one) => one.y - found.theta * (one.x - x)));
  for (const key of ['treated', 'control'] as const) {
    const wanted = plain(key === 'treated' ? treated : control);
    expect(found[key].mean).toBeCloseTo(wanted.mean, 8);
    expect(found[key].variance).toBeCloseTo(wanted.variance, 6);
  }
  expect(found.isUsed).toBe(true);
  expect(found.varianceCut).toBeCloseTo(0.64, 1);
  // 64 + 36 of variance, 64 of it foretold by x.
});

test('over 400 experiments CUPED is unbiased, keeps 95 % coverage and cuts the spread as measured', () => {
  const random = seeded(8);
  const raw: number[] = [], cut: number[] = [];
  let covered = 0, told = 0;
  for (let run = 0; run < 400; run++) {
    const treated = people(150, (x, noise) => 2 + 0.8 * x + 6 * noise, random), control = people(100, (x, noise) => 0.8 * x + 6 * noise, random);
    const found = adjust(treated, control);
    const effect = sure(compareMeans(found));
    raw.push(momentsOf(treated.map(({ y }) => y)).mean - momentsOf(control.map(({ y }) => y)).mean);
    cut.push(effect.difference);
    told += found.varianceCut / 400;
    if (effect.interval.low <= 2 && effect.interval.high >= 2) covered++;
  }
  expect(momentsOf(cut).mean).toBeCloseTo(2, 0);
  expect(Math.abs(momentsOf(cut).mean - 2)).toBeLessThan(4 * Math.sqrt(momentsOf(cut).variance / 400));
  expect(Math.abs(1 - momentsOf(cut).variance / momentsOf(raw).variance - told)).toBeLessThan(0.08);
  expect(covered / 400).toBeGreaterThan(0.92);
});

test('a covariate that says nothing is left out and the raw figures come back', () => {
  const random = seeded(14);
  const treated = people(300, (_, noise) => noise, random), control = people(300, (_, noise) => noise, random);
  const found = adjust(treated, control);
  expect(found).toMatchObject({ isUsed: false, theta: 0, varianceCut: 0 });
  expect(found.treated.variance).toBeCloseTo(momentsOf(treated.map(({ y }) => y)).variance, 9);
  const flat = treated.map(({ y }) => ({ x: 7.3, y }));
  expect(adjust(flat, flat)).toMatchObject({ isUsed: false, varianceCut: 0, beforePValue: 1 });
});

test('where the arms are unequal and only the large one follows its past, the cut is still no loss', () => {
  const random = seeded(21);
  const treated = people(4_000, (x, noise) => x + 2 * noise, random), control = people(300, (x, noise) => -0.2 * x + 9 * noise, random);
  const found = adjust(treated, control);
  // The slope over everybody, about 0.92, would have widened the small arm by more than it narrows the large one.
  const pooled = momentsOf(control.map(({ x, y }) => y - 0.92 * x)).variance / 300 + momentsOf(treated.map(({ x, y }) => y - 0.92 * x)).variance / 4_000;
  const raw = momentsOf(control.map(({ y }) => y)).variance / 300 + momentsOf(treated.map(({ y }) => y)).variance / 4_000;
  expect(pooled).toBeGreaterThan(raw);
  expect(found.isUsed).toBe(true);
  expect(found.varianceCut).toBeGreaterThanOrEqual(0);
});

test('arms that differed beforehand are told by their p; too few are refused', () => {
  const random = seeded(6);
  const treated = people(300, (x) => x, random);
  expect(adjust(treated, treated.map(({ x, y }) => ({ x: x + 5, y }))).beforePValue).toBeLessThan(0.001);
  expect(adjust(treated, people(300, (x) => x, random)).beforePValue).toBeGreaterThan(0.001);
  expect(cuped({ treated: sumsOf(treated), control: sumsOf(treated.slice(0, 1)) })).toMatchObject({ refused: 'experiment.too_few' });
  expect(cuped({ treated: sumsOf(treated), control: { ...sumsOf(treated), xy: Number.NaN } })).toMatchObject({ refused: 'experiment.bad_moments' });
});
