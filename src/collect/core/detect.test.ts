import { expect, test } from 'vitest';
import { say, sharedWords } from '../../kernel/words/index.ts';
import { isRejected, makeCleaner } from './cleaner.ts';
import { detectRecipe, proposeMapping, RECIPES } from './detect.ts';
import { FIELDS, ROLES } from './fields.ts';
import { mappingShape } from './mapping.ts';
import { preview, readingOrder } from './preview.ts';
import { NOTE_CODES, REJECT_CODES } from './records.ts';
import { templateHeader } from './recipes/own.ts';
import { STATUSES } from './statuses.ts';

const context = { source: 's', shop: '', zone: 'Asia/Shanghai', dayZone: 'Asia/Shanghai', currency: 'CNY' };

test('every recipe is whole: known fields, its needs among its columns, words in three languages', () => {
  expect(new Set(RECIPES.map(({ id }) => id)).size).toBe(RECIPES.length);
  for (const recipe of RECIPES) {
    for (const need of recipe.needs) expect(need.split('|').some((name) => name in recipe.columns), `${recipe.id} ${need}`).toBe(true);
    expect(sharedWords[`import.recipe.${recipe.id}`], recipe.id).toBeDefined();
    const headers = recipe.needs.map((need) => need.split('|')[0] ?? '');
    expect(mappingShape.safeParse(proposeMapping(headers, []).mapping).success).toBe(true);
  }
  const keys = [...FIELDS.map((field) => `import.field.${field}`), ...ROLES.map((role) => `import.role.${role}`), ...REJECT_CODES.map((code) => `import.reject.${code}`), ...NOTE_CODES.map((code) => `import.note.${code}`), ...STATUSES.map((status) => `import.status.${status}`)];
  for (const key of keys) for (const language of ['en', 'zh-CN', 'zh-TW'] as const) expect(say(language, key, { count: 2, value: 'x', word: 'x', cells: 1, columns: 2 }), key).not.toBe(key);
});

test.each(ROLES.flatMap((role) => (['en', 'zh-CN', 'zh-TW'] as const).map((language) => [role, language] as const)))('our template for %s in %s is recognised', (role, language) => {
  const found = detectRecipe(templateHeader(role, language));
  expect(found?.recipe.id).toBe(`own.${role}s`);
  expect(found?.score).toBe(1);
});

test('exact names come before loose ones, and a second column never takes a field away', () => {
  const { mapping, confidence } = proposeMapping(['订单编号 ', '买家会员名', '买家实际支付金额', '订单状态', '总金额', '总 金额', '谜'].map((name) => name.trim()), []);
  expect(mapping.recipe).toBe('tmall.orders');
  expect(mapping.columns.map(({ field }) => field)).toEqual(['order.no', 'id.buyer_id', 'money.paid', 'order.status', 'money.payable', 'property', 'property']);
  expect(confidence).toMatchObject({ 总金额: 1, '总 金额': 0.8, 谜: 0 });
});

test.each([
  ['orders', ['Order ID', 'Customer Email', 'Order Date', 'Total', 'Status'], ['9', 'a@b.co', '2024-03-01', '12.50', 'completed'], ['order'], { 'Order ID': 'order.no', 'Customer Email': 'id.email', 'Order Date': 'order.created_at', Total: 'money.total' }],
  ['lines', ['小票号', '商品名称', '数量', '单价', '会员手机', '门店', '销售日期'], ['P1', '龙井', '2', '10', '13800001111', '湖滨店', '2024-03-01'], ['line'], { 小票号: 'order.no', 商品名称: 'line.name', 数量: 'line.quantity', 门店: 'shop', 会员手机: 'id.phone' }],
  ['purchases without a number', ['member', 'tel', 'date', 'amount'], ['x', '13800001111', '2024-03-01', '9'], ['order'], { tel: 'id.phone', date: 'order.created_at', amount: 'money.paid' }],
  ['customers', ['姓名', '手机', '注册时间', '备注'], ['小满', '13800001111', '2024-03-01', 'x'], ['customer'], { 姓名: 'customer.name', 手机: 'id.phone', 注册时间: 'customer.since', 备注: 'property' }],
  ['ad costs', ['日期', '渠道', '花费'], ['2024-03-01', '抖音', '300'], ['cost'], { 日期: 'cost.at', 渠道: 'cost.channel', 花费: 'cost.amount' }],
  ['a nameless column', ['列一', '列二'], ['a@example.com', 'x'], ['customer'], { 列一: 'id.email' }],
] as const)('a file of %s nobody knows gets a mapping that reads it', (_, header, row, roles, fields) => {
  const { mapping } = proposeMapping(header, [row]);
  expect(mapping.roles).toEqual(roles);
  expect(Object.fromEntries(mapping.columns.map(({ header: name, field }) => [name, field]))).toMatchObject(fields);
  expect(isRejected(makeCleaner(mapping, header, context)(row, 2))).toBe(false);
  expect(mappingShape.parse(JSON.parse(JSON.stringify(mapping)))).toEqual(mapping);
});

