import { own } from '../../kernel/own.ts';
import type { Field, Role } from './fields.ts';
import { looseName } from './header.ts';
import { RECIPES } from './recipes/all.ts';

export type Guess = { field: Field; confidence: number };

/** Names seen in files that belong to no recipe. What each could mean must not depend on the file's role; those that do are in GENERIC. */
const NAMES: Readonly<Partial<Record<Field, readonly string[]>>> = {
  'order.no': ['order id', 'orderid', 'order_id', 'order number', 'order #', 'invoice no', 'invoice number', 'transaction id', 'transaction_id', '订单id', '订单编码', '单号', '交易号', '平台订单号', '原始单号', '线上订单号', '訂單號', '訂單號碼', 'receipt no', '小票号', '流水号'],
  'order.status': ['状态', 'order state', 'payment status', '交易状态', '付款状态'],
  'order.created_at': ['order date', 'order_date', 'order time', 'ordered at', 'purchase date', 'transaction date', '下单日期', '订单日期', '创建时间', '交易时间', '销售日期', '消费时间', '消费日期', '購買日期', '訂購日期'],
  'order.paid_at': ['payment date', 'payment time', 'paid_date', '支付时间', '支付日期', '付款日期'],
  'order.currency': ['currency code', '货币'],
  'order.channel': ['sales channel', '来源', '销售渠道', '订单来源', '通路'],
  shop: ['store', 'store name', 'shop name', '门店', '门店名称', '店名', '店铺名', '分店', '門市'],
  'money.paid': ['paid amount', 'amount paid', '实付金额', '实际支付', '支付金额', '付款金额', '成交金额', '实收', '實付金額', '付款金額', 'payment amount', 'net sales', 'revenue', '销售额', '消费金额'],
  'money.payable': ['应付金额', '应付款', '應付金額'],
  'money.total': ['order total', 'total amount', 'grand total', '订单总额', '总价', '订单金额', '訂單金額', '合计', '总金额'],
  'order.shipping': ['shipping cost', 'freight', '运费', '邮费', 'shipping amount'],
  'order.discount': ['discount amount', '优惠', '折扣'],
  'line.sku': ['sku', 'sku id', 'sku编码', 'stock code', 'item code', 'barcode', '条码', '货号', '商品编号', '品號', '商品編號'],
  'line.product_id': ['product id', 'product_id', 'item id', '商品id'],
  'line.name': ['product', 'product name', 'item', 'item name', '商品', '商品名称', '宝贝', '品名', '产品名称', '商品名稱', 'description'],
  'line.category': ['product category', '类目', '品类', '分类', '商品分类'],
  'line.quantity': ['qty', '购买数量', '商品数量', '件数', '订购数量', '訂購數量'],
  'line.price': ['unit price', 'unitprice', 'item price', '商品单价', '售价', 'price', '价格'],
  'line.amount': ['line total', 'subtotal', '小计', '行小计', '商品金额', 'line amount', 'extended price'],
  'refund.no': ['refund id', 'refund number', '退款单号', '售后单号', '退款id'],
  'refund.amount': ['refund total', '退款金额', '退款总额', 'amount refunded'],
  'refund.at': ['refund date', '退款时间', '退款日期', '退款成功时间'],
  'refund.reason': ['return reason', '退款原因', '退货原因'],
  'id.buyer_id': ['customer id', 'customer_id', 'customerid', 'cust_id', 'client id', 'buyer', 'buyer id', '买家id', '客户编号', '客户id', '会员名', '买家账号', '用户名', '顧客編號'],
  'id.user_id': ['user id', 'userid', '用户id'],
  'id.member_no': ['member id', 'membership no', 'card no', '会员卡号', '会员编号', '卡号', '會員卡號'],
  'id.phone': ['mobile', 'mobile phone', 'telephone', 'tel', 'cell', '手机', '电话', '手机号码', '联系电话', '会员手机', '手機', '電話', '行動電話', 'phone number'],
  'id.email': ['e-mail', 'mail', 'email address', '邮箱地址', '电子邮件', '電子信箱', '信箱'],
  'id.openid': ['open id', 'wx openid', 'openid'],
  'id.unionid': ['union id', 'unionid'],
  'id.external_userid': ['external userid', '外部联系人id'],
  'id.receiver': ['收货手机', '收货电话', '收货人手机', '收件人电话', '收件人手机', '收货人电话', 'shipping phone', 'recipient phone'],
  'receiver.name': ['收货人', '收件人', 'recipient', 'ship to name'],
  'receiver.address': ['收货地址', '详细地址', 'shipping address', '收件地址'],
  'customer.name': ['customer', 'customer name', 'full name', 'name', '客户', '客户名称', '会员姓名', '姓名', '昵称', '客户昵称', '買家姓名'],
  'customer.since': ['registered at', 'signup date', 'created date', 'join date', '注册时间', '注册日期', '入会时间', '開通日期', '註冊日期'],
  'customer.tags': ['tag', 'labels', '客户标签'],
  'event.name': ['event name', 'event type', 'action', '事件名', '事件名称', '行为'],
  'event.at': ['event time', 'timestamp', 'occurred at', '发生时间', '事件时间'],
  'event.url': ['page url', '页面地址'],
  'cost.kind': ['cost type', 'expense type', '成本类型', '费用项'],
  'cost.amount': ['cost', 'spend', 'expense', 'ad spend', '花费', '消耗', '成本', '费用', '花費'],
};

