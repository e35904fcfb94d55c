-- A customer is the component of subjects; its id is the canonical subject's. A row that was absorbed keeps its own
-- values and points to the one that stands for it, so that un-merging restores it.
create table customer (
  workspace_id      uuid not null,
  id                uuid not null,
  merged_into       uuid,
  preferred_at      timestamptz,
  name              text not null default '',
  -- What was said about this anchor: {key: [value, at ms, source]}.
  own               jsonb not null default '{}',
  -- The newest of all anchors, bare.
  fields            jsonb not null default '{}',
  -- What the modules above say, bare, and when (ms).
  published         jsonb not null default '{}',
  published_at      jsonb not null default '{}',
  -- Sealed values of sealed fields: {key: [value, at ms, source]}.
  sealed            bytea,
  tags              text[] not null default '{}',
  kinds             text[] not null default '{}',
  reach             text[] not null default '{}',
  created_at        timestamptz not null,
  stage             text,
  stage_since       date,
  branch            text,
  cycle             int,
  order_count       int,
  first_on          date,
  last_on           date,
  net_minor         bigint,
  gap_days          float8,
  rfm               text,
  b2b               boolean,
  churn_probability float8,
  primary key (workspace_id, id)
);
select protect('customer');
create index customer_by_name    on customer (workspace_id, name collate "zh-Hans-CN-x-icu", id) where merged_into is null;
create index customer_by_last    on customer (workspace_id, last_on, id)    where merged_into is null;
create index customer_by_net     on customer (workspace_id, net_minor, id)  where merged_into is null;
create index customer_by_orders  on customer (workspace_id, order_count, id) where merged_into is null;
create index customer_absorbed   on customer (workspace_id, merged_into)    where merged_into is not null;

-- Pieces of names, compared by equality: the one comparison an index serves under row-level security.
create table name_token (
  workspace_id uuid not null,
  token        text not null,
  customer_id  uuid not null,
  primary key (workspace_id, token, customer_id)
);
select protect('name_token');
create index name_token_by_customer on name_token (workspace_id, customer_id);

-- Fields the workspace added. Those of the product are declared in code.
create table field (
  workspace_id uuid not null references workspace,
  key          text not null,
  label        text not null,
  type         text not null,
  section      text not null,
  block        text,
  options      jsonb not null default '[]',
  unit         text,
  ttl_days     int,
  sealed       boolean not null default false,
  created_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, key)
);
select protect('field');

create table consent (
  workspace_id uuid not null,
  id           uuid not null,
  customer_id  uuid not null,
  channel      text not null,
  purpose      text not null,
  state        text not null check (state in ('given', 'withdrawn')),
  source       text not null,
  proof        text not null default '',
  at           timestamptz not null,
  primary key (workspace_id, id)
);
select protect('consent');
create unique index consent_once on consent (workspace_id, customer_id, channel, purpose, at, state);

create table tag (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  parent_id    uuid,
  key          text not null,
  name         text not null,
  kind         text not null,
  owner        text not null,
  on_empty     text not null default 'clear' check (on_empty in ('keep', 'clear')),
  every_hours  int,
  spec         jsonb not null default '{}',
  version      int not null default 1,
  created_at   timestamptz not null,
  refreshed_at timestamptz,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('tag');
create unique index tag_by_key on tag (workspace_id, key);

create table tag_version (
  workspace_id uuid not null,
  tag_id       uuid not null,
  version      int not null,
  spec         jsonb not null,
  on_empty     text not null,
  author       text not null,
  at           timestamptz not null,
  primary key (workspace_id, tag_id, version)
);
select protect('tag_version');

-- Who bears a tag, from when to when: ended rows are its history.
create table tag_member (
  workspace_id uuid not null,
  id           uuid not null default gen_random_uuid(),
  tag_id       uuid not null,
  customer_id  uuid not null,
  value        text not null default '',
  source       text not null,
  since        timestamptz not null,
  ended_at     timestamptz,
  primary key (workspace_id, id)
);
select protect('tag_member');
create unique index tag_member_once on tag_member (workspace_id, tag_id, customer_id) where ended_at is null;
create index tag_member_by_customer on tag_member (workspace_id, customer_id);

create table trait_history (
  workspace_id uuid not null,
  customer_id  uuid not null,
  key          text not null,
  value        jsonb,
  since        timestamptz not null,
  seen_at      timestamptz not null,
  primary key (workspace_id, customer_id, key, since)
);
select protect('trait_history');

-- Who brought, lives with or belongs with whom. Both ends are anchors.
create table relation (
  workspace_id uuid not null,
  kind         text not null check (kind in ('referrer', 'household', 'group')),
  from_id      uuid not null,
  to_id        uuid not null check (to_id <> from_id),
  at           timestamptz not null,
  primary key (workspace_id, kind, from_id, to_id)
);
select protect('relation');
create index relation_by_to on relation (workspace_id, to_id);
