import type { Recipe } from './types.ts';

const HOME = { platform: 'jd', zone: 'Asia/Shanghai', currency: 'CNY', buyerScope: 'platform' } as const;

/** 京东: one row an order line, the order's columns repeated on each. */
export const jdOrders: Recipe = {
  ...HOME, id: 'jd.orders', roles: ['order', 'line'], needs: ['订单号', '商品ID', '订购数量', '下单时间', '京东价'], measure: 'settled',
  columns: {
    订单号: 'order.no', 商品ID: 'line.product_id', 货号: 'line.code', 商品名称: 'line.name', 订购数量: 'line.quantity', 支付方式: 'property', 下单时间: 'order.created_at', 京东价: 'line.price', 订单金额: 'money.total', 结算金额: 'money.settled', 余额支付: 'property',
    应付金额: 'money.payable', 运费金额: 'order.shipping', 订单状态: 'order.status', 订单类型: 'property', 下单帐号: 'id.buyer_id', 下单账号: 'id.buyer_id', 客户姓名: 'receiver.name', 客户地址: 'receiver.address', 联系电话: 'id.receiver',
    订单备注: 'property', 商家备注: 'property', 发票类型: 'property', 发票抬头: 'order.company', 付款确认时间: 'order.paid_at', 订单完成时间: 'order.done_at', 订单来源: 'order.channel', 订单渠道: 'property', 商家SKUID: 'line.sku', 仓库名称: 'property', 店铺名称: 'shop',
  },
};

/** Compensations are what a service case cost; they are no refunds of the order. */
export const jdCompensations: Recipe = {
  ...HOME, id: 'jd.compensations', roles: ['cost'], costKind: 'service', needs: ['赔付单号', '订单号', '赔付金额'], measure: null,
  columns: {
    赔付单号: 'cost.no', 订单号: 'order.no', 赔付金额: 'cost.amount', 赔付原因: 'cost.campaign', 赔付时间: 'cost.at', 申请时间: 'ignore', 创建时间: 'cost.at', 赔付状态: 'ignore', 下单帐号: 'id.buyer_id', 下单账号: 'id.buyer_id',
  },
};
