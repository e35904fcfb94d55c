import { describe, expect, test } from 'vitest';
import { openWorld, planOf, promotionsBetween, recordsOf, SAMPLE_SEED, TABLES } from '../src/collect/sample/index.ts';
import { dayNumber } from '../src/kernel/day.ts';
import { seeded } from '../src/kernel/random.ts';
import type { CalendarWindow } from '../src/lifecycle/core/calendar.ts';
import { festivalWindows } from '../src/lifecycle/festivals.ts';
import { type Habit, type Order, purchasesOf } from '../src/lifecycle/core/habits.ts';
import { judgeRules } from '../src/lifecycle/core/judge.ts';
import { learnRules } from '../src/lifecycle/core/learn.ts';
import { entryOn, judgeWith, stageHistory } from '../src/lifecycle/core/stage.ts';

const LAST_DAY = '2026-11-21';
const CUSTOMERS = 6000;
const JANUARY = { from: dayNumber('2026-01-01'), to: dayNumber('2026-01-31'), judgedOn: dayNumber('2026-07-31') };

/** The sample as the stage engine sees it, from the very records an import would store. */
function habitsOfSample(): { habits: Habit[]; windows: CalendarWindow[] } {
  const plan = planOf(openWorld(seeded(SAMPLE_SEED), LAST_DAY));
  const promotions = promotionsBetween(plan.world.days.first, LAST_DAY);
  const [orders, lines, refunds] = TABLES;
  if (!orders || !lines || !refunds) throw new Error('the sample has no orders');
  const categories = new Map<string, { category: string; amount: number }>();
  for (const { item } of recordsOf(plan, lines)) {
    if (item?.kind === 'goods' && item.amount > (categories.get(item.orderNo)?.amount ?? 0)) categories.set(item.orderNo, item);
  }
  const back = new Map<string, Order['refund']>();
  for (const { refund } of recordsOf(plan, refunds)) if (refund?.sku === '' && refund.status === 'done') back.set(refund.orderNo, refund.beforeShipping ? 'before_shipping' : 'after_shipping');
  const byCustomer = new Map<string, Order[]>();
  for (const { order } of recordsOf(plan, orders)) {
    const customer = order?.identifiers.find(({ kind }) => kind === 'member_no')?.value;
    if (!order || !customer) continue;
    const promo = promotions.find(({ kind, from, to }) => kind === 'promo' && from <= order.day && order.day <= to)?.id ?? '';
    const one: Order = {
      day: dayNumber(order.day), amountMinor: order.amount ?? 0, status: order.status || 'done', refund: back.get(order.orderNo) ?? '', promo, b2b: order.b2b, receivers: 1,
      category: categories.get(order.orderNo)?.category ?? '',
    };
    byCustomer.set(customer, [...(byCustomer.get(customer) ?? []), one]);
  }
  const habits = [...byCustomer].map(([customerId, all]): Habit => ({ customerId, firstSeen: all[0]?.day ?? null, purchases: purchasesOf(all) }));
  const promos = promotions.filter(({ kind }) => kind === 'promo').map(({ id, from, to }): CalendarWindow => ({ id, kind: 'promo', from: dayNumber(from), to: dayNumber(to) }));
  return { habits, windows: [...promos, ...festivalWindows('CNY', { fromYear: 2024, toYear: 2027 })] };
}

describe('the simulated shop has the shape of story 1', () => {
  const { habits, windows } = habitsOfSample();
  const asOf = dayNumber(LAST_DAY);
  const rules = learnRules({ habits, asOf, windows });
  const judge = judgeWith(rules);
  const histories = habits.map((habit) => ({ habit, history: stageHistory(judge, habit, asOf) }));

  test('about 1,277 of 6,000 are at risk, and every stage has people', () => {
    const stages = Map.groupBy(histories, ({ history }) => history.entries.at(-1)?.stage);
    const count = (stage: string): number => stages.get(stage as 'new')?.length ?? 0;
    expect(count('at_risk') / CUSTOMERS).toBeGreaterThan(1277 / CUSTOMERS - 0.035);
    expect(count('at_risk') / CUSTOMERS).toBeLessThan(1277 / CUSTOMERS + 0.035);
    for (const stage of ['new', 'active', 'mature', 'declining', 'churned', 'won_back']) expect(count(stage)).toBeGreaterThan(20);
  });

  test('of January’s newcomers about 77.6 % are not churned six months on, and about 26.4 % bought again', () => {
    const january = histories.filter(({ habit }) => (habit.purchases[0]?.day ?? 0) >= JANUARY.from && (habit.purchases[0]?.day ?? 0) <= JANUARY.to);
    const kept = january.filter(({ history }) => entryOn(history.entries, JANUARY.judgedOn)?.stage !== 'churned').length;
    const again = january.filter(({ habit: { purchases: [first, second] } }) => first && second && second.day - first.day <= 180).length;
    expect(january.length).toBeGreaterThan(470);
    expect(january.length).toBeLessThan(530);
    expect(again / january.length).toBeGreaterThan(0.22);
    expect(again / january.length).toBeLessThan(0.31);
    expect(kept / january.length).toBeGreaterThan(0.65);
    expect(kept / january.length).toBeLessThan(0.97);
  });

  test('the rules learned from it are calibrated: those called churned stay away', () => {
    const report = judgeRules({ habits, asOf, windows }, rules);
    expect(report.verdict).toBe('calibrated');
  });
});
