import { expect, test } from 'vitest';
import { INDUSTRIES, industryOf } from './industry.ts';

test.each([
  ['C', 'C'], ['c15', 'C'], ['C1530', 'C'], ['15', 'C'], ['1530', 'C'], ['01', 'A'], ['97', 'T'], ['52', 'F'], ['00', undefined], ['98', undefined],
  ['餐饮', 'H'], ['連鎖餐飲', 'H'], ['茶', undefined], ['茶叶加工', 'C'], ['Software', 'I'], ['银行', 'J'], ['跨境电商', 'F'], ['  教育培训 ', 'P'], ['x', undefined], ['', undefined], ['ＳａａＳ', 'I'],
])('%j is of the section %s', (written, section) => expect(industryOf(written)).toBe(section));

test('every two-digit division of the standard belongs to one section, in order', () => {
  const sections = Array.from({ length: 97 }, (_, at) => industryOf(String(at + 1).padStart(2, '0')));
  expect([...new Set(sections)]).toEqual([...INDUSTRIES]);
});
