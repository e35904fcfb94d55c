import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../kernel/conditions/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** A field's name, bound: looked up by a constant, a map costs an eighth of what it costs by a name from a list. */
const named = (at: number): string => `arrayElement({care_fields:Array(String)}, ${at + 1})`;

export type Dated = { field: string; day: string; text: string; people: number };

/** How many of those who fit hold each date (or text) in each of some fields. */
export const datesHeld = async (ch: ClickHouse, workspaceId: WorkspaceId, fields: readonly string[], { from, where, params }: Compiled): Promise<Dated[]> =>
  (fields.length === 0 ? [] : (await ch.rows<Dated>(`
SELECT arrayElement({care_fields:Array(String)}, held.1) AS field, if(held.2 IS NULL, '', toString(held.2)) AS day, held.3 AS text, count() AS people
FROM (
  SELECT arrayJoin(arrayFilter(one -> one.2 IS NOT NULL OR one.3 != '', [${fields.map((_, at) => `(${at + 1}, if(mapContains(c.days, ${named(at)}), toNullable(c.days[${named(at)}]), NULL), c.texts[${named(at)}])`).join(', ')}])) AS held
  FROM   ${from}
  WHERE  ${where})
GROUP  BY field, day, text`, { ...params, workspace: workspaceId, care_fields: [...fields] })).map((row) => ({ ...row, people: Number(row.people) })));

export type Due = { day: string; journey: string; text: string; due: number; done: number };

/** Tasks by the day they are due and what raised them, with how many are done: whoever the caller may see is decided above. */
export const tasksDue = (tx: Tx, workspaceId: WorkspaceId, { from, to }: { from: string; to: string }): Promise<Due[]> => many(tx, sql<Due>`
  select to_char(due_on, 'YYYY-MM-DD') as day, coalesce(params ->> 'journey', '') as journey, case when code = 'task.journey' then coalesce(params ->> 'text', '') else '' end as text, count(*)::int as due, count(done_at)::int as done
    from task
   where workspace_id = ${workspaceId} and due_on between ${from}::date and ${to}::date
   group by 1, 2, 3 order by 1, 2, 3`);
