import { describe, expect, test } from 'vitest';
import { findLeaks } from '../../core/churn/index.ts';
import { seeded } from '../../../kernel/random.ts';
import { gammaGamma, isRefused, mbgNbd, outcomeValue, simulate, simulateSpend } from '../../core/value/index.ts';
import { type Books, NO_BIRTHDAY } from './books.ts';
import { ceilingDays, cutoffAt, cutoffDays } from './cutoffs.ts';
import { featuresAt } from './features.ts';
import { VALUE_LEVEL } from './interval.ts';
import { cellOf, learnTable, purchasesIn } from './recencyTable.ts';
import { ruleReasons } from './ruleReasons.ts';
import { spendOf } from './spend.ts';
import { countsOf, type ValueScorer, valuesOf } from './valueScorer.ts';
import { warningsOf } from './weekly.ts';

const AS_OF = 1_000;
type Week = { week: number; deeds?: number; complaints?: number; refunded?: number; score?: number };
type One = { days: number[]; paid?: number; weeks?: Week[] };

/** Books of a few customers, day by day. */
function booksOf(people: readonly One[]): Books {
  const column = (of: (one: One) => number[]): Float64Array => Float64Array.from(people.flatMap(of)), weekly = (of: (week: Week) => number): Float64Array => Float64Array.from(people.flatMap(({ weeks = [] }) => weeks.map(of)));
  const offsets = (of: (one: One) => number): Uint32Array => people.reduce((sums, one, at) => sums.fill((sums[at] as number) + of(one), at + 1), new Uint32Array(people.length + 1));
  const paid = column(({ days, paid: each = 1_000 }) => days.map(() => each)), coded = { codes: new Int32Array(people.length), words: [''] };
  return {
    customers: people.length, ids: new Uint8Array(16 * people.length), business: new Uint8Array(people.length), channel: coded, offsets: offsets(({ days }) => days.length), days: Int32Array.from(column(({ days }) => days)),
    paid, kept: paid, saved: new Float64Array(paid.length), promo: new Uint8Array(paid.length), weekOffsets: offsets(({ weeks = [] }) => weeks.length), weeks: Uint16Array.from(weekly(({ week }) => week)),
    deeds: Uint32Array.from(weekly(({ deeds = 0 }) => deeds)), feedbackOffsets: offsets(({ weeks = [] }) => weeks.length), feedbackWeeks: Uint16Array.from(weekly(({ week }) => week)),
    complaints: weekly(({ complaints = 0 }) => complaints), refunded: weekly(({ refunded = 0 }) => refunded),
    scoreSums: weekly(({ score = 0 }) => score), answers: weekly(({ score }) => (score === undefined ? 0 : 1)), gender: coded, birthday: new Int32Array(people.length).fill(NO_BIRTHDAY), province: coded, city: coded,
  };
}
const all = (books: Books): Uint32Array => Uint32Array.from({ length: books.customers }, (_, row) => row);
const monthly = (count: number, last: number): number[] => Array.from({ length: count }, (_, nth) => last - 30 * (count - 1 - nth));

describe('what was known on a past day', () => {
  const person: One = { days: [700, 730, 760, 900, 950], weeks: [{ week: 2, complaints: 3 }, { week: 20, deeds: 4, refunded: 500 }, { week: 30, deeds: 6 }] };
  const at = (day: number) => {
    const books = booksOf([person]), { table, times } = featuresAt(books, { rows: all(books), day, asOf: AS_OF, horizons: Float64Array.of(60), none: Float64Array.of(0.4) }, false);
    return { values: Object.fromEntries(table.columns.flatMap((column) => (column.kind === 'numeric' ? [[column.name, column.values[0]]] : []))), leaks: findLeaks(times, [day]), names: table.columns.map(({ name }) => name) };
  };

  test('features hold what had happened by then, and nothing that came after', () => {
    const { values, leaks } = at(860);
    expect(values).toMatchObject({ silent_days: 100, silence_share: 100 / 60, purchases: 3, tenure_days: 160, gap_days: 30, recent_purchases: 0, earlier_purchases: 3, complaints: 0, refund_share: 500 / 3_000, p_none: 0.4, recent_events: 10 });
    expect(values.gap_spread).toBeCloseTo(0, 12);
    expect(leaks).toEqual([]);
    expect(at(AS_OF).values).toMatchObject({ silent_days: 50, purchases: 5, complaints: 3, refund_share: 500 / 5_000 });
  });

  test('who they are is no feature unless it may be', () => {
    expect(at(860).names).not.toEqual(expect.arrayContaining(['gender']));
    const books = booksOf([person]);
    expect(featuresAt(books, { rows: all(books), day: 860, asOf: AS_OF, horizons: Float64Array.of(60), none: Float64Array.of(0) }, true).table.columns.map(({ name }) => name)).toEqual(expect.arrayContaining(['gender', 'age', 'province', 'city']));
  });

  test('H is never longer than a quarter of the data, and past days end one longest H before the last', () => {
    expect([100, 374, 566, 4_000].map(ceilingDays)).toEqual([28, 84, 140, 364]);
    const days = cutoffDays(0, AS_OF, 140);
    expect(days[0]).toBe(860);
    expect(days.every((day, nth) => day === 860 - 28 * nth && day >= 56)).toBe(true);
  });

  test('labels say who bought within their own H after the day', () => {
    const books = booksOf([...Array.from({ length: 30 }, (_, n) => ({ days: monthly(12, 980 - (n % 20)) })), { days: [500, 530, 560] }]);
    const cutoff = cutoffAt(books, all(books), { day: 860, asOf: AS_OF, ceiling: 112, fallbackDays: 90, law: null, sample: () => true });
    if ('refused' in cutoff) throw new Error(cutoff.refused);
    expect([...cutoff.left].slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 0));
    expect(cutoff.left[30]).toBe(1);
    expect(cutoff.ages[30]).toBe(300);
  });
});

