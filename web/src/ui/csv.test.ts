import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test.each(['=1+1', '+86 138', '-cmd', '@SUM(A1)', '\t=1', ' =1', '＝1+1', '|calc', '%0A', '\r=1'])('%j is text, never a formula', (cell) => {
  expect(csvOf(['a'], [[cell]])).toContain(`'${cell}`);
});

test.each(['-12.5', '-1,234.50', '-3%', '0.5', '12', '2201234567890123456', '138****0000', 'a=b', '', '—'])('%j stays as it is', (cell) => {
  expect(csvOf(['a'], [[cell]])).toBe(`\uFEFFa\r\n${cell.includes(',') ? `"${cell}"` : cell}\r\n`);
});

test('a formula that begins with a number of its own is no number', () => {
  expect(csvOf(['a'], [['-1+cmd|calc'], ['-2-3'], ['+1'], ['-1,2\n=3']])).toBe('\uFEFFa\r\n\'-1+cmd|calc\r\n\'-2-3\r\n\'+1\r\n"\'-1,2\n=3"\r\n');
});

test('numbers stay numbers, negative ones too; quotes, commas and line ends are kept', () => {
  expect(csvOf(['月', 'net'], [['3', -12.5], ['a "b", c', null], ['x\ny', Number.NaN]])).toBe('\uFEFF月,net\r\n3,-12.5\r\n"a ""b"", c",\r\n"x\ny",\r\n');
});
