import { expect, test } from 'vitest';
import { type PlatformFile, platformFiles } from '../../../test/support/platformFiles.ts';
import { readFile, type ReadResult, testContext, withFile } from '../../../test/support/readFile.ts';

const files = await platformFiles();
const file = (recipe: string): PlatformFile => files.find((one) => one.recipe === recipe) ?? (() => { throw new Error(recipe); })();
const read = (recipe: string): Promise<ReadResult> => {
  const { name, bytes, password, region = 'CN' } = file(recipe);
  return withFile(name, bytes, (path) => readFile(path, { name, ...(password ? { password } : {}) }, { ...testContext, region }));
};
const ids = (result: ReadResult, orderNo: string): string[] => result.orders.find((order) => order.orderNo === orderNo)?.identifiers.map(({ kind, value }) => `${kind} ${value}`) ?? [];

test.each(files.map((one) => [one.recipe, one] as const))('R3: a file of %s is recognised and read whole', async (recipe, { expect: wanted }) => {
  const result = await read(recipe);
  expect(result.mapping.recipe).toBe(recipe);
  const rejects: Record<string, number> = {};
  for (const { code } of result.rejects) rejects[code] = (rejects[code] ?? 0) + 1;
  const count = (key: 'refund' | 'customer' | 'event' | 'cost'): number => result.cleans.filter((clean) => clean[key]).length;
  expect({ rejects, orders: result.orders.length, lines: result.lines.length, refunds: count('refund'), customers: count('customer'), events: count('event'), costs: count('cost') }).toEqual({
    rejects: wanted.rejects ?? {}, orders: wanted.orders ?? 0, lines: wanted.lines ?? 0, refunds: wanted.refunds ?? 0, customers: wanted.customers ?? 0, events: wanted.events ?? 0, costs: wanted.costs ?? 0,
  });
  expect(result.orders.reduce((sum, { amount }) => sum + amount, 0)).toBe(wanted.sales ?? 0);
});

test('Tmall: wrapped numbers, statuses, money words, masked values and refunds are understood', async () => {
  const result = await read('tmall.orders');
  const [first, second, third, closed] = result.orders;
  expect(first).toMatchObject({ orderNo: '2201234567890123456', status: 'done', amount: 12_800, day: '2024-03-01', shop: '长青茶铺', measures: { payout: 12_800 }, fullRefund: '' });
  expect(first?.paidAt).toBe(Date.parse('2024-03-01T02:01:30Z'));
  expect(ids(result, '2201234567890123456')).toEqual(['buyer_id 茶友小满', 'email xiaoman@example.com', 'receiver +8613800001111']);
  expect(first?.identifiers[0]?.scope).toBe('tmall');
  expect(second).toMatchObject({ status: 'shipped', amount: 127_450, shipping: 1_000, refunded: 0, properties: { 买家会员名: '张**', 买家支付宝账号: '138****0000', 联系手机: '186******05' } });
  expect(second?.identifiers).toEqual([]);
  expect(third).toMatchObject({ status: 'unpaid', measures: { goods: 6_920, payable: 6_920, paid: 0 } });
  expect(closed).toMatchObject({ status: 'closed', refunded: 8_800, fullRefund: 'before_shipping' });
  expect(result.notes.get('value.masked')).toBe(3);
  expect(result.rejects[0]).toMatchObject({ code: 'order_no.damaged', column: '订单编号', params: { value: '2.20123E+18' }, line: 5 });
});

test('Tmall lines: the sheet with rows is chosen, 补差价 stands apart, zero lines are gifts, repeats are numbered', async () => {
  const lines = await read('tmall.lines');
  expect(lines.opened).toMatchObject({ sheets: ['说明', '明细'], sheet: '明细', format: 'xlsx' });
  expect(lines.lines.map(({ sku, kind }) => `${sku} ${kind}`)).toEqual(['LJ50 goods', 'PE357 goods', 'BCJ adjustment']);
  const old = await read('tmall.lines_old');
  expect(old.lines.map(({ sku, occurrence, kind }) => `${sku} ${occurrence} ${kind}`)).toEqual(['LJ50 0 goods', 'LJ50 1 gift', 'CS 0 gift']);
});

test('Tmall refunds: 19 digits survive XLS, a refund under way is pending, unshipped goods are told apart', async () => {
  const { cleans } = await read('tmall.refunds');
  expect(cleans.map(({ refund }) => refund)).toMatchObject([
    { refundNo: '99001234567890123456', orderNo: '2201234567890123460', amount: 8_800, status: 'done', beforeShipping: true, day: '2024-03-04' },
    { refundNo: '99001234567890123457', orderNo: '2201234567890123457', amount: 10_000, status: 'pending', beforeShipping: false, day: '2024-03-06' },
  ]);
});

