import { expect, test } from 'vitest';
import { tableLines, widthOf } from './print.ts';

test('a Chinese character is two columns wide, so that columns line up', () => {
  expect(widthOf('活跃 a')).toBe(6);
  expect(tableLines({ columns: ['stage', 'n'], rows: [['活跃', 1200], ['new', null]] })).toEqual([
    '  stage      n',
    '  ─────  ─────',
    '  活跃   1,200',
    '  new        –',
  ]);
});
