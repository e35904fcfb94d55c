import { z } from 'zod';
import { FIELD_TYPES, Tree } from '../../kernel/conditions/index.ts';
import { LANGUAGES } from '../../kernel/words/types.ts';
import { PASTS } from './queries/membership.ts';
import { SORTS } from './sorts.ts';

const name = z.string().trim().min(1).max(80);
const description = z.string().max(500);

/** How many people may be reached by each channel (wecom, sms, mp, email, platform_only). */
export const reachShape = z.record(z.string(), z.number().int());
const label = z.union([z.string(), z.record(z.enum(LANGUAGES), z.string())]);

export const segmentParams = z.object({ id: z.uuid() });
export const segmentShape = z.object({
  id: z.uuid(), name: z.string(), description: z.string(), kind: z.enum(['dynamic', 'frozen']), version: z.number().int(), tree: Tree, sentence: z.string(), owner: z.string(), ownerName: z.string().describe('empty where the owner is a program'),
  createdAt: z.date(), updatedAt: z.date(),
  origin: z.object({ segment: z.uuid().nullable(), version: z.number().int().nullable(), tree: Tree, sentence: z.string(), day: z.string(), people: z.number().int() }).nullable().describe('of a frozen segment: whose people it holds'),
});
export type SegmentReply = z.input<typeof segmentShape>;

export const segmentDetailShape = segmentShape.extend({
  versions: z.array(z.object({ version: z.number().int(), tree: Tree, author: z.string(), authorName: z.string(), at: z.date() })),
});
export const segmentListShape = z.object({
  rows: z.array(segmentShape.extend({
    people: z.number().int().nullable().describe('as last looked at, all shops; null where nobody has yet, or where the caller may not ask'), grown: z.number().int().nullable().describe('in 7 days'), problem: z.string().nullable().describe('why it could not be asked: a code'),
    usedBy: z.array(z.object({ kind: z.string(), id: z.string(), name: z.string() })),
  })),
});

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

/** How many are in each segment whose membership is kept. */
export const heldSizesShape = z.object({ rows: z.array(z.object({ id: z.uuid(), count: z.number().int(), reach: reachShape })) });

export const memberIdsBody = z.object({ tree: Tree.optional(), segmentId: z.uuid().optional(), cursor: z.string().max(1_000).optional(), limit: z.number().int().min(1).max(10_000).default(1_000) })
  .refine((body) => (body.tree === undefined) !== (body.segmentId === undefined), 'give a tree or a segmentId');
export const memberIdsShape = z.object({ ids: z.array(z.uuid()), next: z.string().nullable().describe('Give it back as `cursor` for the next page') });

const options = z.array(z.object({ value: z.string(), label: label.optional() }));
/** What an editor offers: fields with their operators, and the events that have been seen. */
export const filterWordsShape = z.object({
  fields: z.array(z.object({
    key: z.string(), type: z.enum(FIELD_TYPES), label: label.optional(), ops: z.array(z.string()),
    options: z.array(z.object({ value: z.string(), label: label.optional() })).optional(), masked: z.boolean(), encrypted: z.boolean(),
  })),
  events: z.array(z.object({ event: z.string(), label: label.optional() })),
  segments: z.array(z.object({ id: z.uuid(), label: z.string().optional() })), stages: options, channels: options, purposes: options,
});

export const customersQueryBody = z.object({
  tree: Tree.optional(), q: z.string().max(200).optional(), sort: z.enum(SORTS).default('last_on'), direction: z.enum(['asc', 'desc']).default('desc'),
  cursor: z.string().max(1_000).optional(), limit: z.number().int().min(1).max(200).default(50), clear: z.boolean().optional(),
  strips: z.boolean().default(false).describe('with the rhythm strip and the sentence why of each'),
});

export const freezeBody = z.object({ name, description: description.default(''), segment: z.uuid().optional(), tree: Tree.optional() }).refine((body) => (body.tree === undefined) !== (body.segment === undefined), 'give a tree or a segment');
export const whyParams = z.object({ id: z.uuid(), customer: z.uuid() });
const found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }), z.object({ kind: z.literal('text'), value: z.string() }), z.object({ kind: z.literal('number'), value: z.number() }), z.object({ kind: z.literal('day'), value: z.string() }),
  z.object({ kind: z.literal('list'), values: z.array(z.string()).readonly() }),
]);
type Found = z.infer<typeof found>;
export type WhyReply = { kind: string; words: string; holds: boolean; found: Found; money: boolean; of: WhyReply[] };
const whyNode: z.ZodType<WhyReply> = z.lazy(() => z.object({ kind: z.string(), words: z.string(), holds: z.boolean(), found, money: z.boolean().describe('the number is minor units'), of: z.array(whyNode) })).meta({ id: 'SegmentWhy' });
export const whyShape = z.object({ asOf: z.string(), isIn: z.boolean(), root: whyNode });
export const sizesShape = z.object({ rows: z.array(z.object({ day: z.string(), people: z.number().int() })) });
const pastDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const membersQuery = z.object({ day: pastDay, after: z.string().max(1_000).optional(), limit: z.coerce.number().int().min(1).max(10_000).default(1_000) });
/** Who was in a segment on a past day, and who has come and left since. */
export const pastQuery = z.object({ day: pastDay, show: z.enum(PASTS).default('was').describe('who was in it then, who has come since, who has left since'), cursor: z.string().max(1_000).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
export const pastShape = z.object({
  counts: z.record(z.enum(PASTS), z.number().int()), next: z.string().nullable(),
  rows: z.array(z.object({ id: z.uuid(), name: z.string(), stage: z.string().nullable(), netMinor: z.number().nullable(), lastOn: z.iso.date().nullable() })),
});

const share = z.number();
const standing = z.object({ people: z.number().int(), share, tgi: z.number().nullable().describe('100: as everybody') });
export const portraitQuery = z.object({ beside: z.uuid().optional() });
export const portraitShape = z.object({
  asOf: z.string(), people: z.object({ all: z.number().int(), a: z.number().int(), b: z.number().int().nullable() }), cuts: z.array(z.number()).describe('between the bands of value, minor units'),
  parts: z.array(z.object({ dimension: z.string(), label: z.string(), values: z.array(z.object({ value: z.string(), label: z.string(), all: z.object({ people: z.number().int(), share }), a: standing, b: standing.nullable() })) })),
});
export type PortraitReply = z.infer<typeof portraitShape>;
export const membershipsShape = z.object({ rows: z.array(z.object({ id: z.uuid(), name: z.string(), kind: z.enum(['dynamic', 'frozen']), since: z.string().optional() })) });

const line = z.string().trim().min(1).max(200);
export const personaBody = z.object({
  segmentId: z.uuid(), name, story: z.string().max(2_000).default(''), goals: z.array(line).max(10).default([]), pains: z.array(line).max(10).default([]), channels: z.array(line).max(10).default([]),
});
export const personaShape = personaBody.required().extend({ id: z.uuid(), segmentName: z.string(), people: z.number().int().nullable().describe('who is in its segment now; null where it cannot be asked'), changedBy: z.string(), changedAt: z.date() });
export const personaListShape = z.object({ rows: z.array(personaShape) });
export type PersonaReply = z.input<typeof personaShape>;
