-- What an experiment came to when its refund window had closed: read once, and never again changed. What arrives later is shown beside it.
create table experiment_settlement (
  workspace_id  uuid not null,
  experiment_id uuid not null,
  settled_at    timestamptz not null,
  -- The data's own day at that moment.
  as_of         date not null,
  -- What ClickHouse holds each person's part of it under.
  outcome_id    uuid not null,
  result        jsonb not null,
  primary key (workspace_id, experiment_id)
);
select protect('experiment_settlement');
revoke update, delete on experiment_settlement from perennial_app;
