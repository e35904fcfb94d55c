export const ROLES = ['order', 'line', 'refund', 'customer', 'event', 'cost'] as const;
export type Role = (typeof ROLES)[number];

/** Kinds of identifiers a file can bring. `receiver` is where parcels went: it counts receivers and never says who someone is. */
export const IDENTIFIER_KINDS = ['buyer_id', 'member_no', 'phone', 'email', 'openid', 'unionid', 'external_userid', 'user_id', 'device', 'anonymous', 'receiver'] as const;
export type IdentifierKind = (typeof IDENTIFIER_KINDS)[number];
export type Identifier = { kind: IdentifierKind; scope: string; value: string };

/**
 * What a column can mean. `money.*` are named measures of an order, any name; `customer.text|number|day` are typed fields named by
 * the column's `as`; `property` is kept under its own header; `ignore` is not kept. Labels: `import.field.<field>`.
 */
export const FIELDS = [
  'order.no', 'order.status', 'order.fulfilment', 'order.refund_status', 'order.created_at', 'order.paid_at', 'order.shipped_at', 'order.done_at', 'order.cancelled_at',
  'order.currency', 'order.shipping', 'order.discount', 'order.refunded', 'order.channel', 'order.coupon', 'order.company', 'shop',
  'receiver.name', 'receiver.address', 'receiver.province', 'receiver.city',
  'money.payable', 'money.paid', 'money.received', 'money.settled', 'money.payout', 'money.total', 'money.subtotal', 'money.subsidy', 'money.goods',
  'line.no', 'line.sku', 'line.code', 'line.product_id', 'line.name', 'line.variant', 'line.category', 'line.quantity', 'line.price', 'line.amount', 'line.status', 'line.refunded', 'line.refund_status', 'line.cost', 'line.kind',
  'refund.no', 'refund.order_no', 'refund.at', 'refund.requested_at', 'refund.amount', 'refund.status', 'refund.reason', 'refund.goods_status', 'refund.sku', 'refund.cost',
  'id.buyer_id', 'id.member_no', 'id.phone', 'id.email', 'id.login', 'id.openid', 'id.unionid', 'id.external_userid', 'id.user_id', 'id.device', 'id.anonymous', 'id.receiver',
  'customer.name', 'customer.since', 'customer.tags', 'customer.text', 'customer.number', 'customer.day',
  'event.id', 'event.name', 'event.kind', 'event.at', 'event.url', 'event.campaign', 'event.amount', 'event.channel',
  'cost.no', 'cost.kind', 'cost.at', 'cost.amount', 'cost.channel', 'cost.campaign',
  'property', 'ignore',
] as const;
export type Field = (typeof FIELDS)[number] | `money.${string}`;

export const isMeasure = (field: string): boolean => field.startsWith('money.');
