import { expect, test } from 'vitest';
import { elapsedShare, gapInPeople, goalState, runRate } from './goals.ts';

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
