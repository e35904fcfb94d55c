import { csv, csvWithMark, gzipped, htmlTable, jsonl, type Table, tsv, workbook, zipped } from './fileWriters.ts';

/** One invented export of a platform, with what reading it must give. */
export type PlatformFile = {
  recipe: string; name: string; bytes: Buffer; password?: string;
  /** Whose phone numbers it writes; CN when not said. */
  region?: string;
  expect: { orders?: number; lines?: number; refunds?: number; customers?: number; events?: number; costs?: number; rejects?: Record<string, number>; /** 销售额, minor units */ sales?: number };
};

const table = (header: string, ...rows: string[]): Table => ({ header: header.split('|'), rows: rows.map((row) => row.split('|')) });

const TMALL = '订单编号|买家会员名|买家支付宝账号|买家应付货款|买家应付邮费|买家支付积分|总金额|返点积分|买家实际支付金额|买家实际支付积分|订单状态|买家留言|收货人姓名|收货地址 |运送方式|联系电话 |联系手机|订单创建时间|订单付款时间 |宝贝标题 |宝贝种类 |物流单号 |物流公司|订单备注|宝贝总数量|店铺Id|店铺名称|订单关闭原因|卖家服务费|买家服务费|发票抬头|是否手机订单|分阶段订单信息|特权订金订单id|定金排名|修改后的sku|修改后的收货地址|异常信息|天猫卡券抵扣|集分宝抵扣|是否是O2O交易|新零售交易类型|退款金额|确认收货时间|打款商家金额|发货时间'.split('|');
const tmall = (cells: Record<string, string>): string[] => TMALL.map((header) => cells[header.trim()] ?? ({ 店铺名称: '长青茶铺', 店铺Id: '0', 运送方式: '快递', 宝贝总数量: '1' } as Record<string, string>)[header.trim()] ?? '');

export const tmallOrders: Table = {
  header: TMALL,
  rows: [
    tmall({ 订单编号: '="2201234567890123456"', 买家会员名: '茶友小满', 买家支付宝账号: 'xiaoman@example.com', 买家应付货款: '128.00', 总金额: '128.00', 买家实际支付金额: '128.00', 订单状态: '交易成功', 买家留言: '请"尽快",谢谢', 收货人姓名: '王小满', 收货地址: '浙江省 杭州市 西湖区', 联系电话: "'", 联系手机: "'13800001111", 订单创建时间: '2024-03-01 10:00:00', 订单付款时间: '2024-03-01 10:01:30', 卖家服务费: '0元', 确认收货时间: '2024-03-05 09:00:00', 打款商家金额: '128.00元', 发货时间: '2024-03-01 18:00:00' }),
    tmall({ 订单编号: '="2201234567890123457"', 买家会员名: '张**', 买家支付宝账号: '138****0000', 买家应付货款: '1,264.50', 买家应付邮费: '10.00', 总金额: '1,274.50', 买家实际支付金额: '1,274.50', 订单状态: '卖家已发货，等待买家确认', 收货人姓名: '李四', 收货地址: '上海市', 联系手机: '186******05', 订单创建时间: '2024/3/2 8:05', 订单付款时间: '2024/3/2 8:06', 退款金额: '无退款申请', 打款商家金额: '0.00', 发货时间: '2024-03-03 08:00:00' }),
    tmall({ 订单编号: '="2201234567890123458"', 买家会员名: '老客户阿明', 买家支付宝账号: 'aming@example.com', 买家应付货款: '69.20(分销商等级折扣：47.80)', 总金额: '69.20', 买家实际支付金额: '0', 订单状态: '等待买家付款', 收货人姓名: '阿明', 联系手机: '13900002222', 订单创建时间: '2024-03-03 11:11:11', 退款金额: '——' }),
    tmall({ 订单编号: '2.20123E+18', 买家会员名: '坏号', 总金额: '10', 买家实际支付金额: '10', 订单状态: '交易成功', 订单创建时间: '2024-03-03 11:11:11' }),
    tmall({ 订单编号: '="2201234567890123460"', 买家会员名: '茶友小满', 买家支付宝账号: 'xiaoman@example.com', 买家应付货款: '88.00', 总金额: '88.00', 买家实际支付金额: '88.00', 订单状态: '交易关闭', 收货人姓名: '王小满', 联系手机: '13800001111', 订单创建时间: '2024-03-04 12:00:00', 订单付款时间: '2024-03-04 12:01:00', 订单关闭原因: '买家申请退款', 退款金额: '88.00' }),
  ],
};
export const tmallLines = table(
  '子订单编号|主订单编号|商品标题|商品价格|购买数量|商品属性|套餐信息|订单状态|商家编码|买家应付货款|买家实付金额|退款状态|退款金额|订单创建时间|订单付款时间|商品ID|商家备注',
  '2201234567890123456|2201234567890123456|龙井 50g|128.00|1|颜色：绿||交易成功|LJ50|128.00|128.00|没有申请退款|无退款申请|2024-03-01 10:00:00|2024-03-01 10:01:30|701|',
  '2201234567890123471|2201234567890123457|普洱 357g|600.00|2|年份：2019||卖家已发货，等待买家确认|PE357|1200.00|1200.00||无退款申请|2024-03-02 08:05:00|2024-03-02 08:06:00|702|',
  '2201234567890123472|2201234567890123457|补差价专拍|1.00|64||||BCJ|64.50|64.50|||2024-03-02 08:05:00|2024-03-02 08:06:00|703|',
);
const tmallLinesOld = table('订单编号|标题|价格|购买数量|外部系统编号|商品属性|套餐信息|备注|订单状态|商家编码', `="2201234567890123456"|龙井 50g|128.00|1|||||交易成功|LJ50`, `="2201234567890123456"|龙井 50g|0.00|1|||||交易成功|LJ50`, `="2201234567890123457"|【赠】茶匙|5.00|1|||||卖家已发货，等待买家确认|CS`);
const tmallRefunds = table('退款编号|订单编号|支付宝交易号|订单付款时间|商品编码|退款完结时间|买家实际支付金额|宝贝标题|买家退款金额|手工退款/系统退款|是否需要退货|退款的申请时间|退款状态|货物状态|发货物流信息|客服介入状态|买家退款原因|部分退款/全部退款',
  `="99001234567890123456"|="2201234567890123460"|20240304|2024-03-04 12:01:00|LJ50|2024-03-04 20:00:00|88.00|龙井|88.00|系统退款|否|2024-03-04 13:00:00|退款成功|买家未收到货||未介入|拍错了|全部退款`,
  `="99001234567890123457"|="2201234567890123457"||2024-03-02 08:06:00|PE357||1274.50|普洱|100.00|系统退款|是|2024-03-06 13:00:00|买家已经申请退款，等待卖家同意|买家已收到货||未介入|质量|部分退款`);
