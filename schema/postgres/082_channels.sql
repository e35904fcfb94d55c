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
