-- Versions of ClickHouse rows: one rising number for everything that writes them.
create sequence fact_version;
grant usage on sequence fact_version to perennial_app;

-- Where data comes from. A write key is kept as a digest; the tail is what people see.
create table source (
  workspace_id  uuid not null references workspace,
  id            uuid not null,
  key           text not null,
  name          text not null,
  kind          text not null check (kind in ('orders', 'profiles', 'behaviour', 'conversations', 'surveys', 'social', 'offline')),
  platform      text not null default '',
  shop          text not null default '',
  channel       text not null default '',
  currency      text not null default '',
  key_hash      bytea,
  key_tail      text,
  old_key_hash  bytea,
  old_key_until timestamptz,
  first_day     date,
  last_day      date,
  interval_days real,
  last_seen_at  timestamptz,
  created_at    timestamptz not null,
  retired_at    timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, key)
);
select protect('source');
create unique index source_by_key on source (key_hash) where key_hash is not null;
create index source_by_old_key on source (old_key_hash) where old_key_hash is not null;

-- The HTTP door knows only a key: which workspace it opens is looked up past row-level security, by equality of the digest alone.
create policy reader on source for select to perennial_owner using (true);
create function source_of_key(digest bytea, at timestamptz)
returns table (workspace_id uuid, id uuid, key text, shop text, channel text)
language sql stable security definer set search_path = public as $$
  select s.workspace_id, s.id, s.key, s.shop, s.channel
    from source s
   where s.retired_at is null
     and (s.key_hash = digest or (s.old_key_hash = digest and s.old_key_until > at))
   limit 1
$$;
revoke all on function source_of_key from public;
grant execute on function source_of_key to perennial_app;

-- Files handed over by a browser, waiting to be mapped.
create table upload (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  path         text not null,
  bytes        bigint not null,
  made_by      text not null,
  created_at   timestamptz not null,
  primary key (workspace_id, id)
);
select protect('upload');

create table import_recipe (
  workspace_id  uuid not null references workspace,
  id            uuid not null,
  name          text not null,
  source        text not null,
  mappings      jsonb not null,              -- [{signature, mapping}]: a file is recognised by its header
  options       jsonb not null default '{}',
  watch_folder  text,
  every_minutes int check (every_minutes > 0),
  next_at       timestamptz,
  last_run_at   timestamptz,
  last_problem  jsonb,
  runs          int not null default 0,
  created_at    timestamptz not null,
  removed_at    timestamptz,
  primary key (workspace_id, id)
);
select protect('import_recipe');

-- Files of a watched folder that a recipe has taken already.
create table watched_file (
  workspace_id uuid not null references workspace,
  recipe_id    uuid not null,
  name         text not null,
  bytes        bigint not null,
  changed_ms   bigint not null,
  taken_at     timestamptz not null,
  primary key (workspace_id, recipe_id, name, bytes, changed_ms)
);
select protect('watched_file');
create policy reader on import_recipe for select to perennial_owner using (true);
create function recipes_due(at timestamptz)
returns table (workspace_id uuid)
language sql stable security definer set search_path = public as $$
  select distinct r.workspace_id from import_recipe r where r.next_at <= at and r.removed_at is null
$$;
revoke all on function recipes_due from public;
grant execute on function recipes_due to perennial_app;

create table import (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  recipe_id    uuid,
  source       text not null,
  status       text not null check (status in ('waiting', 'running', 'finished', 'failed', 'undoing', 'undone')),
  files        jsonb not null,               -- [{name, path, bytes, digest, entry, sheet, mapping}]
  options      jsonb not null,
  version      bigint not null,
  attempt      int not null default 0,
  progress     jsonb not null default '{}',
  report       jsonb,
  problem      jsonb,
  made_by      jsonb not null,
  created_at   timestamptz not null,
  started_at   timestamptz,
  finished_at  timestamptz,
  undone_at    timestamptz,
  primary key (workspace_id, id)
);
select protect('import');
create policy reader on import for select to perennial_owner using (true);
-- After a restart: imports that a killed process left in the middle.
create function imports_unfinished()
returns table (workspace_id uuid, id uuid, status text)
language sql stable security definer set search_path = public as $$
  select i.workspace_id, i.id, i.status from import i where i.status in ('waiting', 'running', 'undoing')
$$;
revoke all on function imports_unfinished from public;
grant execute on function imports_unfinished to perennial_app;

-- Rows that could not be taken: the raw row sealed, since it may hold personal data; the reasons as codes.
create table quarantine (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  import_id    uuid,
  source       text not null,
  file         text not null,
  line         int not null,
  code         text not null,
  rejects      jsonb not null,               -- [{code, column, params}]
  sealed       bytea not null,               -- {header, cells} or {event}
  state        text not null default 'open' check (state in ('open', 'replayed', 'dismissed')),
  created_at   timestamptz not null,
  settled_at   timestamptz,
  primary key (workspace_id, id)
);
select protect('quarantine');
create index quarantine_by_import on quarantine (workspace_id, import_id, line);
create index quarantine_open on quarantine (workspace_id, created_at, id) where state = 'open';

-- "My figure" beside ours, per month and shop.
create table reconcile_figure (
  workspace_id uuid not null references workspace,
  month        text not null check (month ~ '^\d{4}-\d{2}$'),
  shop         text not null,
  measure      text not null check (measure in ('orders', 'buyers', 'paid', 'refunds', 'net')),
  figure       bigint not null,
  noted_by     text not null,
  noted_at     timestamptz not null,
  primary key (workspace_id, month, shop, measure)
);
select protect('reconcile_figure');

-- Windows of the promotion calendar, published down by its owner; orders carry the one their day falls in.
create table promotion_window (
  workspace_id uuid not null references workspace,
  id           text not null,
  shop         text not null default '',
  first_day    date not null,
  last_day     date not null,
  primary key (workspace_id, id)
);
select protect('promotion_window');

-- Reporting currency units for one unit of `currency`, from `day` on.
create table fx_rate (
  workspace_id uuid not null references workspace,
  currency     text not null,
  day          date not null,
  rate         numeric not null check (rate > 0),
  primary key (workspace_id, currency, day)
);
select protect('fx_rate');

-- Request bodies of the HTTP door, encrypted, one row a request: acknowledged once they are here, projected later.
create table ingest_body (
  workspace_id uuid not null references workspace,
  id           bigint generated always as identity,
  source_id    uuid not null,
  received_at  timestamptz not null,
  sealed       bytea not null,
  batch        uuid,
  projected_at timestamptz,
  xid          xid8 not null default pg_current_xact_id(),
  primary key (workspace_id, id)
);
select protect('ingest_body');
create index ingest_waiting on ingest_body (workspace_id, id) where projected_at is null;
create policy reader on ingest_body for select to perennial_owner using (true);
create function bodies_waiting()
returns table (workspace_id uuid)
language sql stable security definer set search_path = public as $$
  select distinct b.workspace_id from ingest_body b where b.projected_at is null
$$;
revoke all on function bodies_waiting from public;
grant execute on function bodies_waiting to perennial_app;

-- A batch of bodies on its way to ClickHouse: its exact range and version, so that a replay sends identical rows.
create table ingest_batch (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  version      bigint not null,
  from_id      bigint not null,
  to_id        bigint not null,
  taken_at     timestamptz not null,
  done_at      timestamptz,
  primary key (workspace_id, id)
);
select protect('ingest_batch');
create index ingest_batch_open on ingest_batch (workspace_id) where done_at is null;
