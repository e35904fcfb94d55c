import { expect, test } from 'vitest';
import { isOptOut } from './inbound.ts';

test.each(['R', 'r', 'Ｒ', ' ｒ 。', 'TD', 'td.', 'ＴＤ', 'T', '“T”', '退订', '退訂！', '【退订】', '退订🙏', 'STOP', 'Stop!', 'ＳＴＯＰ', 'stop\n', 'STOP  ALL', 'Unsubscribe.', 'CANCEL', 'end', '(quit)', '取消', '\u200b退订\ufe0f', 'opt-out'])('D5: "%s" is a wish to be left alone', (text) => {
  expect(isOptOut(text)).toBe(true);
});

test.each(['I want to stop by', 'stop by tomorrow?', 'Right, thanks', 'the end of the month', 'please cancel my order', '取消订单', '我想退订吗', 'R2', 'T-shirt', 'tdx', 'Can I quit whenever?', 'weekend', '', '!!!', '👍', 'end.user', '不取消'])('"%s" is none', (text) => {
  expect(isOptOut(text)).toBe(false);
});
