import type { Field, Role } from '../core/fields.ts';
import { costsOf } from './costs.ts';
import { lunar } from './calendar.ts';
import { orderOf, type ShopOrder } from './orders.ts';
import { type Birthday, type Buyer, buyerOf, CONSENT_CHANNELS, type ConsentChannel, toldBy, personOf } from './people.ts';
import type { Plan } from './plan.ts';
import { eventsOf } from './sessions.ts';

/** The label every sample customer carries as a tag. */
export const SIMULATED_TAG = '模拟数据';

const money = (cents: number): string => {
  const yuan = Math.trunc(cents / 100), rest = cents % 100;
  return rest === 0 ? `${yuan}.00` : `${yuan}.${rest < 10 ? '0' : ''}${rest}`;
};

const MINUTES = Array.from({ length: 1440 }, (_, i) => `${String(Math.floor(i / 60)).padStart(2, '0')}:${String(i % 60).padStart(2, '0')}`);
/** The shop's wall clock, "2026-01-15 20:31:07"; the second is anything, but always the same. */
const clockText = ({ world }: Plan, minute: number, salt: number): string => {
  const day = Math.floor(minute / 1440), second = salt % 60;
  return `${world.days.names[day]} ${MINUTES[minute - day * 1440]}:${second < 10 ? '0' : ''}${second}`;
};

/** One file of the sample: its name, what each column means to the import, its rows as a spreadsheet shows them. Streams; nothing is held. */
export type Table = Readonly<{ name: string; role: Role; columns: readonly SampleColumn[]; rows(plan: Plan): Generator<readonly string[]> }>;
/** Header, meaning, and the key of a typed customer field. */
export type SampleColumn = readonly [header: string, field: Field, as?: string];

export const headerOf = ({ columns }: Table): string[] => columns.map(([header]) => header);

function* eachOrder(plan: Plan): Generator<ShopOrder> {
  for (let serial = 0; serial < plan.length; serial++) {
    const entry = plan.entry(serial);
    if (entry.moment !== 'visit') yield orderOf(plan, entry);
  }
}

export const ordersTable: Table = {
  name: 'simulated-orders.csv',
  role: 'order',
  columns: [['channel', 'order.channel'], ['shop', 'shop'], ['order_no', 'order.no'], ['status', 'order.status'], ['ordered_at', 'order.created_at'], ['paid_at', 'order.paid_at'],
    ['paid_amount', 'money.paid'], ['list_amount', 'money.total'], ['shipping_fee', 'order.shipping'], ['discount', 'order.discount'], ['currency', 'order.currency'], ['coupon', 'order.coupon'],
    ['member_no', 'id.member_no'], ['name', 'customer.name'], ['phone', 'id.phone'], ['email', 'id.email'],
    ['receiver', 'receiver.name'], ['province', 'receiver.province'], ['city', 'receiver.city'], ['company', 'order.company']],
  *rows(plan) {
    for (const order of eachOrder(plan)) {
      const { shop, person, entry, paidMinute } = order;
      yield [shop.key, shop.name, order.no, order.status, clockText(plan, entry.minute, entry.key), paidMinute === null ? '' : clockText(plan, paidMinute, entry.key + 1),
        money(order.amountCents), money(order.amountCents + order.discountCents), money(order.shippingCents), money(order.discountCents), 'CNY', order.coupon,
        person?.number ?? '', person?.name ?? '', person?.phone ?? '', person?.email ?? '',
        order.receiver, person?.place.province ?? '', person?.place.city ?? '', order.b2b && person ? person.name : ''];
    }
  },
};

export const linesTable: Table = {
  name: 'simulated-lines.csv',
  role: 'line',
  columns: [['shop', 'shop'], ['order_no', 'order.no'], ['sku', 'line.sku'], ['product', 'line.name'], ['category', 'line.category'],
    ['quantity', 'line.quantity'], ['line_amount', 'line.amount'], ['line_cost', 'line.cost']],
  *rows(plan) {
    for (const { shop, no, lines, shippingCents } of eachOrder(plan)) {
      for (const { product, quantity, amountCents, costCents } of lines) {
        yield [shop.name, no, product.sku, shop.key === 'site' ? product.english : product.name, product.category, String(quantity), money(amountCents), money(costCents)];
      }
      if (shippingCents > 0) yield [shop.name, no, 'POSTAGE', '邮费', '', '1', money(shippingCents), ''];
    }
  },
};

export const refundsTable: Table = {
  name: 'simulated-refunds.csv',
  role: 'refund',
  columns: [['shop', 'shop'], ['refund_no', 'refund.no'], ['order_no', 'refund.order_no'], ['sku', 'refund.sku'], ['refunded_at', 'refund.at'], ['refund_amount', 'refund.amount'],
    ['refund_cost', 'refund.cost'], ['refund_status', 'refund.status'], ['goods_status', 'refund.goods_status'], ['reason', 'refund.reason']],
  *rows(plan) {
    for (const { shop, no, refund, entry } of eachOrder(plan)) {
      if (!refund) continue;
      yield [shop.name, `RF${no}`, no, refund.sku, clockText(plan, refund.minute, entry.key + 2), money(refund.amountCents), money(refund.costCents),
        refund.status, refund.beforeShipping ? '未发货' : '已收货', refund.reason];
    }
  },
};

