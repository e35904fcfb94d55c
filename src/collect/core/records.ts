import type { Day } from '../../kernel/day.ts';
import type { Identifier } from './fields.ts';
import type { LineKind } from './nonGoods.ts';
import type { Status } from './statuses.ts';

/** Money is in minor units of `currency`; times are epoch milliseconds; '' and null mean "the file does not say". */
export type OrderRow = {
  source: string; shop: string; orderNo: string; status: Status | ''; orderedAt: number | null; paidAt: number | null;
  /** What the status is taken for where nobody says it. */
  assumed?: Status;
  /** Purchase day in the workspace's zone: paid, else ordered; '' when unknown. */
  day: Day | '';
  currency: string;
  /** The chosen measure; null: the sum of the lines. */
  amount: number | null;
  shipping: number; discount: number; refunded: number | null; fullRefund: FullRefund; measures: Record<string, number>;
  channel: string; coupon: string; province: string; city: string;
  /** Who receives, normalised to count distinct receivers; '' when unknown. Never an identifier. */
  receiver: string;
  b2b: boolean; name: string; identifiers: Identifier[]; properties: Record<string, string>;
};
export const FULL_REFUNDS = ['', 'pending', 'before_shipping', 'after_shipping'] as const;
export type FullRefund = (typeof FULL_REFUNDS)[number];

export type LineRow = {
  source: string; shop: string; orderNo: string; sku: string;
  /** 0, 1, 2 … for the same SKU again in one order; set by the order book. */
  occurrence: number;
  name: string; category: string; kind: LineKind; quantity: number;
  /** After allocation; `listed` is what the file says. */
  amount: number; listed: number; refunded: number;
  /** Cost of the whole line, 0 when unknown. */
  cost: number; currency: string; day: Day | ''; at: number | null; status: Status | '';
};

export type RefundRow = {
  source: string; shop: string;
  /** Unique within (source, shop). */
  refundNo: string;
  /** As printed, when one document lists several lines. */
  documentNo: string;
  /** '' when the refund names no order. */
  orderNo: string; sku: string; at: number | null; day: Day | ''; amount: number; currency: string; cost: number;
  status: 'pending' | 'done' | 'closed'; reason: string; beforeShipping: boolean; identifiers: Identifier[]; properties: Record<string, string>;
};

export type CustomerRow = {
  source: string; shop: string; identifiers: Identifier[]; name: string; day: Day | '';
  texts: Record<string, string>; numbers: Record<string, number>; days: Record<string, Day>; tags: string[];
};

export const EVENT_KINDS = ['track', 'page', 'screen', 'identify', 'group', 'alias'] as const;
export type EventRow = {
  source: string; shop: string; channel: string; event: string; kind: (typeof EVENT_KINDS)[number]; at: number; day: Day;
  /** Given by the file, else '' and `fingerprint` names the row. */
  messageId: string; fingerprint: string;
  identifiers: Identifier[]; amount: number | null; currency: string; url: string; campaign: string; properties: Record<string, string>;
};

export const COST_KINDS = ['acquisition', 'retention', 'service', 'fulfilment', 'incentive', 'product'] as const;
export type CostRow = {
  source: string; shop: string; costNo: string; day: Day; kind: (typeof COST_KINDS)[number]; channel: string; campaign: string; orderNo: string;
  amount: number; currency: string; identifiers: Identifier[];
};

/** What one row of a file says; several records at once where a platform writes orders and lines in one table. */
export type Clean = { line: number; order?: OrderRow; item?: LineRow; refund?: RefundRow; customer?: CustomerRow; event?: EventRow; cost?: CostRow };

export const REJECT_CODES = [
  'order_no.missing', 'order_no.damaged', 'id.damaged', 'refund_no.missing', 'time.missing', 'time.unreadable', 'amount.unreadable', 'amount.missing', 'amount.too_large', 'number.unreadable',
  'status.unknown', 'currency.unknown', 'phone.unreadable', 'email.unreadable', 'customer.unidentified', 'event.unnamed', 'cost_kind.unknown', 'row.too_wide', 'row.broken',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

/** Why a row was not taken: said by `import.reject.<code>`. `column` is the header, '' for the row as a whole. */
export type Reject = { line: number; code: RejectCode; column: string; params: Record<string, string | number> };

/** Things noticed that cost no row: said by `import.note.<code>`. */
export const NOTE_CODES = ['value.masked', 'phone.unreadable', 'email.unreadable', 'row.blank', 'row.footer', 'stock.adjusted', 'refund.unlinked', 'order.nobody', 'text.damaged', 'json.late_key', 'order.difference'] as const;
export type NoteCode = (typeof NOTE_CODES)[number];
