import { NON_GOODS } from '../nonGoods.ts';
import type { Recipe } from './types.ts';

const CODES = [
  ['POST', 'shipping'], ['DOT', 'shipping'], ['C2', 'shipping'], ['M', 'adjustment'], ['D', 'adjustment'], ['S', 'sample'], ['B', 'adjustment'], ['BANK CHARGES', 'adjustment'],
  ['AMAZONFEE', 'adjustment'], ['CRUK', 'adjustment'], ['PADS', 'adjustment'],
] as const;

/**
 * UCI Online Retail (dataset 352). An invoice that begins with C is a refund that names no order; a negative quantity at price
 * zero is a correction of stock; lines without a customer belong to nobody.
 */
export const uciOnlineRetail: Recipe = {
  id: 'uci.online_retail', platform: 'online_retail', roles: ['line'], needs: ['InvoiceNo|Invoice', 'StockCode', 'Quantity', 'InvoiceDate', 'UnitPrice|Price'], measure: null,
  currency: 'GBP', zone: 'Europe/London', refundPrefix: 'C', stockAdjustments: true, buyerScope: 'source',
  nonGoods: [...CODES.map(([text, kind]) => ({ kind, by: 'sku' as const, text })), ...NON_GOODS],
  columns: {
    InvoiceNo: 'order.no', Invoice: 'order.no', StockCode: 'line.sku', Description: 'line.name', Quantity: 'line.quantity', InvoiceDate: 'order.created_at', UnitPrice: 'line.price', Price: 'line.price', CustomerID: 'id.buyer_id', 'Customer ID': 'id.buyer_id', Country: 'property',
  },
};

/** CDNOW (Fader & Hardie): one row a transaction, no order number. */
export const cdnow: Recipe = {
  id: 'cdnow.transactions', platform: 'cdnow', roles: ['order'], needs: ['customer_id', 'date', 'number_of_cds', 'dollar_value'], measure: 'paid', currency: 'USD', derivedOrderNo: true, buyerScope: 'source',
  columns: { customer_id: 'id.buyer_id', date: 'order.created_at', number_of_cds: 'property', dollar_value: 'money.paid' },
};
