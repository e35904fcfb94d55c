import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { armOf, heldOut, type Split, sharesOf, splitFault } from './assignment.ts';
import { chiSquareTail } from './distributions.ts';
import { bucketOf, murmur3 } from './hash.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test.each([
  ['', 0, 0x00000000], ['', 1, 0x514e28b7], ['', 0xffffffff, 0x81f16f39], ['test', 0, 0xba6bd213], ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43], ['Hello, world!', 0x9747b28c, 0x24884cba], ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
])('murmur3(%j, seed %i) is the published value', (value, seed, wanted) => {
  expect(murmur3(text(value), seed)).toBe(wanted);
});

test.each([
  [[0xff, 0xff, 0xff, 0xff], 0, 0x76293b50], [[0x21, 0x43, 0x65, 0x87], 0, 0xf55b516b], [[0x21, 0x43, 0x65, 0x87], 0x5082edee, 0x2362f9de],
  [[0x21, 0x43, 0x65], 0, 0x7e4a8634], [[0x21, 0x43], 0, 0xa0f7b07a], [[0x21], 0, 0x72661cf4], [[0, 0, 0, 0], 0, 0x2362f9de],
])('murmur3 of the bytes %j, seed %i', (bytes, seed, wanted) => {
  expect(murmur3(new Uint8Array(bytes), seed)).toBe(wanted);
});

test("SMHasher's verification value of MurmurHash3 x86_32 over keys of 0 to 255 bytes is 0xB0F57EE3", () => {
  const key = Uint8Array.from({ length: 256 }, (_, at) => at);
  const all = new DataView(new ArrayBuffer(1024));
  for (let length = 0; length < 256; length++) all.setUint32(length * 4, murmur3(key.subarray(0, length), 256 - length), true);
  expect(murmur3(new Uint8Array(all.buffer))).toBe(0xb0f57ee3);
});

const customers = Array.from({ length: 20_000 }, (_, at) => `customer-${at}`);
const countsOf = (keys: readonly (string | number)[]): Map<string | number, number> => keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map<string | number, number>());
const misfit = (counts: readonly number[], expected: readonly number[]): number => chiSquareTail(counts.reduce((sum, count, at) => sum + (count - (expected[at] ?? 0)) ** 2 / (expected[at] ?? 1), 0), counts.length - 1);

test('places are uniform in [0, 1) under every salt', () => {
  const ps = Array.from({ length: 40 }, (_, salt) => {
    const cells = new Array<number>(100).fill(0);
    for (const customer of customers) {
      const cell = Math.floor(bucketOf(`salt ${salt}`, customer) * 100);
      cells[cell] = (cells[cell] ?? Number.NaN) + 1;
    }
    return misfit(cells, cells.map(() => customers.length / 100));
  });
  expect(ps.every(Number.isFinite)).toBe(true);
  // 40 p values of a fair hash: their smallest is below 0.0001 once in 250 sets of salts.
  expect(Math.min(...ps)).toBeGreaterThan(0.0001);
  expect(ps.filter((p) => p < 0.5).length).toBeGreaterThan(8);
  expect(ps.filter((p) => p < 0.5).length).toBeLessThan(32);
});

test('two salts assign independently: a 10 × 10 table of places has no pattern', () => {
  const cells = new Array<number>(100).fill(0);
  for (const customer of customers) {
    const cell = Math.floor(bucketOf('one', customer) * 10) * 10 + Math.floor(bucketOf('two', customer) * 10);
    cells[cell] = (cells[cell] ?? Number.NaN) + 1;
  }
  expect(misfit(cells, cells.map(() => customers.length / 100))).toBeGreaterThan(0.001);
});

const split: Split = { salt: '7f1c', holdOut: 0.2, variants: [{ key: 'coupon', weight: 1 }, { key: 'letter', weight: 3 }] };

test('arms are filled by their shares', () => {
  const counts = countsOf(customers.map((customer) => armOf(split, customer)));
  const shares = sharesOf(split);
  expect(shares.map(({ share }) => Number(share.toFixed(10)))).toEqual([0.2, 0.2, 0.6]);
  expect(misfit(shares.map(({ arm }) => counts.get(arm) ?? 0), shares.map(({ share }) => share * customers.length))).toBeGreaterThan(0.001);
});

test('a growing hold-out only moves treated to control, and back to the arm they had', () => {
  for (const [small, large] of [[0, 0.1], [0.1, 0.2], [0.2, 0.5], [0.5, 1]] as const) {
    for (const customer of customers.slice(0, 5000)) {
      const before = armOf({ ...split, holdOut: small }, customer);
      const after = armOf({ ...split, holdOut: large }, customer);
      expect(after === before || after === 'control').toBe(true);
      if (heldOut({ salt: 'x', share: small }, customer)) expect(heldOut({ salt: 'x', share: large }, customer)).toBe(true);
    }
  }
});

test('a variant that gains weight, or is new, takes from others and moves nobody else', () => {
  const random = seeded(4);
  for (let round = 0; round < 20; round++) {
    const variants = Array.from({ length: 4 }, (_, at) => ({ key: `v${at}`, weight: at === 3 && round % 2 ? 0 : random() }));
    const heavier = variants.map((one, at) => (at === 3 ? { ...one, weight: one.weight + random() } : one));
    for (const customer of customers.slice(0, 2000)) {
      const [before, after] = [armOf({ ...split, variants }, customer), armOf({ ...split, variants: heavier }, customer)];
      expect(after === before || after === 'v3').toBe(true);
    }
  }
});

test('hold-out and variant are drawn independently: treated keep the weights', () => {
  const treated = customers.map((customer) => armOf({ ...split, holdOut: 0.7 }, customer)).filter((arm) => arm !== 'control');
  expect(treated.filter((arm) => arm === 'letter').length / treated.length).toBeCloseTo(0.75, 1);
});

test.each([
  [{ ...split, holdOut: 1.2 }, 'experiment.bad_share'], [{ ...split, variants: [] }, 'experiment.no_variant'], [{ ...split, variants: [{ key: 'a', weight: -1 }] }, 'experiment.bad_weight'],
  [{ ...split, variants: [{ key: 'a', weight: 1 }, { key: 'a', weight: 1 }] }, 'experiment.duplicate_variant'], [{ ...split, variants: [{ key: 'control', weight: 1 }] }, 'experiment.duplicate_variant'],
])('a split that cannot be drawn is named: %j', (faulty, code) => {
  expect(splitFault(faulty)?.refused).toBe(code);
  expect(splitFault(split)).toBeNull();
});
