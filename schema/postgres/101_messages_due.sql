-- What waits to be done with messages is looked for many times a second while they are sent: each question is one step down an index, whatever the
-- ledger holds. Asked by `exists`, the planner would join the whole ledger to the workspaces instead.
create or replace function messages_due(at timestamptz) returns table (workspace_id uuid, work text, account uuid)
language sql stable security definer set search_path = public as $$
  with open as materialized (select w.id from workspace w where w.id not in (select told_workspaces()))
  select w.id, 'decide', null::uuid from open w
   cross join lateral (select 1 from message m where m.workspace_id = w.id and m.state in ('waiting', 'deferred') and m.account_id is null and m.next_at <= messages_due.at
                        order by m.next_at limit 1) first
  union all
  select w.id, 'lost', null from open w
   cross join lateral (select 1 from message m where m.workspace_id = w.id and m.state = 'sending' and m.next_at <= messages_due.at order by m.next_at limit 1) first
  union all
  select w.id, 'tell', null from open w
   cross join lateral (select 1 from message_receipt r where r.workspace_id = w.id and not r.told order by r.at limit 1) first
  union all
  select a.workspace_id, 'send', a.id from channel_account a
   cross join lateral (select 1 from message m where m.workspace_id = a.workspace_id and m.account_id = a.id and m.account_id is not null and m.state = 'waiting' and m.next_at <= messages_due.at
                        order by m.next_at limit 1) first
   where a.workspace_id not in (select told_workspaces())
$$;