test('有赞: the buyer is known by the own phone, never by the receiver; a repeated header is numbered', async () => {
  const result = await read('youzan.orders');
  expect(result.opened.header).toContain('分销员 (2)');
  expect(result.orders[0]).toMatchObject({ shop: '总店', status: 'done', name: '小白', properties: { 分销员: '甲', '分销员 (2)': '乙' } });
  expect(ids(result, 'E20240301100000001')).toEqual(['phone +8613700004444', 'receiver +8613700003333']);
  expect(result.orders[1]?.fullRefund).toBe('pending');
  const lines = await read('youzan.lines');
  expect(lines.lines.map(({ kind, cost }) => `${kind} ${cost}`)).toEqual(['goods 8000', 'goods 2000', 'shipping 0']);
  const { cleans } = await read('youzan.customers');
  expect(cleans[0]?.customer).toMatchObject({ name: '白晓', day: '2022-01-02', tags: ['老客', '茶友'], numbers: { growth_value: 120, points: 300, platform_order_count: 5 }, days: { birthday: '1990-05-01' }, texts: { gender: '女', tier: '金卡' } });
});

test('京东: a GB2312 HTML table named .xls; order sums repeated on lines count once and are spread; an unknown status asks', async () => {
  const result = await read('jd.orders');
  expect(result.opened).toMatchObject({ format: 'html' });
  expect(result.opened.encoding()).toBe('gb18030');
  expect(result.orders[0]).toMatchObject({ orderNo: '289000000001', amount: 18_000, lineSum: 24_000, difference: -6_000, lines: 2 });
  expect(result.lines.map(({ amount, listed }) => [amount, listed])).toEqual([[15_000, 20_000], [3_000, 4_000], [10_000, 10_000]]);
  expect(result.rejects[0]).toMatchObject({ code: 'status.unknown', params: { word: '神秘状态' } });
  expect(ids(result, '289000000002')).toEqual([]);
});

test('Shopify: the order stands on its first row only; offsets count; a refund makes the order refunded', async () => {
  const result = await read('shopify.orders');
  expect(result.orders[0]).toMatchObject({ orderNo: '#1001', status: 'shipped', amount: 3_500, lineSum: 3_000, difference: 500, currency: 'USD', day: '2024-03-01', properties: { 'Billing Zip': '02139' } });
  expect(ids(result, '#1001')).toEqual(['email ann@example.com', 'receiver +16175550134']);
  expect(result.orders[1]).toMatchObject({ status: 'paid', refunded: 2_000, fullRefund: 'before_shipping', day: '2024-03-01' });
  expect(result.orders[2]).toMatchObject({ status: 'closed' });
});

test('WooCommerce and Stripe: English statuses, UTC times, currencies without cents', async () => {
  const woo = await read('woocommerce.orders');
  expect(woo.opened).toMatchObject({ format: 'tsv', delimiter: '\t' });
  expect(woo.opened.encoding()).toBe('utf-16le');
  expect(woo.orders).toMatchObject([{ status: 'done', amount: 2_500, currency: 'GBP' }, { status: 'paid', refunded: 400, fullRefund: '', properties: { 'Email (Billing)': 'dan@example' } }]);
  const stripe = await read('stripe.payments');
  expect(stripe.orders.map(({ status, amount, fullRefund, day }) => [status, amount, fullRefund, day])).toEqual([['paid', 3_500, '', '2024-03-02'], ['paid', 2_000, 'before_shipping', '2024-03-02'], ['closed', 2_000, '', '2024-03-02'], ['paid', 1_000, '', '2024-03-02']]);
});

test('our own templates are read in Traditional Chinese and Big5, and costs without a number are told apart', async () => {
  const customers = await withFile('c.csv', file('own.customers').bytes, (path) => readFile(path, {}, { source: 'test', shop: '', zone: 'Asia/Taipei', dayZone: 'Asia/Taipei', currency: 'TWD', region: 'TW' }));
  expect(customers.opened.encoding()).toBe('big5');
  expect(customers.cleans.map(({ customer }) => customer?.identifiers[0]?.value)).toEqual(['+886912345678', '+886912345679']);
  const costs = await read('own.costs');
  expect(new Set(costs.cleans.map(({ cost }) => cost?.costNo)).size).toBe(2);
  expect((await read('jd.compensations')).cleans[0]?.cost).toMatchObject({ costNo: 'P1', kind: 'service', amount: 1_500, orderNo: '289000000001', day: '2024-03-03' });
  const events = await read('own.events');
  expect(events.cleans.map(({ event }) => [event?.event, event?.day, event?.messageId])).toEqual([['page_viewed', '2024-03-01', 'm1'], ['added_to_cart', '2024-03-01', '']]);
});
