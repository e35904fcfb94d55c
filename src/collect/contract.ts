import { z } from 'zod';
import { mappingShape } from './core/mapping.ts';
import { readingFields, readingShape } from './core/readingShape.ts';

const id = z.uuid();
/** Ids of customers are keyed digests, not UUIDs of a version. */
const customerId = z.guid();
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const instant = z.iso.datetime();
const minor = z.number().int();
const counts = z.record(z.string(), z.number().int());
const facts = z.record(z.string(), z.unknown());

export const SOURCE_KINDS = ['orders', 'profiles', 'behaviour', 'conversations', 'surveys', 'social', 'offline'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

export const IMPORT_STATUSES = ['waiting', 'running', 'finished', 'failed', 'undoing', 'undone'] as const;
export type ImportStatus = (typeof IMPORT_STATUSES)[number];

/** A stored file and how to read it. `path` is below the uploads folder, or absolute for a file read where it lies. */
export const importFileShape = z.object({
  name: z.string(), path: z.string(), bytes: z.number().int(), digest: z.string(), entry: z.string().optional(), sheet: z.string().optional(),
  /** Of a protected archive, sealed with the workspace's key. */
  password: z.string().optional(), ...readingFields, mapping: mappingShape,
});
export type ImportFile = z.infer<typeof importFileShape>;

export const importOptionsShape = z.object({
  source: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,59}$/u),
  sourceName: z.string().max(100).optional(),
  kind: z.enum(SOURCE_KINDS).optional(),
  shop: z.string().max(100).default(''),
  channel: z.string().max(100).default(''),
  zone: z.string().max(60).optional(),
  currency: z.string().length(3).optional(),
});
export type ImportOptions = z.infer<typeof importOptionsShape>;

export const progressShape = z.object({
  phase: z.enum(['reading', 'saving', 'customers', 'finishing']).optional(),
  rowsRead: z.number().int().optional(), rowsTotal: z.number().int().optional(), bytesRead: z.number().optional(), bytesTotal: z.number().optional(),
  rowsPerSecond: z.number().optional(), remainingMs: z.number().optional(), elapsedMs: z.number().optional(),
});
export type Progress = z.infer<typeof progressShape>;

const fate = z.object({ added: z.number().int(), updated: z.number().int(), unchanged: z.number().int() });
export type Fate = z.infer<typeof fate>;

export const importReportShape = z.object({
  rowsRead: z.number().int(), rowsAccepted: z.number().int(), rowsQuarantined: z.number().int(), rowsBlank: z.number().int(),
  quarantinedBy: counts, notes: counts,
  orders: fate, lines: fate, refunds: fate, costs: fate, events: fate,
  customers: z.object({ seen: z.number().int(), created: z.number().int() }),
  from: z.union([day, z.literal('')]), to: z.union([day, z.literal('')]),
  netMinor: minor, currency: z.string(), unchanged: z.boolean(), elapsedMs: z.number(), rowsPerSecond: z.number(),
});
export type ImportReport = z.infer<typeof importReportShape>;

export const importShape = z.object({
  id, source: z.string(), status: z.enum(IMPORT_STATUSES), recipeId: id.nullable(),
  files: z.array(z.object({ name: z.string(), bytes: z.number().int(), roles: z.array(z.string()), recipe: z.string().nullable() })),
  progress: progressShape, report: importReportShape.nullable(), problem: z.object({ code: z.string(), facts }).nullable(),
  createdAt: instant, startedAt: instant.nullable(), finishedAt: instant.nullable(), undoneAt: instant.nullable(),
});
export type ImportView = z.infer<typeof importShape>;

export const sourceShape = z.object({
  id, key: z.string(), name: z.string(), kind: z.enum(SOURCE_KINDS), platform: z.string(), shop: z.string(), channel: z.string(), currency: z.string(),
  keyTail: z.string().nullable(), firstDay: day.nullable(), lastDay: day.nullable(), intervalDays: z.number().nullable(), silentDays: z.number().int().nullable(), late: z.boolean(),
  lastSeenAt: instant.nullable(), createdAt: instant, retired: z.boolean(),
});
export type SourceView = z.infer<typeof sourceShape>;

export const newSourceShape = z.object({
  key: z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,59}$/u), name: z.string().min(1).max(100), kind: z.enum(SOURCE_KINDS),
  shop: z.string().max(100).default(''), channel: z.string().max(100).default(''), currency: z.union([z.string().length(3), z.literal('')]).default(''),
});

