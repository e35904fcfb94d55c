import { NOBODY, type WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** What became of messages of a journey: of all (`step` null), or of one step. Messages by their state and by what was heard of them; `people…`: how many different ones. */
export type StepRow = {
  step: string | null; template: string | null; proposed: number; sent: number; waiting: number; refused: number; failed: number; withdrawn: number;
  delivered: number; opened: number; clicked: number; replied: number; bounced: number; unsubscribed: number; complained: number;
  peopleProposed: number; peopleSent: number; peopleDelivered: number; peopleOpened: number; peopleClicked: number; peopleUnsubscribed: number; peopleComplained: number;
};

/** A later sign implies the earlier ones: who clicked had opened, what was opened had arrived. People who were erased count as messages and as nobody. */
export const reportBySteps = (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<StepRow[]> => many(tx, sql<StepRow>`
  with line as (
    select m.step, m.template_id as template, m.state, nullif(coalesce(s.customer_id, m.customer_id), ${NOBODY}::uuid) as person,
           m.state in ('accepted', 'unknown') as sent, coalesce(r.kinds, '{}') as kinds
      from message m
      left join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
      left join lateral (select array_agg(distinct kind) as kinds from message_receipt r where r.workspace_id = m.workspace_id and r.message_id = m.id) r on true
     where m.workspace_id = ${workspaceId} and m.source_id = ${journeyId} and m.source_kind = 'journey'),
  told as (
    select step, template, state, person, sent, kinds && '{clicked}' as clicked, kinds && '{opened,clicked}' as opened, kinds && '{delivered,opened,clicked,replied,unsubscribed,complained}' as delivered,
           kinds && '{replied}' as replied, kinds && '{bounced}' as bounced, kinds && '{unsubscribed}' as unsubscribed, kinds && '{complained}' as complained
      from line)
  select step, case when grouping(template) = 0 then template end as template, count(*)::int as proposed, (count(*) filter (where sent))::int as sent, (count(*) filter (where state in ('waiting', 'deferred', 'sending')))::int as waiting,
         (count(*) filter (where state = 'refused'))::int as refused, (count(*) filter (where state = 'failed'))::int as failed, (count(*) filter (where state = 'withdrawn'))::int as withdrawn,
         (count(*) filter (where delivered))::int as delivered, (count(*) filter (where opened))::int as opened, (count(*) filter (where clicked))::int as clicked, (count(*) filter (where replied))::int as replied,
         (count(*) filter (where bounced))::int as bounced, (count(*) filter (where unsubscribed))::int as unsubscribed, (count(*) filter (where complained))::int as complained,
         count(distinct person)::int as "peopleProposed", (count(distinct person) filter (where sent))::int as "peopleSent", (count(distinct person) filter (where delivered))::int as "peopleDelivered",
         (count(distinct person) filter (where opened))::int as "peopleOpened", (count(distinct person) filter (where clicked))::int as "peopleClicked",
         (count(distinct person) filter (where unsubscribed))::int as "peopleUnsubscribed", (count(distinct person) filter (where complained))::int as "peopleComplained"
    from told
   group by grouping sets ((), (step, template))
   order by grouping(step) desc, proposed desc, step`);

export type ArmRow = { arm: string; people: number; goal: number };
/** How many entered each arm, and how many of these reached the goal. */
export const goalsByArm = (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<ArmRow[]> => many(tx, sql<ArmRow>`
  select arm, count(*)::int as people, count(goal_at)::int as goal
    from enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId} and status <> 'merged' group by arm order by arm`);
