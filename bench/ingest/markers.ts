import { setTimeout as sleep } from 'node:timers/promises';
import { ownersOf, profile, subjectIds } from '../../src/customers/index.ts';
import { purchases } from '../../src/kernel/readings.ts';
import type { Shop } from './shop.ts';

/** Milliseconds from the reply to an order of somebody new until it stands on their profile, and until analytics counts it. */
export type Seen = { profile: number[]; analytics: number[] };

/** Looking costs the processor too: a quarter of a second is near enough to seconds, and what reads everybody's purchases looks for all who wait at once. */
const LOOK_MS = { profile: 250, analytics: 1_000 };
const GIVE_UP_MS = 60_000;

async function until(isThere: () => Promise<boolean>, everyMs: number): Promise<number> {
  const begun = performance.now();
  while (!(await isThere()) && performance.now() - begun < GIVE_UP_MS) await sleep(everyMs);
  return performance.now() - begun;
}

/** The record of whoever is called so, with the one order on it. */
async function isOnProfile({ stores, caller }: Shop, userId: string): Promise<boolean> {
  const [subject] = await subjectIds(stores, caller.workspaceId, [{ kind: 'user_id', value: userId }]);
  const owner = subject && (await ownersOf(stores, caller.workspaceId, [subject])).get(subject);
  return owner !== undefined && (await profile(stores, caller, owner)).orderCount === 1;
}

/** What every report reads: which purchases stand under their customer, and the customer in the mirror that lists are asked from. */
async function inAnalytics({ stores: { ch }, caller }: Shop, orders: readonly string[]): Promise<string[]> {
  const rows = await ch.rows<{ orderNo: string }>(`
    select p.order_no as orderNo from ${purchases('customer', 'order_no')} as p
      join (select customer from customer_state final where workspace = {workspace:UUID} and numbers['order_count'] = 1) as c on c.customer = p.customer
     where p.order_no in {orders:Array(String)}`, { workspace: caller.workspaceId, orders });
  return rows.map(({ orderNo }) => orderNo);
}

/** Looks for everybody who waits, again and again until nobody does. */
function analyticsWatch(shop: Shop): (orderNo: string) => Promise<number> {
  const waiting = new Map<string, () => void>();
  let looking = false;
  const look = async (): Promise<void> => {
    while (waiting.size > 0) {
      for (const orderNo of await inAnalytics(shop, [...waiting.keys()])) {
        waiting.get(orderNo)?.();
        waiting.delete(orderNo);
      }
      await sleep(LOOK_MS.analytics);
    }
    looking = false;
  };
  return async (orderNo) => {
    const begun = performance.now(), seen = new Promise<void>((there) => waiting.set(orderNo, there));
    if (!looking) {
      looking = true;
      void look();
    }
    await Promise.race([seen, sleep(GIVE_UP_MS).then(() => waiting.delete(orderNo))]);
    return performance.now() - begun;
  };
}

/** Sends an order of somebody new now and then while others send, and watches where it is seen. */
export async function watchOrders(shop: Shop, count: number, everyMs: number): Promise<Seen> {
  const seen: Seen = { profile: [], analytics: [] }, seenInAnalytics = analyticsWatch(shop);
  const one = async (n: number): Promise<void> => {
    const userId = `marker-${n}`, orderNo = `M${n}`;
    const body = { messageId: `marker-${n}`, userId, event: 'Order Completed', timestamp: new Date().toISOString(), properties: { order_id: orderNo, total: 10 + n, currency: 'CNY' } };
    const reply = await fetch(`${shop.url}/v1/track`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${shop.key}:`).toString('base64')}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the door refused: ${reply.status}`);
    const [onProfile, inAnalytics] = await Promise.all([until(() => isOnProfile(shop, userId), LOOK_MS.profile), seenInAnalytics(orderNo)]);
    seen.profile.push(onProfile);
    seen.analytics.push(inAnalytics);
  };
  const under: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    under.push(one(n));
    await sleep(everyMs);
  }
  await Promise.all(under);
  return seen;
}