export const dataDayShape = z.object({ day: day.nullable(), sources: z.array(z.object({ key: z.string(), name: z.string(), lastDay: day.nullable(), intervalDays: z.number().nullable(), silentDays: z.number().int().nullable(), late: z.boolean() })) });

export const givenUploadShape = z.object({
  id, entry: z.string().max(500).optional(), sheet: z.string().max(200).optional(), password: z.string().max(200).optional(), ...readingFields, mapping: mappingShape.optional(),
});
export const uploadShape = z.object({ id, name: z.string(), bytes: z.number().int() });
export const previewBodyShape = z.object({ uploads: z.array(givenUploadShape).min(1).max(100), options: importOptionsShape });

export const filePreviewShape = z.object({
  upload: id, entry: z.string(), name: z.string(), format: z.string(), encoding: z.string(), delimiter: z.string(), reading: readingShape, sheets: z.array(z.string()), sheet: z.string(), header: z.array(z.string()),
  roles: z.array(z.string()), recipe: z.string().nullable(), mapping: mappingShape, confidence: z.record(z.string(), z.number()), firstRows: z.array(z.array(z.string())),
  rows: z.number().int(), complete: z.boolean(), accepted: z.number().int(),
  rejects: z.array(z.object({ code: z.string(), column: z.string(), count: z.number().int(), line: z.number().int(), params: z.record(z.string(), z.union([z.string(), z.number()])) })),
  notes: counts, questions: z.array(z.object({ kind: z.literal('status'), words: z.array(z.string()) })),
  sums: z.object({ measures: z.array(z.string()), months: z.array(z.object({ month: z.string(), sums: z.record(z.string(), z.number()), rows: z.number().int() })) }),
});
export const previewShape = z.object({ files: z.array(filePreviewShape), skipped: z.array(z.object({ upload: id, entry: z.string(), code: z.string() })) });

export const rejectShape = z.object({ code: z.string(), column: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) });
export const quarantineShape = z.object({
  id, importId: id.nullable(), source: z.string(), file: z.string(), line: z.number().int(), rejects: z.array(rejectShape), state: z.enum(['open', 'replayed', 'dismissed', 'undone']),
  header: z.array(z.string()).nullable(), cells: z.array(z.string()).nullable(), event: z.unknown(), createdAt: instant, settledAt: instant.nullable(),
});
export type QuarantineView = z.infer<typeof quarantineShape>;
export const fixShape = z.object({ id, cells: z.record(z.string(), z.string().max(10_000)).optional(), event: z.record(z.string(), z.unknown()).optional() });
export const replayedShape = z.object({ replayed: z.number().int(), refused: z.array(z.object({ id, rejects: z.array(rejectShape) })) });

export const recipeShape = z.object({
  id, name: z.string(), source: z.string(), options: importOptionsShape, mappings: z.array(z.object({ signature: z.string(), ...readingFields, mapping: mappingShape })),
  watchFolder: z.string().nullable(), everyMinutes: z.number().int().nullable(), nextAt: instant.nullable(), lastRunAt: instant.nullable(),
  lastProblem: z.object({ code: z.string(), facts }).nullable(), runs: z.number().int(), createdAt: instant,
});
export type RecipeView = z.infer<typeof recipeShape>;
export const newRecipeShape = z.object({
  name: z.string().min(1).max(100), options: importOptionsShape, mappings: z.array(z.object({ header: z.array(z.string()), ...readingFields, mapping: mappingShape })).min(1).max(50),
  watchFolder: z.string().max(1000).nullable().default(null), everyMinutes: z.number().int().min(1).max(525_600).nullable().default(null),
});

const sum = {
  orders: z.number().int(), documents: z.number().int(), buyers: z.number().int(), people: z.number().int(), neverBought: z.number().int(),
  paidMinor: minor, refundsMinor: minor, netMinor: minor, nobodysMinor: minor,
};
export const RECONCILE_MEASURES = ['orders', 'buyers', 'paid', 'refunds', 'net'] as const;
export const reconcileShape = z.object({
  currency: z.string(), total: z.object(sum),
  rows: z.array(z.object({ month: z.string(), shop: z.string(), ...sum, figures: z.partialRecord(z.enum(RECONCILE_MEASURES), z.number().int()) })),
});
export const figureShape = z.object({ month: z.string().regex(/^\d{4}-\d{2}$/), shop: z.string().max(100), measure: z.enum(RECONCILE_MEASURES), figure: z.number().int().nullable() });
export const documentShape = z.object({
  kind: z.enum(['order', 'refund', 'adjustment']), source: z.string(), shop: z.string(), documentNo: z.string(), customer: customerId.nullable(), status: z.string(), day,
  amountMinor: minor, refundedMinor: minor, netMinor: minor, purchase: z.boolean(),
});