const exact = new Map<string, Guess>();
for (const [field, names] of Object.entries(NAMES)) for (const name of names ?? []) exact.set(looseName(name), { field: field as Field, confidence: 0.85 });
for (const recipe of RECIPES.filter(({ platform }) => platform === 'own')) {
  for (const [name, at] of Object.entries(recipe.columns)) {
    const key = looseName(name);
    if (!at.includes(':') && at !== 'property' && !exact.has(key)) exact.set(key, { field: at as Field, confidence: 0.9 });
  }
}

/** Names that mean one thing in an order file and another in a cost file. */
const GENERIC: Readonly<Record<string, Partial<Record<Role, Field>>>> = {
  date: { order: 'order.created_at', line: 'order.created_at', refund: 'refund.at', event: 'event.at', cost: 'cost.at', customer: 'customer.since' },
  amount: { order: 'money.paid', line: 'line.amount', refund: 'refund.amount', event: 'event.amount', cost: 'cost.amount' },
  total: { order: 'money.total', line: 'line.amount', refund: 'refund.amount', event: 'event.amount', cost: 'cost.amount' },
  status: { order: 'order.status', line: 'line.status', refund: 'refund.status' },
  channel: { order: 'order.channel', event: 'event.channel', cost: 'cost.channel' },
  quantity: { line: 'line.quantity' },
  orderno: { order: 'order.no', line: 'order.no', refund: 'refund.order_no', cost: 'order.no' },
};
const GENERIC_NAMES: Readonly<Record<string, keyof typeof GENERIC>> = Object.fromEntries(
  [
    ['date', 'date', 'day', 'time', 'datetime', 'created at', '日期', '时间', '時間', '创建时间', 'created_at'],
    ['amount', 'amount', 'value', 'sales', '金额', '金額', '成交额'],
    ['total', 'total', '总额', '總額'],
    ['status', 'status', 'state', '状态', '狀態', '订单状态', '訂單狀態'],
    ['channel', 'channel', '渠道', '通路', '来源'],
    ['quantity', 'quantity', 'qty', '数量', '數量'],
    ['orderno', 'order no', 'order_no', 'order id', '订单号', '订单编号', '訂單編號'],
  ].flatMap(([group, ...names]) => names.map((name) => [looseName(name), group as keyof typeof GENERIC])),
);

/** What a header is by its name alone; a longer name that ends in a known one counts half. */
export function fieldOfName(header: string): Guess | undefined {
  const loose = looseName(header);
  const found = exact.get(loose);
  if (found) return found;
  if (own(GENERIC_NAMES, loose)) return undefined;
  let longest = '';
  for (const name of exact.keys()) if (name.length > Math.max(longest.length, name.charCodeAt(0) > 0x2e80 ? 2 : 4) && loose.endsWith(name)) longest = name;
  const near = longest === '' ? undefined : exact.get(longest);
  return near && { field: /收货|收件|shipping|ship to|recipient/i.test(header) && near.field === 'id.phone' ? 'id.receiver' : near.field, confidence: 0.6 };
}

/** What a header whose meaning hangs on the role is in a file of these roles. */
export function byGeneric(header: string, roles: readonly Role[], values: readonly string[]): Guess | undefined {
  const group = own(GENERIC_NAMES, looseName(header));
  if (!group || values.length === 0) return undefined;
  for (const role of roles) {
    const field = GENERIC[group]?.[role];
    if (field) return { field, confidence: 0.75 };
  }
  return undefined;
}

/** What a column's values look like, for a name that says nothing. */
export function fieldOfValues(header: string, values: readonly string[]): Guess | undefined {
  const share = (test: RegExp): number => (values.length === 0 ? 0 : values.filter((value) => test.test(value)).length / values.length);
  if (share(/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i) > 0.6) return { field: 'id.email', confidence: 0.6 };
  if (share(/^(?:\+?86[- ]?)?1[3-9]\d{9}$/) > 0.6) return { field: /收|ship|recipient/i.test(header) ? 'id.receiver' : 'id.phone', confidence: 0.5 };
  return undefined;
}

/** The roles a file plays, by the fields found in it; several when orders and their lines share a table. */
export function rolesOf(fields: readonly Field[], headers: readonly string[]): Role[] {
  const has = (...wanted: Field[]): boolean => wanted.some((field) => fields.includes(field));
  const loose = headers.map(looseName);
  if (has('refund.no') || (has('refund.amount') && has('refund.at', 'refund.reason'))) return ['refund'];
  if (has('event.name')) return ['event'];
  const isOrder = has('order.no', 'refund.order_no') || loose.some((name) => own(GENERIC_NAMES, name) === 'orderno');
  const isLine = has('line.quantity', 'line.sku', 'line.price', 'line.product_id', 'line.name');
  const money = fields.some((field) => field.startsWith('money.'));
  if (isOrder && isLine) return money ? ['order', 'line'] : ['line'];
  if (isOrder) return ['order'];
  const groups = new Set(loose.map((name) => own(GENERIC_NAMES, name)));
  // Who, when and how much, without a number: each row is a purchase.
  if (fields.some((field) => field.startsWith('id.')) && (money || groups.has('amount') || groups.has('total')) && (groups.has('date') || has('order.created_at', 'order.paid_at'))) return ['order'];
  if (has('cost.kind', 'cost.amount')) return ['cost'];
  return ['customer'];
}
