import { z } from 'zod';
import { type Field, FIELDS, ROLES } from './fields.ts';
import { LINE_KINDS, NON_GOODS } from './nonGoods.ts';
import { COST_KINDS } from './records.ts';
import { STATUSES } from './statuses.ts';
import { DATE_ORDERS } from './times.ts';

const known: ReadonlySet<string> = new Set(FIELDS);
const fieldShape = z.custom<Field>((value) => typeof value === 'string' && (known.has(value) || /^money\.[a-z][a-z0-9_]{0,30}$/.test(value)), 'unknown field');

export const columnShape = z.strictObject({
  /** As `headerNames` writes it: trimmed, a repeated one numbered. */
  header: z.string().min(1).max(500),
  field: fieldShape,
  /** The key of a typed customer field. */
  as: z.string().max(100).optional(),
});

/** How one kind of file is read: plain data, editable, saved as a workspace's own recipe. */
export const mappingShape = z.strictObject({
  version: z.literal(1),
  /** The ready recipe it began as, or null. */
  recipe: z.string().max(100).nullable(),
  platform: z.string().max(100),
  roles: z.array(z.enum(ROLES)).min(1),
  columns: z.array(columnShape).max(2000),
  /** Which `money.*` is 销售额; null takes the sum of the lines. */
  measure: z.string().max(40).nullable(),
  /** Answers for status words that are not known by themselves. */
  statuses: z.record(z.string(), z.enum(STATUSES)).default({}),
  /** The status of orders in a file that names none. */
  statusDefault: z.enum(STATUSES).default('done'),
  /** IANA zone of wall-clock times; null takes the source's. */
  zone: z.string().max(100).nullable().default(null),
  dates: z.enum(DATE_ORDERS).default('auto'),
  /** Decimals are written with a comma. */
  comma: z.boolean().default(false),
  /** Currency of a file that names none; null takes the source's. */
  currency: z.string().length(3).nullable().default(null),
  /** Within what a buyer id means the same person. */
  buyerScope: z.enum(['platform', 'shop', 'source']).default('source'),
  /** Order numbers that begin so are refunds that name no order (UCI's C). */
  refundPrefix: z.string().max(10).default(''),
  /** A negative quantity at price zero is a correction of stock, no sale. */
  stockAdjustments: z.boolean().default(false),
  /** One row a purchase and no order number: it is made of customer, day and place in the day. */
  derivedOrderNo: z.boolean().default(false),
  /** What costs are for in a file that does not say: spend by channel is mostly paid to win customers. */
  costKind: z.enum(COST_KINDS).default('acquisition'),
  nonGoods: z.array(z.strictObject({ kind: z.enum(LINE_KINDS), by: z.enum(['name', 'sku', 'zero']), text: z.string().max(200) })).max(500).default([...NON_GOODS]),
});
export type Mapping = z.infer<typeof mappingShape>;
export type Column = z.infer<typeof columnShape>;
