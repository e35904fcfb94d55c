import { expect, test } from 'vitest';
import { hideAll, hideContacts } from './contacts.ts';

test.each([
  ['call 13812345678 now', 'call ****5678 now'], ['+86 138 1234 5678', '****5678'], ['138-1234-5678', '****5678'], ['write to zhang.san@x.example.', 'write to z***@x.example.'],
  ['/a?email=a%40b.example&tel=13812345678', '/a?email=a***@b.example&tel=****5678'], ['+49 170 1234567', '****4567'],
  ['order 202511221381234567890', 'order 202511221381234567890'], ['2026-01-15T04:00:00+08:00', '2026-01-15T04:00:00+08:00'], ['¥13.81 @ noon', '¥13.81 @ noon'], ['6901234567892', '6901234567892'],
])('R138: %s is kept as %s', (text, kept) => expect(hideContacts(text)).toBe(kept));

test('R138: eleven digits under a key that numbers things stay; under one that names people, or as a number, they go', () => {
  const said = { order_id: '13812345678', productNo: 13812345678, member_no: '13812345678', phoneNo: 13812345678, tel: 13812345678, deep: [{ note: 'x 13812345678' }], price: 138.12 };
  expect(hideAll(said)).toEqual({ order_id: '13812345678', productNo: 13812345678, member_no: '****5678', phoneNo: '****5678', tel: '****5678', deep: [{ note: 'x ****5678' }], price: 138.12 });
});
