import { toMinor } from '../../kernel/money.ts';
import type { Day } from '../../kernel/day.ts';
import { own } from '../../kernel/own.ts';
import type { WireEvent } from './normalize.ts';
import type { LineRow, OrderRow, RefundRow } from './records.ts';
import { isObject, type Json, type JsonObject, objectAt, textOf } from './wire.ts';

/** What an event of the e-commerce vocabulary says about an order. */
export type Shopping = { order?: OrderRow & { refunded: number }; lines: LineRow[]; refund?: RefundRow };
export type Till = { source: string; shop: string; channel: string; currency: string; dayOf(ms: number): Day };

const numberOf = (value: Json | undefined): number | null => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) && Math.abs(number) < 1e12 ? number : null;
};

const firstNumber = (from: JsonObject, ...keys: string[]): number | null => {
  for (const key of keys) {
    const number = numberOf(own(from, key));
    if (number !== null) return number;
  }
  return null;
};

const CURRENCY = /^[A-Z]{3}$/;
const currencyOf = (properties: JsonObject, till: Till): string => {
  const said = textOf(properties.currency).toUpperCase();
  return CURRENCY.test(said) ? said : till.currency;
};

/** The money an event names, in minor units of its currency; null when it names none. */
export function amountOf({ properties }: Pick<WireEvent, 'properties'>, till: Till): { amount: number; currency: string } | null {
  const currency = currencyOf(properties, till);
  const major = firstNumber(properties, 'total', 'revenue', 'value');
  return major === null ? null : { amount: toMinor(major, currency), currency };
}

const ORDERS: Readonly<Record<string, OrderRow['status']>> = {
  'order completed': 'paid', 'order paid': 'paid', 'completed order': 'paid', 'order updated': '', 'order cancelled': 'closed', 'order canceled': 'closed', 'order shipped': 'shipped', 'order fulfilled': 'done',
};
const REFUND = 'order refunded';
/** The names of events that speak of an order, in small letters. */
export const SHOPPING_EVENTS: readonly string[] = [...Object.keys(ORDERS), REFUND];

/** What is looked at of an event. */
export type OrderEvent = Pick<WireEvent, 'kind' | 'event' | 'messageId' | 'atMs' | 'properties' | 'shop' | 'channel' | 'name'>;

function linesOf(event: OrderEvent, orderNo: string, currency: string, till: Till, day: Day): LineRow[] {
  const products = event.properties.products;
  if (!Array.isArray(products)) return [];
  const seen = new Map<string, number>();
  return products.filter(isObject).map((product) => {
    const sku = (textOf(product.sku) || textOf(product.product_id) || textOf(product.variant) || textOf(product.name)).slice(0, 300);
    const occurrence = seen.get(sku) ?? 0;
    seen.set(sku, occurrence + 1);
    const quantity = numberOf(product.quantity) ?? 1;
    const amount = toMinor((numberOf(product.price) ?? 0) * quantity, currency);
    return {
      source: till.source, shop: event.shop || till.shop, orderNo, sku, occurrence, name: textOf(product.name), category: textOf(product.category),
      kind: amount === 0 ? 'gift' : 'goods', quantity, amount, listed: amount, refunded: 0, cost: 0, currency, day, at: event.atMs, status: '',
    };
  });
}

const NOT_KEPT = new Set(['order_id', 'orderId', 'products', 'total', 'revenue', 'value', 'currency', 'shipping', 'discount', 'coupon', 'channel', 'shop', 'store', 'province', 'state', 'city']);
const keptText = (properties: JsonObject): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).flatMap(([key, value]) => (!NOT_KEPT.has(key) && textOf(value) ? [[key, textOf(value).slice(0, 500)]] : [])));

function orderRow(event: OrderEvent, orderNo: string, status: OrderRow['status'], till: Till): OrderRow & { refunded: number } {
  const { properties } = event;
  const money = amountOf(event, till);
  const currency = currencyOf(properties, till);
  const minor = (...keys: string[]): number => toMinor(firstNumber(properties, ...keys) ?? 0, currency);
  const address = objectAt(properties, 'shipping_address');
  const paid = status === 'paid';
  return {
    source: till.source, shop: event.shop || till.shop, orderNo, status, orderedAt: event.atMs, paidAt: paid ? event.atMs : null, day: till.dayOf(event.atMs), currency,
    amount: money?.amount ?? null, shipping: minor('shipping'), discount: minor('discount'), refunded: 0, fullRefund: '', measures: money ? { paid: money.amount } : {},
    channel: event.channel || till.channel, coupon: textOf(properties.coupon), province: textOf(properties.province) || textOf(address.state), city: textOf(properties.city) || textOf(address.city),
    receiver: '', b2b: false, name: event.name, identifiers: [], properties: keptText(properties),
  };
}

function refundRow(event: OrderEvent, orderNo: string, till: Till, day: Day): RefundRow {
  const { properties } = event;
  const money = amountOf(event, till);
  const currency = currencyOf(properties, till);
  const lines = linesOf(event, orderNo, currency, till, day).reduce((sum, { amount }) => sum + amount, 0);
  return {
    source: till.source, shop: event.shop || till.shop, refundNo: textOf(properties.refund_id) || `${orderNo}/${event.messageId}`, documentNo: textOf(properties.refund_id) || orderNo, orderNo, sku: '',
    at: event.atMs, day, amount: Math.abs(money?.amount ?? lines), currency, cost: 0, status: 'done', reason: textOf(properties.reason), beforeShipping: false, identifiers: [], properties: {},
  };
}

/**
 * Reads Order Completed, Updated, Shipped, Cancelled and Refunded of the Segment e-commerce specification; undefined for every
 * other event. A refund that names no sum and no products takes back the whole order: its `amount` is 0 and the caller asks the order.
 */
export function shoppingOf(event: OrderEvent, till: Till): Shopping | undefined {
  if (event.kind !== 'track') return undefined;
  const name = event.event.toLowerCase();
  const orderNo = (textOf(event.properties.order_id) || textOf(event.properties.orderId)).slice(0, 200);
  if (orderNo === '') return undefined;
  const day = till.dayOf(event.atMs);
  if (name === REFUND) return { lines: [], refund: refundRow(event, orderNo, till, day) };
  const status = own(ORDERS, name);
  if (status === undefined) return undefined;
  const order = orderRow(event, orderNo, status, till);
  return { order, lines: status === 'paid' || status === '' ? linesOf(event, orderNo, order.currency, till, day) : [] };
}
