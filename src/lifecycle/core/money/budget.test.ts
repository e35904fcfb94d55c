import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { adviseBudget, type Advice, expectedAt, type Tier } from './budget.ts';
import { isRefused, type Refused } from './refused.ts';
import { type Candidate, gainOf, type Response, type SaveList, saveList } from './saveList.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value;
};
const tier = (key: string, capMinor: number, ceilingMinor: number, scaleMinor: number): Tier => ({ key, capMinor, curve: { ceilingMinor, scaleMinor, source: 'assumed by the owner' } });
const three = [tier('gold', 400_000, 2_500_000, 300_000), tier('silver', 500_000, 1_800_000, 500_000), tier('plain', 600_000, 500_000, 400_000)];

test('R30 10,000 over three tiers: within budget and caps, in whole units, each line explained', () => {
  const advice = sure<Advice>(adviseBudget({ budgetMinor: 1_000_000, stepMinor: 1000, tiers: three }));
  expect(advice.allocations.map(({ key, spentMinor, stoppedBy }) => [key, spentMinor, stoppedBy])).toEqual([['gold', 400_000, 'cap'], ['plain', 89_000, 'not_worth'], ['silver', 500_000, 'cap']]);
  expect(advice.spentMinor + advice.leftMinor).toBe(1_000_000);
  for (const { lastReturn, nextReturn } of advice.allocations) expect([(lastReturn ?? 0) > 1, nextReturn === null || nextReturn <= 1]).toEqual([true, true]);
});

test('R30 the same inputs give the same advice, in whatever order they come', () => {
  const given = { budgetMinor: 700_000, stepMinor: 500 };
  expect(adviseBudget({ ...given, tiers: three.toReversed() })).toEqual(adviseBudget({ ...given, tiers: three }));
  const equal = ['b', 'a', 'c'].map((key) => tier(key, 1000, 9000, 1000));
  expect(sure<Advice>(adviseBudget({ budgetMinor: 400, stepMinor: 100, tiers: equal })).allocations.map(({ spentMinor }) => spentMinor)).toEqual([200, 100, 100]);
});

/** Every split there is. */
function bestByTrying(budget: number, step: number, tiers: readonly Tier[]): number {
  const [first, ...rest] = tiers;
  if (!first) return 0;
  let best = -Infinity;
  for (let spent = 0; spent <= Math.min(first.capMinor, budget); spent += step) best = Math.max(best, expectedAt(first.curve, spent) - spent + bestByTrying(budget - spent, step, rest));
  return best;
}

test('R30 no other split of the money brings more: 300 random cases against every split there is', () => {
  const random = seeded(17);
  for (let round = 0; round < 300; round++) {
    const tiers = Array.from({ length: 4 }, (_, at) => tier(`t${at}`, Math.floor(random() * 900), random() * 3000, 50 + random() * 900));
    const budgetMinor = Math.floor(random() * 1500);
    const advice = sure<Advice>(adviseBudget({ budgetMinor, stepMinor: 100, tiers }));
    const spentOn = (key: string): number => advice.allocations.find((one) => one.key === key)?.spentMinor ?? Number.NaN;
    const value = tiers.reduce((sum, { key, curve }) => sum + expectedAt(curve, spentOn(key)) - spentOn(key), 0);
    expect(value).toBeCloseTo(bestByTrying(budgetMinor, 100, tiers), 6);
    expect(advice.spentMinor).toBeLessThanOrEqual(budgetMinor);
    for (const { key, capMinor } of tiers) expect(spentOn(key)).toBeLessThanOrEqual(capMinor);
  }
});

test('with fine steps every tier stops at the same marginal return, as in the continuous optimum', () => {
  const tiers = three.map((one) => ({ ...one, capMinor: 10_000_000 }));
  const { allocations } = sure<Advice>(adviseBudget({ budgetMinor: 600_000, stepMinor: 10, tiers }));
  // Lagrange: ceiling/scale·e^(−s/scale) = λ, so s = scale·ln(ceiling/(scale·λ)); λ by halving until the money is spent.
  const spendAt = (price: number): number[] => tiers.map(({ curve }) => Math.max(0, curve.scaleMinor * Math.log(curve.ceilingMinor / curve.scaleMinor / price)));
  let [low, high] = [1, 10];
  for (let step = 0; step < 100; step++) {
    const price = (low + high) / 2;
    if (spendAt(price).reduce((a, b) => a + b, 0) > 600_000) low = price;
    else high = price;
  }
  for (const [at, { key }] of tiers.entries()) expect(Math.abs((allocations.find((one) => one.key === key)?.spentMinor ?? 0) - (spendAt(low)[at] ?? 0))).toBeLessThan(30);
});

test('budgets that make no sense are refused', () => {
  expect(adviseBudget({ budgetMinor: 0.5, stepMinor: 1, tiers: three })).toMatchObject({ refused: 'money.bad_budget' });
  expect(adviseBudget({ budgetMinor: 10, stepMinor: 0, tiers: three })).toMatchObject({ refused: 'money.bad_budget' });
  expect(adviseBudget({ budgetMinor: 1e9, stepMinor: 1, tiers: three })).toMatchObject({ refused: 'money.bad_budget' });
  expect(adviseBudget({ budgetMinor: 10, stepMinor: 1, tiers: [...three, ...three] })).toMatchObject({ refused: 'money.bad_budget' });
  expect(adviseBudget({ budgetMinor: 10, stepMinor: 1, tiers: [tier('a', 5, Number.NaN, 1)] })).toMatchObject({ refused: 'money.bad_curve' });
  expect(adviseBudget({ budgetMinor: 10, stepMinor: 1, tiers: [] })).toEqual({ allocations: [], spentMinor: 0, leftMinor: 10, expectedMinor: 0, netMinor: 0 });
});

