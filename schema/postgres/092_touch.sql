-- Which service each tier of customers gets, and who looks after those who get a person of their own.
create table touch_policy (
  workspace_id uuid primary key references workspace,
  version      int not null,
  policy       jsonb not null,
  changed_by   text not null,
  changed_at   timestamptz not null,
  looked_at    timestamptz                    -- when tiers and places were last worked out; null: not since the change
);
select protect('touch_policy');

-- Everybody who is of a tier named by a segment; whoever is in none is of the last tier. `adviser` null: no place with anybody.
create table touch_place (
  workspace_id uuid not null references workspace,
  customer_id  uuid not null,
  tier         text not null,
  adviser      text,
  since        timestamptz not null,
  primary key (workspace_id, customer_id)
);
select protect('touch_place');
create index touch_place_by_adviser on touch_place (workspace_id, adviser) where adviser is not null;
