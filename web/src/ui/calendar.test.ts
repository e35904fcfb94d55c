import { expect, test } from 'vitest';
import { calendar, dayOf, heldOf, readDay } from './calendar.ts';

const read = (locale: string, text: string): string | null => {
  const held = readDay(locale, text);
  return held && dayOf(held);
};

test('a day is read as people type it, and what is no day is refused', () => {
  for (const text of ['2026-03-08', '2026/3/8', ' 2026年3月8日']) expect(read('zh_CN', text)).toBe('2026-03-08');
  expect(read('en_US', 'Mar 8, 2026')).toBe('2026-03-08');
  for (const text of ['2026-02-30', '2026-13-01', '8 March', '']) expect(read('zh_CN', text)).toBeNull();
});

test('what is written is read again', () => {
  expect(calendar.locale.format('en_US', heldOf('2026-03-08'), 'MMM D, YYYY')).toBe('Mar 8, 2026');
  expect(calendar.locale.format('zh_CN', heldOf('2026-03-08'), 'YYYY/MM/DD')).toBe('2026/03/08');
});

test('a month that is too short takes its last day', () => {
  expect(dayOf(calendar.addMonth(heldOf('2026-01-31'), 1))).toBe('2026-02-28');
  expect(dayOf(calendar.addMonth(heldOf('2026-01-31'), -2))).toBe('2025-11-30');
  expect(dayOf(calendar.addYear(heldOf('2024-02-29'), 1))).toBe('2025-02-28');
  expect(dayOf(calendar.setMonth(heldOf('2026-03-31'), 3))).toBe('2026-04-30');
  expect(dayOf(calendar.getEndDate(heldOf('2024-02-01')))).toBe('2024-02-29');
});

test('weeks begin on Monday in mainland China, on Sunday in Taiwan and in English', () => {
  expect(['zh_CN', 'zh_TW', 'en_US'].map((locale) => dayOf(calendar.locale.getWeekFirstDate(locale, heldOf('2026-03-08'))))).toEqual(['2026-03-02', '2026-03-08', '2026-03-08']);
  expect(calendar.locale.getShortWeekDays?.('zh_CN')).toEqual(['日', '一', '二', '三', '四', '五', '六']);
});
