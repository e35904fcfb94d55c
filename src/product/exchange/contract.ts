import { z } from 'zod';

export const FORMAT = 'perennial-export/2';
const instant = z.iso.datetime();

/** Where rows come from: what the other workspace needs to know of a source. */
export const exportedSource = z.object({ key: z.string(), name: z.string(), kind: z.string(), shop: z.string(), channel: z.string(), currency: z.string() });
/** What an export of everything is made of; `left`: codes of what stays behind; the guide to operations says why. */
export const partsShape = z.object({ format: z.literal(FORMAT), parts: z.array(z.string()), sources: z.array(exportedSource), left: z.array(z.string()) });
export type Parts = z.infer<typeof partsShape>;

const reason = z.string().max(500);
export const partBody = z.object({ name: z.string().max(200), reason, clear: z.boolean().default(false) });
export const newRunBody = z.object({ reason, clear: z.boolean().default(false) });
export const runShape = z.object({
  id: z.uuid(), by: z.string(), reason: z.string(), clear: z.boolean(), state: z.enum(['asked', 'running', 'finished', 'failed']), part: z.string(),
  partsDone: z.number().int(), partsTotal: z.number().int(), rowsDone: z.number().int(), askedAt: instant, finishedAt: instant.nullable(),
});
export type RunView = z.infer<typeof runShape>;
