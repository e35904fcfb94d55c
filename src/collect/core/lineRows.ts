import type { Mapping } from './mapping.ts';
import { LINE_KINDS, type LineKind, makeLineKind } from './nonGoods.ts';
import type { Shared } from './orderRows.ts';
import { type Context, minorOf, type Readers } from './readers.ts';
import type { LineRow, RefundRow } from './records.ts';
import { makeStatusReader, refundState } from './statuses.ts';
import { copyText, remembered } from './text.ts';

type Row = readonly string[];

/** Price and quantity as written, and what they come to: the line's own amount where the file gives one, else price × quantity, rounded once. */
function makeLineMoney(read: Readers, mapping?: Mapping): (row: Row, currency: string) => { amount: number; quantity: number; zeroPriced: boolean } {
  const quantity = read.number('line.quantity');
  const price = read.number('line.price');
  const own = read.money('line.amount');
  const priceAt = read.at('line.price');
  const amountAt = read.at('line.amount') >= 0 ? read.at('line.amount') : priceAt;
  // Lines without any money of their own share what the order says it came to.
  const orderPays = amountAt < 0 && mapping !== undefined && mapping.measure !== null;
  return (row, currency) => {
    const count = quantity(row) ?? 1;
    const given = own(row, currency);
    const each = price(row);
    if (given === null && each === null && !orderPays) read.fault('amount.missing', amountAt);
    const amount = given ?? minorOf((each ?? 0) * count, currency, () => read.fault('amount.too_large', priceAt, {}));
    return { amount, quantity: count, zeroPriced: !orderPays && (each === null ? amount === 0 : each === 0) };
  };
}

function makeSku(read: Readers): (row: Row) => string {
  const parts = (['line.sku', 'line.code', 'line.product_id'] as const).filter((field) => read.has(field)).map((field) => read.id(field, 'id.damaged'));
  const name = read.text('line.name');
  const variant = read.text('line.variant');
  const shared = remembered((sku) => sku, 200_000);
  return (row) => {
    for (const part of parts) {
      const sku = part(row);
      if (sku !== '') return shared(sku);
    }
    const both = variant(row) === '' ? name(row) : `${name(row)} ${variant(row)}`;
    return shared(both.slice(0, 300));
  };
}

/** Whether a row has a line at all: Shopify and templates may leave the line's cells empty. */
const LINE_CELLS = ['line.sku', 'line.code', 'line.product_id', 'line.name', 'line.price', 'line.amount', 'line.quantity'] as const;

export function makeLineReader(read: Readers, mapping: Mapping, context: Context, shared: Shared): (row: Row, orderNo: string) => LineRow | undefined {
  const money = makeLineMoney(read, mapping);
  const skuOf = makeSku(read);
  const kindOf = makeLineKind(mapping.nonGoods);
  const name = read.word('line.name');
  const category = read.word('line.category');
  const givenKind = read.text('line.kind');
  const refunded = read.money('line.refunded');
  const unitCost = read.money('line.cost');
  const paidAt = read.time('order.paid_at');
  const createdAt = read.time('order.created_at');
  const status = read.text('line.status');
  const knownStatus = makeStatusReader(mapping.statuses);
  const statusOf = remembered((word) => knownStatus(word) ?? '');
  const cells = LINE_CELLS.map((field) => read.at(field)).filter((index) => index >= 0);
  return (row, orderNo) => {
    if (cells.every((index) => (row[index] ?? '') === '')) return undefined;
    const currency = shared.currencyOf(row);
    const { amount, quantity, zeroPriced } = money(row, currency);
    const sku = skuOf(row);
    const title = name(row);
    const at = paidAt(row) ?? createdAt(row);
    const adjusts = mapping.stockAdjustments && quantity < 0 && zeroPriced;
    const cost = unitCost(row, currency);
    return {
      source: context.source, shop: shared.shopOf(row), orderNo, sku, occurrence: 0, name: title, category: category(row),
      kind: adjusts ? 'adjustment' : wordKind(givenKind(row)) ?? kindOf(sku, title, amount),
      quantity, amount, listed: amount, refunded: refunded(row, currency) ?? 0, cost: cost === null ? 0 : Math.round(cost * quantity), currency,
      day: at === null ? '' : shared.dayOf(at), at, status: statusOf(status(row)),
    };
  };
}

const wordKind = (word: string): LineKind | undefined => (word === '' ? undefined : LINE_KINDS.find((kind) => kind === word.toLowerCase()));

/** Rows whose document number marks them as refunds that name no order. The document may list a SKU more than once: the key numbers them. */
export function makeUnlinkedRefund(read: Readers, context: Context, shared: Shared): (row: Row, documentNo: string) => RefundRow {
  const money = makeLineMoney(read);
  const skuOf = makeSku(read);
  const createdAt = read.time('order.created_at');
  const properties = read.properties();
  const seen = new Map<string, number>();
  return (row, documentNo) => {
    const currency = shared.currencyOf(row);
    const sku = skuOf(row);
    const at = createdAt(row);
    const key = copyText(`${documentNo}/${sku}`);
    const nth = seen.get(key) ?? 0;
    seen.set(key, nth + 1);
    read.note('refund.unlinked');
    return {
      source: context.source, shop: shared.shopOf(row), refundNo: `${key}/${nth}`, documentNo, orderNo: '', sku, at, day: at === null ? '' : shared.dayOf(at),
      amount: -money(row, currency).amount || 0, currency, cost: 0, status: 'done', reason: '', beforeShipping: false, identifiers: shared.found(row).identifiers, properties: properties(row),
    };
  };
}

/** A row of a refund file. Its day is when the money went back, else when it was asked for. */
export function makeRefundReader(read: Readers, context: Context, shared: Shared): (row: Row) => RefundRow {
  const refundNo = read.id('refund.no', 'order_no.damaged');
  const orderNo = read.has('refund.order_no') ? read.id('refund.order_no', 'order_no.damaged') : shared.orderNoOf;
  const at = read.time('refund.at');
  const requestedAt = read.time('refund.requested_at');
  const amount = read.money('refund.amount');
  const cost = read.money('refund.cost');
  const status = read.text('refund.status');
  const state = remembered(refundState);
  const reason = read.text('refund.reason');
  const goods = read.text('refund.goods_status');
  const sku = read.text(read.has('refund.sku') ? 'refund.sku' : 'line.sku');
  const properties = read.properties();
  return (row) => {
    const currency = shared.currencyOf(row);
    const number = refundNo(row);
    const when = at(row) ?? requestedAt(row);
    const back = amount(row, currency);
    if (number === '') read.fault('refund_no.missing', read.at('refund.no'));
    if (back === null) read.fault('amount.missing', read.at('refund.amount'));
    if (when === null) read.fault('time.missing', read.at('refund.at'));
    const word = status(row);
    return {
      source: context.source, shop: shared.shopOf(row), refundNo: number, documentNo: number, orderNo: orderNo(row), sku: sku(row), at: when, day: when === null ? '' : shared.dayOf(when),
      amount: Math.abs(back ?? 0), currency, cost: cost(row, currency) ?? 0, status: word === '' ? 'done' : state(word) || 'pending', reason: reason(row),
      beforeShipping: /未发货|未收到货|not shipped|unfulfilled/i.test(goods(row)), identifiers: shared.found(row).identifiers, properties: properties(row),
    };
  };
}