const response: Response = { savedShare: 0.2, basis: 'assumed', source: 'owner, until the first experiment' };

test('the expected net gain of saving somebody: .5 × .2 × 1,000 − 15 = 85', () => {
  expect(gainOf({ customerId: 'a', churnProbability: 0.5, residualMinor: 100_000, costMinor: 1500 }, response)).toBe(8500);
});

const someone = (random: () => number, at: number, cost: number): Candidate => ({ customerId: `c${String(at).padStart(3, '0')}`, churnProbability: random(), residualMinor: Math.floor(random() * 100_000) - 5000, costMinor: cost });

/** The best list, by trying every subset. */
function bestSubset(gains: readonly { gain: number; cost: number }[], capacity: number, money: number): number {
  let best = 0;
  for (let set = 0; set < 1 << gains.length; set++) {
    let [size, cost, gain] = [0, 0, 0];
    for (let at = 0; at < gains.length; at++) if (set & (1 << at)) { size++; cost += gains[at]?.cost ?? 0; gain += gains[at]?.gain ?? 0; }
    if (size <= capacity && cost <= money) best = Math.max(best, gain);
  }
  return best;
}

test('within a capacity the list is the best there is; with a money cap it keeps both and its bound holds', () => {
  const random = seeded(23);
  let exact = 0, share = 0;
  for (let round = 0; round < 150; round++) {
    const candidates = Array.from({ length: 11 }, (_, at) => someone(random, at, Math.floor(random() * 3000)));
    const capacity = 1 + Math.floor(random() * 7);
    const gains = candidates.map((one) => ({ gain: gainOf(one, response), cost: one.costMinor }));
    const free = sure<SaveList>(saveList(candidates, response, { capacity, moneyMinor: null }));
    expect(free.gainMinor).toBe(bestSubset(gains, capacity, Infinity));
    expect(free.boundMinor).toBe(free.gainMinor);
    const moneyMinor = Math.floor(random() * 6000);
    const capped = sure<SaveList>(saveList(candidates, response, { capacity, moneyMinor }));
    const best = bestSubset(gains, capacity, moneyMinor);
    expect(capped.costMinor).toBeLessThanOrEqual(moneyMinor);
    expect(capped.chosen.length).toBeLessThanOrEqual(capacity);
    expect(capped.gainMinor).toBeLessThanOrEqual(best);
    expect(capped.boundMinor).toBeGreaterThanOrEqual(best);
    if (capped.gainMinor === best) exact++;
    share += best === 0 ? 1 / 150 : capped.gainMinor / best / 150;
  }
  expect(exact).toBeGreaterThan(120);
  expect(share).toBeGreaterThan(0.99);
});

test('where attempts cost the same, a money cap is a capacity and the list exact', () => {
  const random = seeded(5);
  const candidates = Array.from({ length: 400 }, (_, at) => someone(random, at, 800));
  const capped = sure<SaveList>(saveList(candidates, response, { capacity: 100, moneyMinor: 40_500 }));
  expect(capped.chosen).toEqual(sure<SaveList>(saveList(candidates, response, { capacity: 50, moneyMinor: null })).chosen);
  expect(capped.boundMinor - capped.gainMinor).toBeLessThanOrEqual(capped.chosen.at(-1)?.gainMinor ?? 0);
});

test('nobody is saved at a loss; who is left out and what was assumed are said', () => {
  const list = sure<SaveList>(saveList([
    { customerId: 'dear', churnProbability: 0.9, residualMinor: 100_000, costMinor: 1500 }, { customerId: 'safe', churnProbability: 0.01, residualMinor: 100_000, costMinor: 1500 },
    { customerId: 'loss', churnProbability: 0.9, residualMinor: -9000, costMinor: 0 }, { customerId: 'next', churnProbability: 0.5, residualMinor: 100_000, costMinor: 1500 },
  ], response, { capacity: 1, moneyMinor: null }));
  expect(list).toMatchObject({ chosen: [{ customerId: 'dear', gainMinor: 16_500, atRiskMinor: 90_000, costMinor: 1500 }], notWorth: 2, beyondCapacity: 1, response });
});

test('candidates without figures and impossible limits are refused', () => {
  const one = { customerId: 'a', churnProbability: 0.5, residualMinor: 100, costMinor: 1 };
  const free = { capacity: 5, moneyMinor: null };
  expect(saveList([{ ...one, churnProbability: Number.NaN }], response, free)).toMatchObject({ refused: 'money.not_minor', facts: { customerId: 'a' } });
  expect(saveList([one], { ...response, savedShare: 2 }, free)).toMatchObject({ refused: 'money.not_a_share' });
  expect(saveList([one], response, { ...free, capacity: -1 })).toMatchObject({ refused: 'money.bad_capacity' });
  expect(saveList([one], response, { ...free, moneyMinor: 0.5 })).toMatchObject({ refused: 'money.bad_budget' });
});
