import { productAt } from './catalogue.ts';
import { between, chanceOf } from './draws.ts';
import { type Buyer, buyerOf, PURPOSE } from './people.ts';
import { type Entry, NOBODY, type Plan } from './plan.ts';
import type { Shop } from './world.ts';

/** Something seen in the shop's own pages, or a customer who brought a friend. */
export type ShopEvent = Readonly<{
  id: string; minute: number; customer: number; shop: Shop; event: string; sku: string; product: string; category: string;
  /** Value of what was put in the cart, cents; null where no money is meant. */
  amountCents: number | null;
  campaign: string; friend: number | null;
}>;

const NO_PRODUCT = { sku: '', name: '', category: '' } as const;
const CART_SHARE = 0.2, CHECKOUT_SHARE = 0.22;

/** What one moment of the plan left in the events: pages, cart and till of a session, and the referral behind a first order. */
export function eventsOf(plan: Plan, entry: Entry): ShopEvent[] {
  if (entry.customer === NOBODY) return [];
  const buyer = buyerOf(plan.world, entry.customer);
  const session = buyer.home.online ? sessionOf(plan, entry, buyer) : [];
  const referral = entry.moment === 'order' && entry.nth === 0 ? referralOf(plan, entry, buyer) : null;
  return referral ? [...session, referral] : session;
}

function sessionOf({ world }: Plan, entry: Entry, buyer: Buyer): ShopEvent[] {
  const random = chanceOf(world.seed, entry.key, PURPOSE.session);
  const buys = entry.moment !== 'visit';
  const seen = between(random, 1, buys ? 2 : 3);
  const toCart = buys || random() < CART_SHARE, toTill = buys || (toCart && random() < CHECKOUT_SHARE);
  // Nobody gets to the till without signing in.
  const names = [...(toTill ? ['user.signed_in'] : []), ...Array.from({ length: seen }, () => 'product.viewed'), ...(toCart ? ['cart.added'] : []), ...(toTill ? ['checkout.started'] : [])];
  const campaign = random() < 0.2 ? buyer.acquisition : '';
  let taste = productAt(random(), buyer.taste);
  return names.map((event, i) => {
    if (event === 'product.viewed') taste = productAt(random(), random() < 0.6 ? buyer.taste : 'any');
    const { sku, name: product, category } = event === 'user.signed_in' ? NO_PRODUCT : taste;
    return {
      id: `ev-${entry.key}-${i}`, minute: Math.max(0, entry.minute - 2 * (names.length - i)), customer: buyer.index, shop: buyer.home, event,
      sku, product, category, amountCents: event === 'cart.added' ? taste.priceCents : null, campaign, friend: null,
    };
  });
}

function referralOf({ world }: Plan, entry: Entry, { referrer, home, index }: Buyer): ShopEvent | null {
  if (referrer === null) return null;
  const giver = buyerOf(world, referrer);
  if (giver.kind === 'prospect' || giver.kind === 'b2b' || giver.arrivedDay * 1440 >= entry.minute) return null;
  return {
    id: `ev-${entry.key}-r`, minute: entry.minute, customer: referrer, shop: home, event: 'referral.made',
    sku: '', product: '', category: '', amountCents: null, campaign: '老客推荐', friend: index,
  };
}
