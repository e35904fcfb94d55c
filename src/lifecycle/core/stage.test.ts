import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heldDaysOf } from './calendar.ts';
import { isCorrection, sameHistory, storedOf } from './changes.ts';
import { knownNothing, learnPurchase, purchasesOf, type Habit, type Order, type Purchase } from './habits.ts';
import { MODELS, placeIn, TEMPLATES } from './models.ts';
import { reasonOf } from './reason.ts';
import { configuredRules, DEFAULT_GIFT, everyGroup, firstRules, STAGES, STATES, type CategoryRules, type GroupCuts, type StageRules } from './rules.ts';
import { courseOf, entryOn, judgeWith, STAGE_OF_STATE, stageHistory } from './stage.ts';

const buy = (day: number, more: Partial<Purchase> = {}): Purchase => ({ day, amountMinor: 1000, promo: '', b2b: false, receivers: 1, category: '', ...more });
const habit = (days: readonly number[], firstSeen: number | null = null): Habit => ({ customerId: 'c', firstSeen, purchases: days.map((day) => buy(day)) });
const cuts = (medianGapDays: number, decliningDays: number, atRiskDays: number, churnedDays: number): GroupCuts => ({ medianGapDays, decliningDays, atRiskDays, churnedDays, returns: [{ fromDays: 0, share: 0.6, people: 900 }, { fromDays: 50, share: 0.08, people: 200 }] });
const learned = (): StageRules => ({
  ...firstRules(),
  categories: { '': { horizonDays: 90, repeaters: 900, noChurn: null, cycleDays: null, groups: everyGroup((group) => (group === '1' ? cuts(20, 20, 50, 90) : cuts(20, 40, 60, 100))) } },
});
const stagesOf = (rules: StageRules, one: Habit, asOf: number): string[] => stageHistory(judgeWith(rules), one, asOf).entries.map(({ stage, day }) => `${stage}@${day}`);

describe('stage by fixed days', () => {
  const rules = configuredRules({ atRiskDays: 60, churnedDays: 90 });
  test('R16: silent 60 and 90 days, a buyer is at_risk and then churned, without any edit', () => {
    expect(stagesOf(rules, habit([0, 10]), 69)).toEqual(['new@0', 'active@10']);
    expect(stagesOf(rules, habit([0, 10]), 70)).toEqual(['new@0', 'active@10', 'at_risk@70']);
    expect(stagesOf(rules, habit([0, 10]), 100)).toEqual(['new@0', 'active@10', 'at_risk@70', 'churned@100']);
  });
  test('R17: prospect → new → active → at_risk → churned → won_back is five transitions and cycle 2', () => {
    const { entries } = stageHistory(judgeWith(rules), habit([5, 20, 200], 0), 210);
    expect(entries.map((entry) => entry.stage)).toEqual(['prospect', 'new', 'active', 'at_risk', 'churned', 'won_back']);
    expect(entries.length - 1).toBe(5);
    expect(entries.at(-1)?.cycle).toBe(2);
  });
  test('the second purchase after a return makes the customer active again, still in cycle 2', () => {
    expect(stageHistory(judgeWith(rules), habit([0, 10, 200, 210]), 215).entries.at(-1)).toMatchObject({ stage: 'active', cycle: 2 });
  });
  test('the due day is the next change without any event', () => {
    expect(stageHistory(judgeWith(rules), habit([0, 10]), 30).dueDay).toBe(70);
    expect(stageHistory(judgeWith(rules), habit([0, 10]), 70).dueDay).toBe(100);
    expect(stageHistory(judgeWith(rules), habit([0, 10]), 100).dueDay).toBeNull();
  });
});

