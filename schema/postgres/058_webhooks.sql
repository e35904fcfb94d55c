-- Addresses of other programs that are told what happens. Address and secret are sealed: an address often carries a token.
create table webhook (
  workspace_id   uuid not null references workspace,
  id             uuid not null,
  name           text not null,
  sealed         bytea not null,                -- {url, secret, former?: {secret, until}}
  kinds          text[] not null,
  state          text not null default 'on' check (state in ('on', 'paused')),
  paused_reason  text check (paused_reason in ('failing', 'gone', 'staff')),
  paused_at      timestamptz,
  failing_since  timestamptz,                   -- the first failure after the last success
  rest_until     timestamptz,                   -- one that fails is left alone for a while, whatever waits for it
  created_by     text not null,
  created_at     timestamptz not null,
  primary key (workspace_id, id)
);
select protect('webhook');
create trigger living_key_insert after insert on webhook referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_update after update on webhook referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');

-- What is told, as the very text that is signed: ids and facts that are nobody's contact. Sent again, it is the same text under the same id.
create table webhook_message (
  workspace_id uuid not null,
  id           uuid not null,
  webhook_id   uuid not null,
  source       text not null,                   -- what it tells of, so that telling it twice is once
  kind         text not null,
  body         text not null,
  about        uuid[] not null,                 -- customers it names, for their erasure
  at           timestamptz not null,
  state        text not null default 'waiting' check (state in ('waiting', 'delivered', 'failed')),
  step         int not null default 0,          -- how many of the waits it has used up
  next_at      timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, webhook_id, source),
  foreign key (workspace_id, webhook_id) references webhook on delete cascade
);
select protect('webhook_message');
create index webhook_message_due on webhook_message (workspace_id, webhook_id, next_at) where state = 'waiting';
create index webhook_message_newest on webhook_message (workspace_id, webhook_id, at desc, id desc);
create index webhook_message_about on webhook_message using gin (about);

create table webhook_attempt (
  workspace_id uuid not null,
  message_id   uuid not null,
  number       int not null,
  at           timestamptz not null,
  status       int,                             -- of the answer; null where none came
  code         text,                            -- why none came
  elapsed_ms   int not null,
  answer       text not null,                   -- its first bytes, contacts masked
  primary key (workspace_id, message_id, number),
  foreign key (workspace_id, message_id) references webhook_message on delete cascade
);
select protect('webhook_attempt');

-- Who has something to be told now, in every workspace: ids only, past row-level security.
create policy reader on webhook for select to perennial_owner using (true);
create policy reader on webhook_message for select to perennial_owner using (true);
create function webhooks_due(at timestamptz) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = public as $$
  select w.workspace_id, w.id
    from webhook w
   where w.state = 'on'
     and (w.rest_until is null or w.rest_until <= webhooks_due.at)
     and exists (select 1 from webhook_message m where m.workspace_id = w.workspace_id and m.webhook_id = w.id and m.state = 'waiting' and m.next_at <= webhooks_due.at)
$$;
revoke all on function webhooks_due from public;
grant execute on function webhooks_due to perennial_app;

-- Workspaces that have any, for what is forgotten in time.
create function webhook_workspaces() returns setof uuid
language sql stable security definer set search_path = public as $$ select distinct workspace_id from webhook $$;
revoke all on function webhook_workspaces from public;
grant execute on function webhook_workspaces to perennial_app;
