import { describe, expect, test } from 'vitest';
import { type Random, seeded } from '../../../kernel/random.ts';
import { earlyWarnings, type WeeklySeries } from './index.ts';
import { betaShare, studentShare } from './tails.ts';

const weeks = (usual: readonly number[], recent: readonly number[]): Float64Array => Float64Array.from([...usual, ...recent]);
const codes = (series: WeeklySeries): string[] => earlyWarnings(series).warnings.map(({ code }) => code);

function poisson(random: Random, mean: number): number {
  let [count, product] = [0, random()];
  while (product > Math.exp(-mean)) {
    count++;
    product *= random();
  }
  return count;
}

describe('R125: against the customer’s own baseline', () => {
  test('logins 45 % below their own mean over four weeks warn, with both numbers', () => {
    const { warnings, skipped } = earlyWarnings({ activity: weeks([20, 19, 21, 20, 18, 22, 20, 20, 21, 19, 20, 20], [11, 11, 12, 10]) });
    expect(warnings).toEqual([{ code: 'churn.activity_fell', signal: 'activity', recent: 11, usual: 20, change: expect.closeTo(-0.45, 12), recentWeeks: 4, usualWeeks: 12, pValue: expect.any(Number) }]);
    expect(warnings[0]?.pValue).toBeLessThan(1e-4);
    expect(skipped).toEqual([]);
  });

  test.each([
    ['the same fall on tiny counts', { activity: weeks([0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1], [0, 0, 0, 0]) }, []],
    ['the same fall of somebody who always swings that much', { activity: weeks([40, 2, 38, 1, 45, 0, 39, 3, 41, 0, 36, 5], [20, 2, 20, 2]) }, []],
    ['a fall too small to matter, however sure', { activity: weeks(Array(40).fill(1000), Array(4).fill(900)) }, []],
    ['a rise of logins', { activity: weeks(Array(12).fill(10), Array(4).fill(25)) }, []],
    ['spend that halves', { spend: weeks([100, 120, 90, 110, 105, 95, 100, 118, 92, 100, 104, 98], [50, 45, 55, 52]) }, ['churn.spend_fell']],
    ['spend that halves, in cents', { spend: weeks([100, 120, 90, 110, 105, 95, 100, 118, 92, 100, 104, 98].map((x) => 100 * x), [5000, 4500, 5500, 5200]) }, ['churn.spend_fell']],
    ['a monthly buyer between two purchases', { spend: weeks([0, 0, 300, 0, 0, 0, 280, 0, 0, 0, 0, 310, 0, 0, 290, 0], [0, 0, 0, 0]) }, []],
    ['steady spend that ends', { spend: weeks(Array(10).fill(30), [0, 0, 0, 0]) }, ['churn.spend_fell']],
    ['satisfaction from 4.6 to 3, weeks without an answer left out', { satisfaction: weeks([5, Number.NaN, 4.5, 4.5, 5, Number.NaN, 4, 4.5, 5, 4.5], [3, Number.NaN, 3, 3]) }, ['churn.satisfaction_fell']],
    ['satisfaction that never moved, and then fell', { satisfaction: weeks(Array(12).fill(4.5), [3, 3, 3, 3]) }, ['churn.satisfaction_fell']],
    ['one bad answer among good ones', { satisfaction: weeks([5, 3, 4.5, 2, 5, 3.5, 4, 4.5, 5, 4.5], [3, Number.NaN, 4.5, 4]) }, []],
    ['three complaints of somebody who never complained', { complaints: weeks(Array(12).fill(0), [0, 1, 0, 2]) }, ['churn.complaints_rose']],
    ['one complaint of somebody who never complained', { complaints: weeks(Array(12).fill(0), [0, 1, 0, 0]) }, []],
    ['complaints that end', { complaints: weeks(Array(12).fill(3), [0, 0, 0, 0]) }, []],
    ['nothing ever', { activity: weeks(Array(12).fill(0), [0, 0, 0, 0]), spend: weeks(Array(12).fill(0), [0, 0, 0, 0]), satisfaction: weeks(Array(12).fill(0), [0, 0, 0, 0]), complaints: weeks(Array(12).fill(0), [0, 0, 0, 0]) }, []],
  ] as [string, WeeklySeries, string[]][])('%s', (_, series, expected) => expect(codes(series)).toEqual(expected));

  test('the least likely by chance comes first; a usual of zero has no share of change', () => {
    const { warnings } = earlyWarnings({ complaints: weeks(Array(12).fill(0), [1, 1, 0, 1]), activity: weeks(Array(12).fill(50), Array(4).fill(10)) });
    expect(warnings.map(({ signal }) => signal)).toEqual(['activity', 'complaints']);
    expect(warnings[1]).toMatchObject({ recent: 0.75, usual: 0, change: null });
  });

  test('what is usual is what was usual within the year', () => {
    const { warnings } = earlyWarnings({ activity: weeks([...Array(60).fill(40), ...Array(52).fill(20)], Array(4).fill(8)) });
    expect(warnings).toMatchObject([{ usual: 20, usualWeeks: 52, change: expect.closeTo(-0.6, 12) }]);
  });

  test.each([
    ['too few weeks', { activity: new Float64Array(11) }, 'churn.few_weeks'],
    ['too few answers', { satisfaction: weeks(Array(12).fill(Number.NaN), [3, 3, 3, 3]) }, 'churn.few_weeks'],
    ['a count that is no number', { complaints: weeks(Array(12).fill(Number.NaN), [0, 0, 0, 0]) }, 'churn.not_finite'],
    ['negative spend (refunds are counted apart)', { spend: weeks(Array(12).fill(-3), [0, 0, 0, 0]) }, 'churn.not_finite'],
  ] as [string, WeeklySeries, string][])('%s is said, not guessed', (_, series, code) => {
    expect(earlyWarnings(series)).toMatchObject({ warnings: [], skipped: [{ refused: code }] });
  });

  test('where nothing changed, at most about one in a hundred is warned of, at any level of activity and with swings', () => {
    const random = seeded(51);
    const ROUNDS = 3000;
    for (const [mean, swing] of [[0.2, 0], [1, 0], [6, 0], [20, 0], [6, 0.6]] as const) {
      let warned = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const series = Float64Array.from({ length: 30 }, () => poisson(random, mean * (swing === 0 ? 1 : Math.exp(swing * (random() + random() + random() + random() - 2) * Math.sqrt(3) - swing ** 2 / 2))));
        warned += earlyWarnings({ activity: series }).warnings.length;
      }
      expect(warned / ROUNDS, `mean ${mean}, swing ${swing}`).toBeLessThan(0.016);
    }
  });

  test('spend that only swings, judged by eight weeks, is warned of in about one of a hundred', () => {
    const random = seeded(53);
    let warned = 0;
    for (let round = 0; round < 4000; round++) warned += earlyWarnings({ spend: Float64Array.from({ length: 12 }, () => 100 + 150 * (random() + random() + random() + random())) }, { limits: { spend: { change: 0, chance: 0.01 } } }).warnings.length;
    expect(warned / 4000).toBeGreaterThan(0.003);
    expect(warned / 4000).toBeLessThan(0.018);
  });

  test('a halving is seen two times in three at ten logins a week, nearly always at thirty', () => {
    const random = seeded(52);
    const seen = (mean: number): number => Array.from({ length: 1000 }, () => Float64Array.from({ length: 16 }, (_, week) => poisson(random, week < 12 ? mean : mean / 2))).filter((activity) => earlyWarnings({ activity }).warnings.length > 0).length;
    expect(seen(10)).toBeGreaterThan(650);
    expect(seen(30)).toBeGreaterThan(980);
  });
});

describe('tails', () => {
  test('incomplete beta equals binomial sums', () => {
    const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);
    for (const [n, p] of [[1, 0.5], [7, 0.2], [20, 0.25], [35, 0.9]] as const) {
      for (let least = 1; least <= n; least++) {
        const sum = Array.from({ length: n - least + 1 }, (_, more) => choose(n, least + more) * p ** (least + more) * (1 - p) ** (n - least - more)).reduce((a, b) => a + b, 0);
        expect(betaShare(p, least, n - least + 1)).toBeCloseTo(sum, 12);
      }
    }
    expect([betaShare(0, 2, 3), betaShare(1, 2, 3)]).toEqual([0, 1]);
  });

  test('Student’s t as in tables', () => {
    for (const [freedom, t] of [[1, 12.7062], [5, 2.5706], [10, 2.2281], [30, 2.0423], [1000, 1.9623]] as const) {
      expect(studentShare(t, freedom)).toBeCloseTo(0.975, 5);
      expect(studentShare(-t, freedom)).toBeCloseTo(0.025, 5);
    }
    expect(studentShare(0, 4)).toBe(0.5);
  });
});
