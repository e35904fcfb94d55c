import { describe, expect, test } from 'vitest';
import { type Random, seeded } from '../../../kernel/random.ts';
import type { Purchases } from '../evaluation/index.ts';
import { isRefused, learnRhythm, renewalsOf, renewalTable, rhythmAt, type RhythmRule, silentShare } from './index.ts';

/** The sum of six exponential waits: gaps that vary by two fifths of their mean. */
const erlang = (random: Random): number => Array.from({ length: 6 }, () => -Math.log(1 - random()) / 6).reduce((sum, one) => sum + one, 0);

/** Buyers who come about every `gapDays`, and stay away for good after a purchase with chance `leave`; told to `until`, and what followed. */
function buyers(people: number, { seed, until, leave }: { seed: number; until: number; leave: number }): Purchases {
  const random = seeded(seed), all = Array.from({ length: people }, () => {
    const own = 10 + 30 * random(), days = [Math.floor(random() * until * 0.6)];
    while ((days.at(-1) as number) < until && random() >= leave) days.push((days.at(-1) as number) + Math.max(1, Math.round(own * erlang(random))));
    return days;
  });
  return { offsets: Uint32Array.from([0, ...all.map(((sum) => (own) => (sum += own.length))(0))]), days: Int32Array.from(all.flat()) };
}
const learned = (purchases: Purchases, day: number): RhythmRule => {
  const rule = learnRhythm(purchases, day);
  if (isRefused(rule)) throw new Error(rule.refused);
  return rule;
};

describe('regular buyers: what is said agrees with what follows', () => {
  const DAY = 700, purchases = buyers(1_500, { seed: 5, until: DAY + 400, leave: 0.04 }), { offsets, days } = purchases, rule = learned(purchases, DAY);
  const within = (customer: number, length: number): number => days.subarray(offsets[customer], offsets[customer + 1]).reduce((sum, day) => sum + (day > DAY && day <= DAY + length ? 1 : 0), 0);
  const known = Array.from({ length: offsets.length - 1 }, (_, customer) => customer).flatMap((customer) => {
    const rhythm = rhythmAt(purchases, customer, DAY);
    return rhythm ? [{ customer, rhythm, said: silentShare(rule, rhythm, 28), left: within(customer, 28) === 0 ? 1 : 0 }] : [];
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

  test('by tenths of the risk, within 0.06 of the share that stayed away', () => {
    const rising = known.toSorted((a, b) => a.said - b.said);
    for (let tenth = 0; tenth < 10; tenth++) {
      const part = rising.slice((tenth * rising.length) / 10, ((tenth + 1) * rising.length) / 10);
      expect(Math.abs(mean(part.map(({ said }) => said)) - mean(part.map(({ left }) => left))), `tenth ${tenth}`).toBeLessThan(0.06);
    }
  });

  test('somebody who buys every two weeks and bought ten days ago is not at risk; after ten weeks of silence they are', () => {
    const often = { gaps: 20, logMean: Math.log(15), silentDays: 10 };
    expect(silentShare(rule, often, 28)).toBeLessThan(0.15);
    expect(silentShare(rule, { ...often, silentDays: 70 }, 28)).toBeGreaterThan(0.9);
  });

  test('risk rises with silence, falls with time given, and is never certain', () => {
    const at = (silentDays: number, length: number): number => silentShare(rule, { gaps: 8, logMean: Math.log(20), silentDays }, length);
    for (let day = 30; day < 200; day += 10) expect(at(day + 10, 28)).toBeGreaterThanOrEqual(at(day, 28) - 0.02);
    expect(at(10, 60)).toBeLessThan(at(10, 20));
    expect(at(5_000, 28)).toBeLessThan(1);
    expect(at(0, 5_000)).toBeGreaterThan(0);
  });

  test('purchases of the next year: the total within 10 % of what came, the variance at least that of a count', () => {
    const table = renewalTable(rule, 365), year = known.map(({ rhythm }) => renewalsOf(rule, table, rhythm, 365));
    const said = year.reduce((sum, one) => sum + one.mean, 0), came = known.reduce((sum, { customer }) => sum + within(customer, 365), 0);
    expect(Math.abs(said / came - 1)).toBeLessThan(0.1);
    expect(year.every(({ mean: one, square }) => square >= one * one - 1e-9 && Number.isFinite(square))).toBe(true);
  });
});

test('nothing after the day is looked at; too few gaps are refused', () => {
  const purchases = buyers(60, { seed: 8, until: 900, leave: 0.04 }), cut = (day: number): Purchases => {
    const own = Array.from({ length: 60 }, (_, customer) => [...purchases.days.subarray(purchases.offsets[customer], purchases.offsets[customer + 1])].filter((one) => one <= day));
    return { offsets: Uint32Array.from([0, ...own.map(((sum) => (all) => (sum += all.length))(0))]), days: Int32Array.from(own.flat()) };
  };
  expect(learned(purchases, 500)).toEqual(learned(cut(500), 500));
  expect(learnRhythm({ offsets: Uint32Array.from([0, 3]), days: Int32Array.from([0, 10, 20]) }, 30)).toMatchObject({ refused: 'churn.few_gaps', facts: { gaps: 2, needed: 20 } });
});

test('two thousand orders of one buyer, some by the day, break nothing', () => {
  const days = Array.from({ length: 2_000 }, (_, nth) => Math.floor(nth / 2)), one: Purchases = { offsets: Uint32Array.of(0, days.length), days: Int32Array.from(days) }, rule = learned(one, 1_003);
  const rhythm = rhythmAt(one, 0, 1_003), table = renewalTable(rule, 365);
  if (!rhythm) throw new Error('has bought');
  expect(rhythm).toMatchObject({ gaps: 999, logMean: 0, silentDays: 4 });
  expect(silentShare(rule, rhythm, 28)).toBeGreaterThan(0.5);
  expect(renewalsOf(rule, table, { ...rhythm, silentDays: 0 }, 365).mean).toBeGreaterThan(150);
});