const solarText = ({ year, month, day }: Birthday): string => `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
const LUNAR_MONTHS = ['正', '二', '三', '四', '五', '六', '七', '八', '九', '十', '冬', '腊'] as const;
const LUNAR_DIGITS = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十'] as const;
/** A lunar birthday as people write it: 八月十五. */
const lunarText = ({ month, day }: Birthday): string => {
  const ones = LUNAR_DIGITS[(day - 1) % 10];
  const text = day <= 10 ? `初${ones}` : day < 20 ? `十${ones}` : day === 20 ? '二十' : `廿${ones}`;
  return `${LUNAR_MONTHS[month - 1]}月${text}`;
};

/** Consent as a file tells it: a column a channel, 'given' or nothing. */
export const consentKey = (channel: ConsentChannel): string => `consent_${channel}`;

export const customersTable: Table = {
  name: 'simulated-customers.csv',
  role: 'customer',
  columns: [['member_no', 'id.member_no'], ['name', 'customer.name'], ['phone', 'id.phone'], ['email', 'id.email'], ['gender', 'customer.text', 'gender'],
    ['birthday', 'customer.day', 'birthday'], ['lunar_birthday', 'customer.text', 'lunar_birthday'], ['province', 'customer.text', 'province'], ['city', 'customer.text', 'city'],
    ['customer_since', 'customer.since'], ['first_channel', 'customer.text', 'first_channel'], ['home_shop', 'shop'], ['company', 'customer.text', 'company'],
    ...CONSENT_CHANNELS.map((channel): SampleColumn => [consentKey(channel), 'customer.text', consentKey(channel)]), ['tags', 'customer.tags']],
  *rows(plan) {
    for (let index = 0; index < plan.world.customers; index++) yield customerRow(plan, buyerOf(plan.world, index));
  },
};

function customerRow({ world }: Plan, buyer: Buyer): string[] {
  const person = personOf(world, buyer);
  const { birthday, consents } = toldBy(world, buyer, person);
  const solar = birthday && (birthday.lunar ? lunar(birthday.year, birthday.month, birthday.day) : solarText(birthday));
  return [person.number, person.name, person.phone, person.email, buyer.kind === 'b2b' ? '' : person.gender === 'f' ? 'female' : 'male', solar ?? '', birthday?.lunar ? lunarText(birthday) : '',
    person.place.province, person.place.city, world.days.names[buyer.arrivedDay] as string, buyer.acquisition,
    buyer.home.name, buyer.kind === 'b2b' ? person.name : '', ...CONSENT_CHANNELS.map((channel) => (consents.includes(channel) ? 'given' : '')), SIMULATED_TAG];
}

const memberNo = ({ world }: Plan, customer: number): string => personOf(world, buyerOf(world, customer)).number;

export const eventsTable: Table = {
  name: 'simulated-events.csv',
  role: 'event',
  columns: [['message_id', 'event.id'], ['time', 'event.at'], ['event', 'event.name'], ['member_no', 'id.member_no'], ['channel', 'event.channel'], ['shop', 'shop'],
    ['campaign', 'event.campaign'], ['event_amount', 'event.amount'], ['sku', 'property'], ['product', 'property'], ['category', 'property'], ['friend', 'property']],
  *rows(plan) {
    for (let serial = 0; serial < plan.length; serial++) {
      for (const seen of eventsOf(plan, plan.entry(serial))) {
        yield [seen.id, clockText(plan, seen.minute, serial), seen.event, memberNo(plan, seen.customer), seen.shop.key, seen.shop.name, seen.campaign,
          seen.amountCents === null ? '' : money(seen.amountCents), seen.sku, seen.product, seen.category, seen.friend === null ? '' : memberNo(plan, seen.friend)];
      }
    }
  },
};

export const costsTable: Table = {
  name: 'simulated-costs.csv',
  role: 'cost',
  columns: [['cost_no', 'cost.no'], ['cost_day', 'cost.at'], ['cost_kind', 'cost.kind'], ['cost_channel', 'cost.channel'], ['cost_amount', 'cost.amount'], ['currency', 'order.currency']],
  *rows(plan) {
    for (const { no, day, kind, channel, amountCents } of costsOf(plan)) yield [no, day, kind, channel, money(amountCents), 'CNY'];
  },
};

/** Every file of the sample, in the order an import reads them best. */
export const TABLES: readonly Table[] = [ordersTable, linesTable, refundsTable, customersTable, eventsTable, costsTable];