describe('branches', () => {
  test('a one-time buyer goes new → awaiting → dormant → lost at the gap quantiles', () => {
    const { entries } = stageHistory(judgeWith(learned()), habit([0]), 200);
    expect(entries.map(({ state, day }) => `${state}@${day}`)).toEqual(['one_time.new@0', 'one_time.awaiting@20', 'one_time.dormant@50', 'one_time.lost@90']);
  });
  test('a customer twice as slow as the group has twice as long before each cut', () => {
    expect(stagesOf(learned(), habit([0, 40, 80, 120, 160]), 400).slice(-4)).toEqual(['mature@160', 'declining@240', 'at_risk@280', 'churned@360']);
  });
  test('below four gaps the own rhythm weighs n/(n+5)', () => {
    const known = knownNothing();
    for (const day of [0, 40]) learnPurchase(known, buy(day), '');
    expect(courseOf(known, learned(), false).usualGapDays).toBeCloseTo((1 / 6) * 40 + (5 / 6) * 20);
  });
  test('gift buyers are judged per year', () => {
    const windows = [{ id: 'f1', kind: 'festival' as const, from: 0, to: 10 }, { id: 'f2', kind: 'festival' as const, from: 365, to: 375 }, { id: 'f3', kind: 'festival' as const, from: 730, to: 740 }];
    const rules = { ...learned(), windows };
    const { entries, course } = stageHistory(judgeWith(rules), habit([5, 370, 735]), 1000);
    expect(course?.branch).toBe('gift');
    expect(entries.at(-1)?.stage).toBe('active');
    expect(stagesOf(rules, habit([5, 370, 735]), 3000).slice(-2)).toEqual([`at_risk@${735 + 365 + DEFAULT_GIFT.graceDays}`, `churned@${735 + 730 + DEFAULT_GIFT.graceDays}`]);
  });
  test('several receivers make a gift buyer, a company order or an outsize one a business buyer', () => {
    const branch = (purchase: Purchase, rules = learned()) => stageHistory(judgeWith(rules), { customerId: 'c', firstSeen: null, purchases: [purchase] }, 10).course?.branch;
    expect(branch(buy(0, { receivers: 2 }))).toBe('gift');
    expect(branch(buy(0, { b2b: true }))).toBe('b2b');
    expect(branch(buy(0, { amountMinor: 9000 }), { ...learned(), b2bPurchaseMinor: 8000 })).toBe('b2b');
  });
  test('a durable good is held, then due for replacement at its cycle ± 20 %, and its owner is never churned', () => {
    const rules = learned();
    rules.categories.kettle = { ...(rules.categories[''] as CategoryRules), cycleDays: 500 };
    const one: Habit = { customerId: 'c', firstSeen: null, purchases: [buy(0, { category: 'kettle' })] };
    const { entries } = stageHistory(judgeWith(rules), one, 5000);
    expect(entries.map(({ state, day }) => `${state}@${day}`)).toEqual(['durable.new@0', 'durable.holding@90', 'durable.window@400', 'durable.overdue@601']);
  });
  test('without data silence means nothing', () => {
    expect(stagesOf(firstRules(), habit([0, 30]), 3000)).toEqual(['new@0', 'active@30']);
  });
});

describe('promotions', () => {
  const windows = [{ id: 'd11', kind: 'promo' as const, from: 30, to: 39 }];
  test('the idle clock stands still inside a promotion window', () => {
    expect(stagesOf({ ...learned(), windows }, habit([0]), 200)).toEqual(['new@0', 'declining@20', 'at_risk@60', 'churned@100']);
  });
  test('orders of one promotion are one occasion', () => {
    const purchases = [buy(31, { promo: 'd11' }), buy(35, { promo: 'd11' }), buy(39, { promo: 'd11' })];
    expect(stageHistory(judgeWith({ ...learned(), windows }), { customerId: 'c', firstSeen: null, purchases }, 45).known.occasions).toBe(1);
  });
  test('stocking up stretches the cuts by its money, at most three times', () => {
    const of = (amountMinor: number) => stageHistory(judgeWith(learned()), { customerId: 'c', firstSeen: null, purchases: [buy(0), buy(20, { promo: 'd11', amountMinor })] }, 30).course?.scale;
    expect(of(2000)).toBeCloseTo(2);
    expect(of(9000)).toBeCloseTo(3);
    expect(of(500)).toBeCloseTo(1);
  });
});

