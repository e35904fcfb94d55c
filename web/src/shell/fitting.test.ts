import { expect, test } from 'vitest';
import { fitting } from './fitting.ts';

test('all stand in a row that holds them; otherwise as many as leave room for the rest', () => {
  expect(fitting([100, 100, 100], 300, 80)).toBe(3);
  expect(fitting([100, 100, 100], 299, 80)).toBe(2);
  expect(fitting([100, 100, 100], 279, 80)).toBe(1);
  expect(fitting([100, 100, 100], 60, 80)).toBe(0);
  expect(fitting([], 60, 80)).toBe(0);
});
