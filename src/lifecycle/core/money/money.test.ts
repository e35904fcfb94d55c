import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { profitMinor } from '../worth.ts';
import { acquireVsKeep, cacReport } from './acquisition.ts';
import { BENCHMARKS, benchmarkOf } from './benchmarks.ts';
import { empiricalClv, retentionClv, totalAtRisk, valueAtRiskMinor } from './clv.ts';
import { costSplit } from './costSplit.ts';
import { type Advocacy, activityScores, advocacyScore, rankAdvocates, stickinessOf } from './engagement.ts';
import { drill, type Entry, ENTRY_KINDS, ledgers, LINES, sumOf } from './ledger.ts';
import { isRefused, type Refused } from './refused.ts';
import { dimensionsOf, percentiles, scoreOf } from './score.ts';
import { splitValue } from './split.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value;
};

test('R29 a margin of 300 at retention .8 and discount .1 is worth 800, which is also the sum of its payments', () => {
  expect(retentionClv({ margin: 300, retention: 0.8, discount: 0.1 })).toBeCloseTo(800, 9);
  const random = seeded(1);
  for (let round = 0; round < 50; round++) {
    const [margin, retention, discount] = [500 * random(), 0.95 * random(), 0.01 + 0.3 * random()];
    let sum = 0;
    for (let period = 1; period < 2000; period++) sum += margin * (retention / (1 + discount)) ** period;
    expect(sure(retentionClv({ margin, retention, discount })) / sum).toBeCloseTo(1, 9);
  }
});

test.each([
  [{ margin: 300, retention: 1.1, discount: 0.1 }, 'money.bad_retention'], [{ margin: 300, retention: -0.1, discount: 0.1 }, 'money.bad_retention'], [{ margin: 300, retention: Number.NaN, discount: 0.1 }, 'money.bad_retention'],
  [{ margin: 300, retention: 1, discount: 0 }, 'money.endless_value'], [{ margin: 300, retention: 0.9, discount: -0.2 }, 'money.endless_value'],
  [{ margin: Infinity, retention: 0.9, discount: 0.1 }, 'money.not_minor'], [{ margin: 3, retention: 0.9, discount: -1 }, 'money.bad_discount'],
])('R29 no lifetime value for %j: %s', (input, code) => expect(retentionClv(input)).toMatchObject({ refused: code }));

test('R29 cohort value as it happened: young cohorts do not pull down ages they have not reached', () => {
  const cohorts = [{ cohort: '2026-01', customers: 100, profitMinor: [10_000, 5000, 2000] }, { cohort: '2026-02', customers: 300, profitMinor: [24_000, 9000] }, { cohort: '2026-03', customers: 50, profitMinor: [6000] }, { cohort: '2026-04', customers: 9, profitMinor: [] }];
  const clv = sure(empiricalClv(cohorts, 0.25));
  const [first, second, third] = [40_000 / 450, 14_000 / 400 / 1.25, 2000 / 100 / 1.5625];
  for (const [age, value] of [first, first + second, first + second + third].entries()) expect(clv.byAge[age]?.valueMinor).toBeCloseTo(value, 9);
  expect(clv.byAge.map(({ customers }) => customers)).toEqual([450, 400, 100]);
  expect(clv.observedAges).toBe(3);
  expect(clv.byCohort[0]).toEqual({ cohort: '2026-01', customers: 100, ages: 3, totalMinor: 10_000 + 4000 + 1280, perCustomerMinor: 152.8 });
  expect(empiricalClv([{ cohort: 'x', customers: 0, profitMinor: [1] }], 0.1)).toMatchObject({ refused: 'money.no_cohort' });
  expect(empiricalClv([{ cohort: 'x', customers: 1, profitMinor: [Number.NaN] }], 0.1)).toMatchObject({ refused: 'money.not_minor' });
});

