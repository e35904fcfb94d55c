import { describe, expect, test } from 'vitest';
import { firing, RISK_RULES, type RiskRule } from './risk.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ruleOf = (key: string): RiskRule => RISK_RULES.find((one) => one.key === key) as RiskRule;
const burst = ruleOf('refund_burst');
const of = (rule: RiskRule, moments: readonly number[], { kept = [] as number[], after = -1 } = {}) => firing(rule, { moments, kept, after });

describe('R36: five refunds in seven days', () => {
  test.each([
    ['four are four', [0, 1, 2, 3].map((day) => day * DAY), null],
    ['five in six days fire', [0, 1, 2, 3, 6].map((day) => day * DAY), { count: 5, fromMs: 0, throughMs: 6 * DAY }],
    ['five over seven whole days and a moment do not', [0, 1, 2, 3, 7].map((day) => day * DAY), null],
    ['the fifth just inside seven days fires', [0, 1, 2, 3, 7].map((day) => day * DAY - (day === 7 ? 1 : 0)), { count: 5, fromMs: 0, throughMs: 7 * DAY - 1 }],
    ['five at one moment fire', [5, 5, 5, 5, 5], { count: 5, fromMs: 5, throughMs: 5 }],
    ['an older burst fires also when a lone refund follows', [...[0, 1, 2, 3, 4].map((day) => day * DAY), 30 * DAY], { count: 5, fromMs: 0, throughMs: 4 * DAY }],
    ['the order of arrival does not matter', [6, 2, 0, 3, 1].map((day) => day * DAY), { count: 5, fromMs: 0, throughMs: 6 * DAY }],
  ] as const)('%s', (_, moments, wanted) => {
    expect(of(burst, moments)).toEqual(wanted);
  });

  test('what was judged is not counted again', () => {
    const moments = [0, 1, 2, 3, 4, 5, 6].map((day) => day * DAY);
    expect(of(burst, moments, { after: 4 * DAY })).toBeNull();
    expect(of(burst, [...moments, 6 * DAY + HOUR, 6 * DAY + 2 * HOUR, 6 * DAY + 3 * HOUR], { after: 4 * DAY })).toEqual({ count: 5, fromMs: 5 * DAY, throughMs: 6 * DAY + 3 * HOUR });
  });
});

test('R36: a share counts what stood in the same days: two given back beside two kept is half, beside three it is not', () => {
  const rule = ruleOf('refund_share');
  expect(of(rule, [10 * DAY, 20 * DAY], { kept: [5 * DAY, 15 * DAY] })).toEqual({ count: 2, fromMs: 10 * DAY, throughMs: 20 * DAY });
  expect(of(rule, [10 * DAY, 20 * DAY], { kept: [5 * DAY, 15 * DAY, 18 * DAY] })).toBeNull();
  expect(of(rule, [10 * DAY, 100 * DAY], { kept: [] })).toBeNull();
});

test('R36: the rules speak of payment, abuse, refund and fraud, each by a key of its own', () => {
  expect([...new Set(RISK_RULES.map(({ kind }) => kind))].sort()).toEqual(['abuse', 'fraud', 'payment', 'refund']);
  expect(new Set(RISK_RULES.map(({ key }) => key)).size).toBe(RISK_RULES.length);
});
