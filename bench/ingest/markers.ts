import { setTimeout as sleep } from 'node:timers/promises';
import { ownersOf, profile, subjectIds } from '../../src/customers/index.ts';
import { purchases } from '../../src/kernel/readings.ts';
import type { Shop } from './shop.ts';

/** Milliseconds from the reply to an order of somebody new until it stands on their profile, and until analytics counts it. */
export type Seen = { profile: number[]; analytics: number[] };

/** Looking costs the processor too: an eighth of a second is near enough to seconds. */
const LOOK_MS = { profile: 125, analytics: 500 };
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

/** What every report reads: the purchase under its customer, and the customer in the mirror that lists are asked from. */
async function isInAnalytics({ stores: { ch }, caller }: Shop, orderNo: string): Promise<boolean> {
  const [row] = await ch.rows<{ there: number }>(`
    select count() as there from ${purchases('customer', 'order_no')} as p
      join (select customer from customer_state final where workspace = {workspace:UUID} and numbers['order_count'] = 1) as c on c.customer = p.customer
     where p.order_no = {orderNo:String}`, { workspace: caller.workspaceId, orderNo });
  return (row?.there ?? 0) > 0;
}

/** Sends an order of somebody new now and then while others send, and watches where it is seen. */
export async function watchOrders(shop: Shop, count: number, everyMs: number): Promise<Seen> {
  const seen: Seen = { profile: [], analytics: [] };
  const one = async (n: number): Promise<void> => {
    const userId = `marker-${n}`, orderNo = `M${n}`;
    const body = { messageId: `marker-${n}`, userId, event: 'Order Completed', timestamp: new Date().toISOString(), properties: { order_id: orderNo, total: 10 + n, currency: 'CNY' } };
    const reply = await fetch(`${shop.url}/v1/track`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${shop.key}:`).toString('base64')}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the door refused: ${reply.status}`);
    const [onProfile, inAnalytics] = await Promise.all([until(() => isOnProfile(shop, userId), LOOK_MS.profile), until(() => isInAnalytics(shop, orderNo), LOOK_MS.analytics)]);
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
