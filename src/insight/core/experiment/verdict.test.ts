import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { netGain } from './gain.ts';
import { guardrailState } from './guardrails.ts';
import { holm } from './holm.ts';
import { momentsOf } from './means.ts';
import { type ArmResult, readExperiment, type ReadingRules } from './read.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import { type Registration, readingOf, registrationFault, roleOf } from './registration.ts';
import { compareShares } from './shares.ts';
import { effectForMeans, effectForShares, sizeForMeans, sizeForShares, type Sizes } from './size.ts';
import { cesOf, csatOf, npsOf } from './survey.ts';
import { judge } from './verdict.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value as T;
};
const half = { controlShare: 0.5 };

test("R's power.prop.test: .20 → .25 needs 1,094 in each arm, .50 → .75 at 90 % needs 77", () => {
  expect(sizeForShares({ base: 0.2, effect: 0.05 }, half)).toEqual({ treated: 1094, control: 1094 });
  expect(sizeForShares({ base: 0.5, effect: 0.25 }, { ...half, power: 0.9 })).toEqual({ treated: 77, control: 77 });
});

test("a shift of half a deviation needs 63 in each arm by the normal formula (Student's needs one more)", () => {
  expect(sizeForMeans({ deviation: 1, effect: 0.5 }, half)).toEqual({ treated: 63, control: 63 });
});

test('an experiment of the advised size proves the effect about as often as promised, evenly and unevenly split', () => {
  const random = seeded(2);
  for (const controlShare of [0.5, 0.2]) {
    const { treated, control } = sure<Sizes>(sizeForShares({ base: 0.2, effect: 0.1 }, { controlShare }));
    const draw = (customers: number, share: number): { customers: number; buyers: number } => ({ customers, buyers: Array.from({ length: customers }, random).filter((at) => at < share).length });
    const proofs = Array.from({ length: 3000 }, () => sure(compareShares({ treated: draw(treated, 0.3), control: draw(control, 0.2) })).pValue <= 0.05).filter(Boolean).length;
    expect(Math.abs(proofs / 3000 - 0.8)).toBeLessThan(0.03);
  }
});

test('size and effect are inverse, whatever the split', () => {
  const random = seeded(9);
  for (let round = 0; round < 200; round++) {
    const plan = { controlShare: 0.05 + 0.9 * random(), power: 0.5 + 0.45 * random() };
    const base = 0.02 + 0.6 * random();
    const effect = 0.01 + random() * 0.2;
    const { treated, control } = sure<Sizes>(sizeForShares({ base, effect }, plan));
    expect(sure(effectForShares({ base, customers: treated + control }, plan))).toBeLessThanOrEqual(effect + 1e-9);
    expect(sure(effectForShares({ base, customers: (treated + control) * 0.9 - 4 }, plan))).toBeGreaterThan(effect);
    const sizes = sure<Sizes>(sizeForMeans({ deviation: 30, effect }, plan));
    expect(sure(effectForMeans({ deviation: 30, customers: sizes.treated + sizes.control }, plan))).toBeCloseTo(effect, 4);
  }
});

test('plans that make no sense are refused', () => {
  expect(sizeForShares({ base: 0.2, effect: 0 }, half)).toMatchObject({ refused: 'experiment.bad_effect' });
  expect(sizeForShares({ base: 0.9, effect: 0.2 }, half)).toMatchObject({ refused: 'experiment.bad_effect' });
  expect(sizeForShares({ base: 0.2, effect: 0.1 }, { controlShare: 0 })).toMatchObject({ refused: 'experiment.bad_share' });
  expect(effectForShares({ base: 0.2, customers: 6 }, half)).toMatchObject({ refused: 'experiment.too_small' });
  expect(effectForMeans({ deviation: 1, customers: 2 }, half)).toMatchObject({ refused: 'experiment.too_small' });
  expect(sizeForMeans({ deviation: 0, effect: 1 }, half)).toMatchObject({ refused: 'experiment.bad_effect' });
});

test('Holm: the worked example .01 .04 .03 .005 becomes .03 .06 .06 .02', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(10)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([])).toEqual([]);
});

test('Holm is the closed test over Bonferroni, by trying every set of arms', () => {
  const random = seeded(12);
  for (let round = 0; round < 100; round++) {
    const ps = Array.from({ length: 4 }, () => random() ** 3);
    const closed = ps.map((_, arm) => Math.max(...Array.from({ length: 16 }, (_, set) => {
      if (!(set & (1 << arm))) return 0;
      const chosen = ps.filter((_, at) => set & (1 << at));
      return Math.min(1, Math.min(...chosen) * chosen.length);
    })));
    for (const [arm, p] of holm(ps).entries()) expect(p).toBeCloseTo(closed[arm] ?? Number.NaN, 12);
  }
});