const youzanOrders = table('订单号|销售渠道|归属店铺|订单类型|订单状态|订单来源|订单创建时间|买家付款时间|交易成功时间|付款方式|支付流水号|商品金额合计|运费|店铺优惠合计|应收订单金额|订单实付金额|支付优惠合计|订单实收金额|全部商品名称|商品种类数|收货人省份|收货人城市|收货人地区|收货人手机号/提货人手机号|买家昵称|买家是否会员|买家手机号|分销员|分销员|专属导购|订单退款状态|订单已退款金额',
  'E20240301100000001|网店|总店|普通订单|交易完成|微信|2024-03-01 09:00:00|2024-03-01 09:00:20|2024-03-08 09:00:00|微信支付|1|199.00|0.00|10.00|189.00|189.00|0.00|189.00|白茶|1|福建省|厦门市|思明区|13700003333|小白|是|13700004444|甲|乙|丙||0.00',
  'E20240302100000002|门店|湖滨店|普通订单|待发货|门店|2024-03-02 09:00:00|2024-03-02 09:00:20||微信支付|2|50.00|6.00|0.00|56.00|56.00|0.00|56.00|红茶|1|福建省|厦门市|思明区|13700003333|小红|否|13700005555||||退款中|0.00');
const youzanLines = table('订单号|商品名称|商品类目|商品规格|规格编码|商品编码|商品单价|商品成本价|商品优惠后价格|商品数量|商品金额小计|店铺优惠（分摊）|商品实际成交金额|商品退款状态|商品已退款金额',
  'E20240301100000001|白茶|茶叶|散装|BC1|BC|199.00|80.00|189.00|1|189.00|10.00|189.00||0.00', 'E20240302100000002|红茶|茶叶|罐装|HC1|HC|50.00|20.00|50.00|1|50.00|0.00|50.00|退款中|0.00', 'E20240302100000002|邮费补拍|其他||YF||6.00||6.00|1|6.00|0|6.00||0.00');
const youzanCustomers = table('客户姓名|客户昵称|客户手机号|客户生日|客户性别|标签|是否会员|成长值|免费等级|付费等级|客户积分|客户储值余额|消费次数|消费金额|累计退款金额|上次消费时间|导购员|企微好友|来源渠道|成为客户时间',
  '白晓|小白|13700004444|1990-05-01|女|老客,茶友|是|120|金卡|无|300|0.00|5|900.00|0.00|2024-03-01 09:00:00|丙|是|门店|2022-01-02 10:00:00', '红梅|小红|13700005555||女||否|0|||0|0|1|56.00|0|2024-03-02||否|网店|2024-03-02 09:00:00', '无号|无号|||男||否|0|||0|0|0|0|0||||网店|2024-03-03', '坏号|坏|12345||男||否|0|||0|0|0|0|0||||网店|2024-03-03');
