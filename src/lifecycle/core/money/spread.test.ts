import { expect, test } from 'vitest';
import { percentiles } from './score.ts';
import { isLarge, peopleIn, placeIn, type Spread, standingIn } from './spread.ts';

/** The spread of some values, counted by hand. */
const spreadOf = (all: readonly number[]): Spread => {
  const values = [...new Set(all)].sort((a, b) => a - b);
  return { values: Float64Array.from(values), upTo: Float64Array.from(values, (value) => all.filter((one) => one <= value).length) };
};

test('R32: a place read off a spread is the place among everybody, whichever way is better', () => {
  const all = Array.from({ length: 300 }, (_, n) => (n * 7919) % 41), spread = spreadOf(all);
  const [more, less] = [percentiles(Float64Array.from(all)), percentiles(Float64Array.from(all, (value) => -value))];
  all.forEach((value, at) => {
    expect(standingIn(spread, value)).toBeCloseTo(more[at] ?? Number.NaN, 9);
    expect(standingIn(spread, value, 'less')).toBeCloseTo(less[at] ?? Number.NaN, 9);
  });
  expect(peopleIn(spread)).toBe(300);
});

test.each([[0, { below: 0, equal: 1 }], [1, { below: 1, equal: 0 }], [2, { below: 1, equal: 2 }], [9, { below: 3, equal: 0 }]] as const)('of 0, 2, 2 the value %i stands above and beside %o', (value, place) => {
  expect(placeIn(spreadOf([0, 2, 2]), value)).toEqual(place);
});

test('nobody is a spread of nobody, and a few are not kept', () => {
  expect([peopleIn(spreadOf([])), isLarge({ a: spreadOf([1, 2]) }), isLarge({ a: { values: Float64Array.of(1), upTo: Float64Array.of(50_000) } })]).toEqual([0, false, true]);
});