test.each([
  ['more', 0.01, { low: -0.005, high: 0.02 }, 'held'], ['more', 0.01, { low: -0.03, high: 0.02 }, 'open'], ['more', 0.01, { low: -0.03, high: -0.02 }, 'broken'],
  ['less', 0.002, { low: -0.001, high: 0.001 }, 'held'], ['less', 0.002, { low: 0.001, high: 0.004 }, 'open'], ['less', 0.002, { low: 0.003, high: 0.004 }, 'broken'],
] as const)('a guardrail where %s is better, margin %f, interval %j: %s', (better, margin, interval, wanted) => {
  expect(guardrailState({ metric: 'unsubscribed', better, margin }, interval)).toBe(wanted);
});

test('a guardrail without a margin or an interval is refused', () => {
  expect(guardrailState({ metric: 'm', better: 'less', margin: Number.NaN }, { low: 0, high: 1 })).toMatchObject({ refused: 'experiment.bad_margin' });
  expect(guardrailState({ metric: 'm', better: 'less', margin: 1 }, null)).toMatchObject({ refused: 'experiment.no_interval' });
});

const around = { controlCustomers: 248, isRatioMismatch: false, isSmall: false, refundsUntil: '2026-03-31', asOf: '2026-04-01' } as const;
const up = { interval: { low: 0.01, high: 0.09 }, pValue: 0.01 };

test.each([
  [around, up, 'proven_up', 'proven_up'], [around, { interval: { low: -0.09, high: -0.01 }, pValue: 0.01 }, 'proven_down', 'proven_down'],
  [around, { interval: { low: -0.01, high: 0.09 }, pValue: 0.2 }, 'not_proven', 'not_proven'], [around, { ...up, pValue: 0.06 }, 'not_proven', 'not_proven'],
  [{ ...around, asOf: '2026-03-31' }, up, 'unsettled', 'proven_up'], [{ ...around, controlCustomers: 0 }, up, 'no_control', null],
  [{ ...around, isRatioMismatch: true }, up, 'ratio_mismatch', null], [{ ...around, isSmall: true, asOf: '2026-03-01' }, up, 'too_small', null], [around, null, 'too_small', null],
] as const)('%j with %j is %s', (circumstances, evidence, verdict, finding) => {
  expect(judge(circumstances, evidence)).toEqual({ verdict, finding });
});

test('R52 story 1: it brought buyers; it is not proven to pay', () => {
  const effect = sure(compareShares({ treated: { customers: 992, buyers: 149 }, control: { customers: 248, buyers: 25 } }));
  const net = netGain(effect, { treated: 992, marginMinor: 5760, costMinor: 228_000 });
  expect(judge(around, effect).verdict).toBe('proven_up');
  expect(judge(around, { interval: net.intervalMinor }).verdict).toBe('not_proven');
});

const profits = (customers: number, mean: number): ArmResult['profit'] => momentsOf(Array.from({ length: customers }, (_, at) => mean + (at % 21) - 10));
const arm = (name: string, customers: number, buyers: number, share: number, mean: number): ArmResult => ({ arm: name, customers, buyers, share, profit: profits(customers, mean) });
const rules: ReadingRules = { reading: 'fixed', refundsUntil: '2026-03-31', asOf: '2026-04-01' };

test('a whole experiment: two arms against a control, buyers and profit apart, corrected for two comparisons', () => {
  const { arms, ratio } = readExperiment(arm('control', 1000, 100, 1 / 3, 20), [arm('coupon', 1000, 160, 1 / 3, 19.9), arm('letter', 1000, 128, 1 / 3, 22)], rules);
  expect(sure(ratio).isMismatch).toBe(false);
  expect(arms.map(({ buyers, profit }) => [buyers.verdict, profit.verdict])).toEqual([['proven_up', 'not_proven'], ['proven_up', 'proven_up']]);
  expect(arms[0]?.buyersPValue).toBeCloseTo(2 * (arms[0]?.effect?.pValue ?? Number.NaN), 12);
  expect(arms[1]?.buyersPValue).toBe(arms[1]?.effect?.pValue);
  expect(arms[0]?.extra?.extra).toBeCloseTo(60, 9);
});

test('no lift without a control, none from a broken draw, and watched tests need more', () => {
  const treated = arm('coupon', 1000, 150, 0.5, 20);
  const [alone] = readExperiment(arm('control', 0, 0, 0.5, 20), [treated], rules).arms;
  expect(alone).toMatchObject({ effect: null, extra: null, profitEffect: null, buyersPValue: null, buyers: { verdict: 'no_control' }, profit: { verdict: 'no_control' } });
  const [broken] = readExperiment(arm('control', 800, 50, 0.5, 20), [treated], rules).arms;
  expect(broken).toMatchObject({ effect: null, extra: null, buyersPValue: null, buyers: { verdict: 'ratio_mismatch' } });
  const control = arm('control', 1000, 118, 0.5, 20);
  expect(readExperiment(control, [treated], rules).arms[0]?.buyers.verdict).toBe('proven_up');
  expect(readExperiment(control, [treated], { ...rules, reading: 'always_valid' }).arms[0]?.buyers.verdict).toBe('not_proven');
  expect(readExperiment(arm('control', 30, 4, 0.5, 20), [arm('coupon', 30, 6, 0.5, 20)], rules).arms[0]?.buyers.verdict).toBe('too_small');
});

