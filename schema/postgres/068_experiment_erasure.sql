-- Somebody erased stays in an experiment's counts as nobody in particular: the row gets a random id of that experiment alone, and `nobody` is
-- whom several such rows of one person stand for, as subject says it of people who are known.
alter table experiment_person add column nobody uuid;

-- What the ids are made of while ClickHouse still has to follow; destroyed after that, so that nothing leads from the person to their rows.
create table experiment_unlinking (
  workspace_id uuid not null references workspace,
  subject_id   uuid not null,
  salt         bytea not null,
  primary key (workspace_id, subject_id)
);
select protect('experiment_unlinking');

-- Who was drawn and sent something is never changed by the app; this one change is made for it, in its own workspace as everywhere.
create function unlink_experiment_people(gone uuid[], salt bytea) returns table (people bigint, sendings bigint)
language sql volatile security definer set search_path = public, pg_temp as $$
  with mine as materialized (
    select p.experiment_id, p.customer_id as anchor, coalesce(s.customer_id, p.customer_id) as owner,
           md5(salt || uuid_send(p.experiment_id) || uuid_send(p.customer_id))::uuid as stand_in
      from experiment_person p
      left join subject s on s.workspace_id = p.workspace_id and s.id = p.customer_id
     where p.workspace_id = current_workspace() and p.customer_id = any (gone)),
  -- The record whose arm counts stands for the person, as before.
  named as (
    select anchor, experiment_id, stand_in, first_value(stand_in) over (partition by experiment_id, owner order by anchor <> owner, anchor) as nobody from mine),
  moved as (
    update experiment_person p set customer_id = n.stand_in, nobody = n.nobody
      from named n
     where p.workspace_id = current_workspace() and p.experiment_id = n.experiment_id and p.customer_id = n.anchor
    returning 1),
  sent as (
    update experiment_sending x set customer_id = n.stand_in
      from named n
     where x.workspace_id = current_workspace() and x.experiment_id = n.experiment_id and x.customer_id = n.anchor
    returning 1)
  select (select count(*) from moved), (select count(*) from sent)
$$;
revoke all on function unlink_experiment_people from public;
grant execute on function unlink_experiment_people to perennial_app;
