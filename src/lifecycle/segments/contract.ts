import { z } from 'zod';
import { FIELD_TYPES, Tree } from '../../kernel/conditions/index.ts';
import { LANGUAGES } from '../../kernel/words/types.ts';
import { SORTS } from './sorts.ts';

const name = z.string().trim().min(1).max(80);
const description = z.string().max(500);

/** How many people may be reached by each channel (wecom, sms, mp, email, platform_only). */
export const reachShape = z.record(z.string(), z.number().int());
const label = z.union([z.string(), z.record(z.enum(LANGUAGES), z.string())]);

export const segmentParams = z.object({ id: z.uuid() });
export const segmentShape = z.object({
  id: z.uuid(), name: z.string(), description: z.string(), version: z.number().int(), tree: Tree, sentence: z.string(), owner: z.string(), ownerName: z.string().describe('empty where the owner is a program'),
  createdAt: z.date(), updatedAt: z.date(),
});
export type SegmentReply = z.input<typeof segmentShape>;

export const segmentDetailShape = segmentShape.extend({
  versions: z.array(z.object({ version: z.number().int(), tree: Tree, author: z.string(), authorName: z.string(), at: z.date() })),
});
export const segmentListShape = z.object({ rows: z.array(segmentShape) });

export const newSegmentBody = z.object({ name, description: description.default(''), tree: Tree });
export const segmentChangeBody = z.object({
  version: z.number().int().min(1), name: name.optional(), description: description.optional(), tree: Tree.optional(), owner: z.string().max(80).optional(),
});

export const previewBody = z.object({ tree: Tree });
export const previewShape = z.object({
  asOf: z.string(), count: z.number().int(), reach: reachShape, sentence: z.string(), sample: z.array(z.uuid()),
});

/** How many people are in a saved filter today. */
export const segmentSizeShape = z.object({ asOf: z.string(), count: z.number().int(), reach: reachShape });

export const memberIdsBody = z.object({ tree: Tree.optional(), segmentId: z.uuid().optional(), cursor: z.string().max(1_000).optional(), limit: z.number().int().min(1).max(10_000).default(1_000) })
  .refine((body) => (body.tree === undefined) !== (body.segmentId === undefined), 'give a tree or a segmentId');
export const memberIdsShape = z.object({ ids: z.array(z.uuid()), next: z.string().nullable().describe('Give it back as `cursor` for the next page') });

/** What an editor offers: fields with their operators, and the events that have been seen. */
export const filterWordsShape = z.object({
  fields: z.array(z.object({
    key: z.string(), type: z.enum(FIELD_TYPES), label: label.optional(), ops: z.array(z.string()),
    options: z.array(z.object({ value: z.string(), label: label.optional() })).optional(), masked: z.boolean(), encrypted: z.boolean(),
  })),
  events: z.array(z.object({ event: z.string(), label: label.optional() })),
});

export const customersQueryBody = z.object({
  tree: Tree.optional(), q: z.string().max(200).optional(), sort: z.enum(SORTS).default('last_on'), direction: z.enum(['asc', 'desc']).default('desc'),
  cursor: z.string().max(1_000).optional(), limit: z.number().int().min(1).max(200).default(50), clear: z.boolean().optional(),
  strips: z.boolean().default(false).describe('with the rhythm strip and the sentence why of each'),
});
