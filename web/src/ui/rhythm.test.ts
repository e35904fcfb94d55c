import { describe, expect, test } from 'vitest';
import { shapeOf } from './rhythm.ts';

const size = { width: 160, height: 20 };

describe('the rhythm strip', () => {
  test('shows 24 months: an older purchase is left out, the newest stands at today', () => {
    const { ticks } = shapeOf({ asOf: '2026-03-31', purchases: [{ day: '2024-03-31', amount: 100 }, { day: '2024-04-01', amount: 100 }, { day: '2026-03-31', amount: 100 }] }, size);
    expect(ticks.map(({ day }) => day)).toEqual(['2024-04-01', '2026-03-31']);
    expect(ticks[0]?.x).toBe(0);
    expect(ticks[1]?.x).toBeCloseTo(160 * 0.92);
  });

  test('the largest purchase is as tall as the strip allows, and no tick is too small to see', () => {
    const { ticks } = shapeOf({ asOf: '2026-03-31', purchases: [{ day: '2026-01-01', amount: 10_000 }, { day: '2026-02-01', amount: 1 }] }, size);
    expect(ticks.map(({ height }) => height)).toEqual([18, 3]);
  });

  test('silence past the expected window is an overdue gap up to today; before its end there is none', () => {
    const purchases = [{ day: '2025-12-01', amount: 100 }];
    const late = shapeOf({ asOf: '2026-03-31', purchases, expected: { from: '2025-12-20', to: '2026-01-10' } }, size);
    expect(late.overdue?.x).toBeCloseTo((late.expected?.x ?? 0) + (late.expected?.width ?? 0));
    const ahead = shapeOf({ asOf: '2026-03-31', purchases, expected: { from: '2026-03-20', to: '2026-04-10' } }, size);
    expect(ahead.overdue).toBeNull();
    expect(ahead.expected?.x).toBeGreaterThan(0);
  });

  test('nothing ever leaves the strip', () => {
    const { promotions, expected } = shapeOf({ asOf: '2026-03-31', purchases: [], expected: { from: '2026-03-01', to: '2028-01-01' }, promotions: [{ from: '2023-11-01', to: '2023-11-12', name: 'old' }, { from: '2026-03-20', to: '2026-06-18', name: '618' }] }, size);
    expect(promotions.map(({ name }) => name)).toEqual(['618']);
    for (const { x, width } of [...promotions, expected ?? { x: 0, width: 0 }]) expect(x + width).toBeLessThanOrEqual(160.01);
  });
});
