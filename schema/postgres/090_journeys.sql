-- Journeys: who enters, by which way, until when. `draft` is what is being drawn; what people walk are versions.
create table journey (
  workspace_id  uuid not null references workspace,
  id            uuid not null,
  name          text not null,
  description   text not null default '',
  playbook      text not null default '',          -- what it was made from, where it was
  stage         text,                              -- the stage of the lifecycle it works on
  state         text not null default 'draft' check (state in ('draft', 'live', 'paused', 'stopped')),
  draft         jsonb not null,
  revision      int not null default 1,            -- of the draft, so that nobody overwrites what they have not read
  version       int not null default 0,            -- the one new people walk; 0: never launched
  experiment_id uuid,                              -- of insight, from the first launch on
  hold_out_reason text not null default '',
  owner         text not null,
  created_at    timestamptz not null,
  changed_at    timestamptz not null,
  changed_by    text not null,                     -- whoever drew the draft as it is
  launched_at   timestamptz,
  paused_at     timestamptz,
  looked_at     timestamptz,                       -- up to when its calendar has been looked at
  archived_at   timestamptz,
  primary key (workspace_id, id)
);
select protect('journey');
create index journey_newest on journey (workspace_id, created_at desc, id);
create index journey_live on journey (workspace_id, id) where state = 'live';

create table journey_version (
  workspace_id uuid not null,
  journey_id   uuid not null,
  version      int not null,
  definition   jsonb not null,
  made_by      text not null,
  made_at      timestamptz not null,
  primary key (workspace_id, journey_id, version),
  foreign key (workspace_id, journey_id) references journey on delete cascade
);
select protect('journey_version');
revoke update on journey_version from perennial_app;

-- One row a person inside, and what is left of those who were. Waiting costs this row and nothing else: it is read when it is due or when something of theirs happened.
create table enrolment (
  workspace_id uuid not null,
  id           uuid not null,                      -- made from journey, person, key and occasion, so that the same entry is one
  journey_id   uuid not null,
  version      int not null,
  customer_id  uuid not null,                      -- as they entered: draws go by it
  person_id    uuid not null,                      -- who that is today
  key          text not null default '',
  arm          text not null,
  zone         text not null,
  status       text not null default 'inside' check (status in ('inside', 'done', 'exited', 'goal', 'stopped', 'merged')),
  reason       text not null default '',
  node         text not null,
  visit        int not null default 0,
  arrived      boolean not null default false,
  entered_at   timestamptz not null,
  since        timestamptz not null,
  due_at       timestamptz not null,
  goal_at      timestamptz,
  next_at      timestamptz not null,               -- when it is looked at: when it is due, or now, since something happened
  ended_at     timestamptz,
  occasion     jsonb not null default '{}',        -- what brought them: {kind, event, at, properties}
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journey
) with (fillfactor = 85);
select protect('enrolment');
create index enrolment_due on enrolment (workspace_id, journey_id, next_at) where status = 'inside';
create unique index enrolment_inside on enrolment (workspace_id, journey_id, person_id, key) where status = 'inside';
create index enrolment_of_person on enrolment (workspace_id, person_id, journey_id, entered_at desc);
create index enrolment_of_customer on enrolment (workspace_id, customer_id);
create index enrolment_newest on enrolment (workspace_id, journey_id, entered_at desc);

-- The way each went, node by node; nothing of it is ever changed.
create table enrolment_log (
  workspace_id uuid not null,
  enrolment_id uuid not null,
  visit        int not null,
  node         text not null,
  outcome      text not null,
  at           timestamptz not null,
  journey_id   uuid not null,
  primary key (workspace_id, enrolment_id, visit, outcome)
);
select protect('enrolment_log');
revoke update, delete on enrolment_log from perennial_app;
create index enrolment_log_by_node on enrolment_log (workspace_id, journey_id, node, outcome);

-- Somebody else's word before many people are written to; of one definition, told by its digest.
create table journey_approval (
  workspace_id uuid not null,
  id           uuid not null,
  journey_id   uuid not null,
  digest       text not null,
  people       int not null,
  note         text not null default '',
  asked_by     text not null,
  asked_at     timestamptz not null,
  decision     text check (decision in ('approved', 'refused')),
  decided_by   text,
  decided_at   timestamptz,
  decision_note text not null default '',
  primary key (workspace_id, id),
  foreign key (workspace_id, journey_id) references journey on delete cascade,
  check (decided_by is null or decided_by <> asked_by)
);
select protect('journey_approval');
create unique index journey_approval_open on journey_approval (workspace_id, journey_id) where decision is null;
create index journey_approval_newest on journey_approval (workspace_id, asked_at desc);

create table journey_setting (
  workspace_id    uuid primary key references workspace,
  approval_people int not null default 500,
  changed_by      text not null,
  changed_at      timestamptz not null
);
select protect('journey_setting');

-- Who was in the segment of an entry when it was last looked at, where nobody tells of changes.
create table journey_member (
  workspace_id uuid not null,
  journey_id   uuid not null,
  entry        int not null,
  customer_id  uuid not null,
  primary key (workspace_id, journey_id, entry, customer_id)
);
select protect('journey_member');

-- Places at nodes that let only so many pass: the stretch that is being filled, and how full it is.
create table journey_rate (
  workspace_id uuid not null,
  journey_id   uuid not null,
  node         text not null,
  slot_at      timestamptz not null,
  used         int not null,
  primary key (workspace_id, journey_id, node)
);
select protect('journey_rate');

-- Journeys of every workspace with somebody due, and those that are under way at all: ids only, past row-level security.
create policy reader on journey for select to perennial_owner using (true);
create policy reader on enrolment for select to perennial_owner using (true);
create function journeys_due(at timestamptz) returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = public as $$
  select j.workspace_id, j.id
    from journey j
   where j.state = 'live'
     and exists (select 1 from enrolment e where e.workspace_id = j.workspace_id and e.journey_id = j.id and e.status = 'inside' and e.next_at <= journeys_due.at)
$$;
revoke all on function journeys_due from public;
grant execute on function journeys_due to perennial_app;
create function journey_workspaces() returns setof uuid
language sql stable security definer set search_path = public as $$ select distinct workspace_id from journey where state in ('live', 'paused') $$;
revoke all on function journey_workspaces from public;
grant execute on function journey_workspaces to perennial_app;

-- An experiment may take people in as they come: each has a first day of their own, and the window is counted from it.
alter table experiment add column rolling boolean not null default false;
alter table experiment add column closes_on date;      -- of a rolling one: nobody was taken in after this day
alter table experiment_person add column starts_on date;
