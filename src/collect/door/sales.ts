import { NOBODY, type SubjectId } from '../../kernel/ids.ts';
import { newerOrder } from '../core/orderBook.ts';
import type { RefundRow } from '../core/records.ts';
import type { Shopping } from '../core/shopping.ts';
import { saveOrders, type Told } from '../imports/orders.ts';
import { saveRefunds, settleRefunds } from '../imports/others.ts';
import type { Scene } from '../imports/scene.ts';
import { storedOrders } from '../queries/stored.ts';

/** What an event said about an order, and whose the event is. */
export type Sale = Shopping & { subject: SubjectId };

/** The tellings of one batch about the same order, the later over the earlier. */
function toldOf(sales: readonly Sale[]): Told[] {
  const told = new Map<string, Told>();
  for (const { order, lines, subject } of sales) {
    if (!order) continue;
    const key = `${order.source}\0${order.shop}\0${order.orderNo}`;
    const before = told.get(key);
    const merged = before ? newerOrder(before.order, order) : order;
    const own = lines.length > 0 ? lines : (before?.lines ?? []);
    const lineSum = own.reduce((sum, { amount }) => sum + amount, 0);
    const stated = merged.amount !== null && (order.amount !== null || (before?.order.stated ?? false));
    const amount = stated ? (merged.amount ?? 0) : lineSum;
    told.set(key, {
      order: { ...merged, amount, refunded: 0, receivers: 0, stated: stated || own.length > 0, free: amount === 0 && own.length > 0 },
      subject: before && before.subject !== NOBODY ? before.subject : subject, lines: own, linesDigest: 0,
    });
  }
  return [...told.values()];
}

/** A refund without a sum takes back what its order still holds. */
async function pricedRefunds(scene: Scene, refunds: readonly RefundRow[]): Promise<RefundRow[]> {
  const priced: RefundRow[] = [];
  for (const refund of refunds) {
    const [order] = refund.amount === 0 ? await storedOrders(scene.stores.ch, scene.workspaceId, refund, [refund.orderNo]) : [];
    priced.push(order ? { ...refund, amount: order.amount - order.refunded, currency: order.currency } : refund);
  }
  return priced;
}

/** Saves the orders and refunds that events of a batch speak of. */
export async function saveShopping(scene: Scene, sales: readonly Sale[]): Promise<void> {
  if (sales.length === 0) return;
  await saveOrders(scene, toldOf(sales));
  const refunds = sales.flatMap(({ refund, subject }) => (refund ? [{ refund, subject }] : []));
  if (refunds.length === 0) return;
  await scene.sink.finish();
  const priced = await pricedRefunds(scene, refunds.map(({ refund }) => refund));
  await saveRefunds(scene, priced.map((refund, i) => ({ refund, subject: refunds[i]?.subject ?? NOBODY })));
  await scene.sink.finish();
  await settleRefunds(scene, priced);
}
