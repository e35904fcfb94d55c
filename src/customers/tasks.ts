import type { Caller } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { notFound } from '../kernel/errors.ts';
import { newId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { demandAccount, demandContact } from './accounts.ts';
import { happened } from './happened.ts';
import { subjectsOf } from './queries/identity.ts';
import { finishTask, insertTask, lockTask, openTasks, type TaskRow } from './queries/tasks.ts';
import { seenIn } from './scope.ts';
import { ownerNamed } from './tell.ts';

export type TaskInput = { code: string; params?: Record<string, unknown>; customerId?: string | null; accountId?: string | null; contactId?: string | null; assignee?: string; dueOn?: string | null };

/** Raises a task inside a transaction. `code` and `params` are worded by whoever shows it. */
export async function raiseTask(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, createdBy: string, input: TaskInput): Promise<TaskRow> {
  const task: TaskRow = {
    id: newId(), code: input.code, params: input.params ?? {}, customerId: input.customerId ?? null, accountId: input.accountId ?? null, contactId: input.contactId ?? null,
    assignee: input.assignee ?? '', dueOn: input.dueOn ?? null, restsUntil: null, createdBy, createdAt: stores.clock.now(), doneAt: null, doneBy: null,
  };
  await insertTask(tx, workspaceId, task);
  await announce(tx, stores.clock, workspaceId, 'task.raised', { task: task.id, code: task.code });
  return task;
}

/** A task somebody writes by hand: its text is a parameter of the code `task.written`. Refuses whom it is about where they are nobody's here. */
export const writeTask = (stores: Stores, caller: Caller, { text, ...rest }: Omit<TaskInput, 'code' | 'params'> & { text: string }): Promise<TaskRow> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const customerId = rest.customerId ? await ownerNamed(tx, caller, rest.customerId) : null;
    if (rest.accountId) await demandAccount(tx, caller.workspaceId, rest.accountId);
    if (rest.contactId) await demandContact(tx, caller, rest.contactId);
    return raiseTask(tx, stores, caller.workspaceId, `${caller.actor.kind}:${caller.actor.id}`, { ...rest, customerId, code: 'task.written', params: { text } });
  });

/** An open task the caller may see, held until the transaction ends. Refuses `task.not_found`, also for one that is done already. */
export async function demandTask(tx: Tx, caller: Caller, id: string): Promise<TaskRow> {
  const task = await lockTask(tx, caller.workspaceId, id);
  const isSeen = task && (task.customerId === null || (await seenIn(tx, caller, [task.customerId], { homeless: true })).length > 0);
  if (!isSeen) throw notFound('task', { id });
  return task;
}

/** Ends a task the transaction holds, and tells of it as something that happened with whom it is about. */
export async function endTask(tx: Tx, stores: Pick<Stores, 'clock'>, { workspaceId, actor }: Caller, { id, code, params, customerId }: TaskRow): Promise<void> {
  const at = stores.clock.now();
  await finishTask(tx, workspaceId, id, `${actor.kind}:${actor.id}`, at);
  const about: Record<string, string> = typeof params.journey === 'string' ? { journey: params.journey, step: String(params.node ?? '') } : {};
  if (customerId) await happened(tx, stores, workspaceId, [{ subject: customerId, event: 'task.done', at, messageId: `${id}:done`, properties: { task: id, code, ...about } }]);
}

/** Marks a task done. Refuses `task.not_found`, also for one that is done already. */
export const doTask = (stores: Stores, caller: Caller, id: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => endTask(tx, stores, caller, await demandTask(tx, caller, id)));

export type TaskFilter = { assignee?: string | undefined; accountId?: string | undefined; customerId?: string | undefined };
const TASKS_MAX = 200;

/** Open tasks, the first due first; at most 200. */
export const listTasks = (stores: Stores, caller: Caller, { assignee, accountId, customerId }: TaskFilter): Promise<TaskRow[]> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const subjects = customerId ? (await subjectsOf(tx, caller.workspaceId, [await ownerNamed(tx, caller, customerId)])).map(({ id }) => id) : null;
    const open = await openTasks(tx, caller.workspaceId, { assignee: assignee ?? null, accountId: accountId ?? null, subjects, limit: TASKS_MAX });
    const seen = new Set(await seenIn(tx, caller, open.flatMap((task) => task.customerId ?? []), { homeless: true }));
    return open.filter((task) => task.customerId === null || seen.has(task.customerId));
  });