const jdOrders = table('订单号|商品ID|货号|商品名称|订购数量|支付方式|下单时间|京东价|订单金额|结算金额|余额支付|应付金额|运费金额|订单状态|订单类型|下单帐号|客户姓名|客户地址|联系电话|订单备注|商家备注|付款确认时间|订单完成时间|订单来源',
  '289000000001|100001|H1|铁观音|2|在线支付|2024-03-01 12:00:00|100.00|200.00|180.00|0.00|180.00|0.00|完成|SOP|jd_tea1|林某|北京市|13600006666|||2024-03-01 12:01:00|2024-03-06 12:00:00|APP',
  '289000000001|100002|H2|茶杯|1|在线支付|2024-03-01 12:00:00|40.00|200.00|180.00|0.00|180.00|0.00|完成|SOP|jd_tea1|林某|北京市|13600006666|||2024-03-01 12:01:00|2024-03-06 12:00:00|APP',
  '289000000002|100001|H1|铁观音|1|在线支付|2024-03-02 12:00:00|100.00|100.00|100.00|0.00|100.00|0.00|等待出库|SOP|jd_***2|陈某|北京市|138****1234|||2024-03-02 12:01:00||APP',
  '289000000003|100001|H1|铁观音|1|在线支付|2024-03-02 12:00:00|100.00|100.00|100.00|0.00|100.00|0.00|神秘状态|SOP|jd_tea3|陈某|北京市|13600007777|||||APP');
const jdCompensations = table('赔付单号|订单号|下单帐号|赔付金额|赔付原因|申请时间|赔付时间|赔付状态', 'P1|289000000001|jd_tea1|15.00|延迟发货|2024-03-02|2024-03-03|已赔付');
const shopify = table('Name|Email|Financial Status|Paid at|Fulfillment Status|Fulfilled at|Accepts Marketing|Currency|Subtotal|Shipping|Taxes|Total|Discount Code|Discount Amount|Shipping Method|Created at|Lineitem quantity|Lineitem name|Lineitem price|Lineitem sku|Billing Name|Billing Zip|Shipping Name|Shipping City|Shipping Phone|Cancelled at|Payment Method|Refunded Amount|Vendor|Id|Tags|Source|Phone',
  `#1001|Ann@Example.com|paid|2024-03-01 10:00:00 +0800|fulfilled|2024-03-02 10:00:00 +0800|yes|USD|30.00|5.00|0.00|35.00||0.00|Std|2024-03-01 09:59:00 +0800|2|Green tea|10.00|GT|Ann Lee|'02139|Ann Lee|Boston|+1 617 555 0134||card|0.00|Tea|5001||web|`,
  '#1001|ann@example.com|||||||||||||||1|Cup|10.00|CUP',
  `#1002|bob@example.com|refunded|2024-02-29 23:30:00 -0500|unfulfilled||no|USD|20.00|0.00|0.00|20.00||0.00|Std|2024-02-29 23:29:00 -0500|2|Green tea|10.00|GT|Bob|'00501|Bob|NY|||card|20.00|Tea|5002||web|+16175550199`,
  '#1003|cy@example.com|voided||unfulfilled||no|USD|10.00|0|0|10.00||0||2024-03-03 10:00:00 +0800|1|Green tea|10.00|GT|Cy||||||2024-03-03 11:00:00 +0800||0|Tea|5003||web|');
const woo = table('Order Number|Order Status|Order Date|Email (Billing)|Phone (Billing)|Last Name (Billing)|Item #|SKU|Item Name|Quantity|Quantity (- Refund)|Item Cost|Order Line Total|Order Refund Amount|Order Total Amount|Order Currency',
  '5001|Completed|2024-03-01 10:20|eve@example.com|+44 20 7946 0958|Eve|1|GT|Green tea|2|2|10.00|20.00|0.00|25.00|GBP', '5001|Completed|2024-03-01 10:20|eve@example.com|+44 20 7946 0958|Eve|2|CUP|Cup|1|1|5.00|5.00|0.00|25.00|GBP', '5002|Processing|2024-03-02 11:00|dan@example|0|Dan|1|GT|Green tea|1|1|10.00|10.00|4.00|10.00|GBP');
const stripe = table('id|Created date (UTC)|Amount|Amount Refunded|Currency|Description|Fee|Refunded date (UTC)|Status|Customer ID|Customer Email|Invoice ID',
  'ch_1|2024-03-01 23:30|35.00|0.00|usd|Tea box|1.20||Paid|cus_1|ann@example.com|in_1', 'ch_2|2024-03-02 08:00|20.00|20.00|usd|Tea box|0.90|2024-03-03 08:00|Refunded|cus_2|bob@example.com|', 'ch_3|2024-03-02 09:00|20.00|0.00|usd|Tea box|0||Failed|cus_3|cy@example.com|', 'ch_4|2024-03-02 10:00|1000|0.00|jpy|Tea box|0||Paid|cus_4|di@example.com|');
