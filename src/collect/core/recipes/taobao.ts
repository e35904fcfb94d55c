import type { Recipe } from './types.ts';

const HOME = { platform: 'tmall', zone: 'Asia/Shanghai', currency: 'CNY', buyerScope: 'platform' } as const;

/** Tmall and 淘宝 exports: orders with the older and the later columns, lines old and new, refunds. A nick is one person on all of the platform. */
export const taobaoOrders: Recipe = {
  ...HOME, id: 'tmall.orders', roles: ['order'], needs: ['订单编号', '买家会员名|买家昵称', '买家实际支付金额', '订单状态'], measure: 'paid',
  columns: {
    订单编号: 'order.no', 买家会员名: 'id.buyer_id', 买家昵称: 'id.buyer_id', 买家支付宝账号: 'id.login', 支付单号: 'property', 支付详情: 'property',
    买家应付货款: 'money.goods', 买家应付邮费: 'order.shipping', 买家支付积分: 'property', 总金额: 'money.payable', 返点积分: 'property', 买家实际支付金额: 'money.paid', 买家实际支付积分: 'property',
    订单状态: 'order.status', 买家留言: 'property', 收货人姓名: 'receiver.name', 收货地址: 'receiver.address', 运送方式: 'property', 联系电话: 'id.receiver', 联系手机: 'id.receiver',
    订单创建时间: 'order.created_at', 订单付款时间: 'order.paid_at', 宝贝标题: 'property', 宝贝种类: 'property', 物流单号: 'property', 物流公司: 'property', 订单备注: 'property', 宝贝总数量: 'property',
    店铺Id: 'property', 店铺名称: 'shop', 订单关闭原因: 'property', 卖家服务费: 'property', 买家服务费: 'property', 发票抬头: 'order.company', 是否手机订单: 'property', 分阶段订单信息: 'property',
    特权订金订单id: 'property', 定金排名: 'property', 修改后的sku: 'property', 修改后的收货地址: 'property', 异常信息: 'property', 天猫卡券抵扣: 'money.subsidy', 集分宝抵扣: 'property', 是否是O2O交易: 'property',
    新零售交易类型: 'property', 退款金额: 'order.refunded', 确认收货时间: 'order.done_at', 打款商家金额: 'money.payout', 发货时间: 'order.shipped_at', 商家备忘: 'property', 主订单编号: 'property',
  },
};

export const taobaoLinesOld: Recipe = {
  ...HOME, id: 'tmall.lines_old', roles: ['line'], needs: ['订单编号', '标题', '价格', '购买数量', '外部系统编号|商家编码'], measure: null,
  columns: {
    订单编号: 'order.no', 标题: 'line.name', 价格: 'line.price', 购买数量: 'line.quantity', 外部系统编号: 'line.code', 商品属性: 'line.variant', 套餐信息: 'property', 备注: 'property', 订单状态: 'line.status', 商家编码: 'line.sku',
  },
};

export const taobaoLines: Recipe = {
  ...HOME, id: 'tmall.lines', roles: ['line'], needs: ['子订单编号', '主订单编号', '商品标题|标题', '购买数量'], measure: null,
  columns: {
    子订单编号: 'line.no', 主订单编号: 'order.no', 商品标题: 'line.name', 标题: 'line.name', 商品价格: 'line.price', 价格: 'line.price', 购买数量: 'line.quantity', 商品属性: 'line.variant', 套餐信息: 'property', 备注: 'property', 订单状态: 'line.status',
    商家编码: 'line.sku', 外部系统编号: 'line.code', 买家应付货款: 'ignore', 买家实付金额: 'line.amount', 买家实际支付金额: 'line.amount', 退款状态: 'line.refund_status', 退款金额: 'line.refunded',
    订单创建时间: 'order.created_at', 订单付款时间: 'order.paid_at', 商品ID: 'line.product_id', 商家备注: 'property', 支付单号: 'property',
  },
};

export const taobaoRefunds: Recipe = {
  ...HOME, id: 'tmall.refunds', roles: ['refund'], needs: ['退款编号', '订单编号', '买家退款金额'], measure: null,
  columns: {
    退款编号: 'refund.no', 订单编号: 'refund.order_no', 支付宝交易号: 'property', 订单付款时间: 'property', 商品编码: 'refund.sku', 退款完结时间: 'refund.at', 买家实际支付金额: 'property', 宝贝标题: 'property', 买家退款金额: 'refund.amount',
    '手工退款/系统退款': 'property', 是否需要退货: 'property', 退款的申请时间: 'refund.requested_at', 退款状态: 'refund.status', 货物状态: 'refund.goods_status', 发货物流信息: 'property', 客服介入状态: 'property', 买家退款原因: 'refund.reason',
    '部分退款/全部退款': 'property', 买家会员名: 'id.buyer_id', 退货物流信息: 'property', 店铺名称: 'shop',
  },
};