test('value at risk is P(churn) × residual value, never below 0, and unknown ones are counted', () => {
  expect(valueAtRiskMinor({ churnProbability: 0.35, residualMinor: 28_000 })).toBe(9800);
  expect(valueAtRiskMinor({ churnProbability: 0.35, residualMinor: -500 })).toBe(0);
  expect(totalAtRisk([{ churnProbability: 0.5, residualMinor: 1000 }, { churnProbability: Number.NaN, residualMinor: 1 }, { churnProbability: 1, residualMinor: 7 }])).toEqual({ atRiskMinor: 507, customers: 2, unknown: 1 });
});

const day = '2026-03-01';
const entry = (customerId: string, kind: Entry['kind'], amountMinor: number, source = `${kind} ${amountMinor}`): Entry => ({ customerId, kind, amountMinor, day, source });

test('R30 revenue 3,200, acquisition 120, maintenance 280: 2,800; every line drills to its entries', () => {
  const entries = [entry('lin', 'sales', 500_000), entry('lin', 'sales', -20_000, 'refund'), entry('lin', 'product', 150_000), entry('lin', 'fulfilment', 10_000), entry('lin', 'acquisition', 12_000), entry('lin', 'service', 8000), entry('lin', 'incentive', 15_000), entry('lin', 'retention', 5000)];
  expect(sure(ledgers(entries)).get('lin')).toEqual({ customers: 1, revenueMinor: 320_000, acquisitionMinor: 12_000, maintenanceMinor: 28_000, valueMinor: 280_000 });
  expect(LINES.map((line) => drill(entries, line).reduce((sum, { effectMinor }) => sum + effectMinor, 0))).toEqual([320_000, 12_000, 28_000]);
  expect(LINES.flatMap((line) => drill(entries, line))).toHaveLength(entries.length);
});

test('R28 R30 a ledger is the profit contribution (200, 120, 8, 10, 5 → 57) less what was spent on getting and keeping', () => {
  const lines = { amountMinor: 20_000, productCostMinor: 12_000, fulfilmentMinor: 800, incentiveMinor: 1000, serviceMinor: 500 };
  expect(profitMinor(lines)).toBe(5700);
  const own = sure(ledgers([entry('a', 'sales', 20_000), entry('a', 'product', 12_000), entry('a', 'fulfilment', 800), entry('a', 'incentive', 1000), entry('a', 'service', 500), entry('a', 'acquisition', 700), entry('a', 'retention', 50)])).get('a');
  expect(own?.valueMinor).toBe(5700 - 700 - 50);
});

test('R30 whatever the entries: lines sum to values, customers to cohorts, drilled entries to lines', () => {
  const random = seeded(7);
  for (let round = 0; round < 50; round++) {
    const entries = Array.from({ length: 200 }, (_, at) => entry(`c${Math.floor(random() * 9)}`, ENTRY_KINDS[Math.floor(random() * ENTRY_KINDS.length)] ?? 'sales', Math.floor(random() * 1e9), `s${at}`));
    const all = sure(ledgers(entries));
    const sum = sumOf(all.values());
    const direct = entries.reduce((total, { kind, amountMinor }) => total + (kind === 'sales' ? amountMinor : -amountMinor), 0);
    expect(sum.valueMinor).toBe(direct);
    expect(sum.customers).toBe(new Set(entries.map(({ customerId }) => customerId)).size);
    for (const own of [...all.values(), sum]) expect(own.revenueMinor - own.acquisitionMinor - own.maintenanceMinor).toBe(own.valueMinor);
    expect(drill(entries, 'maintenance').reduce((total, { effectMinor }) => total + effectMinor, 0)).toBe(sum.maintenanceMinor);
  }
  expect(ledgers([entry('a', 'sales', 0.5)])).toMatchObject({ refused: 'money.not_minor' });
});

