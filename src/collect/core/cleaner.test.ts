import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRejected, makeCleaner } from './cleaner.ts';
import { mappingOf, proposeMapping, RECIPES } from './detect.ts';
import { isFooter } from './footers.ts';
import { headerNames, headerRow } from './header.ts';
import { makeOrderBook } from './orderBook.ts';
import { makeLineKind, NON_GOODS } from './nonGoods.ts';
import { makePhoneReader, readEmail } from './phones.ts';
import { laterStatus, makeStatusReader, refundState } from './statuses.ts';
import { cleanText } from './text.ts';

const context = { source: 's', shop: '', zone: 'Asia/Shanghai', dayZone: 'America/New_York', currency: 'CNY' };

const NASTY = [
  '', ' ', '——', "'", "'0012", '="2201234567890123456"', '="', '\t12', '1.93E+15', '2.2E+18', '-1', '1e308', '-0', '0', '99999999999999999999', '1,234.50', '12元', '无退款申请', '138****0000', '13800001111', '+86 138-0000-1111', 'a@b.co', 'A@B.CO', '@', '2024-03-01 10:00:00', '2024-02-30', '45352.5', '0000-00-00', '9999-12-31',
  '交易成功', '交易关闭', '神秘', 'paid', 'refunded', 'USD', 'XX', '=cmd|calc', '<script>', '\u0000', '\uFFFD', '😀', '__proto__', 'constructor', '"', '张**', 'C536379', '合计',
];
const nasty = fc.oneof(fc.constantFrom(...NASTY), fc.string({ maxLength: 12 }), fc.integer().map(String), fc.double().map(String));

test.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))('whatever the cells of a %s file hold, each row is taken whole or refused with a reason', (_, recipe) => {
  const header = headerNames(Object.keys(recipe.columns));
  const { mapping } = mappingOf(recipe, header);
  const clean = makeCleaner(mapping, header, context);
  const book = makeOrderBook({ waits: true });
  fc.assert(fc.property(fc.array(nasty, { minLength: header.length, maxLength: header.length }), fc.integer({ min: 2, max: 1_000_000 }), (row, line) => {
    const result = clean(row, line);
    if (result === undefined) return void expect(row.every((cell) => cell === '') || isFooter(row, header.length)).toBe(true);
    if (isRejected(result)) return void expect(result.length > 0 && result.every((one) => one.line === line)).toBe(true);
    const { order, item, refund, customer, event, cost } = result;
    expect(order ?? item ?? refund ?? customer ?? event ?? cost).toBeDefined();
    const money = [order?.amount, order?.shipping, order?.refunded, ...Object.values(order?.measures ?? {}), item?.amount, item?.cost, refund?.amount, cost?.amount, event?.amount].filter((amount) => typeof amount === 'number');
    for (const amount of money) expect(Number.isSafeInteger(amount)).toBe(true);
    for (const one of [order, refund, customer, event, cost]) for (const { value, kind } of one?.identifiers ?? []) expect(value !== '' && !value.includes('*') && (kind !== 'email' || value === value.toLowerCase())).toBe(true);
    for (const day of [order?.day, refund?.day, customer?.day, event?.day, cost?.day]) if (day) expect(day).toMatch(/^(19[67]|19[89]|20)\d+-\d\d-\d\d$/);
    book.add(result);
  }), { numRuns: 150 });
  for (const order of book.finish()) expect(Number.isSafeInteger(order.amount)).toBe(true);
});

test.each([
  ['="2201234567890123456"', '2201234567890123456'], ["'13800001111", '13800001111'], ['\t0012', '0012'], ['\uFEFF订单', '订单'], ['  a  b ', 'a  b'], ['="say ""hi"""', 'say "hi"'], ['=1+1', '=1+1'], ["''", ''], ['\u200B1', '1'],
])('the cell %j means %j', (cell, text) => expect(cleanText(cell)).toBe(text));

test('headers are trimmed and numbered when repeated; titles above them are passed over', () => {
  expect(headerNames(['收货地址 ', '分销员', ' 分销员', '', '="x"', ''])).toEqual(['收货地址', '分销员', '分销员 (2)', '(4)', 'x']);
  expect(headerRow([['店铺报表'], ['导出时间', '2024-03-01'], [], ['订单号', '金额', '状态', '时间', '备注'], ['1', '2', 'x', '2024-01-01', '']])).toBe(3);
  expect(headerRow([['1', '2'], ['3', '4']])).toBe(-1);
});

