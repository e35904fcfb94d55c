import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import { type ContactRule, OUTCOMES, type StepKind, type View, VIEWS } from '../core/attempts.ts';
import type { About } from './notes.ts';
import { inShops } from './scope.ts';

export type TaskRow = {
  id: string; code: string; params: Record<string, unknown>; customerId: CustomerId | null; accountId: string | null; contactId: string | null; assignee: string;
  dueOn: string | null; restsUntil: string | null; createdBy: string; createdAt: Date; doneAt: Date | null; doneBy: string | null;
};
const taskColumns = sql`id, code, params, customer_id as "customerId", account_id as "accountId", contact_id as "contactId", assignee, due_on as "dueOn", rests_until as "restsUntil",
                        created_by as "createdBy", created_at as "createdAt", done_at as "doneAt", done_by as "doneBy"`;

export const insertTask = (tx: Tx, workspaceId: WorkspaceId, t: TaskRow): Promise<number> =>
  run(tx, sql`
    insert into task (workspace_id, id, code, params, customer_id, account_id, contact_id, assignee, due_on, created_by, created_at)
    values (${workspaceId}, ${t.id}, ${t.code}, ${JSON.stringify(t.params)}::jsonb, ${t.customerId}, ${t.accountId}, ${t.contactId}, ${t.assignee}, ${t.dueOn}, ${t.createdBy}, ${t.createdAt})`);

/** Many at once; those whose id is taken are there already. The ids that are new. */
export const insertTasks = async (tx: Tx, workspaceId: WorkspaceId, tasks: readonly TaskRow[]): Promise<string[]> =>
  (await many(tx, sql<{ id: string }>`
    insert into task (workspace_id, id, code, params, customer_id, account_id, contact_id, assignee, due_on, created_by, created_at)
    select ${workspaceId}::uuid, t.id, t.code, t.params, t."customerId", t."accountId", t."contactId", t.assignee, t."dueOn", t."createdBy", t."createdAt"
      from jsonb_to_recordset(${JSON.stringify(tasks)}::jsonb)
           as t (id uuid, code text, params jsonb, "customerId" uuid, "accountId" uuid, "contactId" uuid, assignee text, "dueOn" date, "createdBy" text, "createdAt" timestamptz)
    on conflict do nothing
    returning id`)).map(({ id }) => id);

/** An open task, held until the transaction ends. */
export const lockTask = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<TaskRow | undefined> =>
  maybe(tx, sql<TaskRow>`select ${taskColumns} from task where workspace_id = ${workspaceId} and id = ${id} and done_at is null for update`);

export const finishTask = (tx: Tx, workspaceId: WorkspaceId, id: string, by: string, at: Date): Promise<number> =>
  run(tx, sql`update task set done_at = ${at}, done_by = ${by} where workspace_id = ${workspaceId} and id = ${id} and done_at is null`);

export const moveTask = (tx: Tx, workspaceId: WorkspaceId, { id, assignee, dueOn, restsUntil }: Pick<TaskRow, 'id' | 'assignee' | 'dueOn' | 'restsUntil'>): Promise<number> =>
  run(tx, sql`update task set assignee = ${assignee}, due_on = ${dueOn}, rests_until = ${restsUntil} where workspace_id = ${workspaceId} and id = ${id} and done_at is null`);

/** Open tasks, the first due first; those without a day come last. */
export const openTasks = (tx: Tx, workspaceId: WorkspaceId, { assignee, accountId, subjects, limit }: { assignee: string | null; accountId: string | null; subjects: readonly string[] | null; limit: number }): Promise<TaskRow[]> =>
  many(tx, sql<TaskRow>`
    select ${taskColumns} from task
     where workspace_id = ${workspaceId} and done_at is null
       and (${assignee}::text is null or assignee = ${assignee})
       and (${accountId}::uuid is null or account_id = ${accountId})
       and (${subjects}::uuid[] is null or customer_id = any (${subjects}::uuid[]))
     order by due_on nulls last, id
     limit ${limit}`);

/** `me`: as assignees are stored; `shops`: those the caller sees, none means all. */
export type Desk = { me: string; today: string; shops: readonly string[] };

const inView = (view: View, { me, today }: Desk) => {
  switch (view) {
    case 'mine': return sql`t.assignee = ${me}`;
    case 'today': return sql`(t.assignee = ${me} and t.due_on = ${today}::date)`;
    case 'overdue': return sql`(t.assignee = ${me} and t.due_on < ${today}::date)`;
    case 'pool': return sql`(t.assignee = '' and (t.rests_until is null or t.rests_until <= ${today}::date))`;
    case 'resting': return sql`(t.assignee = '' and t.rests_until > ${today}::date)`;
    case 'others': return sql`t.assignee not in ('', ${me})`;
  }
};

/** Open tasks with whom they are about today. Staff of some shops see those of customers of these shops, and those about nobody or nobody's customer. */
const open = (workspaceId: WorkspaceId, { shops }: Desk) => sql`
  task t
  left join subject s on s.workspace_id = t.workspace_id and s.id = t.customer_id
  left join customer c on c.workspace_id = t.workspace_id and c.id = s.customer_id
 where t.workspace_id = ${workspaceId} and t.done_at is null and (${shops.length === 0} or c.published -> 'shops' is null or ${inShops(shops)})`;

export type DeskRow = TaskRow & { customerName: string };
const DESK = sql`
  t.id, t.code, t.params, coalesce(s.customer_id, t.customer_id) as "customerId", t.account_id as "accountId", t.contact_id as "contactId", t.assignee, t.due_on as "dueOn",
  t.rests_until as "restsUntil", t.created_by as "createdBy", t.created_at as "createdAt", t.done_at as "doneAt", t.done_by as "doneBy", coalesce(c.name, '') as "customerName"`;

