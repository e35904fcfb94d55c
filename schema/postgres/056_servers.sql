-- What this installation is: one row. Whoever opens the stores with another master key, or another data folder, is not part of it.
create table installation (
  one         boolean primary key default true check (one),
  key_print   bytea not null,
  folder      uuid not null,
  made_at     timestamptz not null
);
grant select, insert on installation to perennial_app;

-- Processes that work on these stores, while they live: each says so every few seconds. One that has been quiet too long is taken off,
-- and with it everything it held. Its late writes find it gone.
create table process (
  id         uuid primary key,
  name       text not null,                   -- machine and process number, for people
  started_at timestamptz not null default clock_timestamp(),
  beat_at    timestamptz not null default clock_timestamp(),
  pool       text                             -- as the queue knows its workers
);
grant select, insert, update, delete on process to perennial_app;
grant select, update, delete on process to perennial_jobs;

-- What one process at a time does: reactions, projecting events, the clock.
create table duty (
  name       text primary key,
  process_id uuid not null references process on delete cascade
);
create index duty_of_process on duty (process_id);
grant select, insert, delete on duty to perennial_app;

-- First statement of a transaction of a working process. The lock makes whoever takes the process off wait for transactions that
-- are under way, and does not hinder its heartbeat.
create function fence(process uuid) returns void language plpgsql as $$
begin
  perform 1 from process p where p.id = fence.process for key share;
  if not found then
    raise exception 'process % was taken off', process using errcode = 'PF001';
  end if;
end $$;

-- Takes off processes that have been quiet for so long, and gives their jobs back to the queue. A job that was handed to a process
-- nobody knows is given back once it is as old. Processes in the middle of a transaction are left for the next time.
create function take_over(quiet_ms int, self uuid) returns int
language plpgsql security definer set search_path = graphile_worker, public as $$
declare
  since timestamptz := clock_timestamp() - make_interval(secs => quiet_ms / 1000.0);
  gone  text[];
  lost  text[];
begin
  with quiet as (select id from public.process where beat_at < since and id is distinct from self for update skip locked),
       taken as (delete from public.process p using quiet q where p.id = q.id returning p.pool)
  select array_agg(pool) into gone from taken;
  select array_agg(distinct j.locked_by) into lost
    from graphile_worker.jobs j
   where j.locked_by is not null
     and (j.locked_by = any (coalesce(gone, '{}')) or j.locked_at < since)
     and not exists (select 1 from public.process p where p.pool = j.locked_by);
  if lost is not null then perform graphile_worker.force_unlock_workers(lost); end if;
  return coalesce(cardinality(lost), 0);
end $$;
revoke all on function take_over from public;
alter function take_over owner to perennial_jobs;
grant execute on function take_over to perennial_app;
