import type { Caller } from '../kernel/access/caller.ts';
import { membersOf } from '../kernel/access/index.ts';
import { audit } from '../kernel/audit.ts';
import { type Day, dayIn } from '../kernel/day.ts';
import { hideContacts } from '../kernel/contacts.ts';
import { Refusal } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { afterAttempt, CONTACT_RULE, type ContactRule, type Outcome, type StepKind } from './core/attempts.ts';
import { happened } from './happened.ts';
import { timezoneOf } from './queries/mirror.ts';
import { contactRuleOf, insertStep, moveTask, stepsOf, type StepRow, type TaskRow, writeContactRule } from './queries/tasks.ts';
import { demandTask, endTask } from './tasks.ts';

const me = ({ actor }: Caller): string => `${actor.kind}:${actor.id}`;
export const todayIn = async (tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: string): Promise<Day> => dayIn(await timezoneOf(tx, workspaceId), stores.clock.now());

export const contactRule = async (tx: Tx, workspaceId: string): Promise<ContactRule> => ({ ...CONTACT_RULE, ...(await contactRuleOf(tx, workspaceId)) });

/** Sets after how many attempts a task returns to the pool, and how long it rests there. What is not given stays. */
export const setContactRule = (stores: Stores, caller: Caller, given: Partial<ContactRule>): Promise<ContactRule> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const next = { ...(await contactRule(tx, caller.workspaceId)), ...given };
  await writeContactRule(tx, caller.workspaceId, next);
  await audit(tx, stores.clock, caller, { action: 'tasks.rule', target: caller.workspaceId, detail: given });
  return next;
});

type Noted = { kind: StepKind; note?: string; nextOn?: Day | null; assignee: string; author?: string };
async function noteStep(tx: Tx, stores: Stores, caller: Caller, { id, customerId }: TaskRow, { kind, note = '', nextOn = null, assignee, author = me(caller) }: Noted): Promise<StepRow> {
  const step: StepRow = { id: newId(), taskId: id, customerId, kind, note: hideContacts(note), nextOn, assignee, author, at: stores.clock.now() };
  await insertStep(tx, caller.workspaceId, step);
  return step;
}

const isResting = ({ assignee, restsUntil }: TaskRow, today: Day): boolean => assignee === '' && restsUntil !== null && restsUntil > today;
function demandAwake(task: TaskRow, today: Day): void {
  if (isResting(task, today)) throw new Refusal('task.resting', { until: task.restsUntil }, 409);
}

export type AttemptInput = { outcome: Outcome; note: string; nextOn: Day | null };
function demandNext({ outcome, nextOn }: AttemptInput, today: Day): void {
  if (outcome === 'callback' && nextOn === null) throw new Refusal('task.next_missing');
  if (nextOn !== null && nextOn < today) throw new Refusal('task.next_past', { day: nextOn, today });
}

/** What an attempt has made of a task. */
export type Attempted = { id: string; isDone: boolean; isPooled: boolean; dueOn: Day | null; assignee: string };

/**
 * Notes an attempt to reach whom a task is about and what it came to, and lets the rule of the workspace decide what becomes of the task: due again, done, or
 * back in the pool (R57). A task of the pool becomes the caller's. Refuses `task.not_found`, `task.nobody` for a task about no person, `task.resting`,
 * `task.next_missing`, `task.next_past`.
 */
export const attemptTask = (stores: Stores, caller: Caller, id: string, input: AttemptInput): Promise<Attempted> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const { workspaceId } = caller;
  const task = await demandTask(tx, caller, id), today = await todayIn(tx, stores, workspaceId);
  if (!task.customerId && !task.contactId) throw new Refusal('task.nobody', { id });
  demandAwake(task, today);
  demandNext(input, today);
  const before = (await stepsOf(tx, workspaceId, [id])).map(({ kind }) => kind);
  const after = afterAttempt(await contactRule(tx, workspaceId), input, before, today), holder = task.assignee || me(caller);
  const step = await noteStep(tx, stores, caller, task, { kind: input.outcome, note: input.note, nextOn: after.isDone ? null : after.dueOn, assignee: holder });
  if (after.isPooled) await noteStep(tx, stores, caller, task, { kind: 'returned', nextOn: after.restsUntil, assignee: '', author: 'system:rule' });
  const { customerId } = task, assignee = after.isPooled ? '' : holder;
  if (customerId) await happened(tx, stores, workspaceId, [{ subject: customerId, event: 'contact.attempted', at: step.at, messageId: step.id, properties: { task: id, outcome: input.outcome, attempt: before.length + 1 } }]);
  if (after.isDone) await endTask(tx, stores, caller, task);
  else await moveTask(tx, workspaceId, { id, assignee, dueOn: after.dueOn, restsUntil: after.restsUntil });
  return { id, isDone: after.isDone, isPooled: after.isPooled, dueOn: after.dueOn, assignee };
});

/** Takes a task out of the pool. Refuses `task.not_found`, `task.taken` (409) where somebody was quicker, `task.resting` (409). */
export const claimTask = (stores: Stores, caller: Caller, id: string): Promise<void> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const task = await demandTask(tx, caller, id), today = await todayIn(tx, stores, caller.workspaceId);
  if (task.assignee !== '') throw new Refusal('task.taken', { id }, 409);
  demandAwake(task, today);
  await noteStep(tx, stores, caller, task, { kind: 'claimed', assignee: me(caller) });
  await moveTask(tx, caller.workspaceId, { id, assignee: me(caller), dueOn: task.dueOn, restsUntil: null });
});

/** Who a task can be given to: members of the workspace by `user:<id>`. */
export const colleagues = async (stores: Stores, { workspaceId }: Pick<Caller, 'workspaceId'>): Promise<{ id: string; name: string }[]> =>
  (await membersOf(stores, workspaceId)).map(({ userId, name, email }) => ({ id: `user:${userId}`, name: name || email }));

/** Gives a task to a colleague, or with '' to the pool. Refuses `task.not_found`, `task.assignee_unknown`. */
export async function handOver(stores: Stores, caller: Caller, id: string, { assignee, note }: { assignee: string; note: string }): Promise<void> {
  if (assignee !== '' && !(await colleagues(stores, caller)).some((one) => one.id === assignee)) throw new Refusal('task.assignee_unknown', { assignee });
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const task = await demandTask(tx, caller, id);
    await noteStep(tx, stores, caller, task, { kind: 'handed_over', note, assignee });
    await moveTask(tx, caller.workspaceId, { id, assignee, dueOn: task.dueOn, restsUntil: null });
  });
}
