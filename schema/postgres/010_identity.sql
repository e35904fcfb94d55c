-- Who is who. A subject is one identifier; assertions say two are one person, cuts say two are not.

create table subject (
  workspace_id uuid not null,
  id           uuid not null,
  kind         text not null,
  scope        text not null default '',
  -- Null for a receiver's telephone, which is nobody's.
  customer_id  uuid,
  -- Has stood as the strongest identifier of an event or order: only such subjects need an owner row in ClickHouse.
  acts         boolean not null,
  over_limit   boolean not null default false,
  -- The identifiers that came together are sealed in one blob, a JSON array of texts, kept on the first of them:
  -- this one is number sealed_at of the blob on sealed_in.
  sealed_in    uuid not null,
  sealed_at    smallint not null,
  sealed       bytea,
  -- Keyed hash of the last four digits, for search.
  tail         int,
  primary key (workspace_id, id)
);
select protect('subject');
create index subject_by_customer on subject (workspace_id, customer_id);
create index subject_by_tail on subject (workspace_id, tail) where tail is not null;

-- Where identifiers of a kind live (shops, apps), so that a bare number can be looked up in each.
create table identifier_scope (
  workspace_id uuid not null,
  kind         text not null,
  scope        text not null,
  primary key (workspace_id, kind, scope)
);
select protect('identifier_scope');

create table assertion (
  workspace_id uuid not null,
  a            uuid not null,
  b            uuid not null check (a < b),
  staff        boolean not null default false,
  source       text not null,
  first_at     timestamptz not null,
  primary key (workspace_id, a, b)
);
select protect('assertion');
create index assertion_by_b on assertion (workspace_id, b, a);

create table cut (
  workspace_id uuid not null,
  id           uuid not null,
  a            uuid not null,
  b            uuid not null check (a < b),
  made_by      text not null,
  made_at      timestamptz not null,
  revoked_at   timestamptz,
  primary key (workspace_id, id)
);
select protect('cut');
create unique index cut_once on cut (workspace_id, a, b) where revoked_at is null;
create index cut_by_b on cut (workspace_id, b) where revoked_at is null;

-- Merges and un-merges of existing customers, whoever caused them. parts: [{customer, subjects}].
create table merge_log (
  workspace_id uuid not null,
  id           uuid not null,
  kind         text not null check (kind in ('merge', 'unmerge')),
  customer_id  uuid not null,
  parts        jsonb not null,
  by_kind      text not null,
  by_id        text not null,
  reason       text not null default '',
  at           timestamptz not null,
  undone_at    timestamptz,
  primary key (workspace_id, id)
);
select protect('merge_log');
create index merge_log_by_customer on merge_log (workspace_id, customer_id);

-- Identifiers that a person should look at: over their limit, or a receiver shared by several customers.
create table identity_review (
  workspace_id uuid not null,
  id           uuid not null default gen_random_uuid(),
  subject_id   uuid not null,
  code         text not null check (code in ('over_limit', 'receiver_shared')),
  facts        jsonb not null default '{}',
  opened_at    timestamptz not null,
  closed_at    timestamptz,
  closed_by    text,
  primary key (workspace_id, id)
);
select protect('identity_review');
create unique index identity_review_once on identity_review (workspace_id, subject_id, code) where closed_at is null;

-- What ClickHouse has yet to be told; a row lives from the change's transaction to the mirror's acknowledgement.
create table mirror_batch (
  workspace_id uuid not null,
  id           uuid not null,
  customers    uuid[] not null,
  subjects     uuid[] not null,
  at           timestamptz not null,
  primary key (workspace_id, id)
);
select protect('mirror_batch');
create sequence mirror_version;
grant usage on sequence mirror_version to perennial_app;
