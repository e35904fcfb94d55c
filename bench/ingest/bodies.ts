import { type Random, seeded } from '../../src/kernel/random.ts';

/** Events of a shop in bodies as Segment's server libraries send them. `people`: how many customers are visited, by Zipf’s law; `newShare` of the events bring another, numbered from `newFrom` on. */
export type Plan = { seed: number; bodies: number; people: number; newFrom: number; newShare: number; orderShare: number };
export const EVENTS_PER_BODY = 100;

const PAGES = ['Home', 'Category', 'Product', 'Search', 'Cart'];
const ACTS = ['Product Viewed', 'Product Added', 'Product List Viewed', 'Product Removed', 'Checkout Started', 'Coupon Entered'];
const PRODUCTS = 500;

/** A rank of Zipf's law with exponent 1: log-uniform. */
const zipf = (random: Random, most: number): number => Math.min(most - 1, Math.floor(Math.exp(random() * Math.log(most + 1))) - 1);
const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const yuan = (random: Random): number => Math.round(1_000 + random() * 30_000) / 100;

function product(random: Random, quantity: number): { sku: string; name: string; category: string; price: number; quantity: number } {
  const n = zipf(random, PRODUCTS);
  return { sku: `SKU-${n}`, name: `Tea ${n}`, category: `Tea/${n % 12}`, price: yuan(random), quantity };
}

type Said = { type: string; event?: string; name?: string; traits?: object; properties?: object };
function order(random: Random, orderNo: string): Said {
  const products = Array.from({ length: 1 + Math.floor(random() * 2) }, () => product(random, 1 + Math.floor(random() * 2)));
  return { type: 'track', event: 'Order Completed', properties: { order_id: orderNo, currency: 'CNY', total: Math.round(products.reduce((sum, { price, quantity }) => sum + price * quantity, 0) * 100) / 100, products } };
}
function visit(random: Random): Said {
  if (random() < 0.5) return { type: 'page', name: pick(random, PAGES), properties: { path: `/p/${zipf(random, PRODUCTS)}`, title: 'Tea house', referrer: 'https://search.example.test/' } };
  const { quantity: _, ...one } = product(random, 1);
  return { type: 'track', event: pick(random, ACTS), properties: { ...one, position: Math.floor(random() * 20) } };
}
const FAMILY = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗'], GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉梅鑫波宇浩'];
const nameOf = (n: number): string => `${FAMILY[n % FAMILY.length]}${GIVEN[Math.floor(n / 20) % GIVEN.length]}${GIVEN[Math.floor(n / 600) % GIVEN.length]}`;
const newcomer = (n: number): Said => ({ type: 'identify', traits: { name: nameOf(n), email: `c${n}@shop.example.test`, city: `City ${n % 40}`, plan: n % 3 ? 'free' : 'gold' } });

const library = { name: '@segment/analytics-node', version: '3.1.0' };

/** How many people a body brings that nobody knew. */
export const newPeople = ({ newShare }: Pick<Plan, 'newShare'>): number => Math.round(newShare * EVENTS_PER_BODY);

/** The events of body `at` of a plan; the same plan tells the same people and orders. */
export function eventsOf({ seed, people, newFrom, newShare, orderShare }: Plan, at: number, now: Date): object[] {
  const random = seeded(seed * 1_000_003 + at);
  const newPerBody = newPeople({ newShare }), timestamp = now.toISOString();
  return Array.from({ length: EVENTS_PER_BODY }, (_, i) => {
    const isNew = i < newPerBody;
    const who = isNew ? newFrom + at * newPerBody + i : zipf(random, Math.max(1, people));
    const said = isNew ? newcomer(who) : random() < orderShare ? order(random, `O${seed}-${at}-${i}`) : visit(random);
    return { ...said, userId: `u${who}`, anonymousId: `a${who}-4f1c-8c7d`, messageId: `node-next-${seed}-${at}-${i}-6f1b2c3d4e5f`, timestamp, context: { library, page: { url: `https://shop.example.test/p/${i}` } }, integrations: {} };
  });
}

export const bodyOf = (plan: Plan, at: number, now: Date): Buffer => Buffer.from(JSON.stringify({ batch: eventsOf(plan, at, now), sentAt: now.toISOString() }));