test('R45 12,000 spent for 100 first buyers is 120 each; buyers without known spend do not make it cheaper', () => {
  const report = sure(cacReport(
    [{ channel: 'tmall', month: '2026-01', spendMinor: 700_000 }, { channel: 'tmall', month: '2026-01', spendMinor: 500_000 }, { channel: 'kol', month: '2026-02', spendMinor: 90_000 }],
    [{ channel: 'tmall', month: '2026-01', customers: 100 }, { channel: 'store', month: '2026-01', customers: 40 }, { channel: 'tmall', month: '2026-02', customers: 5 }],
  ));
  expect(report.cells.map(({ month, channel, cacMinor }) => [month, channel, cacMinor])).toEqual([['2026-01', 'store', null], ['2026-01', 'tmall', 12_000], ['2026-02', 'kol', null], ['2026-02', 'tmall', null]]);
  expect(report.channels.find(({ channel }) => channel === 'kol')).toMatchObject({ spendMinor: 90_000, customers: 0, cacMinor: null, hasSpend: true });
  expect(report.all).toEqual({ spendMinor: 1_290_000, customers: 145, cacMinor: 12_900, hasSpend: true });
  expect(cacReport([{ channel: 'a', month: 'b', spendMinor: 0.1 }], [])).toMatchObject({ refused: 'money.not_minor' });
});

test('R47 a new customer at 120 against a kept one at 20: 6.0 times', () => {
  const given = { spendMinor: 1_200_000, newCustomers: 100, keepCostMinor: 1_000_000, kept: 500 };
  expect(acquireVsKeep(given)).toEqual({ cacMinor: 12_000, keepMinor: 2000, ratio: 6 });
  expect(acquireVsKeep({ ...given, newCustomers: 0 })).toMatchObject({ refused: 'money.no_new_buyers' });
  expect(acquireVsKeep({ ...given, kept: 0 })).toMatchObject({ refused: 'money.nobody_kept' });
  expect(acquireVsKeep({ ...given, keepCostMinor: 0 })).toMatchObject({ refused: 'money.no_keep_cost' });
});

test("R31 a referee's 500 stands once as the referrer's indirect value and once in the total", () => {
  const split = sure(splitValue(new Map([['ann', 30_000], ['bo', 50_000], ['cy', 4000]]), [{ by: 'ann', whom: 'bo', day: '2026-01-05' }, { by: 'cy', whom: 'bo', day: '2026-01-09' }, { by: 'bo', whom: 'cy', day: '2026-02-01' }, { by: 'ann', whom: 'ann', day: '2025-01-01' }]));
  expect(split).toMatchObject({ profitMinor: 84_000, ofItByReferralMinor: 54_000 });
  expect(split.customers.find(({ customerId }) => customerId === 'ann')).toEqual({ customerId: 'ann', directMinor: 30_000, indirectMinor: 50_000, broughtCustomers: 1 });
  expect(split.customers.find(({ customerId }) => customerId === 'cy')?.indirectMinor).toBe(0);
});

test('R31 however referrals run, in rings too, direct values sum to the profit and nobody is counted twice', () => {
  const random = seeded(3);
  const ids = Array.from({ length: 30 }, (_, at) => `c${at}`);
  const one = (): string => ids[Math.floor(random() * 30)] ?? 'c0';
  for (let round = 0; round < 30; round++) {
    const profits = new Map(ids.map((id) => [id, Math.floor(random() * 1000)]));
    const brought = Array.from({ length: 60 }, () => ({ by: one(), whom: one(), day: `2026-01-${10 + Math.floor(random() * 20)}` }));
    const split = sure(splitValue(profits, brought));
    const whoms = new Set(brought.filter(({ by, whom }) => by !== whom).map(({ whom }) => whom));
    expect(split.profitMinor).toBe([...profits.values()].reduce((a, b) => a + b, 0));
    expect(split.ofItByReferralMinor).toBe([...whoms].reduce((sum, id) => sum + (profits.get(id) ?? 0), 0));
  }
});

