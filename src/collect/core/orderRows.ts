import type { Day } from '../../kernel/day.ts';
import { own } from '../../kernel/own.ts';
import { isMeasure } from './fields.ts';
import { type Found, makeIdentifiers, NOTHING_SHOWN } from './identifiers.ts';
import type { Mapping } from './mapping.ts';
import type { Context, Read, Readers } from './readers.ts';
import type { FullRefund, OrderRow } from './records.ts';
import { makeStatusReader, refundState, type Status, statusWord } from './statuses.ts';
import { remembered } from './text.ts';

type Row = readonly string[];

/** What every record of a row shares. */
export type Shared = { shopOf: Read<string>; currencyOf: Read<string>; orderNoOf: Read<string>; dayOf(ms: number): Day; found: Read<Found> };

/**
 * Reads the order a row speaks of. Rows of one order mostly follow each other and repeat its cells: the record made for the
 * row before is then given again (the very same object), which is what keeps line files fast.
 */
export function makeOrderReader(read: Readers, mapping: Mapping, context: Context, shared: Shared): (row: Row, orderNo: string) => OrderRow {
  const build = makeOrderBuilder(read, mapping, context, shared);
  const own = orderColumns(read);
  let last: OrderRow | undefined;
  let lastRow: Row = [];
  return (row, orderNo) => {
    if (last !== undefined && last.orderNo === orderNo && own.every((index) => row[index] === lastRow[index])) return last;
    const order = build(row, orderNo);
    last = read.state.faults.length === 0 ? order : undefined;
    lastRow = row;
    return order;
  };
}

function orderColumns(read: Readers): number[] {
  const columns: number[] = [];
  for (const [field, indexes] of read.columns) if (!field.startsWith('line.') && field !== 'ignore' && field !== 'order.no') columns.push(...indexes);
  return columns;
}

function makeOrderBuilder(read: Readers, mapping: Mapping, context: Context, shared: Shared): (row: Row, orderNo: string) => OrderRow {
  const status = makeStatusOf(read, mapping);
  const assumed = mapping.statusDefault;
  const createdAt = read.time('order.created_at');
  const paidAt = read.time('order.paid_at');
  const shippedAt = read.time('order.shipped_at');
  const cancelledAt = read.time('order.cancelled_at');
  const shipping = read.money('order.shipping');
  const discount = read.money('order.discount');
  const refunded = read.money('order.refunded');
  const measures = makeMeasures(read);
  const properties = read.properties();
  const company = read.text('order.company');
  const receiver = makeReceiver(read);
  const channel = read.word('order.channel');
  const coupon = read.word('order.coupon');
  const province = read.word('receiver.province');
  const city = read.word('receiver.city');
  const customerName = read.text('customer.name');
  const receiverName = read.text('receiver.name');
  const fullRefund = makeFullRefund(read);
  return (row, orderNo) => {
    const currency = shared.currencyOf(row);
    const sums = measures(row, currency);
    const ordered = createdAt(row);
    const paid = paidAt(row);
    const at = paid ?? ordered;
    const found = shared.found(row);
    const state = cancelledAt(row) !== null && !paid ? 'closed' : status(row);
    const back = refunded(row, currency);
    const amount = mapping.measure === null ? null : (sums[mapping.measure] ?? null);
    const kept = found.shown === NOTHING_SHOWN ? properties(row) : { ...properties(row), ...found.shown };
    return {
      source: context.source, shop: shared.shopOf(row), orderNo, status: state, assumed, orderedAt: ordered, paidAt: paid, day: at === null ? '' : shared.dayOf(at), currency, amount,
      shipping: shipping(row, currency) ?? 0, discount: discount(row, currency) ?? 0, refunded: back,
      fullRefund: fullRefund(row, { amount: amount ?? sums['total'] ?? 0, back, shipped: shippedAt(row) !== null || isSent(state || assumed) }),
      measures: sums, channel: channel(row), coupon: coupon(row), province: province(row), city: city(row), receiver: receiver(row, found),
      b2b: company(row) !== '' && isCompany(company(row)), name: customerName(row) || receiverName(row), identifiers: found.identifiers, properties: kept,
    };
  };
}

const isSent = (status: Status): boolean => status === 'shipped' || status === 'done';

const isCompany = (title: string): boolean => /公司|集团|厂|店$|中心|学校|医院|酒店|事务所|合作社|\b(?:ltd|inc|gmbh|llc|corp|company)\b/i.test(title);

