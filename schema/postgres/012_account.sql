create table account (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  industry     text not null default '',
  owner        text not null default '',
  created_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('account');
create index account_by_name on account (workspace_id, name collate "zh-Hans-CN-x-icu", id);

-- Each section of the dossier as it was written, by whom and when; the newest stands.
create table account_section (
  workspace_id uuid not null,
  account_id   uuid not null,
  section      text not null,
  body         text not null,
  author       text not null,
  at           timestamptz not null,
  primary key (workspace_id, account_id, section, at)
);
select protect('account_section');

-- customer_id is the subject of the contact's own id, so a contact is a customer from the first day.
create table contact (
  workspace_id   uuid not null,
  id             uuid not null,
  account_id     uuid not null,
  customer_id    uuid not null,
  name           text not null,
  title          text not null default '',
  role           text not null,
  power          smallint not null check (power between 0 and 5),
  background     text not null default '',
  relation_owner text not null default '',
  created_at     timestamptz not null,
  left_at        timestamptz,
  primary key (workspace_id, id)
);
select protect('contact');
create index contact_by_account on contact (workspace_id, account_id);
create index contact_by_customer on contact (workspace_id, customer_id);

create table attitude (
  workspace_id uuid not null,
  id           uuid not null,
  contact_id   uuid not null,
  kind         text not null check (kind in ('stance', 'need', 'objection', 'interest')),
  value        text not null,
  evidence     text not null,
  confidence   float8 not null check (confidence between 0 and 1),
  author       text not null,
  at           timestamptz not null,
  ended_at     timestamptz,
  primary key (workspace_id, id)
);
select protect('attitude');
create index attitude_by_contact on attitude (workspace_id, contact_id);

-- What stands in the way of working together.
create table cooperation_issue (
  workspace_id uuid not null,
  id           uuid not null,
  account_id   uuid not null,
  title        text not null,
  detail       text not null default '',
  opened_by    text not null,
  opened_at    timestamptz not null,
  closed_at    timestamptz,
  outcome      text not null default '',
  primary key (workspace_id, id)
);
select protect('cooperation_issue');
create index cooperation_issue_by_account on cooperation_issue (workspace_id, account_id);

-- A dated line about a customer or a company: note, visit, message, contract, call.
create table note (
  workspace_id uuid not null,
  id           uuid not null,
  customer_id  uuid,
  account_id   uuid,
  kind         text not null,
  body         text not null,
  author       text not null,
  at           timestamptz not null,
  primary key (workspace_id, id),
  check (customer_id is not null or account_id is not null)
);
select protect('note');
create index note_by_customer on note (workspace_id, customer_id, at);
create index note_by_account on note (workspace_id, account_id, at);

-- Something a person should do. code + params, worded by whoever shows it.
create table task (
  workspace_id uuid not null,
  id           uuid not null,
  code         text not null,
  params       jsonb not null default '{}',
  customer_id  uuid,
  account_id   uuid,
  contact_id   uuid,
  assignee     text not null default '',
  due_on       date,
  created_by   text not null,
  created_at   timestamptz not null,
  done_at      timestamptz,
  done_by      text,
  primary key (workspace_id, id)
);
select protect('task');
create index task_open on task (workspace_id, due_on, id) where done_at is null;
create index task_by_customer on task (workspace_id, customer_id);
create index task_by_account on task (workspace_id, account_id);
