-- List experiments. A draft may change; once it is drawn, plan, people and arms are locked.
create table experiment (
  workspace_id  uuid not null references workspace,
  id            uuid not null,
  name          text not null,
  hypothesis    text not null default '',
  goal_id       uuid,
  audience      jsonb not null,
  plan          jsonb not null,
  -- The shops whose people and orders count; none: all.
  shops         text[] not null default '{}',
  starts_on     date not null,
  owner         text not null,
  created_at    timestamptz not null,
  -- Set by the draw, all at once. `draw_id` is what ClickHouse holds the arms under.
  draw_id       uuid,
  drawn_at      timestamptz,
  drawn_by      text,
  registered_on date,
  excluded      jsonb not null default '{}',
  primary key (workspace_id, id)
);
select protect('experiment');
create index experiment_by_age on experiment (workspace_id, created_at desc, id);

-- Who was drawn into which arm. customer_id is the id of the time of the draw: an anchor, read through subject.
create table experiment_person (
  workspace_id  uuid not null,
  experiment_id uuid not null,
  customer_id   uuid not null,
  arm           text not null,
  primary key (workspace_id, experiment_id, customer_id)
);
select protect('experiment_person');
revoke update, delete on experiment_person from perennial_app;
create index experiment_person_by_customer on experiment_person (workspace_id, customer_id);

-- One file handed out: to whom, by which channel, by whom, why.
create table experiment_batch (
  workspace_id  uuid not null,
  id            uuid not null,
  experiment_id uuid not null,
  code          text not null,
  channel       text not null,
  day           date not null,
  reason        text not null,
  cost_minor    float8 not null,
  cap_days      int not null,
  personalised  boolean not null,
  minutes_each  float8 not null,
  people        int not null,
  left_out      jsonb not null default '{}',
  made_by       text not null,
  made_at       timestamptz not null,
  primary key (workspace_id, id)
);
select protect('experiment_batch');
revoke update, delete on experiment_batch from perennial_app;
create unique index experiment_batch_code on experiment_batch (workspace_id, code);

-- The sending: one row each person and batch; nobody is in two batches of one experiment.
create table experiment_sending (
  workspace_id  uuid not null,
  experiment_id uuid not null,
  batch_id      uuid not null,
  customer_id   uuid not null,
  primary key (workspace_id, experiment_id, customer_id)
);
select protect('experiment_sending');
revoke update, delete on experiment_sending from perennial_app;
create index experiment_sending_by_customer on experiment_sending (workspace_id, customer_id);

-- Goal → data → strategy → execution → review; the next one starts from the review.
create table improvement_cycle (
  workspace_id uuid not null,
  id           uuid not null,
  goal_id      uuid not null,
  number       int  not null,
  data         text,
  strategy     text,
  execution    uuid,
  review       jsonb,
  started_from uuid,
  owner        text not null,
  created_at   timestamptz not null,
  closed_at    timestamptz,
  primary key (workspace_id, id)
);
select protect('improvement_cycle');
create unique index improvement_cycle_number on improvement_cycle (workspace_id, goal_id, number);

create sequence experiment_version;
grant usage on sequence experiment_version to perennial_app;
