import { expect, test } from 'vitest';
import { differenceOf, type Line } from './changes.ts';

const line = (key: string, text: string, raw = text): Line => ({ key, part: key.split(':')[0] ?? '', text, raw });

test('what changed between two definitions is told part by part: changed, added, gone, and changed behind the same words', () => {
  const before = [line('reentry:', 'once'), line('step:wait', 'Wait 3 days'), line('step:send', 'Send', '1'), line('exit:paid', 'paid')];
  const after = [line('reentry:', 'once'), line('step:wait', 'Wait 7 days'), line('step:send', 'Send', '2'), line('goal:', 'bought')];
  expect(differenceOf(before, after)).toEqual([
    { key: 'step:wait', part: 'step', before: 'Wait 3 days', after: 'Wait 7 days', hidden: false }, { key: 'step:send', part: 'step', before: 'Send', after: 'Send', hidden: true },
    { key: 'goal:', part: 'goal', before: null, after: 'bought', hidden: false }, { key: 'exit:paid', part: 'exit', before: 'paid', after: null, hidden: false },
  ]);
  expect(differenceOf(after, after)).toEqual([]);
});