describe('reasons by rule', () => {
  const known = { asOf: AS_OF, horizon: 45, baseline: 0.8, usualGapDays: 30 };
  const told = (one: One) => {
    const books = booksOf([one]);
    return ruleReasons(books, 0, known, warningsOf(books, 0, AS_OF));
  };
  const codes = (one: One): string[] => told(one).map(({ code }) => code);

  test.each([
    ['somebody silent for twice their H', { days: monthly(6, 900) }, 'churn.why.silent_long', 'raises', { silentDays: 100, gapDays: 45 }],
    ['somebody who bought this week', { days: monthly(6, 997) }, 'churn.why.just_bought', 'lowers', { silentDays: 3 }],
    ['somebody who bought once', { days: [800] }, 'churn.why.one_time', 'raises', {}],
    ['gaps that grow', { days: [600, 620, 640, 660, 680, 700, 790, 880] }, 'churn.why.buys_slower', 'raises', { gapDays: 90, usualDays: 20 }],
    ['half the money given back', { days: monthly(4, 980), weeks: [{ week: 3, refunded: 2_000 }] }, 'churn.why.refunds', 'raises', { share: 0.5 }],
    ['complaints of late', { days: monthly(4, 980), weeks: [{ week: 1, complaints: 2 }] }, 'churn.why.complaints', 'raises', { count: 2 }],
  ] as [string, One, string, string, object][])('%s', (_, one, code, effect, params) => {
    expect(told(one)).toContainEqual({ code, effect, params, contribution: null });
  });

  test('never fewer than three, whoever it is', () => {
    const random = seeded(5);
    for (let n = 0; n < 300; n++) {
      const days = [...new Set(Array.from({ length: 1 + Math.floor(random() * 8) }, () => 200 + Math.floor(random() * 800)))].sort((a, b) => a - b);
      expect(codes({ days }).length, days.join(' ')).toBeGreaterThanOrEqual(3);
    }
  });

  test('R125: activity 45 % below the own weeks before gives a warning with both numbers', () => {
    const steady: Week[] = Array.from({ length: 30 }, (_, week) => ({ week, deeds: week < 4 ? 11 : 20 }));
    const [warning] = warningsOf(booksOf([{ days: [700, 990], weeks: steady }]), 0, AS_OF);
    expect(warning).toMatchObject({ code: 'churn.activity_fell', recent: 11, usual: 20, change: expect.closeTo(-0.45, 10) });
    expect(codes({ days: [700, 990], weeks: steady })).toContain('churn.activity_fell');
    expect(codes({ days: [700, 990], weeks: steady.map((week) => ({ ...week, deeds: 20 })) })).not.toContain('churn.activity_fell');
  });

  test('R125: complaints that rise and satisfaction that falls warn too; too few weeks say nothing', () => {
    const weeks: Week[] = Array.from({ length: 40 }, (_, week) => ({ week, complaints: week < 4 ? 3 : week % 13 === 0 ? 1 : 0, score: week < 4 ? 2 : 5 - (week % 2) * 0.5 }));
    expect(warningsOf(booksOf([{ days: [600], weeks }]), 0, AS_OF).map(({ code }) => code)).toEqual(expect.arrayContaining(['churn.complaints_rose', 'churn.satisfaction_fell']));
    expect(warningsOf(booksOf([{ days: [960], weeks: weeks.slice(0, 6) }]), 0, AS_OF)).toEqual([]);
  });
});

