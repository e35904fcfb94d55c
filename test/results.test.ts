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

type Sends = { date: string; green: boolean; people: number; kills: Record<string, number>; accepted: number; unknown: number; promises: Record<string, string[]> };
/** As above, until `npm run test:long` has written them. */
test.skipIf(!existsSync(place('sendKills.json')))('the dated result of the last long run of kills while sending is there, whole and green: 10,000 people, every boundary five times', () => {
  const { date, green, people, kills, accepted, unknown, promises } = JSON.parse(readFileSync(place('sendKills.json'), 'utf8')) as Sends;
  expect([green, people, Date.parse(date) <= Date.now(), accepted + unknown]).toEqual([true, 10_000, true, 10_000]);
  expect([Object.keys(kills).length, Object.values(kills).every((times) => times >= 5)]).toEqual([9, true]);
  expect([Object.keys(promises).length, Object.values(promises).flat()]).toEqual([4, []]);
});

type Paused = { date: string; green: boolean; people: number; pausedSeconds: number; inHand: number; lateWritesTaken: number; lost: number };
test.skipIf(!existsSync(place('pausedWorker.json')))('and that of a worker that was paused for two minutes while it sent', () => {
  const { date, green, people, pausedSeconds, inHand, lateWritesTaken, lost } = JSON.parse(readFileSync(place('pausedWorker.json'), 'utf8')) as Paused;
  expect([green, people, Date.parse(date) <= Date.now(), lateWritesTaken, lost]).toEqual([true, 10_000, true, 0, 0]);
  expect([pausedSeconds >= 120, inHand > 0]).toEqual([true, true]);
});
