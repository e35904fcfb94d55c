import { expect, test } from 'vitest';
import { morningOf } from './journeys.ts';

test.each([['Asia/Shanghai', '2026-09-09T02:05:00.000Z'], ['UTC', '2026-09-09T10:05:00.000Z'], ['America/New_York', '2026-09-09T14:05:00.000Z']])('the shop’s journeys act at five past ten where it is: %s', (zone, at) => {
  expect(morningOf(zone, '2026-09-09').toISOString()).toBe(at);
});
