import type { Field } from '../fields.ts';
import type { Recipe } from './types.ts';

type Rows = readonly (readonly [en: string, zhCN: string, zhTW: string, field: Recipe['columns'][string]])[];

const BUYER: Rows = [
  ['buyer_id', '买家编号', '買家編號', 'id.buyer_id'], ['member_no', '会员号', '會員編號', 'id.member_no'], ['phone', '手机号', '手機號碼', 'id.phone'], ['email', '邮箱', '電子郵件', 'id.email'],
  ['openid', 'openid (公众号)', 'openid (官方帳號)', 'id.openid'], ['unionid', 'unionid (微信)', 'unionid (WeChat)', 'id.unionid'], ['external_userid', 'external_userid (企微)', 'external_userid (企業微信)', 'id.external_userid'], ['user_id', '用户编号', '使用者編號', 'id.user_id'],
];
const SHOP: Rows = [['shop', '店铺', '店鋪', 'shop']];
const ORDER_NO: Rows = [['order_no', '订单号', '訂單編號', 'order.no']];

const orders: Rows = [
  ...ORDER_NO, ...SHOP, ['order_status', '订单状态', '訂單狀態', 'order.status'], ['created_at', '下单时间', '下單時間', 'order.created_at'], ['paid_at', '付款时间', '付款時間', 'order.paid_at'], ['shipped_at', '发货时间', '出貨時間', 'order.shipped_at'],
  ['currency', '币种', '幣別', 'order.currency'], ['amount_payable', '应付', '應付', 'money.payable'], ['amount_paid', '实付', '實付', 'money.paid'], ['platform_subsidy', '平台补贴', '平台補貼', 'money.subsidy'], ['payout', '打款', '撥款', 'money.payout'],
  ['shipping_fee', '邮费', '運費', 'order.shipping'], ['discount', '优惠金额', '折扣金額', 'order.discount'], ['refunded', '已退金额', '已退金額', 'order.refunded'], ['channel', '渠道', '通路', 'order.channel'], ['coupon', '优惠券', '優惠券', 'order.coupon'],
  ...BUYER, ['customer_name', '客户姓名', '顧客姓名', 'customer.name'], ['receiver_name', '收货人', '收件人', 'receiver.name'], ['receiver_phone', '收货手机', '收件人手機', 'id.receiver'], ['receiver_address', '收货地址', '收件地址', 'receiver.address'], ['province', '省份', '縣市', 'receiver.province'], ['city', '城市', '鄉鎮市區', 'receiver.city'], ['company', '企业名称', '公司名稱', 'order.company'],
];
const lines: Rows = [
  ...ORDER_NO, ...SHOP, ['sku', 'SKU编码', 'SKU 編號', 'line.sku'], ['product_name', '商品名', '商品名', 'line.name'], ['category', '品类', '商品類別', 'line.category'], ['quantity', '数量', '數量', 'line.quantity'], ['unit_price', '单价', '單價', 'line.price'],
  ['line_amount', '行金额', '明細金額', 'line.amount'], ['unit_cost', '单位成本', '單位成本', 'line.cost'], ['line_refunded', '行退款', '明細退款', 'line.refunded'], ['line_kind', '行类型', '明細類型', 'line.kind'], ['created_at', '下单时间', '下單時間', 'order.created_at'], ['paid_at', '付款时间', '付款時間', 'order.paid_at'], ['order_status', '订单状态', '訂單狀態', 'line.status'], ['currency', '币种', '幣別', 'order.currency'], ...BUYER,
];
const refunds: Rows = [
  ['refund_no', '退款单号', '退款單號', 'refund.no'], ['order_no', '订单号', '訂單編號', 'refund.order_no'], ...SHOP, ['sku', 'SKU编码', 'SKU 編號', 'refund.sku'], ['refunded_at', '退款时间', '退款時間', 'refund.at'], ['refund_amount', '退款额', '退款額', 'refund.amount'],
  ['currency', '币种', '幣別', 'order.currency'], ['refund_status', '退款结果', '退款結果', 'refund.status'], ['refund_reason', '退款原因', '退款原因', 'refund.reason'], ['goods_status', '货物情况', '商品狀況', 'refund.goods_status'], ['refund_cost', '退款成本', '退款成本', 'refund.cost'], ...BUYER,
];
const customers: Rows = [
  ...BUYER, ...SHOP, ['name', '姓名', '姓名', 'customer.name'], ['since', '成为客户日期', '成為顧客日期', 'customer.since'], ['gender', '性别', '性別', 'customer.text:gender'], ['birthday', '生日', '生日', 'customer.day:birthday'], ['city', '城市', '鄉鎮市區', 'customer.text:city'],
  ['province', '省份', '縣市', 'customer.text:province'], ['tier', '会员等级', '會員等級', 'customer.text:tier'], ['points', '积分', '點數', 'customer.number:points'], ['tags', '标签', '標籤', 'customer.tags'], ['company', '公司', '公司', 'customer.text:company'],
];
const events: Rows = [
  ['event', '事件', '事件', 'event.name'], ['time', '时间', '時間', 'event.at'], ['message_id', '消息编号', '訊息編號', 'event.id'], ['event_kind', '事件类型', '事件類型', 'event.kind'], ...SHOP, ['channel', '渠道', '通路', 'event.channel'], ['url', '网址', '網址', 'event.url'], ['campaign', '活动', '活動', 'event.campaign'], ['amount', '金额', '金額', 'event.amount'],
  ...BUYER, ['device_id', '设备号', '裝置編號', 'id.device'], ['anonymous_id', '匿名编号', '匿名編號', 'id.anonymous'],
];
const costs: Rows = [
  ['cost_no', '费用单号', '費用單號', 'cost.no'], ['date', '日期', '日期', 'cost.at'], ['cost_kind', '费用类型', '費用類型', 'cost.kind'], ['cost_amount', '费用金额', '費用金額', 'cost.amount'], ['currency', '币种', '幣別', 'order.currency'], ...SHOP, ['channel', '渠道', '通路', 'cost.channel'], ['campaign', '活动', '活動', 'cost.campaign'], ['order_no', '订单号', '訂單編號', 'order.no'], ...BUYER,
];