describe('orders', () => {
  const order = (more: Partial<Order>): Order => ({ day: 1, amountMinor: 100, status: 'done', refund: '', promo: '', b2b: false, receivers: 1, category: '', ...more });
  test.each([
    ['unpaid', { status: 'unpaid' as const }, 0], ['closed', { status: 'closed' as const }, 0],
    ['refunded whole before shipping', { refund: 'before_shipping' as const }, 0], ['refunded whole after shipping', { refund: 'after_shipping' as const }, 0],
    ['refund pending (provisional)', { refund: 'pending' as const }, 1], ['paid', { status: 'paid' as const }, 1],
  ])('an order that is %s counts as %o → %d', (_, more, count) => expect(purchasesOf([order(more)])).toHaveLength(count));
  test('same-day orders are one purchase with their money together', () => {
    expect(purchasesOf([order({}), order({ amountMinor: 50 }), order({ day: 2 })])).toMatchObject([{ day: 1, amountMinor: 150 }, { day: 2 }]);
  });
});

const habits = fc.record({
  firstSeen: fc.option(fc.integer({ min: 0, max: 20 })),
  purchases: fc.uniqueArray(fc.record({ day: fc.integer({ min: 10, max: 300 }), amountMinor: fc.integer({ min: 100, max: 9000 }), promo: fc.constantFrom('', '', 'd11', 'd12'), b2b: fc.constant(false), receivers: fc.constantFrom(1, 1, 1, 2), category: fc.constantFrom('', 'kettle') }), { selector: (p) => p.day, maxLength: 12 }),
}).map(({ firstSeen, purchases }): Habit => ({ customerId: 'c', firstSeen, purchases: purchases.toSorted((a, b) => a.day - b.day) }));

const anyRules = fc.record({ days: fc.tuple(fc.integer({ min: 5, max: 30 }), fc.integer({ min: 5, max: 60 }), fc.integer({ min: 20, max: 120 })), windows: fc.array(fc.record({ id: fc.constant('d11'), kind: fc.constantFrom('promo' as const, 'festival' as const), from: fc.integer({ min: 0, max: 250 }), length: fc.integer({ min: 0, max: 30 }) }), { maxLength: 3 }), kettleDays: fc.option(fc.integer({ min: 20, max: 200 })) })
  .map(({ days, windows, kettleDays }): StageRules => {
    const rules = learned();
    rules.windows = windows.map(({ from, length, ...rest }) => ({ ...rest, from, to: from + length }));
    rules.categories[''] = { ...(rules.categories[''] as CategoryRules), groups: everyGroup(() => cuts(15, ...days)) };
    if (kettleDays !== null) rules.categories.kettle = { ...rules.categories[''], cycleDays: kettleDays };
    return rules;
  });

/** The state by counting silent days one by one: slow, and with no breakpoints. */
function stageByCounting(rules: StageRules, one: Habit, day: number): string | null {
  const held = heldDaysOf(rules.windows);
  const bought = one.purchases.filter((p) => p.day <= day);
  const last = bought.at(-1);
  if (!last) return Math.min(one.firstSeen ?? one.purchases[0]?.day ?? 330, one.purchases[0]?.day ?? Infinity) <= day ? 'prospect' : null;
  const before = bought.at(-2) ? stageByCounting(rules, { ...one, purchases: bought.slice(0, -1) }, last.day - 1) : null;
  const { course } = stageHistory(judgeWith(rules), { ...one, purchases: bought }, last.day);
  let idle = 0;
  for (let d = last.day + 1; d <= day; d++) if (!held.some((w) => w.from <= d && d <= w.to)) idle++;
  const state = course?.steps.findLast((step) => step.idleDays <= idle)?.state ?? 'prospect';
  return before === 'churned' && idle < (course?.steps[1]?.idleDays ?? Infinity) ? 'won_back' : STAGE_OF_STATE[state];
}

