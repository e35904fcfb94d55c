-- Versions of metric definitions after the first, which is declared in code. A version holds from the day it was made.
create table metric_version (
  workspace_id uuid not null references workspace,
  metric_id    text not null,
  version      int  not null check (version > 0),
  params       jsonb not null,
  timezone     text not null,
  owner        text not null,
  reason       text not null default '',
  author       text not null,
  made_on      date not null,
  made_at      timestamptz not null,
  primary key (workspace_id, metric_id, version)
);
select protect('metric_version');

-- A question that was kept, with the version of its metric: it answers the same for ever.
create table report (
  workspace_id   uuid not null references workspace,
  id             uuid not null,
  name           text not null,
  metric_id      text not null,
  metric_version int  not null,
  scope          jsonb not null,
  owner          text not null,
  created_at     timestamptz not null,
  primary key (workspace_id, id)
);
select protect('report');

create table goal (
  workspace_id   uuid not null references workspace,
  id             uuid not null,
  name           text not null,
  metric_id      text not null,
  metric_version int  not null,
  scope          jsonb not null,
  target         float8 not null,
  owner          text not null,
  created_at     timestamptz not null,
  closed_at      timestamptz,
  primary key (workspace_id, id)
);
select protect('goal');