const NEEDS = {
  order: ['order_no', 'order_status'], line: ['order_no', 'quantity', 'sku'], refund: ['refund_no', 'refund_amount'], customer: ['name', 'since'], event: ['event', 'time'], cost: ['cost_kind', 'cost_amount'],
} as const;
const ROWS = { order: orders, line: lines, refund: refunds, customer: customers, event: events, cost: costs } as const;
const LANGUAGES = ['en', 'zh-CN', 'zh-TW'] as const;

/** The header of our own template for a role, in a language: what a person downloads, fills in and drops. */
export const templateHeader = (role: keyof typeof ROWS, language: (typeof LANGUAGES)[number]): string[] => ROWS[role].map((row) => row[LANGUAGES.indexOf(language)] as string);

function ownRecipe(role: keyof typeof ROWS): Recipe {
  const rows = ROWS[role];
  const columns: Record<string, Recipe['columns'][string]> = {};
  for (const [en, cn, tw, field] of rows) for (const name of [en, cn, tw]) columns[name] = field as Field;
  const needs = NEEDS[role].map((name) => rows.find(([en]) => en === name)?.slice(0, 3).join('|') ?? name);
  return { id: `own.${role}s`, platform: 'own', roles: [role], needs, measure: role === 'order' ? 'paid' : null, columns, buyerScope: 'source' };
}

/** Our own templates: one a role, headers in any of the three languages. */
export const ownRecipes: readonly Recipe[] = (['order', 'line', 'refund', 'customer', 'event', 'cost'] as const).map(ownRecipe);
