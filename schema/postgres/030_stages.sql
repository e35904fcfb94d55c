-- Versions of a workspace's stage rules with the report that judged them; the highest is in force.
create table stage_rules (
  workspace_id uuid not null references workspace,
  version      int  not null,
  basis        text not null check (basis in ('calibrated', 'configured')),
  rules        jsonb not null,
  report       jsonb not null,
  as_of        date not null,
  made_by      text not null,
  made_at      timestamptz not null,
  primary key (workspace_id, version)
);
select protect('stage_rules');

create table rfm_rules (
  workspace_id uuid not null references workspace,
  version      int  not null,
  rules        jsonb not null,
  made_by      text not null,
  made_at      timestamptz not null,
  primary key (workspace_id, version)
);
select protect('rfm_rules');

-- What a workspace chose once: the model it sees its customers in, replacement cycles of durable goods, days known so far.
create table lifecycle_setting (
  workspace_id uuid primary key references workspace,
  model        text not null default 'canonical',
  cycle_days   jsonb not null default '{}',
  -- RFM cut points in force and the day they were measured.
  rfm_scales   jsonb,
  rfm_as_of    date,
  assessed_as_of date
);
select protect('lifecycle_setting');

create table stage_strategy (
  workspace_id uuid not null references workspace,
  stage        text not null,
  needs        text not null default '',
  goal         text not null default '',
  kpi          text not null default '',
  owner_team   text not null default '',
  changed_by   text not null,
  changed_at   timestamptz not null,
  primary key (workspace_id, stage)
);
select protect('stage_strategy');