test('R32 80, 50, 90 at .3, .2, .5 is 79 = 24 + 10 + 45', () => {
  const score = sure(scoreOf([{ key: 'behaviour', value: 80, weight: 0.3 }, { key: 'attributes', value: 50, weight: 0.2 }, { key: 'contribution', value: 90, weight: 0.5 }]));
  expect(score.score).toBe(79);
  expect(score.parts.map(({ points }) => points)).toEqual([24, 10, 45]);
});

test('R32 the explanation sums to the printed score, whatever the numbers; what is unknown is named and shared out', () => {
  const random = seeded(10);
  for (let round = 0; round < 500; round++) {
    const parts = Array.from({ length: 3 }, (_, at) => ({ key: `p${at}`, value: 100 * random(), weight: random() }));
    const score = sure(scoreOf(parts));
    expect(score.parts.reduce((sum, { points }) => sum + Math.round(points * 10), 0)).toBe(Math.round(score.score * 10));
    const exact = parts.reduce((sum, { value, weight }) => sum + value * weight, 0) / parts.reduce((sum, { weight }) => sum + weight, 0);
    expect(Math.abs(score.score - exact)).toBeLessThanOrEqual(0.0501);
    for (const { points, value, weight } of score.parts) expect(Math.abs(points - value * weight)).toBeLessThan(0.1001);
  }
  expect(sure(scoreOf([{ key: 'a', value: null, weight: 0.5 }, { key: 'b', value: 60, weight: 0.1 }]))).toMatchObject({ score: 60, missing: ['a'] });
  expect(scoreOf([{ key: 'a', value: null, weight: 1 }])).toMatchObject({ refused: 'money.nothing_known' });
  expect(scoreOf([{ key: 'a', value: 5, weight: -1 }])).toMatchObject({ refused: 'money.bad_weights' });
  expect(scoreOf([{ key: 'a', value: 101, weight: 1 }])).toMatchObject({ refused: 'money.not_a_share' });
});

test('R32 a standing is the share below plus half of those equal, by counting; ties stand equal, unknown stays unknown', () => {
  const random = seeded(2);
  const values = Float64Array.from({ length: 300 }, (_, at) => (at % 50 === 0 ? Number.NaN : Math.floor(random() * 40)));
  const standing = percentiles(values);
  const known = values.filter((value) => !Number.isNaN(value));
  values.forEach((value, at) => {
    const counted = (known.filter((other) => other < value).length + known.filter((other) => other === value).length / 2) / known.length * 100;
    if (Number.isNaN(value)) expect(standing[at]).toBeNaN();
    else expect(standing[at]).toBeCloseTo(counted, 9);
  });
  expect(standing.filter((one) => !Number.isNaN(one)).reduce((sum, one) => sum + one, 0) / known.length).toBeCloseTo(50, 9);
});

test('R32 dimensions are the mean standing of their measures, the other way round where less is better', () => {
  const dimensions = dimensionsOf([
    { key: 'orders', dimension: 'behaviour', values: Float64Array.of(1, 2, 3, 4), better: 'more' }, { key: 'idle', dimension: 'behaviour', values: Float64Array.of(90, 60, 60, Number.NaN), better: 'less' },
    { key: 'profit', dimension: 'contribution', values: Float64Array.of(5, 5, 5, 9), better: 'more' },
  ], 4);
  expect(dimensions[0]).toEqual({ behaviour: expect.closeTo((12.5 + 100 / 6) / 2, 9), attributes: null, contribution: 37.5 });
  expect(dimensions[3]).toEqual({ behaviour: 87.5, attributes: null, contribution: 87.5 });
});

test('R34 activity: sign-ins, interactions and minutes as standings at .4, .4, .2', () => {
  const scores = activityScores({ logins: Float64Array.of(1, 4, 9, 20), interactions: Float64Array.of(0, 0, 7, 30), minutes: Float64Array.of(50, 10, 20, Number.NaN) });
  // Standings 12.5 37.5 62.5 87.5 · 25 25 62.5 87.5 · 83.3 16.7 50 unknown.
  expect(scores.map((one) => sure(one).score)).toEqual([31.7, 28.3, 60, 87.5]);
  expect(sure(scores[3] as (typeof scores)[number]).missing).toEqual(['minutes']);
});

