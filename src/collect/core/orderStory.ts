import { NOBODY, type SubjectId } from '../../kernel/ids.ts';
import { newerOrder } from './orderBook.ts';
import type { FullRefund, LineRow, OrderRow, RefundRow } from './records.ts';
import type { Shopping } from './shopping.ts';

/** What an event said about an order, and whose the event is. */
export type Sale = Shopping & { subject: SubjectId };

/** An order as all its sayings make it, with the refunds among them at their sums. `whole`: nothing else was ever said of it. */
export type Story = {
  order: (Omit<OrderRow, 'amount' | 'refunded'> & { amount: number; refunded: number; receivers: number; stated: boolean; free: boolean }) | undefined;
  lines: LineRow[]; subject: SubjectId; refunds: { refund: RefundRow; subject: SubjectId }[];
};

/** When what is said happened, by our clock. */
export const momentOf = ({ order, refund }: Shopping): number => order?.orderedAt ?? refund?.at ?? 0;

/** By moment; at the same one by their words, so that the way they came in never matters. */
export const inOrder = (sales: readonly Sale[]): Sale[] =>
  sales.map((sale) => ({ sale, at: momentOf(sale), words: JSON.stringify([sale.order, sale.lines, sale.refund]) }))
    .sort((a, b) => a.at - b.at || (a.words < b.words ? -1 : a.words > b.words ? 1 : 0)).map(({ sale }) => sale);

export const wholeRefund = (status: string): 'before_shipping' | 'after_shipping' => (status === 'shipped' || status === 'done' ? 'after_shipping' : 'before_shipping');

type Known = { order: OrderRow | undefined; amount: number; stated: boolean; lines: Map<string, LineRow>; refunded: number; fullRefund: FullRefund; subject: SubjectId; refunds: Story['refunds'] };

/** An order whose money has all come back stays so, whatever is said of it later. */
function settle(known: Known): void {
  if (known.fullRefund === '' && known.refunded > 0 && known.amount > 0 && known.refunded >= known.amount) known.fullRefund = wholeRefund(known.order?.status ?? '');
}

/** The newer telling over the older ones: the order where it says something, its lines one by one; a sum nobody named follows the lines. */
function tell(known: Known, order: OrderRow, lines: readonly LineRow[], subject: SubjectId): void {
  known.order = known.order ? newerOrder(known.order, order) : order;
  for (const line of lines) known.lines.set(`${line.sku}\0${line.occurrence}`, line);
  known.stated ||= order.amount !== null;
  known.amount = order.amount ?? (known.stated ? known.amount : [...known.lines.values()].reduce((sum, { amount }) => sum + amount, 0));
  if (subject !== NOBODY) known.subject = subject;
  settle(known);
}

/** What of an order has not come back yet; nothing, where it was told smaller after more had come back. */
export const leftOf = ({ amount, refunded }: { amount: number; refunded: number }): number => Math.max(0, amount - refunded);

/** Money that goes back; where no sum is named, all that is left of the order. */
function giveBack(known: Known, { refund, subject }: Story['refunds'][number]): void {
  const open = refund.amount === 0 && known.order !== undefined;
  const priced = open ? { ...refund, amount: leftOf(known), currency: known.order?.currency ?? refund.currency } : refund;
  known.refunds.push({ refund: priced, subject });
  if (known.order === undefined) return;
  known.refunded += priced.amount;
  settle(known);
}

/**
 * An order as the set of what events said of it makes it, whatever order they came in: told moment by moment, tellings over older ones,
 * refunds out of what is there. Money that went back before the order was first spoken of waits for it.
 */
export function storyOf(sales: readonly Sale[]): Story {
  const known: Known = { order: undefined, amount: 0, stated: false, lines: new Map(), refunded: 0, fullRefund: '', subject: NOBODY, refunds: [] };
  const early: Story['refunds'] = [];
  for (const { order, lines, refund, subject } of inOrder(sales)) {
    if (order) {
      tell(known, order, lines, subject);
      for (const one of early.splice(0)) giveBack(known, one);
    }
    if (refund && known.order) giveBack(known, { refund, subject });
    else if (refund) early.push({ refund, subject });
  }
  for (const one of early) giveBack(known, one);
  const { order, amount, stated, refunded, fullRefund, subject, refunds } = known, lines = [...known.lines.values()];
  return { order: order && { ...order, amount, refunded, fullRefund, receivers: 0, stated, free: amount === 0 && lines.length > 0 }, lines, subject, refunds };
}
