-- The promotion calendar: named days, both included; shop '' is every shop. Its windows are published down to collect.
create table promotion (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  shop         text not null default '',
  first_day    date not null,
  last_day     date not null check (last_day >= first_day),
  created_at   timestamptz not null,
  primary key (workspace_id, id)
);
select protect('promotion');
