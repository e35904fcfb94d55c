-- What went to somebody erased, under an experiment that measures what is sent: since when, and what it cost within their window (null: nothing in it).
-- Their messages no longer say whose they were; what was spent stays spent, and stands with the nobody they have become.
alter table experiment_person add column sent_on date;
alter table experiment_person add column spent_minor double precision;

drop function unlink_experiment_people(uuid[], bytea);
-- As before (068); `spent`: [{"experimentId", "customer", "day", "minor"}], one for each of their rows that something was sent to.
create function unlink_experiment_people(gone uuid[], salt bytea, spent jsonb) returns table (people bigint, sendings bigint)
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
  went as (
    select "experimentId" as experiment_id, customer, day, minor from jsonb_to_recordset(spent) as x ("experimentId" uuid, customer uuid, day date, minor double precision)),
  moved as (
    update experiment_person p set customer_id = n.stand_in, nobody = n.nobody, sent_on = w.day, spent_minor = w.minor
      from named n
      left join went w on w.experiment_id = n.experiment_id and w.customer = n.anchor
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
