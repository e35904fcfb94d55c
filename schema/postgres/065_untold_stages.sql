-- Assessments that analytics may have heard of and nobody else: a row stands from before the first write to ClickHouse until the
-- transaction that publishes and announces the same. One that is left was cut off, and is told again.
create table stage_untold (
  workspace_id uuid not null references workspace,
  version      bigint not null,              -- of its rows in ClickHouse: the instant, in ms
  mode         text not null check (mode in ('live', 'backfill')),
  primary key (workspace_id, version)
);
select protect('stage_untold');
