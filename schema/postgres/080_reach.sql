-- Every message somebody was, will or will not be sent: one line a person and message, with what was decided and why. Kept for good;
-- what it was made from goes once nothing can follow.
create table message (
  workspace_id     uuid not null references workspace,
  id               uuid not null,
  customer_id      uuid not null,                 -- as it was proposed; whose that is today, subject says
  source_kind      text not null check (source_kind in ('journey', 'care', 'campaign', 'test', 'api')),
  source_id        text not null,
  source_version   int not null,
  step             text not null,
  enrolment        text,
  asked            text not null,                 -- a channel, or 'best'
  channel          text,                          -- the one that was taken
  purpose          text not null check (purpose in ('marketing', 'service', 'transactional')),
  template_id      text not null,
  template_version int,
  params           jsonb not null default '{}',
  topic            text,
  priority         int not null,
  if_blocked       text not null check (if_blocked in ('queue', 'drop')),
  due_at           timestamptz not null,
  expires_at       timestamptz,
  state            text not null default 'waiting' check (state in ('waiting', 'deferred', 'sending', 'accepted', 'unknown', 'failed', 'refused', 'withdrawn')),
  reason           text,
  facts            jsonb not null default '{}',
  decided_at       timestamptz,
  next_at          timestamptz not null,          -- when it is looked at next; ahead of now while somebody holds it
  lease            uuid,                          -- whose it is; outcomes of any other are late
  attempts         int not null default 0,
  unknowns         int not null default 0,        -- how often nobody could tell whether it had left
  account_id       uuid,                          -- permitted, and waiting for this channel
  counted_at       timestamptz,                   -- from when it counts against caps
  personalised     boolean,
  opening_id       uuid,
  address          uuid,                          -- the digest of where it went
  variant          text,
  language         text,
  provider         text,
  provider_id      text,
  sent_at          timestamptz,
  receipt          text,                          -- the furthest a provider has told
  created_at       timestamptz not null,
  primary key (workspace_id, id)
);
select protect('message');
create index message_due       on message (workspace_id, next_at) where state in ('waiting', 'deferred') and account_id is null;
create index message_ready     on message (workspace_id, account_id, next_at) where state = 'waiting' and account_id is not null;
create index message_lost      on message (workspace_id, next_at) where state = 'sending';
create index message_counted   on message (workspace_id, customer_id, counted_at) where counted_at is not null;
create index message_open      on message (workspace_id, enrolment) where state in ('waiting', 'deferred');
create index message_newest    on message (workspace_id, created_at desc, id desc);
create index message_of_person on message (workspace_id, customer_id, created_at desc);
create index message_of_source on message (workspace_id, source_id, created_at desc);
create index message_provider  on message (workspace_id, provider_id) where provider_id is not null;
create index message_opening   on message (workspace_id, opening_id) where opening_id is not null;

-- What became of a message, in one vocabulary for all providers: 'sent' by us, the rest by them. Untold ones are still to become events.
create table message_receipt (
  workspace_id uuid not null,
  message_id   uuid not null,
  kind         text not null,
  at           timestamptz not null,
  code         text not null default '',
  url          text not null default '',
  told         boolean not null default false,
  primary key (workspace_id, message_id, kind, at)
);
select protect('message_receipt');
create index message_receipt_untold on message_receipt (workspace_id, at) where not told;

-- What a provider says of messages nobody here knows (yet).
create table receipt_stray (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  account_id   uuid,
  reference    text not null,
  kind         text not null,
  at           timestamptz not null,
  code         text not null,
  received_at  timestamptz not null,
  primary key (workspace_id, id),
  unique (workspace_id, reference, kind, at)
);
select protect('receipt_stray');

-- Addresses, by keyed digest alone, and people who are not written to. A lifted one stays as its history.
create table suppression (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  address      uuid,
  customer_id  uuid,
  kind         text,
  reason       text not null check (reason in ('bounced', 'complained', 'unsubscribed', 'erased', 'staff')),
  source       text not null,
  at           timestamptz not null,
  lifted_at    timestamptz,
  lifted_by    text,
  lift_reason  text,
  primary key (workspace_id, id),
  check ((address is null) <> (customer_id is null))
);
select protect('suppression');
create unique index suppression_address on suppression (workspace_id, address, reason) where lifted_at is null and address is not null;
create unique index suppression_person  on suppression (workspace_id, customer_id, reason) where lifted_at is null and customer_id is not null;
create index suppression_newest on suppression (workspace_id, at desc, id desc);

