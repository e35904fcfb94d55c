-- What of a limit is used up: how many messages a sender was given for a window of time (a day of its warm-up, a minute of a recipients' domain).
-- Several processes send; what is counted here is counted once.
create table channel_allowance (
  workspace_id uuid not null references workspace,
  scope        text not null,                   -- "example.com" or "example.com>qq.com": the sender's domain, and whose mailboxes
  since        timestamptz not null,            -- where the window begins
  used         int not null,
  primary key (workspace_id, scope, since)
);
select protect('channel_allowance');

-- Browsers that let themselves be notified. Address and keys are sealed; `id` is a keyed digest of the address, `subject_id` who was at that browser.
create table push_subscription (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  subject_id   uuid not null,
  sealed       bytea not null,                  -- {endpoint, p256dh, auth}
  at           timestamptz not null,
  primary key (workspace_id, id)
);
select protect('push_subscription');
create index push_subscription_of on push_subscription (workspace_id, subject_id);
create trigger living_key_insert after insert on push_subscription referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_update after update on push_subscription referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');

-- Messages that wait on the site until their reader comes by.
create table in_app_message (
  workspace_id uuid not null references workspace,
  id           uuid not null,                   -- the message's own
  customer_id  uuid not null,                   -- as it was sent; whose that is today, subject says
  sealed       bytea not null,                  -- {shape, title, body, url}
  at           timestamptz not null,
  until        timestamptz not null,
  done_at      timestamptz,                     -- clicked or put away
  primary key (workspace_id, id)
);
select protect('in_app_message');
create index in_app_message_open on in_app_message (workspace_id, customer_id) where done_at is null;
create trigger living_key_insert after insert on in_app_message referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_update after update on in_app_message referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
