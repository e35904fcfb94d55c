-- What is said to customers. The draft is what its authors work on; what is sent are its versions.
create table template (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  description  text not null default '',
  purpose      text not null check (purpose in ('marketing', 'service', 'transactional')),
  draft        jsonb not null,
  revision     int not null default 1,          -- of the draft: whoever saves names the one they read
  published    int,                             -- the newest version, if there is one
  created_by   text not null,
  created_at   timestamptz not null,
  updated_by   text not null,
  updated_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('template');
create unique index template_by_name on template (workspace_id, lower(name)) where archived_at is null;

-- A published version never changes: what somebody was sent can be read for ever. `compiled` is its texts, HTML made, Liquid left in place.
create table template_version (
  workspace_id  uuid not null,
  template_id   uuid not null,
  version       int not null,
  purpose       text not null,
  document      jsonb not null,
  compiled      jsonb not null,
  findings      jsonb not null,                 -- what lint said and was known when it was published
  reason        text not null default '',       -- why it was published in spite of them
  published_by  text not null,
  published_at  timestamptz not null,
  primary key (workspace_id, template_id, version),
  foreign key (workspace_id, template_id) references template
);
select protect('template_version');
revoke update, delete on template_version from perennial_app;

-- What the workspace's texts are held to, where it differs from the product's own.
create table template_rules (
  workspace_id uuid primary key references workspace,
  claims       jsonb not null,                  -- [{phrase, except}]
  sms_provider text not null,
  signature    text not null,
  changed_by   text not null,
  changed_at   timestamptz not null
);
select protect('template_rules');
