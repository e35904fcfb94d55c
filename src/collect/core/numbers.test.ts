import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toMinor } from '../../kernel/money.ts';
import { isDamagedId, readNumber, usesDecimalComma } from './numbers.ts';

test.each([
  ['1,274.50', 1274.5], ['1,234,567.8', 1234567.8], ['12,34,567.00', 1234567], ['69.20(分销商等级折扣：47.80)', 69.2], ['￥12.00', 12], ['¥ 1,000', 1000], ['12元', 12], ['12.5元(含运费)', 12.5], ['3件', 3],
  ['(12.30)', -12.3], ['12.30-', -12.3], ['-5', -5], ['－5', -5], ['１２．５', 12.5], ['+7', 7], ['.5', 0.5], ['0', 0], ['0.00', 0], ['00012', 12], ['1e3', 1000], ['US$ 9.99', 9.99], ['NT$1,200', 1200], ['5.', 5],
])('%s is the number %d', (text, value) => expect(readNumber(text)).toBe(value));

test.each(['', '——', '-', '无退款申请', '没有申请退款', 'null', 'N/A', '无'])('"%s" says nothing', (text) => expect(readNumber(text)).toBeNull());

test.each(['abc', '1,5', '12%', '2024-03-01', '0x10', '1.2.3', '12,3,4', 'e5', '--5', 'Infinity', 'NaN1', '1 2 3 abc', '١٢'])('%s is no number and says so', (text) => expect(readNumber(text)).toBeNaN());

test('a decimal comma is read where the file writes it, and only there', () => {
  expect(readNumber('1.234,50', true)).toBe(1234.5);
  expect(usesDecimalComma(['12,50', '1.234,00', '7'])).toBe(true);
  expect(usesDecimalComma(['1,234', '12.50'])).toBe(false);
});

test('an amount written in any usual way comes back to the cent', () => {
  const cents = fc.integer({ min: -9_999_999_999, max: 9_999_999_999 });
  const grouped = (text: string): string => text.replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  fc.assert(fc.property(cents, fc.constantFrom('plain', 'grouped', 'yuan', 'sign', 'brackets', 'remark'), (value, style) => {
    const whole = String(Math.floor(Math.abs(value) / 100));
    const part = String(Math.abs(value) % 100).padStart(2, '0');
    const minus = value < 0 ? '-' : '';
    const text = { plain: `${minus}${whole}.${part}`, grouped: `${minus}${grouped(whole)}.${part}`, yuan: `${minus}${whole}.${part}元`, sign: `¥${minus}${whole}.${part}`, brackets: value < 0 ? `(${whole}.${part})` : `${whole}.${part}`, remark: `${minus}${whole}.${part}(满减：1.00)` }[style];
    expect(toMinor(readNumber(text) ?? Number.NaN, 'CNY')).toBe(value || 0);
  }));
});

test('an order number rounded by a spreadsheet is known for what it is', () => {
  for (const text of ['1.93E+15', '2.20123e+18', '1E+16']) expect(isDamagedId(text)).toBe(true);
  for (const text of ['2201234567890123456', 'E20240301', '1E', 'A1E+15', '536365', '12e']) expect(isDamagedId(text)).toBe(false);
});
