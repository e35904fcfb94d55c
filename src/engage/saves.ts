import { z } from 'zod';
import { deskTask, deskTasks } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { type Route, route } from '../kernel/http/route.ts';
import type { Stores } from '../kernel/stores.ts';
import { saveTasks } from './queries/saves.ts';

/** Journeys that keep customers who are about to go. */
const SAVING = ['save_by_reason', 'decline_follow_up'];
const ROWS_MAX = 500;
/** Why they may go, as far as they said; `unanswered`: they were asked and did not say. */
export const SAVE_REASONS = ['service', 'price', 'unanswered', 'other'] as const;
export type SaveReason = (typeof SAVE_REASONS)[number];

const reasonOf = ({ playbook, reason }: { playbook: string; reason: string | null }): SaveReason =>
  (playbook === 'decline_follow_up' ? 'unanswered' : SAVE_REASONS.find((one) => one === reason) ?? 'other');

export const saveDeskShape = z.object({
  today: z.string(), me: z.string(), people: z.record(z.string(), z.string()),
  rows: z.array(deskTask.extend({ reason: z.enum(SAVE_REASONS), journey: z.string().describe('the journey that asks for it'), play: z.string().describe('what is proposed, as the journey says it') })),
});
type Reply = Awaited<ReturnType<typeof deskTasks>>;
export type SaveDesk = Omit<Reply, 'rows'> & { rows: (Reply['rows'][number] & { reason: SaveReason; journey: string; play: string })[] };

/** Customers to be kept, first due first: why they may go, and the play that is proposed for it (R128). */
export async function saveDesk(stores: Stores, caller: Caller): Promise<SaveDesk> {
  const saves = new Map((await stores.pg.tx(caller.workspaceId, (tx) => saveTasks(tx, caller.workspaceId, SAVING, ROWS_MAX))).map((row) => [row.task, row]));
  const { rows, ...desk } = await deskTasks(stores, caller, [...saves.keys()]);
  return { ...desk, rows: rows.flatMap((row) => { const save = saves.get(row.id); return save ? [{ ...row, reason: reasonOf(save), journey: save.journey, play: String(row.params.text ?? '') }] : []; }) };
}

const told = ({ rows, ...desk }: SaveDesk): z.input<typeof saveDeskShape> =>
  ({ ...desk, rows: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), doneAt: row.doneAt?.toISOString() ?? null, last: row.last && { ...row.last, at: row.last.at.toISOString() } })) });

export const saveRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/save-desk', summary: 'Customers to be kept: why they may go, and the play proposed', tag: 'Tasks', permission: 'customers.read', reply: saveDeskShape },
    async ({ stores, caller }) => told(await saveDesk(stores, caller))),
];
