import { z } from 'zod';
import { STAFF_ROLES } from '../../kernel/access/permissions.ts';
import { LIST_TABLES } from './queries/take.ts';
import { TAKEN_TABLES } from './taken.ts';

const ROWS_MAX = 5_000;
/** Rows of a table as an export wrote them. `first`: the first of the table, before which what is there gives way where the table is replaced as a whole. */
export const rowsBody = z.object({ table: z.enum(TAKEN_TABLES), rows: z.array(z.record(z.string(), z.unknown())).min(1).max(ROWS_MAX), first: z.boolean().default(false) });
export const listsBody = z.object({
  table: z.enum(LIST_TABLES),
  rows: z.array(z.object({ list: z.uuid(), customer: z.guid() }).catchall(z.union([z.string().max(100), z.number().int().min(0).max(255)]))).min(1).max(ROWS_MAX),
});
/** Who worked there, as an export wrote them. */
export const membersBody = z.object({ members: z.array(z.object({ email: z.email().max(254), role: z.enum(STAFF_ROLES), shops: z.array(z.string().min(1).max(200)).max(100) })).min(1).max(1_000) });
/** `token` is shown this once: the link is /invitation/<token>. */
export const invitedShape = z.object({ invited: z.array(z.object({ email: z.string(), token: z.string() })) });
/** Who was in which segment since when, as an export wrote it. */
export const membershipsBody = z.object({
  rows: z.array(z.object({ customer: z.guid(), version: z.number().int().min(1), at: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/), day: z.iso.date(), segments: z.array(z.uuid()).max(1_000) })).min(1).max(ROWS_MAX),
});
/** `unknown`: rows that name an address nobody here can know; `inTheWay`: rows that another of the same name stood in the way of. */
export const takenShape = z.object({ added: z.number().int(), unknown: z.number().int(), inTheWay: z.number().int() });
