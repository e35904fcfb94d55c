import { z } from 'zod';
import { mappingShape } from './core/mapping.ts';

const id = z.uuid();
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
  password: z.string().optional(), mapping: mappingShape,
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