test.each<[string[], boolean]>([
  [['合计', '', '', '128.00', ''], true], [['', '总计：', '3', '', '128.00'], true], [['小计（3 单）', '', '', '', '9'], true], [['Grand Total', '', '', '', '9'], true], [['\t合計', '1', '2', '3', '4'], true], [['本页合计', '', '', '', ''], true],
  [['共 128 条记录', '', '', '', ''], true], [['导出时间：2024-03-01', '', '', '', ''], true], [['注：金额含税', '', '', '', ''], true], [['Exported by', 'shop', '', '', ''], true],
  [['合计算法课程', '1', '2024-01-01', '9', 'x'], false], [['Total (500 ml)', '1', '2', '3', '4'], false], [['Total Care 面霜', '1', '2', '3', '4'], false], [['2201', '合计', '', '', ''], false], [['共享单车', '1', '2', '', ''], false], [['导出', 'E1', '2024-01-01', '9', 'x'], false], [['注册用户', '', '', '', ''], false], [['', '', '', '', ''], false],
])('a row that sums up or ends a table is no record: %j', (row, footer) => expect(isFooter(row, 5)).toBe(footer));

test('an order number made of who bought is the same every time, and holds a stand-in for them where it is to be stored', () => {
  const header = ['created_at', 'phone', 'amount_paid'], row = ['2025-12-01 10:00:00', '13800001111', '30.00'];
  const { mapping } = proposeMapping(header, [row]);
  expect(mapping.derivedOrderNo).toBe(true);
  const numbersOf = (given: Parameters<typeof makeCleaner>[2]): unknown[] => { const clean = makeCleaner(mapping, header, given); return [clean(row, 2), clean(row, 3)].map((one) => (one as { order: { orderNo: string } }).order.orderNo); };
  const stood = numbersOf({ ...context, nameless: (kind, value) => `${kind}${value.length}` });
  expect(stood).toEqual(['phone14-20251130-1', 'phone14-20251130-2']);
  expect(numbersOf(context)).toEqual(['+8613800001111-20251130-1', '+8613800001111-20251130-2']);
});

test('a table with a total below it counts once', () => {
  const header = ['order_no', 'order_status', 'paid_at', 'amount_paid', 'sku', 'quantity', 'line_amount'];
  const { mapping } = proposeMapping(header, [['N1', 'done', '2025-12-01 10:00:00', '30.00', 'S', '1', '30.00']]);
  const clean = makeCleaner(mapping, header, context);
  expect(clean(['N1', 'done', '2025-12-01 10:00:00', '30.00', 'S', '1', '30.00'], 2)).toMatchObject({ order: { orderNo: 'N1' } });
  expect([clean(['合计', '', '2025-12-01', '30.00', '', '1', '30.00'], 3), clean(['导出时间：2025-12-02', '', '', '', '', '', ''], 4)]).toEqual([undefined, undefined]);
  expect(Object.fromEntries(clean.notes)).toMatchObject({ 'row.footer': 2 });
});

test('phones become E.164, whatever they are written like; hidden or broken ones become nothing', () => {
  const phone = makePhoneReader('CN');
  for (const text of ['13800001111', '138 0000 1111', '+86 13800001111', '008613800001111', '86-138-0000-1111', '１３８００００１１１１', '13800001111,02112345678']) expect(phone(text), text).toBe('+8613800001111');
  expect(phone('+1 (617) 555-0134')).toBe('+16175550134');
  for (const text of ['138****1111', '12345', '00000000000', 'none', '11111111111']) expect(phone(text), text).toBe('');
  expect(makePhoneReader('TW')('0912-345-678')).toBe('+886912345678');
  expect([' A.B@Example.COM ', 'a@b', 'a@@b.co', 'x@y..co', '***@qq.com'].map(readEmail)).toEqual(['a.b@example.com', '', '', '', '']);
});

test('statuses: platforms agree on five; the user answers for the rest; none goes back', () => {
  const status = makeStatusReader({ 待审核: 'unpaid', paid: 'done' });
  expect(['买家已付款，等待卖家发货', '买家已付款,等待卖家发货', ' 交易成功', 'wc-completed', 'Voided', '待审核', 'paid', '天知道'].map(status)).toEqual(['paid', 'paid', 'done', 'done', 'closed', 'unpaid', 'done', undefined]);
  expect(laterStatus('done', 'paid')).toBe('done');
  expect(laterStatus('paid', 'closed')).toBe('closed');
  expect(laterStatus('', 'unpaid')).toBe('unpaid');
  expect(['退款成功', '退款关闭', '买家已经申请退款，等待卖家同意', '没有申请退款', '', '部分退款成功'].map(refundState)).toEqual(['done', 'closed', 'pending', '', '', 'done']);
});

test('non-goods follow the list: by SKU, by name, by nothing paid', () => {
  const kind = makeLineKind([{ kind: 'shipping', by: 'sku', text: 'post' }, ...NON_GOODS]);
  expect([kind('POST', 'POSTAGE', 500), kind('1', '补差价专拍', 100), kind('2', '邮费补拍', 100), kind('3', '龙井小样', 100), kind('4', '【赠】茶匙', 100), kind('5', '内部单测试', 100), kind('6', '龙井', 0), kind('6', '龙井', 100)])
    .toEqual(['shipping', 'adjustment', 'shipping', 'sample', 'gift', 'internal', 'gift', 'goods']);
  expect(makeLineKind([{ kind: 'adjustment', by: 'name', text: ' ' }, { kind: 'gift', by: 'sku', text: '' }])('', '龙井', 100)).toBe('goods');
});
