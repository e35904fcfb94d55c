import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test.each(['=1+1', '+86 138', '-cmd', '@SUM(A1)', '\t=1', ' =1', '＝1+1', '|calc', '%0A', '\r=1'])('%j is text, never a formula', (cell) => {
  expect(csvOf(['a'], [[cell]])).toContain(`'${cell}`);
});

test('numbers stay numbers, negative ones too; quotes, commas and line ends are kept', () => {
  expect(csvOf(['月', 'net'], [['3', -12.5], ['a "b", c', null], ['x\ny', Number.NaN]])).toBe('\uFEFF月,net\r\n3,-12.5\r\n"a ""b"", c",\r\n"x\ny",\r\n');
});
