import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { hasShared, sharedData } from '../../../test/support/shared.ts';
import { dayNumber } from '../../kernel/day.ts';
import { seeded } from '../../kernel/random.ts';
import { purchasesOf, type Habit, type Order } from './habits.ts';
import { judgeRules, returnShareByStage, UNCALIBRATED_ABOVE, verdictOf } from './judge.ts';
import { fallingShares, learnRules } from './learn.ts';
import { type CategoryRules, configuredRules, GROUPS } from './rules.ts';
import { addWait, closedGapQuantileDays, noWaits } from './survival.ts';

const orderOf = (day: number, amountMinor: number): Order => ({ day, amountMinor, status: 'done', refund: '', promo: '', b2b: false, receivers: 1, category: '' });
const habitsOf = (orders: Map<string, Order[]>): Habit[] => [...orders].map(([customerId, own]) => ({ customerId, firstSeen: null, purchases: purchasesOf(own) }));
const put = (orders: Map<string, Order[]>, customer: string, order: Order): void => {
  const own = orders.get(customer);
  if (own) own.push(order);
  else orders.set(customer, [order]);
};

function readUci(): { habits: Habit[]; seen: number; bought: number; asOf: number } {
  const orders = new Map<string, Order[]>();
  const seen = new Set<string>();
  const rows = gunzipSync(readFileSync(`${sharedData}/online_retail/online_retail.csv.gz`)).toString('latin1').split('\n');
  for (const row of rows.slice(1)) {
    const cells = row.trimEnd().split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/);
    const customer = cells[6];
    if (!customer) continue;
    seen.add(customer);
    const amountMinor = Math.round(Number(cells[3]) * Number(cells[5]) * 100);
    if (Number(cells[3]) > 0 && Number(cells[5]) > 0) put(orders, customer, orderOf(dayNumber((cells[4] ?? '').slice(0, 10)), amountMinor));
  }
  return { habits: habitsOf(orders), seen: seen.size, bought: orders.size, asOf: dayNumber('2011-12-09') };
}

