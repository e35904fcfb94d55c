-- Saved filters. Every change of the tree is a version; the newest stands in segment.
create table segment (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  description  text not null default '',
  version      int  not null default 1,
  tree         jsonb not null,
  owner        text not null,
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('segment');
create unique index segment_by_name on segment (workspace_id, lower(name)) where archived_at is null;

create table segment_version (
  workspace_id uuid not null,
  segment_id   uuid not null,
  version      int  not null,
  tree         jsonb not null,
  author       text not null,
  at           timestamptz not null,
  primary key (workspace_id, segment_id, version)
);
select protect('segment_version');
