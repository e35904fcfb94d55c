-- People who were erased. The receipt counts what was removed from where; it names nobody.
create table erasure (
  workspace_id uuid not null,
  id           uuid not null,
  customer_id  uuid not null,
  state        text not null check (state in ('erasing', 'finished')),
  reason       text not null,
  by_kind      text not null,
  by_id        text not null,
  at           timestamptz not null,
  finished_at  timestamptz,
  lifted_at    timestamptz,
  receipt      jsonb not null default '{}',
  -- How often a file or an old event named them again and was not believed.
  named_again  int not null default 0,
  named_at     timestamptz,
  primary key (workspace_id, id)
);
select protect('erasure');
create index erasure_by_time on erasure (workspace_id, at desc, id desc);

-- Their identifiers, as keyed digests: what a file says of them is not taken in again unnoticed.
create table erased_subject (
  workspace_id uuid not null,
  id           uuid not null,
  erasure_id   uuid not null,
  primary key (workspace_id, id)
);
select protect('erased_subject');
create index erased_subject_by_erasure on erased_subject (workspace_id, erasure_id);
