import type { Recipe } from './types.ts';

const HOME = { platform: 'youzan', zone: 'Asia/Shanghai', currency: 'CNY', buyerScope: 'shop' } as const;

/** 有赞 exports. The buyer's own phone says who it is; the receiver's never does, and a nick is only a name. */
export const youzanOrders: Recipe = {
  ...HOME, id: 'youzan.orders', roles: ['order'], needs: ['订单号', '订单状态', '应收订单金额|订单实付金额', '买家付款时间|订单创建时间'], measure: 'paid',
  columns: {
    订单号: 'order.no', 销售渠道: 'order.channel', 归属店铺: 'shop', 订单类型: 'property', 订单状态: 'order.status', 订单来源: 'property', 订单创建时间: 'order.created_at', 买家付款时间: 'order.paid_at', 交易成功时间: 'order.done_at', 付款方式: 'property',
    支付流水号: 'property', 商品金额合计: 'money.goods', 运费: 'order.shipping', 店铺优惠合计: 'order.discount', 应收订单金额: 'money.payable', 订单实付金额: 'money.paid', 支付优惠合计: 'money.subsidy', 订单实收金额: 'money.received',
    全部商品名称: 'property', 商品种类数: 'property', 收货人省份: 'receiver.province', 收货人城市: 'receiver.city', 收货人地区: 'property', 收货人姓名: 'receiver.name', '收货人/提货人': 'receiver.name', 详细收货地址: 'receiver.address', '详细收货地址/提货地址': 'receiver.address',
    '收货人手机号/提货人手机号': 'id.receiver', 买家昵称: 'customer.name', 买家是否会员: 'property', 买家手机号: 'id.phone', 分销员: 'property', '分销员 (2)': 'property', 专属导购: 'property', 订单退款状态: 'order.refund_status', 订单已退款金额: 'order.refunded',
    买家备注: 'property', 商家订单备注: 'property',
  },
};

export const youzanLines: Recipe = {
  ...HOME, id: 'youzan.lines', roles: ['line'], needs: ['订单号', '商品名称', '商品数量', '商品实际成交金额'], measure: null,
  columns: {
    订单号: 'order.no', 商品名称: 'line.name', 商品类目: 'line.category', 商品规格: 'line.variant', 规格编码: 'line.sku', 商品编码: 'line.code', 商品单价: 'line.price', 商品成本价: 'line.cost', 商品优惠后价格: 'property', 商品数量: 'line.quantity',
    商品金额小计: 'ignore', '店铺优惠（分摊）': 'property', 商品实际成交金额: 'line.amount', 商品退款状态: 'line.refund_status', 商品已退款金额: 'line.refunded', 归属店铺: 'shop', 订单创建时间: 'order.created_at', 买家付款时间: 'order.paid_at', 订单状态: 'line.status',
  },
};

export const youzanCustomers: Recipe = {
  ...HOME, id: 'youzan.customers', roles: ['customer'], needs: ['客户手机号', '成为客户时间|客户姓名|客户昵称'], measure: null,
  columns: {
    客户姓名: 'customer.name', 客户昵称: 'customer.text:nickname', 客户手机号: 'id.phone', 客户生日: 'customer.day:birthday', 客户性别: 'customer.text:gender', 标签: 'customer.tags', 是否会员: 'customer.text:is_member', 成长值: 'customer.number:growth_value',
    免费等级: 'customer.text:tier', 付费等级: 'customer.text:paid_tier', 客户积分: 'customer.number:points', 客户储值余额: 'customer.number:stored_value', 消费次数: 'customer.number:platform_order_count', 消费金额: 'customer.number:platform_spent', 累计退款金额: 'customer.number:platform_refunded',
    上次消费时间: 'customer.day:platform_last_order', 导购员: 'customer.text:guide', 企微好友: 'customer.text:wecom_friend', 来源渠道: 'customer.text:first_channel', 成为客户时间: 'customer.since', 归属店铺: 'shop',
  },
};
