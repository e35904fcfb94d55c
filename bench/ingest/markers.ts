import { setTimeout as sleep } from 'node:timers/promises';
import { ownersOf, profile, subjectIds } from '../../src/customers/index.ts';
import type { CustomerId, SubjectId } from '../../src/kernel/ids.ts';
import { purchases } from '../../src/kernel/readings.ts';
import { many, sql } from '../../src/kernel/sql.ts';
import type { Shop } from './shop.ts';

/** Milliseconds from the reply to an order of somebody new until it stands on their profile, and until analytics counts it. */
export type Seen = { profile: number[]; analytics: number[] };

/** Looking costs the processor too, more the longer one waits: so one look is for all who wait, and touches no more than what they wait for. */
const LOOK_MS = { profile: 100, analytics: 1_000 };
const GIVE_UP_MS = 60_000;

/** Who has one order on their record, as their page reads it: from the count that is published there. */
async function onProfile({ stores, caller }: Shop, userIds: readonly string[]): Promise<string[]> {
  const subjects = await subjectIds(stores, caller.workspaceId, userIds.map((value) => ({ kind: 'user_id', value }))), owners = await ownersOf(stores, caller.workspaceId, subjects.flatMap((id) => id ?? []));
  const counted = new Set(await stores.pg.tx(caller.workspaceId, async (tx) => (await many(tx, sql<{ id: CustomerId }>`
    select id from customer where workspace_id = ${caller.workspaceId} and id = any (${[...owners.values()]}::uuid[]) and order_count = 1`)).map(({ id }) => id)));
  const there: string[] = [];
  for (const [at, userId] of userIds.entries()) {
    const owner = owners.get(subjects[at] as SubjectId);
    if (owner && counted.has(owner) && (await profile(stores, caller, owner)).orderCount === 1) there.push(userId);
  }
  return there;
}

/** What every report reads: which purchases stand under their customer, and the customer in the mirror that lists are asked from. */
async function inAnalytics({ stores: { ch }, caller }: Shop, orders: readonly string[]): Promise<string[]> {
  const rows = await ch.rows<{ orderNo: string }>(`
    with bought as (select customer, order_no from ${purchases('customer', 'order_no')} where order_no in {orders:Array(String)})
    select order_no as orderNo from bought
     where customer in (select customer from customer_state final prewhere workspace = {workspace:UUID} and customer in (select customer from bought) where numbers['order_count'] = 1)`, { workspace: caller.workspaceId, orders });
  return rows.map(({ orderNo }) => orderNo);
}

/** Looks for everybody who waits, again and again until nobody does. */
function watch(look: (names: readonly string[]) => Promise<string[]>, everyMs: number): (name: string) => Promise<number> {
  const waiting = new Map<string, () => void>();
  let looking = false;
  const goOn = async (): Promise<void> => {
    while (waiting.size > 0) {
      for (const name of await look([...waiting.keys()])) {
        waiting.get(name)?.();
        waiting.delete(name);
      }
      await sleep(everyMs);
    }
    looking = false;
  };
  return async (name) => {
    const begun = performance.now(), seen = new Promise<void>((there) => waiting.set(name, there));
    if (!looking) {
      looking = true;
      void goOn();
    }
    await Promise.race([seen, sleep(GIVE_UP_MS).then(() => waiting.delete(name))]);
    return performance.now() - begun;
  };
}

/** Sends an order of somebody new now and then while others send, and watches where it is seen. */
export async function watchOrders(shop: Shop, count: number, everyMs: number): Promise<Seen> {
  const seen: Seen = { profile: [], analytics: [] }, seenOnProfile = watch((names) => onProfile(shop, names), LOOK_MS.profile), seenInAnalytics = watch((names) => inAnalytics(shop, names), LOOK_MS.analytics);
  const one = async (n: number): Promise<void> => {
    const userId = `marker-${n}`, orderNo = `M${n}`;
    const body = { messageId: `marker-${n}`, userId, event: 'Order Completed', timestamp: new Date().toISOString(), properties: { order_id: orderNo, total: 10 + n, currency: 'CNY' } };
    const reply = await fetch(`${shop.url}/v1/track`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${shop.key}:`).toString('base64')}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the door refused: ${reply.status}`);
    const [profileMs, analyticsMs] = await Promise.all([seenOnProfile(userId), seenInAnalytics(orderNo)]);
    seen.profile.push(profileMs);
    seen.analytics.push(analyticsMs);
  };
  const under: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    under.push(one(n));
    await sleep(everyMs);
  }
  await Promise.all(under);
  return seen;
}
