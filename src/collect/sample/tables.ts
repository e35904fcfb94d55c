import type { Role } from '../core/fields.ts';
import { costsOf } from './costs.ts';
import { lunar } from './calendar.ts';
import { orderOf, type ShopOrder } from './orders.ts';
import { type Birthday, type Buyer, buyerOf, CONSENT_CHANNELS, type ConsentChannel, memberNo, personOf, toldBy } from './people.ts';
import type { Plan } from './plan.ts';
import { opinionsOf } from './opinions.ts';
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

/**
 * One file of the sample in our own template: its name, its header, its rows as a spreadsheet shows them. Streams; nothing is held.
 * Columns beyond the template (`friend`, `first_channel`, `consent_sms` …) are kept as properties.
 */
export type Table = Readonly<{ name: string; role: Role; header: readonly string[]; rows(plan: Plan): Generator<readonly string[]> }>;

function* eachOrder(plan: Plan): Generator<ShopOrder> {
  for (let serial = 0; serial < plan.length; serial++) {
    const entry = plan.entry(serial);
    if (entry.moment !== 'visit') yield orderOf(plan, entry);
  }
}

export const ordersTable: Table = {
  name: 'simulated-orders.csv',
  role: 'order',
  header: ['order_no', 'shop', 'channel', 'order_status', 'created_at', 'paid_at', 'currency', 'amount_payable', 'amount_paid', 'shipping_fee', 'discount', 'coupon',
    'member_no', 'phone', 'email', 'customer_name', 'receiver_name', 'province', 'city', 'company'],
  *rows(plan) {
    for (const order of eachOrder(plan)) {
      const { shop, person, entry, paidMinute } = order;
      yield [order.no, shop.name, shop.key, order.status, clockText(plan, entry.minute, entry.key), paidMinute === null ? '' : clockText(plan, paidMinute, entry.key + 1), 'CNY',
        money(order.amountCents + order.discountCents), money(order.amountCents), money(order.shippingCents), money(order.discountCents), order.coupon,
        person?.number ?? '', person?.phone ?? '', person?.email ?? '', person?.name ?? '', order.receiver, person?.place.province ?? '', person?.place.city ?? '',
        order.b2b && person ? person.name : ''];
    }
  },
};

export const linesTable: Table = {
  name: 'simulated-lines.csv',
  role: 'line',
  header: ['order_no', 'shop', 'sku', 'product_name', 'category', 'quantity', 'line_amount', 'unit_cost'],
  *rows(plan) {
    for (const { shop, no, lines, shippingCents } of eachOrder(plan)) {
      for (const { product, quantity, amountCents } of lines) {
        yield [no, shop.name, product.sku, shop.key === 'site' ? product.english : product.name, product.category, String(quantity), money(amountCents), money(product.costCents)];
      }
      if (shippingCents > 0) yield [no, shop.name, 'POSTAGE', '邮费', '', '1', money(shippingCents), ''];
    }
  },
};

export const refundsTable: Table = {
  name: 'simulated-refunds.csv',
  role: 'refund',
  header: ['refund_no', 'order_no', 'shop', 'sku', 'refunded_at', 'refund_amount', 'refund_cost', 'refund_status', 'goods_status', 'refund_reason'],
  *rows(plan) {
    for (const { shop, no, refund, entry } of eachOrder(plan)) {
      if (!refund) continue;
      yield [`RF${no}`, no, shop.name, refund.sku, clockText(plan, refund.minute, entry.key + 2), money(refund.amountCents), money(refund.costCents),
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
  header: ['member_no', 'name', 'phone', 'email', 'gender', 'birthday', 'lunar_birthday', 'province', 'city', 'since', 'first_channel', 'shop', 'company',
    ...CONSENT_CHANNELS.map(consentKey), 'tags'],
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

export const eventsTable: Table = {
  name: 'simulated-events.csv',
  role: 'event',
  header: ['message_id', 'time', 'event', 'member_no', 'channel', 'shop', 'campaign', 'amount', 'sku', 'product', 'category', 'friend'],
  *rows(plan) {
    for (let serial = 0; serial < plan.length; serial++) {
      for (const seen of eventsOf(plan, plan.entry(serial))) {
        yield [seen.id, clockText(plan, seen.minute, serial), seen.event, memberNo(plan.world, seen.customer), seen.shop.key, seen.shop.name, seen.campaign,
          seen.amountCents === null ? '' : money(seen.amountCents), seen.sku, seen.product, seen.category, seen.friend === null ? '' : memberNo(plan.world, seen.friend)];
      }
    }
  },
};

/** What customers say and show beside buying; one row an answer, a review, a complaint, a sign-in. Held to be put in time order. */
export const opinionsTable: Table = {
  name: 'simulated-opinions.csv',
  role: 'event',
  header: ['message_id', 'time', 'event', 'member_no', 'channel', 'shop', 'kind', 'score', 'rating', 'reason', 'complaint_id'],
  *rows(plan) {
    for (const { id, minute, event, customer, shop, kind, score, rating, reason, complaint } of opinionsOf(plan)) {
      yield [id, clockText(plan, minute, customer), event, memberNo(plan.world, customer), shop.key, shop.name, kind, score === null ? '' : String(score), rating === null ? '' : String(rating), reason, complaint];
    }
  },
};

export const costsTable: Table = {
  name: 'simulated-costs.csv',
  role: 'cost',
  header: ['cost_no', 'date', 'cost_kind', 'channel', 'cost_amount', 'currency'],
  *rows(plan) {
    for (const { no, day, kind, channel, amountCents } of costsOf(plan)) yield [no, day, kind, channel, money(amountCents), 'CNY'];
  },
};

/** Every file of the sample, in the order an import reads them best. */
export const TABLES: readonly Table[] = [ordersTable, linesTable, refundsTable, customersTable, eventsTable, opinionsTable, costsTable];