const NO_SUMS: Record<string, number> = Object.freeze({});

function makeMeasures(read: Readers): (row: Row, currency: string) => Record<string, number> {
  const found = [...read.columns.keys()].filter(isMeasure).map((field) => ({ name: field.slice(6), money: read.money(field) }));
  if (found.length === 0) return () => NO_SUMS;
  return (row, currency) => {
    const sums: Record<string, number> = {};
    for (const { name, money } of found) {
      const value = money(row, currency);
      if (value !== null) sums[name] = value;
    }
    return sums;
  };
}

/** Status by the order's own word, moved on by a fulfilment word; a word nobody knows is a fault that asks. */
function makeStatusOf(read: Readers, mapping: Mapping): Read<Status | ''> {
  const known = makeStatusReader(mapping.statuses);
  const decide = remembered((word) => known(word) ?? 'unknown');
  const word = read.text(read.has('order.status') ? 'order.status' : 'line.status');
  const index = read.has('order.status') ? read.at('order.status') : read.at('line.status');
  const fulfilment = read.text('order.fulfilment');
  const isShipped = remembered((text) => /^(?:fulfilled|shipped|delivered|已发货)$/.test(statusWord(text)));
  // A file that names none says nothing of it: what another said stands, and what is assumed counts where nobody does.
  if (index < 0) return () => '';
  return (row) => {
    const text = word(row);
    if (text === '') return '';
    const status = decide(text);
    if (status === 'unknown') {
      read.fault('status.unknown', index, { word: text.slice(0, 60) });
      return '';
    }
    return status === 'paid' && isShipped(fulfilment(row)) ? 'shipped' : status;
  };
}

/** Whether all the money went back: by the refund status, by a status word that says so, or by amounts. */
function makeFullRefund(read: Readers): (row: Row, facts: { amount: number; back: number | null; shipped: boolean }) => FullRefund {
  const refundStatus = read.text('order.refund_status');
  const status = read.text('order.status');
  const state = remembered(refundState);
  const says = remembered((word) => /^(?:refunded|wcrefunded|全额退款|全额退款成功|已全额退款)$/.test(statusWord(word)));
  return (row, { amount, back, shipped }) => {
    const word = refundStatus(row);
    const full = says(status(row)) || says(word) || (back !== null && back > 0 && amount > 0 && back >= amount);
    if (full) return shipped ? 'after_shipping' : 'before_shipping';
    return word !== '' && state(word) === 'pending' ? 'pending' : '';
  };
}

function makeReceiver(read: Readers): (row: Row, found: Found) => string {
  const name = read.text('receiver.name');
  const address = read.text('receiver.address');
  return (row, found) => {
    const phone = found.identifiers.find(({ kind }) => kind === 'receiver');
    if (phone) return phone.value;
    const both = `${name(row)} ${address(row)}`.trim();
    return both.includes('*') ? '' : both.replace(/\s+/g, ' ').toLowerCase();
  };
}

export const sharedOf = (read: Readers, mapping: Mapping, context: Context, dayOf: (ms: number) => Day, strict: boolean): Shared => {
  const shop = read.word('shop');
  const shopOf: Read<string> = (row) => shop(row) || context.shop;
  const currency = read.word('order.currency');
  const index = read.at('order.currency');
  const fallback = mapping.currency ?? context.currency;
  const decide = remembered((text) => {
    const code = own(CURRENCY_WORDS, text) ?? text.toUpperCase();
    return /^[A-Z]{3}$/.test(code) ? code : '?';
  });
  const currencyOf: Read<string> = index < 0 ? () => fallback : (row) => {
    const text = currency(row);
    if (text === '') return fallback;
    const code = decide(text);
    if (code === '?') read.fault('currency.unknown', index, { value: text.slice(0, 20) });
    return code;
  };
  return { shopOf, currencyOf, dayOf, orderNoOf: read.id('order.no', 'order_no.damaged'), found: makeIdentifiers(read, mapping, context, shopOf, strict) };
};

const CURRENCY_WORDS: Readonly<Record<string, string>> = { 人民币: 'CNY', 元: 'CNY', '¥': 'CNY', RMB: 'CNY', $: 'USD', '€': 'EUR', '£': 'GBP', 新台币: 'TWD', 新臺幣: 'TWD', 港币: 'HKD', 美元: 'USD' };