/** Open tasks of one view, the first due first, after a place in it; those without a day come last. */
export const deskRows = (tx: Tx, workspaceId: WorkspaceId, view: View, desk: Desk, { after, limit }: { after: readonly [string, string] | null; limit: number }): Promise<DeskRow[]> =>
  many(tx, sql<DeskRow>`
    select ${DESK}
      from ${open(workspaceId, desk)} and ${inView(view, desk)}
       and (${after === null} or (coalesce(t.due_on, '9999-12-31'), t.id) > (${after?.[0] ?? null}::date, ${after?.[1] ?? null}::uuid))
     order by coalesce(t.due_on, '9999-12-31'), t.id
     limit ${limit}`);

/** Open tasks of some ids, as the desk shows them. */
export const deskRowsOf = (tx: Tx, workspaceId: WorkspaceId, desk: Desk, ids: readonly string[]): Promise<DeskRow[]> =>
  many(tx, sql<DeskRow>`
    select ${DESK} from ${open(workspaceId, desk)} and t.id = any (${[...ids]}::uuid[]) order by coalesce(t.due_on, '9999-12-31'), t.id`);

/** How many open tasks each view has. */
export const deskCounts = (tx: Tx, workspaceId: WorkspaceId, desk: Desk): Promise<Record<View, number>> =>
  one(tx, sql<Record<View, number>>`
    select ${sql.join(VIEWS.map((view) => sql`count(*) filter (where ${inView(view, desk)})::int as ${sql.ref(view)}`))} from ${open(workspaceId, desk)}`, 'task');

export const taskRows = (tx: Tx, workspaceId: WorkspaceId, { subjects, accountId }: About, { before, limit }: { before: Date; limit: number }): Promise<TaskRow[]> =>
  many(tx, sql<TaskRow>`
    select ${taskColumns} from task
     where workspace_id = ${workspaceId} and (customer_id = any (${subjects}::uuid[]) or account_id = ${accountId}::uuid) and created_at < ${before}
     order by created_at desc, id desc
     limit ${limit}`);

export type StepRow = { id: string; taskId: string; customerId: CustomerId | null; kind: StepKind; note: string; nextOn: string | null; assignee: string; author: string; at: Date };
const stepColumns = sql`id, task_id as "taskId", customer_id as "customerId", kind, note, next_on as "nextOn", assignee, author, at`;

export const insertStep = (tx: Tx, workspaceId: WorkspaceId, s: StepRow): Promise<number> =>
  run(tx, sql`
    insert into task_step (workspace_id, id, task_id, customer_id, kind, note, next_on, assignee, author, at)
    values (${workspaceId}, ${s.id}, ${s.taskId}, ${s.customerId}, ${s.kind}, ${s.note}, ${s.nextOn}, ${s.assignee}, ${s.author}, ${s.at})`);

/** Steps of tasks, the newest first. */
export const stepsOf = (tx: Tx, workspaceId: WorkspaceId, tasks: readonly string[]): Promise<StepRow[]> =>
  many(tx, sql<StepRow>`select ${stepColumns} from task_step where workspace_id = ${workspaceId} and task_id = any (${[...tasks]}::uuid[]) order by at desc, id desc`);

/** Attempts and moves for a timeline; those of a company by its tasks. */
export const stepRows = (tx: Tx, workspaceId: WorkspaceId, { subjects, accountId }: About, { before, limit }: { before: Date; limit: number }): Promise<StepRow[]> =>
  many(tx, sql<StepRow>`
    select ${stepColumns} from task_step
     where workspace_id = ${workspaceId} and at < ${before}
       and (customer_id = any (${subjects}::uuid[]) or task_id in (select id from task where workspace_id = ${workspaceId} and account_id = ${accountId}::uuid))
     order by at desc, id desc
     limit ${limit}`);

/** The rule of contact attempts as far as the workspace set it otherwise than it is declared. */
export const contactRuleOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<Partial<ContactRule>> =>
  (await one(tx, sql<{ rule: Partial<ContactRule> | null }>`select settings -> 'contactRule' as rule from workspace where id = ${workspaceId}`, 'workspace')).rule ?? {};

export const writeContactRule = (tx: Tx, workspaceId: WorkspaceId, rule: ContactRule): Promise<number> =>
  run(tx, sql`update workspace set settings = settings || jsonb_build_object('contactRule', ${JSON.stringify(rule)}::jsonb) where id = ${workspaceId}`);

/**
 * Contacts in person a calendar year has seen, by customer of today: each attempt is one, and so is each task of a programme that nobody has tried yet.
 * Days are the workspace's.
 */
export const contactsOf = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[], { year, zone }: { year: string; zone: string }): Promise<{ owner: CustomerId; contacts: number }[]> =>
  many(tx, sql<{ owner: CustomerId; contacts: number }>`
    select x.owner, sum(greatest(x.tried, x.asked))::int as contacts
      from (select s.customer_id as owner,
                   (select count(*) from task_step p where p.workspace_id = t.workspace_id and p.task_id = t.id and p.kind = any (${[...OUTCOMES]}::text[])
                       and to_char(p.at at time zone ${zone}, 'YYYY') = ${year}) as tried,
                   (t.created_by in ('system:journey', 'system:reach') and to_char(t.created_at at time zone ${zone}, 'YYYY') = ${year})::int as asked
              from subject s join task t on t.workspace_id = s.workspace_id and t.customer_id = s.id
             where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...owners]}::uuid[])) x
     group by x.owner`);
