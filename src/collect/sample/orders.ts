import type { Random } from '../../kernel/random.ts';
import { type Product, productAt } from './catalogue.ts';
import { between, chanceOf, pick } from './draws.ts';
import { type Buyer, buyerOf, type Person, PURPOSE, personOf } from './people.ts';
import { chineseName } from './names.ts';
import { type Entry, NOBODY, type Plan } from './plan.ts';
import { SHOPS, type Shop } from './world.ts';

export type Status = 'unpaid' | 'paid' | 'shipped' | 'done' | 'closed';
export type ShopLine = Readonly<{ product: Product; quantity: number; amountCents: number; costCents: number }>;
export type ShopRefund = Readonly<{
  minute: number; amountCents: number; costCents: number; sku: string; isFull: boolean; beforeShipping: boolean; status: 'pending' | 'done'; reason: string;
}>;
/** An order of the simulated shop. `amountCents` = lines after discount + shipping; all in CNY cents. */
export type ShopOrder = Readonly<{
  entry: Entry; no: string; shop: Shop; buyer: Buyer | null; person: Person | null; status: Status; paidMinute: number | null;
  lines: readonly ShopLine[]; shippingCents: number; discountCents: number; amountCents: number;
  coupon: string; promotion: string; 
  /** Who the parcel is for; givers send it to others. */
  receiver: string; b2b: boolean; refund: ShopRefund | null;
}>;

const FREE_SHIPPING_CENTS = 8800, SHIPPING_CENTS = 800;
const COUPON = { code: 'TEA15', cents: 1500, fromCents: 12000, share: 0.09 } as const;
const REFUND = { beforeShipping: 0.012, afterShipping: 0.012, partial: 0.02 } as const;
const REASONS = ['口味不合', '包装破损', '发错货', '七天无理由', '物流太慢'] as const;
const STORE = SHOPS[2];

/** The order of a moment of the plan; the same moment always tells the same order. */
export function orderOf(plan: Plan, entry: Entry): ShopOrder {
  const { world } = plan;
  const random = chanceOf(world.seed, entry.key, PURPOSE.order);
  const buyer = entry.customer === NOBODY ? null : buyerOf(world, entry.customer);
  const person = buyer && personOf(world, buyer);
  const day = Math.floor(entry.minute / 1440);
  const season = world.days.seasons[day] ?? null;
  const shop = shopOf(random, buyer);
  const b2b = buyer?.kind === 'b2b';
  const isGift = buyer?.kind === 'gift';
  const basket = fill(random, { buyer, gifts: isGift && random() < 0.75, festive: season?.kind === 'festival' });
  const priced = price(basket, b2b ? 0.88 : 1 - (season?.discountShare ?? 0), random() < COUPON.share && !b2b);
  const goodsCents = priced.lines.reduce((sum, line) => sum + line.amountCents, 0);
  const shippingCents = shop.online && goodsCents < FREE_SHIPPING_CENTS ? SHIPPING_CENTS : 0;
  const status = entry.moment === 'unpaid' ? 'closed' : statusOf(world.days.names.length - 1 - day, shop);
  const amountCents = goodsCents + shippingCents;
  const refund = entry.moment === 'unpaid' ? null : refundOf(random, { entry, lines: priced.lines, amountCents, b2b, online: shop.online, lastMinute: world.days.names.length * 1440 - 1 });
  return {
    entry, no: orderNo(shop, world.days.names[day] as string, entry), shop, buyer, person,
    status: refund?.beforeShipping ? 'paid' : status,
    paidMinute: entry.moment === 'unpaid' ? null : entry.minute,
    ...priced, shippingCents, amountCents,
    promotion: season?.kind ? season.id : '',
    receiver: receiverOf(random, person, isGift), b2b, refund,
  };
}

const shopOf = (random: Random, buyer: Buyer | null): Shop => {
  const elsewhere = random() < 0.16;
  return !buyer ? STORE : elsewhere && !buyer.abroad ? buyer.other : buyer.home;
};

type Basket = { product: Product; quantity: number }[];

const countAt = (at: number): number => (at < 0.68 ? 1 : at < 0.92 ? 2 : at < 0.985 ? 3 : 4);