describe('value', () => {
  const params = { r: 0.6, alpha: 6, a: 0.6, b: 1.6 }, money = { p: 6, q: 4, v: 15_000 };
  const random = seeded(11), T = new Float64Array(4_000).map(() => 20 + 60 * random()), people = simulate(mbgNbd, params, T, { random, grid: 1 / 7 });
  const { mean } = simulateSpend(money, people.x.map((x) => x + 1), random);
  const zero = new Int32Array(T.length), histories = { ...people, mean, lastDay: zero, firstDay: zero };
  const scorer: ValueScorer = { law: 'mbg_nbd', params, spend: { params: money, mean: 30_000 }, table: null, margin: 1, business: null };
  const counts = countsOf(scorer, histories, 365);
  if (!counts) throw new Error('a law says something of everybody');
  const { value, low, high } = valuesOf(scorer, histories, counts);

  test('the interval of one customer is about that of two thousand imagined futures', () => {
    const [purchases, spend] = [mbgNbd.fit(people), gammaGamma.fit({ x: people.x.map((x) => x + 1), mean })];
    if (isRefused(purchases) || isRefused(spend)) throw new Error('data enough for both');
    const rows = [...people.x.keys()].filter((row) => (people.x[row] as number) > 2 && (counts.alive[row] as number) > 0.5).slice(0, 12);
    for (const row of rows) {
      const one = { x: people.x[row] as number, tx: people.tx[row] as number, T: T[row] as number, spend: mean[row] as number };
      const imagined = outcomeValue({ model: mbgNbd, purchases, spend }, one, { periods: 1, period: 365 / 7, rate: 0 }, { random: seeded(row), level: VALUE_LEVEL });
      if (isRefused(imagined)) throw new Error(imagined.refused);
      expect(Math.abs((high[row] as number) - imagined.high) / imagined.high, `high of ${row}`).toBeLessThan(0.25);
      expect(Math.abs((value[row] as number) - imagined.expected) / imagined.expected, `mean of ${row}`).toBeLessThan(0.15);
    }
  });

  test('low ≤ expected ≤ high wherever much is expected; nobody is worth less than nothing; a margin scales all three', () => {
    const half = valuesOf({ ...scorer, margin: 0.5 }, histories, counts);
    value.forEach((one, row) => {
      expect((low[row] as number) >= 0 && (low[row] as number) <= (high[row] as number)).toBe(true);
      expect(half.value[row]).toBeCloseTo(one / 2, 6);
    });
    expect(counts.none.every((none) => none >= 0 && none <= 1)).toBe(true);
  });

  test('without a spend law, own means are drawn to everybody’s: one purchase little, a hundred nearly wholly theirs', () => {
    const out = { spend: 0, unsure: 0, varies: 0 }, rule = { params: null, mean: 1_000 };
    spendOf(rule, 1, 7_000, out);
    expect(out.spend).toBeCloseTo(2_000, 10);
    spendOf(rule, 95, 7_000, out);
    expect(out.spend).toBeCloseTo(6_700, 10);
  });
});

describe('the table of frequency and silence', () => {
  const random = seeded(2), repeats = Array.from({ length: 5_000 }, () => Math.floor(random() * 12)), silentDays = repeats.map(() => Math.floor(random() * 300));
  const bought = repeats.map((count, row) => ((silentDays[row] as number) < 60 ? Math.round(count / 3) : 0)), table = learnTable({ repeats, silentDays, bought, windowDays: 100 });

  test('says what people like that did, more for more purchases, less for more silence, and never less than nothing', () => {
    const mean = (count: number, silent: number): number => purchasesIn(table, cellOf(count, silent), 100).mean;
    expect(mean(11, 10)).toBeGreaterThan(mean(2, 10));
    expect(mean(11, 10)).toBeGreaterThan(mean(11, 200));
    expect(mean(11, 10)).toBeGreaterThan(2.5);
    expect(mean(11, 2_000), 'silence nobody had is read as the longest somebody had').toBeLessThan(0.2);
    for (let cell = 0; cell < table.means.length; cell++) {
      const { mean: count, none, square } = purchasesIn(table, cell, 365);
      expect(count >= 0 && none >= 0 && none <= 1 && square >= count * count).toBe(true);
    }
  });

  test('twice the time brings twice the purchases and squares the chance of none', () => {
    const [once, twice] = [purchasesIn(table, cellOf(5, 10), 100), purchasesIn(table, cellOf(5, 10), 200)];
    expect(twice.mean).toBeCloseTo(2 * once.mean, 12);
    expect(twice.none).toBeCloseTo(once.none ** 2, 12);
  });
});
