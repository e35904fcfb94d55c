import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { BOUNDARIES } from './support/kills/boundaries.ts';
import { PROMISES } from './support/kills/invariants.ts';

type Result = { date: string; green: boolean; kills: Record<string, number>; events: { sent: number; acknowledged: number; stored: number; duplicates: number }; promises: Record<string, string[]>; longestRecoverySeconds: number };

test('the dated result of the last long run of kills is there, whole and green', () => {
  const { date, green, kills, events, promises, longestRecoverySeconds } = JSON.parse(readFileSync(resolve(import.meta.dirname, 'results/kills.json'), 'utf8')) as Result;
  expect(green).toBe(true);
  expect(Date.parse(date)).toBeLessThanOrEqual(Date.now());
  expect(BOUNDARIES.filter(({ name }) => (kills[name] ?? 0) < 10).map(({ name }) => name)).toEqual([]);
  expect(kills['at random']).toBeGreaterThanOrEqual(100);
  expect(Object.entries(promises)).toEqual(Object.entries(PROMISES).map(([key, text]) => [`${key}: ${text}`, []]));
  expect(events.acknowledged).toBeGreaterThan(10_000);
  expect(events.stored).toBeGreaterThanOrEqual(events.acknowledged);
  expect(events.stored).toBeLessThanOrEqual(events.sent);
  expect(events.duplicates).toBe(0);
  expect(longestRecoverySeconds).toBeLessThan(30);
});