function readCdnow(): { habits: Habit[]; asOf: number } {
  const orders = new Map<string, Order[]>();
  for (const row of readFileSync(`${sharedData}/cdnow/CDNOW_master.txt`, 'utf8').split('\n').slice(1)) {
    const [customer, date, , dollars] = row.trim().split(/\s+/);
    if (!customer || !date || !(Number(dollars) > 0)) continue;
    put(orders, customer, orderOf(dayNumber(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`), Math.round(Number(dollars) * 100)));
  }
  return { habits: habitsOf(orders), asOf: dayNumber('1998-06-30') };
}

const secondGaps = (habits: readonly Habit[]) => {
  const waits = noWaits();
  for (const { purchases: [first, second] } of habits) if (first && second) addWait(waits, second.day - first.day, true);
  return [0.5, 0.8, 0.95].map((share) => closedGapQuantileDays(waits, share));
};

describe.skipIf(!hasShared)('calibration on real orders', () => {
  test('UCI: 4,372 customers of whom 34 never bought; nobody can honestly be called churned after one year, and the label says so', () => {
    const { habits, seen, bought, asOf } = readUci();
    expect([seen, bought]).toEqual([4372, 4338]);
    expect(seen - bought).toBe(34);
    expect(secondGaps(habits)).toEqual([57, 133, 245]);
    const rules = learnRules({ habits, asOf });
    const report = judgeRules({ habits, asOf }, rules);
    expect(report.judged).toHaveLength(3);
    expect(report.verdict).toBe('no_churn');
    expect(report.reason).toBe('share_not_reached');
    expect(report.returnShare ?? 0).toBeLessThanOrEqual(UNCALIBRATED_ABOVE);
    // The longest silent one-time buyers there are still come back three times too often to be called lost.
    expect(rules.categories['']?.groups['1'].returns.at(-1)?.share).toBeGreaterThan(0.25);
  });
  test('UCI: 90 fixed days would call many lost who come back, and the label says uncalibrated', () => {
    const { habits, asOf } = readUci();
    const report = judgeRules({ habits, asOf }, configuredRules({ atRiskDays: 60, churnedDays: 90 }));
    expect(report.verdict).toBe('uncalibrated');
    expect(report.returnShare).toBeGreaterThan(0.3);
  });
  test('CDNOW: of those called churned on three past days, judged by rules learned before each, at most 15 % come back', () => {
    const { habits, asOf } = readCdnow();
    expect(secondGaps(habits)).toEqual([57, 207, 384]);
    const rules = learnRules({ habits, asOf });
    const report = judgeRules({ habits, asOf }, rules);
    expect(report.horizonDays).toBe(137);
    expect(report.judged).toHaveLength(3);
    for (const { called, share } of report.judged) {
      expect(called).toBeGreaterThan(5_000);
      expect(share).toBeLessThanOrEqual(0.08);
    }
    expect(report.verdict).toBe('calibrated');
    const shares = returnShareByStage(habits, rules, { day: asOf - report.horizonDays, horizonDays: report.horizonDays });
    const of = (stage: string): number => (shares.get(stage)?.returned ?? 0) / (shares.get(stage)?.people ?? 1);
    expect(of('mature')).toBeGreaterThan(of('active'));
    expect(of('active')).toBeGreaterThan(2 * of('at_risk'));
    expect(of('at_risk')).toBeGreaterThan(of('churned'));
  });
});

describe('calibration', () => {
  const random = seeded(7);
  /** Buyers with their own rhythm who leave for good with a fixed chance after each purchase. */
  const simulated = (customers: number, days: number): Habit[] => Array.from({ length: customers }, (_, at) => {
    const orders: Order[] = [];
    const rhythm = 15 + 30 * random();
    for (let day = Math.floor(random() * days * 0.7); day <= days; day += Math.max(1, Math.round(rhythm * (0.5 + random())))) {
      orders.push(orderOf(day, 1000));
      if (random() < 0.2) break;
    }
    return { customerId: String(at), firstSeen: null, purchases: purchasesOf(orders) };
  });
  test('buyers who truly leave are found, and those found stay away', () => {
    const habits = simulated(4000, 540);
    const rules = learnRules({ habits, asOf: 540 });
    const report = judgeRules({ habits, asOf: 540 }, rules);
    expect(report.verdict).toBe('calibrated');
    expect(report.called).toBeGreaterThan(500);
    for (const group of GROUPS) {
      const { medianGapDays, churnedDays } = (rules.categories[''] as CategoryRules).groups[group];
      if (medianGapDays !== null && churnedDays !== null) expect(churnedDays, 'nobody is churned before three group medians').toBeGreaterThanOrEqual(3 * medianGapDays);
    }
  });
  test('fewer than 200 repeaters: nobody is churned', () => {
    const report = judgeRules({ habits: simulated(150, 540), asOf: 540 }, learnRules({ habits: simulated(150, 540), asOf: 540 }));
    expect(report).toMatchObject({ verdict: 'no_churn', reason: 'few_repeaters', called: 0 });
  });
  test('fewer than three past days to learn on: nobody is churned', () => {
    const habits = simulated(3000, 150);
    expect(judgeRules({ habits, asOf: 150 }, learnRules({ habits, asOf: 150 })).reason).toBe('few_cutoffs');
  });
  test('rules learned on a day use nothing that came after it', () => {
    const habits = simulated(1500, 540);
    const cut = habits.map((habit) => ({ ...habit, purchases: habit.purchases.filter((purchase) => purchase.day <= 400) }));
    expect(learnRules({ habits, asOf: 400 })).toEqual(learnRules({ habits: cut, asOf: 400 }));
  });
  test('a share falls: a lucky day after a poor one is pooled with it', () => {
    const shares = fallingShares({ people: [100, 100, 100, 100], returned: [80, 20, 40, 5] }, 50);
    expect(shares).toEqual([{ fromDays: 0, share: 0.8, people: 100 }, { fromDays: 1, share: 0.3, people: 200 }, { fromDays: 3, share: 0.05, people: 100 }]);
  });
  test.each([
    [[{ day: 1, called: 100, returned: 16, share: 0.16, customers: 500 }], 0.16, true, 'uncalibrated'],
    [[1, 2, 3].map((day) => ({ day, called: 100, returned: 15, share: 0.15, customers: 500 })), 0.15, true, 'calibrated'],
    [[1, 2, 3].map((day) => ({ day, called: 0, returned: 0, share: null, customers: 500 })), null, true, 'unproven'],
    [[], null, false, 'no_churn'],
  ])('verdict of %j is %s', (judged, share, calls, verdict) => expect(verdictOf(judged, share, calls)).toBe(verdict));
});