export const orderShape = z.object({
  source: z.string(), shop: z.string(), orderNo: z.string(), customer: customerId.nullable(), status: z.string(), day, orderedAt: z.string(), paidAt: z.string().nullable(), currency: z.string(),
  amountMinor: minor, refundedMinor: minor, netMinor: minor, shippingMinor: minor, discountMinor: minor, fullRefund: z.string(), channel: z.string(), promo: z.string(), coupon: z.string(),
  province: z.string(), city: z.string(), receivers: z.number().int(), b2b: z.boolean(), measures: z.record(z.string(), z.number()), properties: z.record(z.string(), z.string()), importId: id,
});
export const lineShape = z.object({
  sku: z.string(), occurrence: z.number().int(), name: z.string(), category: z.string(), kind: z.string(), quantity: z.number(), amountMinor: minor, refundedMinor: minor, costMinor: minor,
});
export const refundShape = z.object({ refundNo: z.string(), orderNo: z.string(), day, at: z.string(), amountMinor: minor, status: z.string(), reason: z.string(), sku: z.string() });
export const orderDetailShape = z.object({ order: orderShape, lines: z.array(lineShape), refunds: z.array(refundShape) });
export const customerRecordsShape = z.object({
  rows: z.array(z.object({ subject: z.guid(), orders: z.number().int(), netMinor: minor, events: z.number().int(), firstDay: day, lastDay: day })),
});

export const LIVE_STATES = ['waiting', 'stored', 'repeated', 'refused'] as const;
const reason = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) });
/** One event as it came over HTTP. `place`: its place in the request; `content`: name, traits, properties, masked; `raw`: of a refused one, as sent, masked. */
export const liveEventShape = z.object({
  id: z.string(), receivedAt: instant, source: z.string(), sourceName: z.string(), place: z.number().int(), state: z.enum(LIVE_STATES), reason: reason.nullable(),
  kind: z.string(), event: z.string(), at: instant.nullable(), messageId: z.string(), backfill: z.boolean(), person: z.array(z.object({ kind: z.string(), shown: z.string() })), customer: customerId.nullable(),
  content: z.record(z.string(), z.unknown()), raw: z.string().nullable(),
});
export type LiveEvent = z.infer<typeof liveEventShape>;

const sums = { events: z.number().int(), repeated: z.number().int(), refused: z.number().int(), orders: z.number().int(), customers: z.number().int() };
const sumsShape = z.object({ ...sums, orders: sums.orders.nullable(), customers: sums.customers.nullable() });
export const pulseShape = z.object({
  at: instant, minutes: z.array(z.object({ minute: instant, events: z.number().int(), refused: z.number().int() })), hour: sumsShape, day: sumsShape,
  waiting: z.object({ bodies: z.number().int(), since: instant.nullable() }),
});
export type Pulse = z.infer<typeof pulseShape>;
export const sourceHealthShape = z.object({ id, minutes: z.array(z.number().int()), hour: z.object(sums), day: z.object(sums), lastMinute: instant.nullable(), keyTail: z.string().nullable(), oldKeyUntil: instant.nullable() });
export type SourceHealth = z.infer<typeof sourceHealthShape>;

export const eventNameShape = z.object({ kind: z.string(), event: z.string(), sources: z.array(z.string()), count: z.number().int(), firstSeen: instant, lastSeen: instant });
export type EventName = z.infer<typeof eventNameShape>;
export const eventPropertyShape = z.object({ property: z.string(), types: z.array(z.string()), count: z.number().int(), firstSeen: instant, lastSeen: instant });
export type EventProperty = z.infer<typeof eventPropertyShape>;
export const foundMessageShape = z.object({ source: z.string(), kind: z.string(), event: z.string(), time: instant, customer: customerId.nullable() });
export type FoundMessage = z.infer<typeof foundMessageShape>;
