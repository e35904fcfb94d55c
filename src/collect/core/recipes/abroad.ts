import type { Recipe } from './types.ts';

/** Shopify: one row a line, the order's columns only on its first row; a refund is a sum on the order and has no date. */
export const shopifyOrders: Recipe = {
  id: 'shopify.orders', platform: 'shopify', roles: ['order', 'line'], needs: ['Name', 'Financial Status', 'Lineitem quantity', 'Lineitem name', 'Total'], measure: 'total', buyerScope: 'shop',
  columns: {
    Name: 'order.no', Email: 'id.email', 'Financial Status': 'order.status', 'Paid at': 'order.paid_at', 'Fulfillment Status': 'order.fulfilment', 'Fulfilled at': 'order.shipped_at', 'Accepts Marketing': 'property', Currency: 'order.currency',
    Subtotal: 'money.subtotal', Shipping: 'order.shipping', Taxes: 'property', Total: 'money.total', 'Discount Code': 'order.coupon', 'Discount Amount': 'order.discount', 'Shipping Method': 'property', 'Created at': 'order.created_at',
    'Lineitem quantity': 'line.quantity', 'Lineitem name': 'line.name', 'Lineitem price': 'line.price', 'Lineitem compare at price': 'ignore', 'Lineitem sku': 'line.sku', 'Lineitem requires shipping': 'ignore', 'Lineitem taxable': 'ignore',
    'Lineitem fulfillment status': 'ignore', 'Lineitem discount': 'ignore', 'Billing Name': 'customer.name', 'Billing Company': 'order.company', 'Billing Phone': 'id.phone', 'Shipping Name': 'receiver.name', 'Shipping Address1': 'receiver.address',
    'Shipping City': 'receiver.city', 'Shipping Province': 'receiver.province', 'Shipping Zip': 'property', 'Shipping Country': 'property', 'Shipping Phone': 'id.receiver', Notes: 'property', 'Cancelled at': 'order.cancelled_at', 'Payment Method': 'property',
    'Refunded Amount': 'order.refunded', Vendor: 'property', Id: 'property', Tags: 'property', 'Risk Level': 'property', Source: 'order.channel', Phone: 'id.phone', 'Billing Country': 'property', 'Billing City': 'property', 'Billing Zip': 'property',
  },
};

/** WooCommerce by Advanced Order Export: one row a line, the order's columns on each. Times are the site's. */
export const woocommerceOrders: Recipe = {
  id: 'woocommerce.orders', platform: 'woocommerce', roles: ['order', 'line'], needs: ['Order Number', 'Order Status', 'Order Date', 'Order Total Amount'], measure: 'total', buyerScope: 'shop',
  columns: {
    'Order Number': 'order.no', 'Order Status': 'order.status', 'Order Date': 'order.created_at', 'Paid Date': 'order.paid_at', 'Completed Date': 'order.done_at', 'Customer Note': 'property', 'First Name (Billing)': 'property', 'Last Name (Billing)': 'customer.name', 'Company (Billing)': 'order.company',
    'Address 1&2 (Billing)': 'property', 'City (Billing)': 'receiver.city', 'State Code (Billing)': 'receiver.province', 'Postcode (Billing)': 'property', 'Country Code (Billing)': 'property', 'Email (Billing)': 'id.email', 'Phone (Billing)': 'id.phone',
    'First Name (Shipping)': 'property', 'Last Name (Shipping)': 'receiver.name', 'Address 1&2 (Shipping)': 'receiver.address', 'Phone (Shipping)': 'id.receiver', 'Payment Method Title': 'property', 'Cart Discount Amount': 'order.discount', 'Order Subtotal Amount': 'money.subtotal',
    'Shipping Method Title': 'property', 'Order Shipping Amount': 'order.shipping', 'Order Refund Amount': 'order.refunded', 'Order Total Amount': 'money.total', 'Order Total Tax Amount': 'property', 'Order Currency': 'order.currency', 'Item #': 'ignore', SKU: 'line.sku', 'Item Name': 'line.name', Quantity: 'line.quantity',
    'Quantity (- Refund)': 'ignore', 'Item Cost': 'line.price', 'Order Line Total': 'line.amount', 'Category': 'line.category', 'Coupon Code': 'order.coupon', 'Discount Amount': 'ignore', 'Discount Amount Tax': 'ignore', 'Customer User ID': 'id.buyer_id',
  },
};

/** Stripe payments: each charge is an order of one sum; times are UTC. */
export const stripePayments: Recipe = {
  id: 'stripe.payments', platform: 'stripe', roles: ['order'], needs: ['id', 'Created date (UTC)|Created (UTC)', 'Amount', 'Currency', 'Status'], measure: 'paid', zone: 'UTC', buyerScope: 'source',
  columns: {
    id: 'order.no', 'Created date (UTC)': 'order.created_at', 'Created (UTC)': 'order.created_at', Amount: 'money.paid', 'Amount Refunded': 'order.refunded', Currency: 'order.currency', Captured: 'property', Description: 'property', Fee: 'property',
    'Refunded date (UTC)': 'property', Status: 'order.status', 'Seller Message': 'ignore', 'Customer ID': 'id.buyer_id', 'Customer Email': 'id.email', 'Customer Description': 'customer.name', 'Invoice ID': 'property', 'Card ID': 'ignore', 'Converted Amount': 'ignore', 'Converted Currency': 'ignore', 'Taxes On Fee': 'ignore',
  },
};
