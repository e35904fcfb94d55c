-- The past of a simulated shop is told on a clock of its own: how far the story is, and up to when it goes. While it goes on, whatever goes by the real
-- clock leaves the workspace's journeys and messages alone.
create table story_clock (
  workspace_id uuid primary key references workspace,
  at           timestamptz not null,
  until_at     timestamptz not null
);
select protect('story_clock');
create policy reader on story_clock for select to perennial_owner using (true);

-- Workspaces whose past is being told.
create function told_workspaces() returns setof uuid
language sql stable security definer set search_path = public as $$ select workspace_id from story_clock where at < until_at $$;
revoke all on function told_workspaces from public;

create or replace function journeys_due(at timestamptz) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = public as $$
  select j.workspace_id, j.id
    from journey j
   where j.state = 'live' and j.workspace_id not in (select told_workspaces())
     and exists (select 1 from enrolment e where e.workspace_id = j.workspace_id and e.journey_id = j.id and e.status = 'inside' and e.next_at <= journeys_due.at)
$$;

create or replace function journey_workspaces() returns setof uuid
language sql stable security definer set search_path = public as $$ select distinct workspace_id from journey where state in ('live', 'paused') and workspace_id not in (select told_workspaces()) $$;

create or replace function messages_due(at timestamptz) returns table (workspace_id uuid, work text, account uuid)
language sql stable security definer set search_path = public as $$
  with open as materialized (select w.id from workspace w where w.id not in (select told_workspaces()))
  select w.id, 'decide', null::uuid from open w
   where exists (select 1 from message m where m.workspace_id = w.id and m.state in ('waiting', 'deferred') and m.account_id is null and m.next_at <= messages_due.at)
  union all
  select w.id, 'lost', null from open w
   where exists (select 1 from message m where m.workspace_id = w.id and m.state = 'sending' and m.next_at <= messages_due.at)
  union all
  select w.id, 'tell', null from open w
   where exists (select 1 from message_receipt r where r.workspace_id = w.id and not r.told)
  union all
  select a.workspace_id, 'send', a.id from channel_account a
   where a.workspace_id not in (select told_workspaces())
     and exists (select 1 from message m where m.workspace_id = a.workspace_id and m.account_id = a.id and m.state = 'waiting' and m.next_at <= messages_due.at)
$$;
