import { expect, test } from 'vitest';
import { wilson } from './interval.ts';

test.each([
  // Newcombe 1998, table I, method 3 (score, no continuity correction).
  [81, 263, 0.2553, 0.3662], [15, 148, 0.0624, 0.1605], [0, 20, 0, 0.1611], [1, 29, 0.0061, 0.1718],
])('Wilson interval of %i in %i', (top, bottom, low, high) => {
  const interval = wilson(top, bottom);
  expect(interval?.low).toBeCloseTo(low, 4);
  expect(interval?.high).toBeCloseTo(high, 4);
});
test('nobody asked has no interval', () => expect(wilson(0, 0)).toBeNull());
