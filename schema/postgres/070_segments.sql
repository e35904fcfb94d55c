-- Segments are dynamic, or frozen: the people of one moment. A number stands for a segment wherever memberships are kept.
alter table segment
  add column number  int not null default 0,
  add column kind    text not null default 'dynamic' check (kind in ('dynamic', 'frozen')),
  add column origin  jsonb;                  -- of a frozen one: whose people it holds, by which tree, of which day

do $$
declare
  here uuid;
begin
  for here in select id from workspace loop
    perform set_config('perennial.workspace', here::text, true);
    update segment s set number = n.number
      from (select id, row_number() over (order by created_at, id) as number from segment where workspace_id = here) n
     where s.workspace_id = here and s.id = n.id;
  end loop;
  perform set_config('perennial.workspace', '', true);
end $$;
create unique index segment_by_number on segment (workspace_id, number);

-- What is held true of each watched segment: `basis` stands for its filter as it was asked, with the segments it names written out.
create table segment_state (
  workspace_id uuid not null,
  segment_id   uuid not null,
  basis        text not null,
  people       int  not null,
  looked_at    timestamptz not null,
  as_of        text not null,
  problem      text,                         -- why it could not be asked the last time
  primary key (workspace_id, segment_id),
  foreign key (workspace_id, segment_id) references segment on delete cascade
);
select protect('segment_state');

-- How many were in it at the end of each day it was looked at.
create table segment_size (
  workspace_id uuid not null,
  segment_id   uuid not null,
  day          text not null,
  people       int  not null,
  primary key (workspace_id, segment_id, day),
  foreign key (workspace_id, segment_id) references segment on delete cascade
);
select protect('segment_size');

-- Looks that analytics may have heard of and nobody else: told again when they were cut off (see stage_untold).
create table segment_untold (
  workspace_id uuid not null references workspace,
  version      bigint not null,
  look         jsonb not null,
  primary key (workspace_id, version)
);
select protect('segment_untold');

-- Who must be looked at again at a moment although nothing happens to them.
create table segment_due (
  workspace_id uuid not null references workspace,
  customer_id  uuid not null,
  at           timestamptz not null,
  primary key (workspace_id, customer_id)
);
select protect('segment_due');
create index segment_due_by_time on segment_due (at);

-- The day and the instant of the newest look at everybody.
create table segment_round (
  workspace_id uuid primary key references workspace,
  as_of        text not null,
  looked_at    timestamptz not null
);
select protect('segment_round');

-- A kind of customer, told as a person: whom a segment is meant to describe.
create table persona (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  segment_id   uuid not null,
  name         text not null,
  story        text not null default '',
  goals        jsonb not null,
  pains        jsonb not null,
  channels     jsonb not null,
  changed_by   text not null,
  changed_at   timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, segment_id) references segment on delete cascade
);
select protect('persona');
create unique index persona_by_name on persona (workspace_id, lower(name));
