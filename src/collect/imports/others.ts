import { NOBODY, type SubjectId } from '../../kernel/ids.ts';
import { wholeRefund } from '../core/orderStory.ts';
import type { CostRow, RefundRow } from '../core/records.ts';
import { type Cells, type CostRecord, costCells, type EventRecord, eventRow, kept, orderCells, orderTail, type RefundRecord, refundCells, stampTail } from '../encode.ts';
import { keepBefore, type Place, refundedOnOrders, storedByNumber, storedEvents, type StoredOrder, storedOrders } from '../queries/stored.ts';
import type { Scene } from './scene.ts';

const NUMBERS_PER_READ = 5_000;

/** A document with the subject it belongs to. */
export type ToldRefund = { refund: RefundRow; subject: SubjectId };
export type ToldCost = { cost: CostRow; subject: SubjectId };

type Numbered = { place: Place; key: string; cells: Cells };

const chunks = function* <T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
};

/** Writes what is new or different among rows that have a number of their own. */
async function saveNumbered(scene: Scene, table: 'refunds' | 'costs', rows: readonly Numbered[]): Promise<void> {
  const { sink, stamp, fates, stores: { ch }, workspaceId } = scene;
  if (scene.fresh) {
    for (const { cells: { bytes, digest } } of rows) sink.add(table, bytes, stampTail(digest, stamp));
    fates[table].added += rows.length;
    return;
  }
  for (const group of Map.groupBy(rows, ({ place }) => `${place.source}\0${place.shop}`).values()) {
    for (const some of chunks(group, NUMBERS_PER_READ)) {
      const place = some[0]?.place as Place;
      const known = new Map((await storedByNumber(ch, workspaceId, table, place, some.map(({ key }) => key))).map((row) => [row.key, row]));
      const changed: string[] = [];
      for (const { key, cells: { bytes, digest } } of some) {
        const before = known.get(key);
        const mine = before?.importId === stamp.importId;
        if (before?.digest !== digest) sink.add(table, bytes, stampTail(digest, stamp));
        if (before && !mine && before.digest !== digest) changed.push(key);
        fates[table][!before || mine ? 'added' : before.digest === digest ? 'unchanged' : 'updated']++;
      }
      if (changed.length > 0) await keepBefore(ch, workspaceId, table, place, changed, stamp.importId);
    }
  }
}

/** Whose a refund is when it does not say so itself: its order's. */
async function ownersFromOrders(scene: Scene, refunds: readonly ToldRefund[]): Promise<void> {
  const orphans = refunds.filter(({ refund, subject }) => subject === NOBODY && refund.orderNo !== '');
  for (const group of Map.groupBy(orphans, ({ refund }) => refund.shop).values()) {
    for (const some of chunks(group, NUMBERS_PER_READ)) {
      const { source, shop } = (some[0] as ToldRefund).refund;
      const orders = new Map((await storedOrders(scene.stores.ch, scene.workspaceId, { source, shop }, some.map(({ refund }) => refund.orderNo))).map((order) => [order.orderNo, order.subject]));
      for (const told of some) told.subject = orders.get(told.refund.orderNo) ?? NOBODY;
    }
  }
}

const refundRecord = ({ refund, subject }: ToldRefund, { convert }: Scene): RefundRecord => ({
  source: refund.source, shop: refund.shop, refundNo: refund.refundNo, orderNo: refund.orderNo, sku: refund.sku, subject, day: refund.day,
  atMs: refund.at ?? Date.parse(`${refund.day}T00:00:00Z`), amount: convert(refund.amount, refund.currency, refund.day) ?? 0,
  cost: convert(refund.cost, refund.currency, refund.day) ?? 0, status: refund.status, reason: refund.reason, documentNo: refund.documentNo,
});

/** Saves refund documents; each counts once by its number, whichever file it comes in. */
export async function saveRefunds(scene: Scene, refunds: readonly ToldRefund[]): Promise<void> {
  if (!scene.fresh) await ownersFromOrders(scene, refunds);
  await saveNumbered(scene, 'refunds', refunds.map((told) => ({
    place: { source: told.refund.source, shop: told.refund.shop }, key: told.refund.refundNo, cells: kept(refundCells(refundRecord(told, scene))),
  })));
}

/** Saves costs. */
export async function saveCosts(scene: Scene, costs: readonly ToldCost[]): Promise<void> {
  await saveNumbered(scene, 'costs', costs.map(({ cost, subject }) => {
    const record: CostRecord = { ...cost, subject, amount: scene.convert(cost.amount, cost.currency, cost.day) ?? 0 };
    return { place: { source: cost.source, shop: '' }, key: cost.costNo, cells: kept(costCells(record)) };
  }));
}

/** Saves events of a file; one stored already under the same subject and message id is left as it is. */
export async function saveEvents(scene: Scene, events: readonly EventRecord[]): Promise<void> {
  const { sink, stamp, fates, stores: { ch }, workspaceId } = scene;
  for (const some of chunks(events, NUMBERS_PER_READ)) {
    const known = scene.fresh ? new Set<string>() : await storedEvents(ch, workspaceId, some[0]?.source ?? '', some, stamp.importId);
    for (const event of some) {
      const before = known.has(event.messageId);
      fates.events[before ? 'unchanged' : 'added']++;
      if (!before) sink.add('events', eventRow(event, stamp));
    }
  }
}

const refundedOrder = (order: StoredOrder, refunded: number): StoredOrder => ({
  ...order, refunded, fullRefund: order.fullRefund || (order.amount > 0 && refunded >= order.amount ? wholeRefund(order.status) : ''),
});

/**
 * Brings orders up to what their refund documents say: documents accumulate by number over all files, so their sum can
 * exceed what the order's own file said. To be called when orders and refunds of this run are stored.
 */
export async function settleRefunds(scene: Scene, refunds: readonly RefundRow[]): Promise<void> {
  const { sink, stamp, stores: { ch }, workspaceId, receivedAtMs } = scene;
  const linked = refunds.filter(({ orderNo, status }) => orderNo !== '' && status === 'done');
  for (const group of Map.groupBy(linked, ({ shop }) => shop).values()) {
    for (const numbers of chunks([...new Set(group.map(({ orderNo }) => orderNo))], NUMBERS_PER_READ)) {
      const { source, shop } = group[0] as RefundRow;
      const sums = new Map((await refundedOnOrders(ch, workspaceId, { source, shop }, numbers)).map(({ orderNo, amount }) => [orderNo, amount]));
      const short = (await storedOrders(ch, workspaceId, { source, shop }, numbers)).filter((order) => (sums.get(order.orderNo) ?? 0) > order.refunded);
      if (short.length === 0) continue;
      await keepBefore(ch, workspaceId, 'orders', { source, shop }, short.map(({ orderNo }) => orderNo), stamp.importId);
      for (const order of short) {
        const { bytes, digest } = orderCells(refundedOrder(order, sums.get(order.orderNo) ?? 0));
        sink.add('orders', bytes, orderTail({ promo: order.promo, digest, linesDigest: order.linesDigest, receivedAtMs }, stamp));
      }
    }
  }
}