const ownRefunds = table('refund_no|order_no|refunded_at|refund_amount|currency|refund_status|refund_reason|phone', 'R1|A1|2024-03-09 10:00:00|12.50|CNY|done|size|13800001111');
const ownCustomers = table('手機號碼|姓名|成為顧客日期|標籤|點數', '0912-345-678|王大明|2023-05-06|VIP、老客|30', '+886 912 345 679|陳小華|2023/5/7||');
const ownEvents = table('event|time|message_id|user_id|anonymous_id|url|page.title', 'page_viewed|2024-03-01T02:03:04Z|m1|u1|a1|https://example.com/|Home', 'added_to_cart|2024-03-01T02:05:04.123+08:00||u1|a1|https://example.com/p|Tea', '|2024-03-01T02:06:04Z|m3|u1|a1||');
const ownCosts = table('日期|费用类型|费用金额|币种|渠道|活动', '2024-03-01|获客|500.00|CNY|抖音|春茶', '2024-03-01|获客|500.00|CNY|抖音|春茶', '2024-03-02|午饭|30|CNY||');

/** A file of every platform, between them every format and encoding. The time zone of the tests is Asia/Shanghai, the currency CNY. */
export async function platformFiles(): Promise<PlatformFile[]> {
  return [
    { recipe: 'tmall.orders', name: 'ExportOrderList2024.csv', bytes: csv(tmallOrders, 'gbk'), expect: { orders: 4, rejects: { 'order_no.damaged': 1 }, sales: 12_800 + 127_450 + 0 + 8_800 } },
    { recipe: 'tmall.lines', name: 'ExportOrderDetailList2024.xlsx', bytes: workbook({ 说明: table('导出说明'), 明细: tmallLines }, 'xlsx'), expect: { orders: 2, lines: 3, sales: 139_250 } },
    { recipe: 'tmall.lines_old', name: 'lines.csv', bytes: csv(tmallLinesOld, 'gb18030'), expect: { orders: 2, lines: 3, sales: 13_300 } },
    { recipe: 'tmall.refunds', name: 'refunds.xls', bytes: workbook({ Sheet0: tmallRefunds }, 'biff8'), expect: { refunds: 2 } },
    { recipe: 'youzan.orders', name: '订单.zip', bytes: await zipped({ '订单/报表.csv': csvWithMark(youzanOrders) }, 'tea2024'), password: 'tea2024', expect: { orders: 2, sales: 24_500 } },
    { recipe: 'youzan.lines', name: '商品明细.xlsx', bytes: workbook({ Sheet1: youzanLines }, 'xlsx'), expect: { orders: 2, lines: 3, sales: 24_500 } },
    { recipe: 'youzan.customers', name: '客户.csv', bytes: csvWithMark(youzanCustomers), expect: { customers: 2, rejects: { 'customer.unidentified': 1, 'phone.unreadable': 1 } } },
    { recipe: 'jd.orders', name: '订单导出.xls', bytes: htmlTable(jdOrders, 'gb2312'), expect: { orders: 2, lines: 3, rejects: { 'status.unknown': 1 }, sales: 28_000 } },
    { recipe: 'jd.compensations', name: '赔付.csv', bytes: csv(jdCompensations, 'gbk'), expect: { costs: 1 } },
    { recipe: 'shopify.orders', name: 'orders_export_1.csv.gz', bytes: gzipped(csv(shopify)), expect: { orders: 3, lines: 4, sales: 6_500 } },
    { recipe: 'woocommerce.orders', name: 'orders.tsv', bytes: tsv(woo, 'utf-16le'), expect: { orders: 2, lines: 3, sales: 3_500 } },
    { recipe: 'stripe.payments', name: 'unified_payments.csv', bytes: csv(stripe), expect: { orders: 4, sales: 3_500 + 2_000 + 2_000 + 1_000 } },
    { recipe: 'own.refunds', name: 'refunds.tsv', bytes: tsv(ownRefunds, 'utf-16be'), expect: { refunds: 1 } },
    { recipe: 'own.customers', name: '顧客.csv', bytes: csv(ownCustomers, 'big5'), region: 'TW', expect: { customers: 2 } },
    { recipe: 'own.events', name: 'events.jsonl', bytes: jsonl(ownEvents), expect: { events: 2, rejects: { 'event.unnamed': 1 } } },
    { recipe: 'own.costs', name: 'costs.tsv', bytes: tsv(ownCosts, 'utf-8'), expect: { costs: 2, rejects: { 'cost_kind.unknown': 1 } } },
  ];
}
