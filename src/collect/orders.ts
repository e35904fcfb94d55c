import { membersOf, ownersOf, registerOrderFinder, registerTimeline, type TimelineEntry } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import { type CustomerId, NOBODY, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Happening, happenings, linesOfOrder, type LineView, ordersByNumber, ordersOfSubjects, type OrderView, refundsOfOrder, type RefundView } from './queries/orders.ts';

export type CustomerOrder = Omit<OrderView, 'subject'> & { customer: CustomerId | null };
export type OrderDetail = { order: CustomerOrder; lines: LineView[]; refunds: RefundView[] };

const PAGE = 50;

async function owned(stores: Stores, workspaceId: WorkspaceId, orders: readonly OrderView[]): Promise<CustomerOrder[]> {
  const owners = await ownersOf(stores, workspaceId, [...new Set(orders.map(({ subject }) => subject))].filter((subject) => subject !== NOBODY));
  return orders.map(({ subject, ...order }) => ({ ...order, customer: subject === NOBODY ? null : (owners.get(subject) ?? subject) }));
}

/** Who asks: staff of some shops see the orders of these, none of others. */
type Asker = Pick<Caller, 'workspaceId' | 'shops'>;

/** A customer's orders, newest first. */
export async function ordersOf(stores: Stores, { workspaceId, shops }: Asker, customer: CustomerId, cursor?: string): Promise<{ rows: CustomerOrder[]; next: string | null }> {
  const subjects = (await membersOf(stores, workspaceId, [customer])).get(customer) ?? [];
  const [day, orderNo] = cursor === undefined ? [] : fromCursor(cursor, 2);
  const rows = await ordersOfSubjects(stores.ch, workspaceId, subjects, shops, { before: cursor === undefined ? null : { day: String(day), orderNo: String(orderNo) }, limit: PAGE });
  const last = rows.length === PAGE ? rows.at(-1) : undefined;
  return { rows: await owned(stores, workspaceId, rows), next: last ? toCursor([last.day, last.orderNo]) : null };
}

/** Orders of a number in every shop the asker may see. */
export const findOrders = async (stores: Stores, { workspaceId, shops }: Asker, orderNo: string): Promise<CustomerOrder[]> =>
  owned(stores, workspaceId, await ordersByNumber(stores.ch, workspaceId, orderNo, shops));

/** One order with its lines and refunds. Refuses `order.not_found`. */
export async function orderDetail(stores: Stores, asker: Asker, at: { source: string; shop: string; orderNo: string }): Promise<OrderDetail> {
  const order = (await findOrders(stores, asker, at.orderNo)).find(({ source, shop }) => source === at.source && shop === at.shop);
  if (!order) throw notFound('order', { orderNo: at.orderNo });
  const [lines, refunds] = await Promise.all([linesOfOrder(stores.ch, asker.workspaceId, at), refundsOfOrder(stores.ch, asker.workspaceId, at)]);
  return { order, lines, refunds };
}

const KINDS = ['order', 'refund', 'event'] as const;

function entryOf({ kind, reference, atMs, event, status, source, shop, channel, amountMinor, url, properties }: Happening): TimelineEntry {
  const params = { reference, event, status, source, shop, channel, amountMinor, ...(kind === 'event' ? { url, properties } : {}) };
  const link = `/api/v1/orders/detail?source=${encodeURIComponent(source)}&shop=${encodeURIComponent(shop)}&orderNo=${encodeURIComponent(reference)}`;
  return {
    id: `${kind}:${source}:${shop}:${reference}`, at: new Date(atMs).toISOString(), kind, code: kind === 'order' ? `timeline.order.${status}` : kind === 'refund' ? 'timeline.refund' : 'timeline.event', params,
    ...(kind === 'order' ? { link } : {}),
  };
}

/** Everything that happened to some subjects in the shops the asker may see, or outside any, newest first. */
export async function timelineOf(stores: Stores, { workspaceId, shops }: Asker, subjects: readonly SubjectId[], { before, kinds = KINDS, limit }: { before?: Date; kinds?: readonly string[]; limit: number }): Promise<TimelineEntry[]> {
  const beforeMs = before?.getTime() ?? 7_258_118_400_000;
  return (await happenings(stores.ch, workspaceId, subjects, shops, { beforeMs, kinds, limit })).map(entryOf);
}

/** Tells `customers` how orders are found and what they add to a timeline. To be called once, by app.ts and by tests. */
export function registerCollect(): void {
  registerTimeline({ name: 'collect', kinds: KINDS, load: (stores, workspaceId, { subjects, shops }, page) => timelineOf(stores, { workspaceId, shops }, subjects, page) });
  registerOrderFinder(async (stores, workspaceId, orderNo) =>
    (await ordersByNumber(stores.ch, workspaceId, orderNo, [])).map(({ subject }) => subject).filter((subject) => subject !== NOBODY));
}
