import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

export type SaveRow = { task: string; playbook: string; journey: string; reason: string | null };

/** Open tasks of journeys that keep customers, with the way their reason took them where one was asked for: the newest outcome of the branch `why`. */
export const saveTasks = (tx: Tx, workspaceId: WorkspaceId, playbooks: readonly string[], limit: number): Promise<SaveRow[]> => many(tx, sql<SaveRow>`
  select t.id as task, j.playbook, j.name as journey, w.outcome as reason
    from task t
    join journey j on j.workspace_id = t.workspace_id and j.id::text = t.params ->> 'journey'
    left join subject s on s.workspace_id = t.workspace_id and s.id = t.customer_id
    left join lateral (
      select l.outcome
        from enrolment e join enrolment_log l on l.workspace_id = e.workspace_id and l.enrolment_id = e.id
       where e.workspace_id = t.workspace_id and e.journey_id = j.id and e.person_id in (t.customer_id, s.customer_id) and l.node = 'why'
       order by l.at desc limit 1) w on true
   where t.workspace_id = ${workspaceId} and t.done_at is null and t.code = 'task.journey' and j.playbook = any (${[...playbooks]}::text[])
   order by coalesce(t.due_on, '9999-12-31'), t.id
   limit ${limit}`);
