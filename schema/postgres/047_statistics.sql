-- After a bulk write Postgres plans by what it knew before, until autovacuum comes round: it takes full tables for nearly empty
-- ones and reads them row by row. Whoever wrote much calls this: every table a fifth longer than when it was last analysed is
-- analysed now. A function of the owner's, since the app's role may not ANALYZE, and needs no more rights than this.
-- A small sample does until autovacuum takes its thorough one. Always in one order, so that two callers wait for each other instead of blocking each other.
create function refresh_statistics() returns int language plpgsql security definer set search_path = public, pg_temp set default_statistics_target = 20 as $$
declare
  grown    regclass;
  analysed int := 0;
begin
  for grown in
    select c.oid
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and pg_get_userbyid(c.relowner) = current_user
       and pg_relation_size(c.oid) > greatest(8 * 8192, 1.2 * c.relpages * 8192)
     order by c.oid
  loop
    execute format('analyze %s', grown);
    analysed := analysed + 1;
  end loop;
  return analysed;
end $$;
revoke execute on function refresh_statistics from public;
grant execute on function refresh_statistics to perennial_app;
