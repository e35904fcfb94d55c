-- Exports of everything, asked for by an owner: who, why, how far. The file itself is written to the browser and kept nowhere.
create table whole_export (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  by_id        text not null,
  reason       text not null,
  clear        boolean not null,
  state        text not null default 'asked' check (state in ('asked', 'running', 'finished', 'failed')),
  part         text not null default '',
  parts_done   int not null default 0,
  parts_total  int not null default 0,
  rows_done    bigint not null default 0,
  asked_at     timestamptz not null,
  beat_at      timestamptz not null,
  finished_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('whole_export');
