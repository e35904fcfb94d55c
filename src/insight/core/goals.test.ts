import { describe, expect, test } from 'vitest';
import { addDays } from '../../kernel/day.ts';
import { headingOf, pathOf } from './goalPath.ts';
import { elapsedShare, gapAt, gapInPeople, goalState, runRate } from './goals.ts';

test.each([
  ['R41: 388 of 500 kept, target 80 %: 12 people short', 0.8, 388, 500, 12],
  ['R41: 132 of 500 repurchased, target 30 %: 18 people short', 0.3, 132, 500, 18],
  ['R41: a target that is met has no gap', 0.3, 150, 500, 0],
  ['R41: one person more is needed for a share between two people', 0.5, 1, 3, 1],
])('%s', (_, target, top, bottom, gap) => expect(gapInPeople({ unit: 'rate', better: 'more', target }, top, bottom)).toBe(gap));

test('R41: a churn goal counts those too many', () => expect(gapInPeople({ unit: 'rate', better: 'less', target: 0.1 }, 61, 500)).toBe(11));
test('R41: a headcount goal counts the missing', () => expect(gapInPeople({ unit: 'people', better: 'more', target: 120 }, 95, 95)).toBe(25));

test.each([
  ['gathers', 0.1, 0.5, 0.2], ['gathers', 0.8, 0.5, 1], ['loses', 0.9, 0.5, 0.8], ['adds', 100, 0.25, 400], ['level', 5, 0.1, 5],
] as const)('the run rate of a figure that %s', (pace, value, elapsed, end) => expect(runRate(pace, value, elapsed)).toBeCloseTo(end, 12));

test('half of a window has passed when half of its days have', () => {
  expect(elapsedShare({ from: '2026-01-01', to: '2026-01-10' }, '2026-01-05')).toBe(0.5);
  expect(elapsedShare({ from: '2026-01-01', to: '2026-01-10' }, '2025-12-31')).toBe(0);
  expect(elapsedShare({ from: '2026-01-01', to: '2026-01-10' }, '2026-02-01')).toBe(1);
});

test.each([
  ['missed', { better: 'more', target: 0.8, pace: 'loses' }, 0.776, 0.776, 1], ['reached', { better: 'more', target: 0.3, pace: 'gathers' }, 0.3, 0.3, 1],
  ['reached', { better: 'more', target: 100, pace: 'adds' }, 120, 240, 0.5], ['on_course', { better: 'more', target: 0.8, pace: 'loses' }, 0.95, 0.9, 0.5],
  ['behind', { better: 'more', target: 0.3, pace: 'gathers' }, 0.1, 0.2, 0.5], ['on_course', { better: 'more', target: 0.3, pace: 'gathers' }, 0.2, 0.4, 0.5],
  ['on_course', { better: 'less', target: 0.1, pace: 'gathers' }, 0.02, 0.04, 0.5], ['waiting', { better: 'more', target: 0.1, pace: 'adds' }, 0, null, 0],
] as const)('a goal is %s', (state, goal, current, forecast, elapsed) => expect(goalState(goal, current, forecast, elapsed)).toBe(state));

test.each([
  ['a share of so many people', { unit: 'rate', better: 'more', target: 0.3 }, 0.264, 500, 18], ['a share between two people', { unit: 'rate', better: 'more', target: 0.3 }, 0.2641, 500, 18],
  ['a share that is reached', { unit: 'rate', better: 'more', target: 0.3 }, 0.31, 500, 0], ['churn that is too high', { unit: 'rate', better: 'less', target: 0.1 }, 0.122, 500, 11],
  ['part of a person', { unit: 'people', better: 'more', target: 120 }, 99.2, 99, 21],
] as const)('R41: the gap that %s would leave', (_, goal, value, bottom, gap) => expect(gapAt(goal, value, bottom)).toBe(gap));

describe('R41, R53: the path of a goal', () => {
  test.each([['a year', '2026-01-01', '2026-12-31', 15], ['a half-year', '2026-01-01', '2026-06-30', 7], ['a month', '2026-01-01', '2026-01-31', 2], ['a day', '2026-01-01', '2026-01-01', 1]])('%s is cut into at most 26 stretches, the last ending with it', (_, from, to, days) => {
    const { seen, ahead, stretchDays } = pathOf({ from, to }, addDays(from, -1));
    expect([stretchDays, seen, ahead.at(-1)]).toEqual([days, [], to]);
    expect(ahead.length).toBeLessThanOrEqual(26);
    expect(ahead.every((day, at) => at === 0 || day === addDays(ahead[at - 1] as string, days))).toBe(true);
    expect(ahead[0] as string >= from).toBe(true);
  });

  test('a stretch is seen when its last day is known, and nothing is ahead when the window is over', () => {
    const window = { from: '2026-01-01', to: '2026-03-31' };
    const half = pathOf(window, '2026-02-15');
    expect([...half.seen, ...half.ahead]).toEqual(pathOf(window, '2026-03-31').seen);
    expect((half.seen.at(-1) ?? '') <= '2026-02-15' && (half.ahead[0] ?? '') > '2026-02-15').toBe(true);
    expect(pathOf(window, '2026-04-02').ahead).toEqual([]);
  });

  test('what adds up evenly is led on evenly, and no further ahead than it has been seen', () => {
    const led = headingOf([4, 8, 12, 16, 20, 24, 28, 32], { steps: 3, kind: 'count', pace: 'adds' });
    if ('refused' in led) throw new Error(led.refused);
    expect(led.ahead.map(({ value }) => Math.round(value))).toEqual([36, 40, 44]);
    const early = headingOf([4, 8, 12, 16, 20, 24], { steps: 20, kind: 'count', pace: 'adds' });
    expect('ahead' in early && early.ahead).toHaveLength(6);
  });

  test('what only adds up never falls below what there is; a share may', () => {
    const jumpy = [1, 9, 10, 30, 31, 33, 60, 61];
    const [adds, level] = (['adds', 'level'] as const).map((pace) => headingOf(jumpy, { steps: 4, kind: 'count', pace }));
    if (!adds || !level || 'refused' in adds || 'refused' in level) throw new Error('refused');
    expect(Math.min(...adds.ahead.map(({ low }) => low))).toBe(61);
    expect(Math.min(...level.ahead.map(({ low }) => low))).toBeLessThan(61);
  });

  test('under six points there is none', () => expect(headingOf([0.1, 0.2, 0.2, 0.3, 0.3], { steps: 3, kind: 'rate', pace: 'gathers' })).toMatchObject({ refused: 'forecast.too_few_points' }));
});
