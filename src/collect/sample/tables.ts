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

/** One file of the sample: its name, its header, its rows as a spreadsheet shows them. Streams; nothing is held. */
export type Table = Readonly<{ name: string; header: readonly string[]; rows(plan: Plan): Generator<readonly string[]> }>;

function* eachOrder(plan: Plan): Generator<ShopOrder> {
  for (let serial = 0; serial < plan.length; serial++) {
    const entry = plan.entry(serial);
    if (entry.moment !== 'visit') yield orderOf(plan, entry);
  }
}

export const ordersTable: Table = {
  name: 'simulated-orders.csv',
  header: ['platform', 'shop', 'order_no', 'status', 'ordered_at', 'paid_at', 'amount', 'shipping', 'discount', 'currency', 'coupon', 'promotion',
    'member_no', 'name', 'phone', 'email', 'province', 'city', 'receivers', 'b2b'],
  *rows(plan) {
    for (const order of eachOrder(plan)) {
      const { shop, person, entry, paidMinute } = order;
      const place = person?.place;
      yield [shop.key, shop.name, order.no, order.status, clockText(plan, entry.minute, entry.key), paidMinute === null ? '' : clockText(plan, paidMinute, entry.key + 1),
        money(order.amountCents), money(order.shippingCents), money(order.discountCents), 'CNY', order.coupon, order.promotion,
        person?.number ?? '', person?.name ?? '', person?.phone ?? '', person?.email ?? '', place?.province ?? '', place?.city ?? '',
        String(order.receivers.length), order.b2b ? '1' : ''];
    }
  },
};

export const linesTable: Table = {
  name: 'simulated-lines.csv',
  header: ['platform', 'shop', 'order_no', 'sku', 'product', 'category', 'quantity', 'line_amount', 'line_cost'],
  *rows(plan) {
    for (const { shop, no, lines, shippingCents } of eachOrder(plan)) {
      for (const { product, quantity, amountCents, costCents } of lines) {
        yield [shop.key, shop.name, no, product.sku, shop.key === 'site' ? product.english : product.name, product.category, String(quantity), money(amountCents), money(costCents)];
      }
      if (shippingCents > 0) yield [shop.key, shop.name, no, 'POSTAGE', '邮费', '', '1', money(shippingCents), ''];
    }
  },
};

export const refundsTable: Table = {
  name: 'simulated-refunds.csv',
  header: ['platform', 'shop', 'refund_no', 'order_no', 'sku', 'refunded_at', 'refund_amount', 'refund_cost', 'refund_status', 'before_shipping', 'reason'],
  *rows(plan) {
    for (const { shop, no, refund, entry } of eachOrder(plan)) {
      if (!refund) continue;
      yield [shop.key, shop.name, `RF${no}`, no, refund.sku, clockText(plan, refund.minute, entry.key + 2), money(refund.amountCents), money(refund.costCents),
        refund.status, refund.beforeShipping ? '1' : '0', refund.reason];
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

const consentHeader = (channel: ConsentChannel): string => `consent_${channel}`;

export const customersTable: Table = {
  name: 'simulated-customers.csv',
  header: ['member_no', 'name', 'phone', 'email', 'gender', 'birthday', 'lunar_birthday', 'province', 'city', 'became_customer_on', 'acquisition_channel',
    'home_shop', 'company', ...CONSENT_CHANNELS.map(consentHeader), 'tags'],
  *rows(plan) {
    for (let index = 0; index < plan.world.customers; index++) yield customerRow(plan, buyerOf(plan.world, index));
  },
};

function customerRow({ world }: Plan, buyer: Buyer): string[] {
  const person = personOf(world, buyer);
  const { birthday, consents } = toldBy(world, buyer, person);
  const solar = birthday && (birthday.lunar ? lunar(birthday.year, birthday.month, birthday.day) : solarText(birthday));
  return [person.number, person.name, person.phone, person.email, buyer.kind === 'b2b' ? '' : person.gender, solar ?? '', birthday?.lunar ? lunarText(birthday) : '',
    person.place.province, person.place.city, world.days.names[buyer.arrivedDay] as string, buyer.acquisition,
    buyer.home.name, buyer.kind === 'b2b' ? person.name : '', ...CONSENT_CHANNELS.map((channel) => (consents.includes(channel) ? '1' : '0')), SIMULATED_TAG];
}

const memberNo = ({ world }: Plan, customer: number): string => personOf(world, buyerOf(world, customer)).number;

export const eventsTable: Table = {
  name: 'simulated-events.csv',
  header: ['message_id', 'time', 'event', 'member_no', 'platform', 'shop', 'campaign', 'event_amount', 'sku', 'product', 'category', 'friend'],
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
  header: ['cost_no', 'cost_day', 'cost_kind', 'cost_channel', 'cost_amount', 'currency'],
  *rows(plan) {
    for (const { no, day, kind, channel, amountCents } of costsOf(plan)) yield [no, day, kind, channel, money(amountCents), 'CNY'];
  },
};

/** Every file of the sample, in the order an import reads them best. */
export const TABLES: readonly Table[] = [ordersTable, linesTable, refundsTable, customersTable, eventsTable, costsTable];