const registration: Registration = { metric: 'net', guardrails: [{ metric: 'unsubscribed', better: 'less', margin: 0.002 }], alpha: 0.05, stopping: 'fixed', registeredOn: '2026-03-01', startsOn: '2026-03-01', readOn: '2026-03-15' };

test('only the registered metric proves; before the promised day only always-valid figures count', () => {
  expect(['net', 'unsubscribed', 'clicks'].map((metric) => roleOf(registration, metric))).toEqual(['primary', 'guardrail', 'exploratory']);
  expect(['2026-03-14', '2026-03-15'].map((day) => readingOf(registration, day))).toEqual(['always_valid', 'fixed']);
  expect(readingOf({ ...registration, stopping: 'sequential' }, '2026-05-01')).toBe('always_valid');
  expect(registrationFault(registration)).toBeNull();
  expect(registrationFault({ ...registration, registeredOn: '2026-03-02' })?.refused).toBe('experiment.registered_late');
  expect(registrationFault({ ...registration, readOn: '2026-03-01' })?.refused).toBe('experiment.bad_days');
  expect(registrationFault({ ...registration, alpha: 0 })?.refused).toBe('experiment.bad_alpha');
  expect(registrationFault({ ...registration, metric: 'unsubscribed' })?.refused).toBe('experiment.metric_guards_itself');
});

test('NPS of 50 promoters, 30 passives, 20 detractors is 30, variance .61; adjusted Wald by hand', () => {
  const found = npsOf({ promoters: 50, passives: 30, detractors: 20 });
  expect(found?.nps).toBeCloseTo(30, 9);
  expect(found?.variance).toBeCloseTo(0.61, 12);
  const [up, down] = [50.75 / 103, 20.75 / 103];
  const half = 1.959963984540054 * Math.sqrt((up + down - (up - down) ** 2) / 103) * 100;
  expect(found?.interval.low).toBeCloseTo((up - down) * 100 - half, 9);
  expect(npsOf({ promoters: 0, passives: 0, detractors: 0 })).toBeNull();
  const single = npsOf({ promoters: 1, passives: 0, detractors: 0 });
  expect(single?.interval.low).toBeLessThan(single?.interval.high ?? 0);
});

test('the NPS interval covers the truth at its rate for 12 and for 60 answers, by counting every outcome', () => {
  const logs = Array.from({ length: 61 }, (_, n) => Array.from({ length: n }, (_, at) => Math.log(at + 1)).reduce((a, b) => a + b, 0));
  for (const [answers, p, d] of [[12, 0.4, 0.2], [12, 0.15, 0.6], [60, 0.4, 0.2], [60, 0.6, 0.1]] as const) {
    let covered = 0;
    for (let up = 0; up <= answers; up++) for (let down = 0; up + down <= answers; down++) {
      const rest = answers - up - down;
      const log = (n: number): number => logs[n] ?? Number.NaN;
      const chance = Math.exp(log(answers) - log(up) - log(down) - log(rest) + up * Math.log(p) + down * Math.log(d) + rest * Math.log(1 - p - d));
      const interval = npsOf({ promoters: up, passives: rest, detractors: down })?.interval;
      if (interval && interval.low <= (p - d) * 100 && interval.high >= (p - d) * 100) covered += chance;
    }
    expect(covered).toBeGreaterThan(0.925);
    expect(covered).toBeLessThan(0.985);
  }
});

test('CSAT counts the two best marks; 81 of 263 has the published Wilson interval .2553 … .3662', () => {
  const found = csatOf([100, 50, 32, 41, 40]);
  expect(found?.share).toBeCloseTo(81 / 263, 12);
  expect([found?.interval.low, found?.interval.high].map((x) => x?.toFixed(4))).toEqual(['0.2553', '0.3662']);
  expect(csatOf([0, 0, 0, 0, 0])).toBeNull();
});

test('CES: marks 1 2 3 4 5 once each: 3 ± 2.7764 × √2.5/√5', () => {
  const found = cesOf([1, 1, 1, 1, 1]);
  expect(found?.mean).toBe(3);
  expect(found?.interval?.high).toBeCloseTo(3 + 2.7764451051977987 * Math.sqrt(0.5), 9);
  expect(cesOf([0, 0, 0, 0, 1, 0, 0])).toEqual({ answers: 1, mean: 5, interval: null });
  expect(cesOf([])).toBeNull();
});
