import { z } from 'zod';
import { countedAt } from '../contract.ts';

const day = z.iso.date();
const count = z.number().int();
const share = z.number().min(0).max(1);
const text = (max: number) => z.string().max(max).refine((s) => s.isWellFormed() && !s.includes('\0'), 'not storable text');
const band = z.object({ low: z.number(), high: z.number() });

export const LIBRARY_KINDS = ['rise', 'times', 'share', 'band', 'amount'] as const;
/** The line that stands until a workspace writes its own. */
export const GENERAL = 'general';

export const benchmarkShape = z.object({
  id: z.string(), kind: z.enum(LIBRARY_KINDS), value: z.number(), to: z.number().nullable(), currency: z.string().nullable(), citation: z.string(), status: z.literal('unverified'), label: z.string(), name: z.string(),
  hypothesis: z.string().describe('fit to be the hypothesis of an experiment; carries the label'),
});
export const churnLineShape = z.object({ industry: z.string(), share, citation: z.string(), label: z.string(), shown: z.boolean(), own: z.boolean().describe('written by this workspace'), changedAt: z.date().nullable() });
export const benchmarksShape = z.object({ rows: z.array(benchmarkShape), lines: z.array(churnLineShape) });
export const lineParams = z.object({ industry: text(30).trim().min(1) });
export const lineBody = z.object({ share, citation: text(500).trim().min(3), shown: z.boolean() });

export const costSplitQuery = z.object({ from: day.optional(), to: day.optional() });
export const costSplitShape = z.object({
  asOf: day, countedAt, from: day, to: day, totalMinor: z.number(),
  rows: z.array(z.object({ key: z.string(), costMinor: z.number(), share: z.number(), place: z.enum(['inside', 'below', 'above']).nullable(), band: band.nullable() })),
  refused: z.object({ code: z.string(), sentence: z.string() }).nullable(), benchmark: z.string(),
});

export const satisfactionShape = z.object({
  asOf: day, band, benchmark: z.string(),
  stages: z.array(z.object({ place: z.string(), answers: count, share: z.number().nullable().describe('answers of 4 or 5; null where nobody answered'), interval: z.object({ low: z.number(), high: z.number() }).nullable(), inBand: z.boolean().nullable() })),
});

export const churnYearsQuery = z.object({ shop: z.string().max(100).optional() });
export const churnYearsShape = z.object({
  asOf: day, line: churnLineShape.nullable(), sentence: z.string(),
  points: z.array(z.object({ to: day, rate: z.number(), lost: count, of: count, interval: z.object({ low: z.number(), high: z.number() }).nullable() })),
});
