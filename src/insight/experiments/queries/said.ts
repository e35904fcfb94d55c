import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { many, sql, type Tx } from '../../../kernel/sql.ts';
import { joinInBulk } from './experiments.ts';

export type Said = { customer: CustomerId; arm: string; sent: boolean; what: 'unsubscribed' | 'complained' };

/**
 * Who opted out of a channel, and who complained (those given, and whoever got a complaint's tag), from day to day, with their
 * arm. People are told apart as for orders: one person once, in the arm of the surviving record.
 */
export async function saidIn(tx: Tx, workspaceId: WorkspaceId, { experimentId, from, to, withoutTags, complained }: { experimentId: string; from: Day; to: Day; withoutTags: readonly string[]; complained: readonly CustomerId[] }): Promise<Said[]> {
  await joinInBulk(tx);
  return many(tx, sql<Said>`
    with anchor as (
      select coalesce(s.customer_id, p.customer_id) as owner, p.customer_id as anchor, p.arm, x.customer_id is not null as sent
        from experiment_person p
        left join subject s on s.workspace_id = p.workspace_id and s.id = p.customer_id
        left join experiment_sending x on x.workspace_id = p.workspace_id and x.experiment_id = p.experiment_id and x.customer_id = p.customer_id
       where p.workspace_id = ${workspaceId} and p.experiment_id = ${experimentId}),
    person as (
      select distinct on (owner) owner, arm, bool_or(sent) over (partition by owner) as sent
        from anchor
       order by owner, anchor <> owner, anchor),
    days as (
      select ${from}::date::timestamp at time zone timezone as since, (${to}::date + 1)::timestamp at time zone timezone as until
        from workspace where id = ${workspaceId}),
    said as (
      select m.customer_id as owner, 'unsubscribed' as what
        from consent c join days d on c.at >= d.since and c.at < d.until
        join subject m on m.workspace_id = c.workspace_id and m.id = c.customer_id
       where c.workspace_id = ${workspaceId} and c.state = 'withdrawn' and c.purpose = 'marketing'
      union
      select m.customer_id, 'complained'
        from tag_member t join tag k on k.workspace_id = t.workspace_id and k.id = t.tag_id and k.key = any(${[...withoutTags]}::text[])
        join days d on t.since >= d.since and t.since < d.until
        join subject m on m.workspace_id = t.workspace_id and m.id = t.customer_id
       where t.workspace_id = ${workspaceId}
      union
      select id, 'complained' from unnest(${`{${complained.join(',')}}`}::uuid[]) as id)
    select p.owner as customer, p.arm, p.sent, s.what
      from person p join said s on s.owner = p.owner`);
}