test('R3: of ten rows two are bad; both say why, and after a fix all ten pass', () => {
  const header = ['phone', 'name', 'since', 'email'];
  const rows = Array.from({ length: 10 }, (_, i) => [`138 0000 000${i}`, `N${i}`, '2024-03-01', i === 3 ? 'Not An Address' : `U${i}@Example.COM`]);
  (rows[7] as string[])[0] = '12';
  const { mapping } = proposeMapping(header, rows);
  const clean = makeCleaner(mapping, header, context);
  const results = rows.map((row, index) => clean(row, index + 2));
  expect(results.filter(isRejected).flat().map(({ line, code, column }) => `${line} ${code} ${column}`)).toEqual(['5 email.unreadable email', '9 phone.unreadable phone']);
  const first = results[0];
  expect(first && !isRejected(first) && first.customer?.identifiers).toEqual([{ kind: 'phone', scope: '', value: '+8613800000000' }, { kind: 'email', scope: '', value: 'u0@example.com' }]);
  (rows[7] as string[])[0] = '13800000007';
  (rows[3] as string[])[3] = 'u3@example.com';
  expect(rows.map((row, index) => clean(row, index + 2)).filter(isRejected)).toEqual([]);
});

test('R12: a till receipt with a phone is an order line of its store, known by that phone', () => {
  const header = ['小票号', '商品名称', '数量', '行金额', '手机', '门店', '消费时间'];
  const row = ['P1', '龙井', '2', '256.00', '138-0000-1111', '湖滨店', '2024-03-01 10:00'];
  const result = makeCleaner(proposeMapping(header, [row]).mapping, header, context)(row, 2);
  expect(result).toMatchObject({ item: { shop: '湖滨店', amount: 25_600, quantity: 2, day: '2024-03-01' }, order: { shop: '湖滨店', orderNo: 'P1', identifiers: [{ kind: 'phone', value: '+8613800001111' }] } });
});

test('a row tells everything that is wrong with it at once', () => {
  const header = ['order_no', 'order_status', 'created_at', 'amount_paid'];
  const { mapping } = proposeMapping(header, []);
  const result = makeCleaner(mapping, header, context)(['1.93E+15', '神秘', 'soon', 'much'], 2);
  expect(isRejected(result) && result.map(({ code, column }) => `${code} ${column}`).sort()).toEqual(['amount.unreadable amount_paid', 'order_no.damaged order_no', 'status.unknown order_status', 'time.unreadable created_at']);
  const wide = makeCleaner(mapping, header, context)(['1', 'paid', '2024-03-01', '5', 'surplus'], 3);
  expect(wide).toMatchObject([{ code: 'row.too_wide', params: { cells: 5, columns: 4 } }]);
});

test('preview of a drop: roles, order of reading, refusals by reason, questions, and each measure by month', () => {
  const orders = { name: 'o.csv', header: ['订单编号', '买家会员名', '总金额', '买家实际支付金额', '订单状态', '订单付款时间'], rows: [['1', 'a', '100', '90', '交易成功', '2024-03-31 23:00:00'], ['2', 'b', '50', '50', '待审核', '2024-04-01 01:00:00'], ['3', 'c', '20', '10.5', '交易成功', '2024-04-01 01:00:00']] };
  const lines = { name: 'l.csv', header: ['子订单编号', '主订单编号', '商品标题', '商品价格', '购买数量'], rows: [['11', '1', '茶', '50', '2']] };
  const refunds = { name: 'r.csv', header: ['退款编号', '订单编号', '买家退款金额', '退款完结时间'], rows: [['R1', '1', '9', '2024-04-02']] };
  const seen = preview([refunds, lines, orders], context);
  expect(seen.order).toEqual([2, 1, 0]);
  expect(readingOrder(seen.files.map(({ mapping }) => mapping))).toEqual([2, 1, 0]);
  expect(seen.files[2]).toMatchObject({
    recipe: 'tmall.orders', roles: ['order'], rows: 3, accepted: 2, rejects: [{ code: 'status.unknown', count: 1, line: 3 }], questions: [{ kind: 'status', words: ['待审核'] }],
    sums: { months: [{ month: '2024-03', sums: { payable: 10_000, paid: 9_000 } }, { month: '2024-04', sums: { payable: 2_000, paid: 1_050 } }] },
  });
  const answered = preview([{ ...orders, mapping: { ...(seen.files[2]?.mapping ?? (() => { throw new Error('no mapping'); })()), statuses: { 待审核: 'unpaid' } } }], context);
  expect(answered.files[0]).toMatchObject({ accepted: 3, rejects: [], questions: [] });
});
