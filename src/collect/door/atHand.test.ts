import { expect, test } from 'vitest';
import { atHand } from './atHand.ts';

const WS = '018f0000-0000-7000-8000-000000000001', OTHER = '018f0000-0000-7000-8000-000000000002';
const blob = (n: number): Buffer => Buffer.concat([Buffer.alloc(16, n), Buffer.from('sealed')]);
const said = (text: string) => ({ endpoint: 'batch', body: Buffer.from(text), heardAtMs: undefined });

test('a body is at hand once, in its workspace, by how its blob begins', () => {
  const kept = atHand(() => 0);
  kept.open(true);
  kept.keep(WS, blob(1), said('one'));
  expect(kept.take(OTHER, blob(1).subarray(0, 16))).toBeUndefined();
  expect(kept.take(WS, blob(2).subarray(0, 16))).toBeUndefined();
  expect(kept.take(WS, blob(1).subarray(0, 16))).toMatchObject({ body: Buffer.from('one') });
  expect(kept.take(WS, blob(1))).toBeUndefined();
});

test('where others project nothing is kept, and what was kept goes', () => {
  const kept = atHand(() => 0);
  kept.keep(WS, blob(1), said('one'));
  expect(kept.take(WS, blob(1))).toBeUndefined();
  kept.open(true);
  kept.keep(WS, blob(1), said('one'));
  kept.open(false);
  kept.open(true);
  expect(kept.take(WS, blob(1))).toBeUndefined();
});

test('when there is no room the oldest stay, unless nobody took them for ten minutes', () => {
  let nowMs = 0;
  const kept = atHand(() => nowMs, 6);
  kept.open(true);
  for (const n of [1, 2, 3]) kept.keep(WS, blob(n), said('abc'));
  expect([1, 2, 3].map((n) => kept.take(WS, blob(n)) !== undefined)).toEqual([true, true, false]);
  for (const n of [1, 2]) kept.keep(WS, blob(n), said('abc'));
  nowMs = 600_000;
  kept.keep(WS, blob(3), said('abc'));
  expect([1, 2, 3].map((n) => kept.take(WS, blob(n)) !== undefined)).toEqual([false, false, true]);
});
