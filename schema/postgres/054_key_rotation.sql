-- A new data key is known to every process before any seals with it (coming), and the old one opens until nothing needs it.
alter table workspace_key add column state text not null default 'active' check (state in ('coming', 'active'));

create table key_rotation (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  to_key       int not null,
  state        text not null check (state in ('spreading', 'sealing', 'finished')),
  total        bigint not null default 0,
  done         bigint not null default 0,
  started_by   text not null,
  started_at   timestamptz not null,
  beat_at      timestamptz not null,
  finished_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('key_rotation');
create unique index key_rotation_once on key_rotation (workspace_id) where state <> 'finished';

-- Rotations a killed process left, for the tick: past row-level security, ids only.
create policy reader on key_rotation for select to perennial_owner using (true);
create function rotations_left(quiet_since timestamptz)
returns table (workspace_id uuid, id uuid)
language sql stable security definer set search_path = public as $$
  select r.workspace_id, r.id from key_rotation r where r.state <> 'finished' and r.beat_at < quiet_since
$$;
revoke all on function rotations_left from public;
grant execute on function rotations_left to perennial_app;

-- A late write sealed with a key that was destroyed meanwhile could never be read: it is refused, and the lock makes the
-- destroyer wait for writers that are still under way.
create function sealed_by_living_key() returns trigger language plpgsql as $$
declare
  used record;
begin
  for used in execute format($statement$
    select distinct workspace_id, ('x' || encode(substring(%1$I from 1 for 4), 'hex'))::bit(32)::int as key_id
      from fresh where %1$I is not null and get_byte(%1$I, 0) < 128$statement$, tg_argv[0])
  loop
    perform 1 from workspace_key k where k.workspace_id = used.workspace_id and k.purpose = 'data' and k.key_id = used.key_id for key share;
    if not found then
      raise exception 'sealed with data key %, which is no more', used.key_id using errcode = 'PK001';
    end if;
  end loop;
  return null;
end $$;
create trigger living_key_insert after insert on person_key  referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_update after update on person_key  referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_insert after insert on quarantine  referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_insert after insert on ingest_body referencing new table as fresh for each statement execute function sealed_by_living_key('sealed');
create trigger living_key_update after update on idempotency referencing new table as fresh for each statement execute function sealed_by_living_key('reply');
