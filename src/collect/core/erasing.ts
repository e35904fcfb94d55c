import type { Identifier } from './fields.ts';
import type { Mapping } from './mapping.ts';
import type { Clean } from './records.ts';

/** What of a stored file's row outlives the person it names. Pure. */

const BOOKED: ReadonlySet<string> = new Set([
  'order.no', 'order.status', 'order.fulfilment', 'order.refund_status', 'order.created_at', 'order.paid_at', 'order.shipped_at', 'order.done_at', 'order.cancelled_at', 'order.currency', 'order.shipping', 'order.discount', 'order.refunded',
  'order.channel', 'shop', 'line.no', 'line.sku', 'line.code', 'line.product_id', 'line.name', 'line.variant', 'line.category', 'line.quantity', 'line.price', 'line.amount', 'line.status', 'line.refunded', 'line.refund_status', 'line.cost', 'line.kind',
  'refund.no', 'refund.order_no', 'refund.at', 'refund.requested_at', 'refund.amount', 'refund.status', 'refund.goods_status', 'refund.sku', 'refund.cost', 'cost.no', 'cost.kind', 'cost.at', 'cost.amount', 'cost.channel', 'cost.campaign',
]);

/** What was sold, paid back and spent stays, as in the stores; whoever it was goes. A row that says nothing else is blank. */
export function makeEraser(mapping: Mapping | undefined, header: readonly string[], inText: (text: string) => boolean): (row: readonly string[]) => string[] {
  // An order number made of who bought and when would name them.
  const isBooks = mapping?.roles.some((role) => role !== 'customer' && role !== 'event') === true && !mapping.derivedOrderNo;
  const fields = new Map((isBooks ? mapping.columns : []).map((column) => [column.header, column.field]));
  const stays = header.map((name) => { const field = fields.get(name) ?? ''; return BOOKED.has(field) || field.startsWith('money.'); });
  return (row) => { const kept = row.map((cell, at) => (stays[at] && !inText(cell) ? cell : '')); return kept.some((cell) => cell !== '') ? kept : []; };
}

/** Everybody a row speaks of. */
export const identifiersIn = ({ order, refund, customer, event, cost }: Clean): Identifier[] => [order, refund, customer, event, cost].flatMap((told) => told?.identifiers ?? []);

const quoted = (cell: string): string => (/[",\r\n]|^\s|\s$|^=/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
/** A row as a line of CSV; a blank one as a blank line, so that lines keep their numbers. */
export const csvLine = (row: readonly string[]): string => `${row.length === 1 && row[0] === '' ? '' : row.map(quoted).join(',')}\n`;
