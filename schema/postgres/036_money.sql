-- Costs typed by hand: who typed what. The amount counted stands with all other costs, under the same number.
create table cost_entry (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  note         text not null default '',
  amount       bigint not null,
  currency     text not null,
  whole_month  boolean not null,
  author       text not null,
  created_at   timestamptz not null,
  removed_at   timestamptz,
  removed_by   text,
  primary key (workspace_id, id)
);
select protect('cost_entry');

-- How much each dimension of the value score weighs.
create table money_setting (
  workspace_id uuid primary key references workspace,
  behaviour    float8 not null check (behaviour >= 0),
  attributes   float8 not null check (attributes >= 0),
  contribution float8 not null check (contribution >= 0),
  changed_by   text not null,
  changed_at   timestamptz not null,
  check (behaviour + attributes + contribution > 0)
);
select protect('money_setting');

-- Budgets as they were advised, with everything the advice was reckoned from.
create table budget_plan (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  as_of        date not null,
  split_by     text not null,
  inputs       jsonb not null,
  advice       jsonb not null,
  author       text not null,
  created_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('budget_plan');