function fill(random: Random, { buyer, gifts, festive }: { buyer: Buyer | null; gifts: boolean; festive: boolean }): Basket {
  const isCompany = buyer?.kind === 'b2b';
  const count = isCompany ? between(random, 2, 4) : countAt(random());
  const basket: Basket = [];
  for (let i = 0; i < count; i++) {
    const product = choose(random, gifts || (festive && random() < 0.3) ? 'gift' : random() < 0.45 && buyer ? buyer.taste : 'any', buyer?.tier ?? 0.4);
    const known = basket.find((line) => line.product === product);
    const quantity = isCompany ? between(random, 4, 12) : random() < 0.91 ? 1 : 2;
    if (known) known.quantity += quantity; else basket.push({ product, quantity });
  }
  return basket;
}

/** Of two teas, someone with money to spend takes the dearer more often. */
function choose(random: Random, taste: string, tier: number): Product {
  const one = productAt(random(), taste), two = productAt(random(), taste);
  const dearer = one.priceCents >= two.priceCents ? one : two;
  const cheaper = dearer === one ? two : one;
  return random() < 0.13 + 0.5 * tier ? dearer : cheaper;
}

function price(basket: Basket, share: number, wantsCoupon: boolean): { lines: ShopLine[]; discountCents: number; coupon: string } {
  const listed = basket.reduce((sum, { product, quantity }) => sum + product.priceCents * quantity, 0);
  const hasCoupon = wantsCoupon && listed * share >= COUPON.fromCents;
  let left = hasCoupon ? COUPON.cents : 0;
  const lines = basket.map(({ product, quantity }, i): ShopLine => {
    const full = Math.round(product.priceCents * quantity * share);
    const off = i === basket.length - 1 ? left : Math.min(left, Math.round((COUPON.cents * product.priceCents * quantity) / listed));
    left -= hasCoupon ? off : 0;
    return { product, quantity, amountCents: full - (hasCoupon ? off : 0), costCents: product.costCents * quantity };
  });
  const discountCents = listed - lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
  return { lines, discountCents, coupon: hasCoupon ? COUPON.code : '' };
}

const statusOf = (ageDays: number, shop: Shop): Status => (!shop.online || ageDays >= 8 ? 'done' : ageDays >= 2 ? 'shipped' : 'paid');

type Refundable = { entry: Entry; lines: readonly ShopLine[]; amountCents: number; b2b: boolean; online: boolean; lastMinute: number };

function refundOf(random: Random, { entry, lines, amountCents, b2b, online, lastMinute }: Refundable): ShopRefund | null {
  const at = random();
  const { beforeShipping, afterShipping, partial } = REFUND;
  if (b2b || at >= beforeShipping + afterShipping + partial) return null;
  const isFull = at < beforeShipping + afterShipping, early = online && at < beforeShipping;
  const line = pick(random, lines);
  const asked = entry.minute + (early ? between(random, 20, 1200) : between(random, 3 * 1440, 12 * 1440));
  const settled = asked + 2880;
  return {
    minute: Math.min(asked, lastMinute), isFull, beforeShipping: early,
    amountCents: isFull ? amountCents : Math.max(100, Math.round((line.amountCents / line.quantity) * (0.3 + 0.7 * random()))),
    costCents: isFull && !early ? lines.reduce((sum, { costCents }) => sum + costCents, 0) : 0,
    sku: isFull ? '' : line.product.sku, status: settled > lastMinute ? 'pending' : 'done',
    reason: early ? '不想要了' : pick(random, REASONS),
  };
}

const receiverOf = (random: Random, person: Person | null, isGift: boolean): string => {
  if (!person) return '';
  return isGift && random() < 0.7 ? chineseName(random, random() < 0.5 ? 'f' : 'm') : person.name;
};

/** Numbers as each platform writes them; nineteen digits for one, so that a spreadsheet would damage them. */
function orderNo({ key }: Shop, day: string, { serial, minute }: Entry): string {
  const ymd = day.slice(2, 4) + day.slice(5, 7) + day.slice(8);
  const number = String(serial).padStart(8, '0');
  if (key === 'tmall') return `299${ymd}${number}62`;
  if (key === 'youzan') return `E20${ymd}${String(minute % 1440).padStart(4, '0')}${number}`;
  return key === 'pos' ? `P${ymd}-${number}` : `S${number}`;
}
