import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { BOUNDARIES } from './support/kills/boundaries.ts';
import { PROMISES } from './support/kills/invariants.ts';

type Result = { date: string; green: boolean; kills: Record<string, number>; events: { sent: number; acknowledged: number; stored: number; duplicates: number }; promises: Record<string, string[]>; longestRecoverySeconds: number };

const place = (file: string): string => resolve(import.meta.dirname, 'results', file);

function holdWhole(file: string): void {
  const { date, green, kills, events, promises, longestRecoverySeconds } = JSON.parse(readFileSync(place(file), 'utf8')) as Result;
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
}

test('the dated result of the last long run of kills is there, whole and green', () => holdWhole('kills.json'));
/** Skipped, and counted, until `npm run test:servers` has written it. */
test.skipIf(!existsSync(place('killsOnServers.json')))('the same table on servers of their own is there, whole and green', () => holdWhole('killsOnServers.json'));
