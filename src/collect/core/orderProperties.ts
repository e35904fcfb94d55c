/** What every purchase and refund carries in histories, beside the columns all events have. */
export const ORDER_PROPERTIES: Readonly<Record<string, readonly string[]>> = { 'order.paid': ['order_no', 'coupon', 'promo', 'province', 'city'], 'order.refunded': ['order_no', 'sku', 'reason'] };