-- Topics that people subscribe to and leave; the newest word counts.
create table subscription_group (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  key          text not null,
  name         text not null,
  description  text not null default '',
  created_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('subscription_group');
create unique index subscription_group_key on subscription_group (workspace_id, key);

create table subscription (
  workspace_id uuid not null,
  id           uuid not null,
  group_id     uuid not null,
  customer_id  uuid not null,
  state        text not null check (state in ('joined', 'left')),
  source       text not null,
  proof        text not null default '',
  at           timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, group_id) references subscription_group on delete cascade
);
select protect('subscription');
create index subscription_of_person on subscription (workspace_id, customer_id, at desc);

create table reach_rules (
  workspace_id uuid primary key references workspace,
  version      int not null,
  rules        jsonb not null,
  changed_at   timestamptz not null,
  changed_by   text not null
);
select protect('reach_rules');

-- A connection to a provider. What it takes to connect is sealed and never told.
create table channel_account (
  workspace_id  uuid not null references workspace,
  id            uuid not null,
  channel       text not null,
  provider      text not null,
  name          text not null,
  sealed        bytea not null,
  state         text not null default 'on' check (state in ('on', 'paused')),
  paused_reason text,
  per_second    int,
  per_day       int,
  created_by    text not null,
  created_at    timestamptz not null,
  archived_at   timestamptz,
  primary key (workspace_id, id)
);
select protect('channel_account');
create trigger living_key_insert after insert on channel_account referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_update after update on channel_account referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');

-- How the marketing of a journey or campaign is taken. One that harms is stopped until staff lift it; then it is counted anew.
create table source_health (
  workspace_id uuid not null references workspace,
  kind         text not null,
  source_id    text not null,
  sends        int not null default 0,
  bounces      int not null default 0,
  complaints   int not null default 0,
  unwell_at    timestamptz,
  reason       text,
  lifted_at    timestamptz,
  primary key (workspace_id, kind, source_id)
);
select protect('source_health');

-- Leave to speak on a service account: somebody wrote, acted, or agreed to one message of a template.
create table channel_opening (
  workspace_id      uuid not null references workspace,
  id                uuid not null,
  customer_id       uuid not null,
  kind              text not null check (kind in ('wrote', 'acted', 'grant')),
  provider_template text not null default '',
  at                timestamptz not null,
  until             timestamptz not null,
  quota             int not null,
  primary key (workspace_id, id)
);
select protect('channel_opening');
create index channel_opening_of_person on channel_opening (workspace_id, customer_id, until);

-- What waits to be done with messages now, in every workspace, past row-level security: ids alone. `account` is null for messages to be decided.
create policy reader on message for select to perennial_owner using (true);
create policy reader on message_receipt for select to perennial_owner using (true);
create policy reader on channel_account for select to perennial_owner using (true);
create function messages_due(at timestamptz) returns table (workspace_id uuid, work text, account uuid)
language sql stable security definer set search_path = public as $$
  select w.id, 'decide', null::uuid from workspace w
   where exists (select 1 from message m where m.workspace_id = w.id and m.state in ('waiting', 'deferred') and m.account_id is null and m.next_at <= messages_due.at)
  union all
  select w.id, 'lost', null from workspace w
   where exists (select 1 from message m where m.workspace_id = w.id and m.state = 'sending' and m.next_at <= messages_due.at)
  union all
  select w.id, 'tell', null from workspace w
   where exists (select 1 from message_receipt r where r.workspace_id = w.id and not r.told)
  union all
  select a.workspace_id, 'send', a.id from channel_account a
   where exists (select 1 from message m where m.workspace_id = a.workspace_id and m.account_id = a.id and m.state = 'waiting' and m.next_at <= messages_due.at)
$$;
revoke all on function messages_due from public;
grant execute on function messages_due to perennial_app;
