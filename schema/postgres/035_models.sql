-- Versions of a workspace's models with the report that judged them. The newest finished one of each kind scores.
create table model (
  workspace_id uuid not null references workspace,
  kind         text not null check (kind in ('value', 'churn')),
  number       int  not null,
  state        text not null check (state in ('waiting', 'running', 'used', 'unusable', 'refused', 'failed', 'cancelled')),
  trigger      text not null,
  progress     jsonb,
  -- When the run last showed that it lives; one that was killed is taken over.
  beat_at      timestamptz,
  as_of        date,
  name         text,
  used         boolean not null default false,
  why          jsonb,
  params       jsonb,
  report       jsonb,
  error        text,
  created_at   timestamptz not null,
  finished_at  timestamptz,
  primary key (workspace_id, kind, number)
);
select protect('model');

-- What scores are for and may be made of, and what saving somebody is assumed to take.
create table scoring_policy (
  workspace_id  uuid primary key references workspace,
  purpose       text not null,
  use_traits    boolean not null,
  capacity      int not null,
  attempt_cost_minor bigint not null,
  saved_share   float8 not null,
  horizon_days  int,
  changed_by    text not null,
  changed_at    timestamptz not null
);
select protect('scoring_policy');

-- People who want no score made of who they are.
create table scoring_objection (
  workspace_id uuid not null,
  customer_id  uuid not null,
  by           text not null,
  at           timestamptz not null,
  primary key (workspace_id, customer_id)
);
select protect('scoring_objection');

-- Leave to let a price depend on a score: asked for by one member of staff, decided by another.
create table price_use (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  purpose      text not null,
  state        text not null check (state in ('asked', 'approved', 'refused', 'ended')),
  asked_by     text not null,
  asked_at     timestamptz not null,
  decided_by   text,
  decided_at   timestamptz,
  until        date not null,
  check (state in ('asked', 'ended') or decided_by <> asked_by),
  primary key (workspace_id, id)
);
select protect('price_use');

-- Why a customer left, as staff coded it or the customer told staff.
create table exit_reason (
  workspace_id uuid not null,
  customer_id  uuid not null,
  reason       text not null,
  source       text not null check (source in ('staff', 'survey')),
  by           text not null,
  day          date not null,
  primary key (workspace_id, customer_id)
);
select protect('exit_reason');
