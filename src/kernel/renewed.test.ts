import { expect, test } from 'vitest';
import { renewed } from './renewed.ts';
import type { Stores } from './stores.ts';

/** What a reader is asked and when: nothing of the store is used but that it is one. */
function shop() {
  let [now, reads] = [1_000_000, 0];
  const stores = { ch: {} as Stores['ch'], clock: { now: () => new Date(now) } };
  return {
    later: (ms: number) => { now += ms; },
    ask: (people: number, day = 'monday') => renewed(stores, { workspaceId: 'w', name: 'n', day, keptMs: 60_000, isLarge: ({ people: n }) => n >= 100 }, async () => ({ people, read: ++reads })),
  };
}

test('little is read each time', async () => {
  const { ask } = shop();
  expect([await ask(99), await ask(99)]).toEqual([{ people: 99, read: 1 }, { people: 99, read: 2 }]);
});

test('much is kept: the last answer stands while a newer one is read behind it, and another day is another answer', async () => {
  const { ask, later } = shop(), first = { people: 100, read: 1 }, second = { people: 101, read: 2 };
  expect([await ask(100), await ask(101)]).toEqual([first, first]);
  later(60_000);
  expect(await ask(101)).toEqual(first);
  expect([await ask(102), await ask(102)]).toEqual([second, second]);
  expect(await ask(103, 'tuesday')).toEqual({ people: 103, read: 3 });
});

test('a reading that fails leaves the last answer, and is tried again', async () => {
  const stores = { ch: {} as Stores['ch'], clock: { now: () => new Date(0) } }, keeping = { workspaceId: 'w', name: 'n', keptMs: 0, isLarge: () => true };
  expect(await renewed(stores, keeping, async () => 1)).toBe(1);
  expect(await renewed(stores, keeping, async () => { throw new Error('away'); })).toBe(1);
  await new Promise((turn) => setImmediate(turn));
  expect(await renewed(stores, keeping, async () => 2)).toBe(1);
  await new Promise((turn) => setImmediate(turn));
  expect(await renewed(stores, keeping, async () => 3)).toBe(2);
  await expect(renewed(stores, { ...keeping, name: 'other' }, async () => { throw new Error('away'); })).rejects.toThrow('away');
});

test('what is too old is told to nobody: who asks waits for a new answer', async () => {
  let [now, reads] = [0, 0];
  const stores = { ch: {} as Stores['ch'], clock: { now: () => new Date(now) } }, ask = () => renewed(stores, { workspaceId: 'w', name: 'n', keptMs: 60_000, latestMs: 180_000, isLarge: () => true }, async () => ++reads);
  expect(await ask()).toBe(1);
  now = 179_999;
  expect([await ask(), await ask()]).toEqual([1, 2]);
  now += 180_000;
  expect(await ask()).toBe(3);
});

test('of many answers those read longest ago are dropped', async () => {
  let reads = 0;
  const stores = { ch: {} as Stores['ch'], clock: { now: () => new Date(0) } }, ask = (name: number) => renewed(stores, { workspaceId: 'w', name: String(name), keptMs: 60_000, isLarge: () => true }, async () => ++reads);
  for (let name = 0; name < 1_000; name++) await ask(name);
  expect([await ask(999), await ask(0)]).toEqual([1_000, 1_001]);
});