const quiet: Advocacy = { reviews: 0, rating: null, shares: 0, convertingShares: 0, referrals: 0, mentions: 0, nps: null };

test('R34 two reviews, a converting share and a 10 rank above one review; a loud detractor does not', () => {
  const ranked = rankAdvocates(new Map([['one', { ...quiet, reviews: 1 }], ['fan', { ...quiet, reviews: 2, convertingShares: 1, nps: 10 }], ['none', quiet], ['foe', { ...quiet, reviews: 2, rating: 1, nps: 0 }]]));
  expect(ranked.map(({ customerId }) => customerId)).toEqual(['fan', 'one', 'foe', 'none']);
  const fan = advocacyScore({ ...quiet, reviews: 2, convertingShares: 1, nps: 10 });
  expect(fan.parts.reduce((sum, { points }) => sum + points, 0)).toBe(fan.score);
  expect(advocacyScore({ ...quiet, reviews: 5000 }).score).toBe(30);
  expect(advocacyScore({ reviews: 99, rating: 5, shares: 99, convertingShares: 99, referrals: 99, mentions: 99, nps: 10 }).score).toBe(100);
});

test('R34 200 of 1,000 a day is a stickiness of 20 %', () => {
  const given = { dailyActive: [150, 200, 250], monthlyActive: 1000, minutes: 900, sessions: 300, products: 2500, customers: 1000 };
  expect(stickinessOf(given)).toEqual({ stickiness: 0.2, minutesPerSession: 3, productsPerCustomer: 2.5 });
  expect(stickinessOf({ ...given, sessions: 0, customers: 0 })).toMatchObject({ minutesPerSession: null, productsPerCustomer: null });
  expect(stickinessOf({ ...given, monthlyActive: 0 })).toMatchObject({ refused: 'money.nothing_known' });
  expect(stickinessOf({ ...given, dailyActive: [1001] })).toMatchObject({ refused: 'money.not_a_share' });
});

test('R46 25,000 of 100,000 is inside 20–30 %; 35,000 is above and flagged; the edges are inside', () => {
  const place = (marketing: number) => sure(costSplit([{ key: 'marketing', costMinor: marketing }, { key: 'rest', costMinor: 10_000_000 - marketing }], { marketing: { low: 0.2, high: 0.3 } }))[0];
  expect(place(2_500_000)).toMatchObject({ share: 0.25, place: 'inside' });
  expect([3_500_000, 3_000_000, 3_000_001, 2_000_000, 1_999_999].map((minor) => place(minor)?.place)).toEqual(['above', 'inside', 'above', 'inside', 'below']);
  expect(costSplit([{ key: 'a', costMinor: 0 }], {})).toMatchObject({ refused: 'money.no_cost' });
  expect(costSplit([{ key: 'a', costMinor: 1 }], { a: { low: 0.5, high: 0.2 } })).toMatchObject({ refused: 'money.bad_band' });
});

test('R46 every figure of the list is in the library, unverified, with where it was read', () => {
  const values = BENCHMARKS.map(({ value, to }) => (to === undefined ? value : [value, to]));
  expect(values).toEqual([0.2, 0.2, 5, 5, 0.3, 0.5, 0.2, 0.15, 0.3, 0.2, [0.2, 0.3], [0.6, 0.7], 0.3, 100]);
  expect(new Set(BENCHMARKS.map(({ id }) => id)).size).toBe(BENCHMARKS.length);
  for (const { status, citation } of BENCHMARKS) expect([status, /source S\d/.test(citation)]).toEqual(['unverified', true]);
  expect(benchmarkOf('churn.mean')?.value).toBe(0.3);
});