describe('properties', () => {
  test('R14a: every customer has exactly one stage on every day since first seen, and it equals counting day by day', () => {
    fc.assert(fc.property(habits, anyRules, (one, rules) => {
      const { entries } = stageHistory(judgeWith(rules), one, 330);
      for (let day = 0; day <= 330; day += 3) {
        const seen = entries[0] !== undefined && entries[0].day <= day;
        const stage = entryOn(entries, day)?.stage ?? null;
        expect(stage === null).toBe(!seen);
        expect(stage).toBe(stageByCounting(rules, one, day));
      }
    }), { numRuns: 150 });
  });
  test('what was said on a day is what the history says of that day later: no look-ahead', () => {
    fc.assert(fc.property(habits, anyRules, fc.integer({ min: 25, max: 330 }), (one, rules, day) => {
      const judge = judgeWith(rules);
      const then = stageHistory(judge, { ...one, firstSeen: one.firstSeen ?? 0 }, day).entries;
      const later = stageHistory(judge, { ...one, firstSeen: one.firstSeen ?? 0 }, 330).entries.filter((entry) => entry.day <= day);
      expect(later).toEqual(then);
    }), { numRuns: 300 });
  });
  test('days ascend, cycles never fall, and nothing but a purchase opens a cycle', () => {
    fc.assert(fc.property(habits, anyRules, (one, rules) => {
      const { entries, dueDay } = stageHistory(judgeWith(rules), one, 330);
      entries.forEach((entry, at) => {
        const before = entries[at - 1];
        if (!before) return;
        expect(entry.day).toBeGreaterThan(before.day);
        expect(entry.cycle).toBeGreaterThanOrEqual(before.cycle);
        if (entry.cycle > Math.max(1, before.cycle)) expect(before.stage).toBe('churned');
      });
      if (dueDay !== null) {
        expect(dueDay).toBeGreaterThan(330);
        const next = stageHistory(judgeWith(rules), one, dueDay).entries.at(-1);
        expect(next?.day).toBe(dueDay);
      }
    }), { numRuns: 300 });
  });
});

describe('models', () => {
  test('R14b: nine templates, each a total mapping onto the canonical stages and back', () => {
    expect(TEMPLATES).toHaveLength(9);
    for (const model of MODELS) {
      const own = new Set(model.stages.map((stage) => stage.key));
      expect(own.size).toBe(model.stages.length);
      for (const { home } of model.stages) expect(STAGES).toContain(home);
      const reached = new Set<string>();
      for (const stage of STAGES) for (const engaged of [false, true]) {
        const place = placeIn(model, stage, engaged);
        expect(own, `${model.key} ${stage}`).toContain(place);
        reached.add(place);
      }
      expect([...reached].toSorted(), `${model.key}: every stage of it can hold someone`).toEqual([...own].toSorted());
      for (const { key, home } of model.stages) expect(placeIn(model, home, key === model.engagedProspect), `${model.key}.${key} stands at its home`).toBe(key);
    }
  });
  test('R14c: counts in every model add up to the customers', () => {
    const people = STAGES.flatMap((stage, at) => Array.from({ length: at + 3 }, (_, one) => ({ stage, engaged: one % 2 === 0 })));
    for (const model of MODELS) {
      const counts = Map.groupBy(people, ({ stage, engaged }) => placeIn(model, stage, engaged));
      expect(model.stages.reduce((sum, { key }) => sum + (counts.get(key)?.length ?? 0), 0)).toBe(people.length);
    }
  });
  test('every branch state has a canonical stage', () => expect(Object.keys(STAGE_OF_STATE).toSorted()).toEqual([...STATES].toSorted()));
});

describe('reason', () => {
  const reason = (days: number[], day: number) => {
    const judge = judgeWith(learned());
    return reasonOf(judge, stageHistory(judge, habit(days), day), day);
  };
  test('one sentence: usual rhythm, silence, and what became of people like this', () => {
    expect(reason([0, 23, 46, 69, 92], 153)).toEqual({ code: 'why.repeat', params: { gapDays: 23, silentDays: 61, promoDays: 0, occasions: 5, horizonDays: 90, returnPercent: 8 } });
  });
  test('a one-time buyer has a sentence of their own', () => expect(reason([0], 30).code).toBe('why.one_time'));
});

describe('corrections', () => {
  const of = (days: number[], asOf: number) => storedOf(stageHistory(judgeWith(configuredRules({ atRiskDays: 60, churnedDays: 90 })), habit(days), asOf).entries);
  test('a purchase today is news, one found in the past is a correction', () => {
    expect(isCorrection(of([0, 10], 120), of([0, 10, 120], 120), 120)).toBe(false);
    expect(isCorrection(of([0, 10], 120), of([0, 10, 50], 120), 120)).toBe(true);
  });
  test('time passing is no correction', () => expect(isCorrection(of([0, 10], 60), of([0, 10], 120), 60)).toBe(false));
  test('an order found inside the silence makes nobody won_back', () => {
    const after = of([0, 10, 60, 115], 120);
    expect(after.stages).not.toContain('won_back');
    expect(sameHistory(after, after)).toBe(true);
  });
});
