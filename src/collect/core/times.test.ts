import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateCell, isDateFormat } from './cells.ts';
import { makeDayOf, makeTimeReader, orderOf } from './times.ts';

const shanghai = makeTimeReader('Asia/Shanghai', 'auto');
const at = (iso: string): number => Date.parse(iso);

test.each([
  ['2024-03-01 10:00:00', '2024-03-01T02:00:00Z'], ['2024/3/2 8:05', '2024-03-02T00:05:00Z'], ['2024/03/02', '2024-03-01T16:00:00Z'], ['2024年3月2日 08:05', '2024-03-02T00:05:00Z'], ['2024.03.02 08:05:06', '2024-03-02T00:05:06Z'],
  ['2024-03-01T10:00:00Z', '2024-03-01T10:00:00Z'], ['2024-03-01T10:00:00.123+09:00', '2024-03-01T01:00:00.123Z'], ['2024-03-01 10:00:00 -0500', '2024-03-01T15:00:00Z'], ['2024-03-01 10:00:00 UTC', '2024-03-01T10:00:00Z'],
  ['20240301', '2024-02-29T16:00:00Z'], ['20240301100000', '2024-03-01T02:00:00Z'], ['1709287200', '2024-03-01T10:00:00Z'], ['1709287200123', '2024-03-01T10:00:00.123Z'], ['45352', '2024-02-29T16:00:00Z'], ['45352.5', '2024-03-01T04:00:00Z'],
  ['12/25/2023 3:04 PM', '2023-12-25T07:04:00Z'], ['25/12/2023', '2023-12-24T16:00:00Z'], ['March 5, 2021 10:20 am', '2021-03-05T02:20:00Z'], ['5 Mar 2021', '2021-03-04T16:00:00Z'], ['05-Mar-21 10:20', '2021-03-05T02:20:00Z'], ['2024-03-01 下午 3:04', '2024-03-01T07:04:00Z'],
])('%s is read as %s', (text, iso) => expect(new Date(shanghai(text)).toISOString()).toBe(new Date(at(iso)).toISOString()));

test.each(['', 'yesterday', '2024-13-01', '2024-02-30', '2024-03-01 25:00', '0000-00-00 00:00:00', '99/99/2024', '12345678901', '10000000', '20241301', '20240101990000', '1800-01-01', '2024', '3.5', '合计'])('"%s" is no time', (text) => expect(shanghai(text)).toBeNaN());

test('day and month are told apart by the file', () => {
  expect(orderOf(['01/02/2024', '13/02/2024'])).toBe('dmy');
  expect(orderOf(['01/02/2024', '02/25/2024'])).toBe('mdy');
  expect(new Date(makeTimeReader('UTC', 'dmy')('01/02/2024')).toISOString().slice(0, 10)).toBe('2024-02-01');
  expect(new Date(makeTimeReader('UTC', 'mdy')('01/02/2024')).toISOString().slice(0, 10)).toBe('2024-01-02');
});

const ZONES = ['UTC', 'Asia/Shanghai', 'Asia/Taipei', 'Europe/London', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns'];
const wall = (zone: string, ms: number): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(ms);

test('a wall clock printed in any zone comes back, but for the hour that clocks say twice', () => {
  fc.assert(fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 86_400, max: 4_000_000_000 }), (zone, seconds) => {
    const back = makeTimeReader(zone, 'auto')(wall(zone, seconds * 1000));
    expect(wall(zone, back)).toBe(wall(zone, seconds * 1000));
    expect(Math.abs(back - seconds * 1000)).toBeLessThanOrEqual(7_200_000);
    expect(makeDayOf(zone)(seconds * 1000)).toBe(wall(zone, seconds * 1000).slice(0, 10));
  }), { numRuns: 300 });
});

test("a spreadsheet's serial and its text are the same instant", () => {
  fc.assert(fc.property(fc.integer({ min: 30_000 * 86_400, max: 70_000 * 86_400 }), (seconds) => {
    const serial = seconds / 86_400;
    const utc = makeTimeReader('UTC', 'auto');
    expect(utc(dateCell(serial))).toBe(utc(serial.toFixed(10)));
  }));
  expect(isDateFormat('14')).toBe(true);
  expect(isDateFormat('164', 'yyyy"年"m"月"d"日"')).toBe(true);
  expect(isDateFormat('164', '#,##0.00_);[Red](#,##0.00)')).toBe(false);
  expect(isDateFormat('0', undefined)).toBe(false);
});
