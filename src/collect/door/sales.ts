import { NOBODY } from '../../kernel/ids.ts';
import { leftOf, momentOf, type Sale, type Story, storyOf } from '../core/orderStory.ts';
import type { RefundRow } from '../core/records.ts';
import { saveOrders, type Told } from '../imports/orders.ts';
import { saveRefunds, settleRefunds, type ToldRefund } from '../imports/others.ts';
import type { Scene } from '../imports/scene.ts';
import { storedOrders } from '../queries/stored.ts';
import { noteTold, toldBefore } from '../queries/told.ts';
import { retold } from './retold.ts';

export type { Sale };

/** The sayings of a batch about one order. `known`: when events spoke of it before. */
export type Spoken = { source: string; shop: string; orderNo: string; sales: Sale[]; known: { firstMs: number; lastMs: number } | undefined };

/** Which order a saying is about. */
const placed = ({ order, refund }: Sale) => ({ source: order?.source ?? refund?.source ?? '', shop: order?.shop ?? refund?.shop ?? '', orderNo: order?.orderNo ?? refund?.orderNo ?? '' });

const ORDERS_PER_READ = 5_000;

/** The orders a batch speaks of, with when they were spoken of before. */
async function spokenOf({ stores, workspaceId }: Scene, sales: readonly Sale[]): Promise<Spoken[]> {
  const spoken = new Map<string, Spoken>();
  for (const sale of sales) {
    const at = placed(sale), key = JSON.stringify(at), one = spoken.get(key) ?? { ...at, sales: [], known: undefined };
    spoken.set(key, one);
    one.sales.push(sale);
  }
  for (const group of Map.groupBy(spoken.values(), ({ source, shop }) => `${source}\0${shop}`).values()) {
    for (let at = 0; at < group.length; at += ORDERS_PER_READ) {
      const some = group.slice(at, at + ORDERS_PER_READ), { source = '', shop = '' } = some[0] ?? {};
      const known = new Map((await toldBefore(stores.ch, workspaceId, { source, shop }, some.map(({ orderNo }) => orderNo))).map((one) => [one.orderNo, one]));
      for (const one of some) one.known = known.get(one.orderNo);
    }
  }
  return [...spoken.values()];
}

/** Noted before anything is written: should the batch be cut off, it is told anew from all that was said. */
async function note({ stores, workspaceId, stamp: { version } }: Scene, spoken: readonly Spoken[]): Promise<void> {
  for (const group of Map.groupBy(spoken, ({ source, shop }) => `${source}\0${shop}`).values()) {
    const rows = group.flatMap(({ orderNo, sales, known }) => {
      const moments = sales.map(momentOf), firstMs = Math.min(known?.firstMs ?? Infinity, ...moments), lastMs = Math.max(known?.lastMs ?? 0, ...moments);
      return known && known.firstMs === firstMs && known.lastMs === lastMs ? [] : [{ orderNo, firstMs, lastMs }];
    });
    await noteTold(stores.ch, workspaceId, { source: group[0]?.source ?? '', shop: group[0]?.shop ?? '' }, version, rows);
  }
}

const tellingOf = ({ order, lines, subject }: Story, whole: boolean): Told[] => (order ? [{ order, lines, subject, linesDigest: 0, whole }] : []);

/** A refund without a sum takes back what its order still holds. */
async function pricedRefunds(scene: Scene, refunds: readonly RefundRow[]): Promise<RefundRow[]> {
  const priced: RefundRow[] = [];
  for (const refund of refunds) {
    const [order] = refund.amount === 0 ? await storedOrders(scene.stores.ch, scene.workspaceId, refund, [refund.orderNo]) : [];
    priced.push(order ? { ...refund, amount: leftOf(order), currency: order.currency } : refund);
  }
  return priced;
}

/** Refunds of orders that stand: what of the order goes back with them. */
async function saveBack(scene: Scene, refunds: readonly ToldRefund[], whole: readonly ToldRefund[]): Promise<void> {
  if (refunds.length + whole.length === 0) return;
  await scene.sink.finish();
  const priced = await pricedRefunds(scene, refunds.map(({ refund }) => refund));
  await saveRefunds(scene, [...whole, ...priced.map((refund, i) => ({ refund, subject: refunds[i]?.subject ?? NOBODY }))]);
  await scene.sink.finish();
  await settleRefunds(scene, priced);
}

/**
 * Saves the orders and refunds that events of a batch speak of. What is said in order is laid over what is stored; where something comes
 * late, or money goes back in the same breath, the order is told anew from everything that events ever said of it.
 */
export async function saveShopping(scene: Scene, sales: readonly Sale[]): Promise<void> {
  if (sales.length === 0) return;
  const spoken = await spokenOf(scene, sales);
  await note(scene, spoken);
  const { stories, plain } = await retold(scene, spoken);
  await saveOrders(scene, [...stories.flatMap((story) => tellingOf(story, true)), ...plain.flatMap(({ sales: own }) => tellingOf(storyOf(own.filter(({ order }) => order)), false))]);
  const refunds = plain.flatMap(({ sales: own }) => own.flatMap(({ refund, subject }) => (refund ? [{ refund, subject }] : [])));
  await saveBack(scene, refunds, stories.flatMap((story) => story.refunds));
}
