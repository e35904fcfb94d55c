-- What waits, for the figures of the whole installation: counts and instants, nothing of any workspace.
create function bodies_backlog() returns table (waiting bigint, since timestamptz)
language sql stable security definer set search_path = public as $$
  select count(*), min(b.received_at) from ingest_body b where b.projected_at is null
$$;
revoke all on function bodies_backlog from public;
grant execute on function bodies_backlog to perennial_app;

-- Facts that some reaction has before it; `loop` is [{reaction, kinds}].
create function facts_backlog(loop jsonb) returns table (waiting bigint, since timestamptz)
language sql stable security definer set search_path = public as $$
  select count(distinct f.id), min(f.at)
    from jsonb_to_recordset(loop) as r (reaction text, kinds text[])
    left join reaction_cursor c on c.reaction = r.reaction
   cross join lateral (
      select f.id, f.at from fact f where f.id > coalesce(c.position, 0) and f.kind = any (r.kinds) order by f.id limit 100000
   ) as f
$$;
revoke all on function facts_backlog from public;
grant execute on function facts_backlog to perennial_app;

-- Which migrations have run; the journal itself is the owner's.
create function migrations_done() returns setof text
language sql stable security definer set search_path = public as $$
  select name::text from kysely_migration order by name
$$;
revoke all on function migrations_done from public;
grant execute on function migrations_done to perennial_app;
