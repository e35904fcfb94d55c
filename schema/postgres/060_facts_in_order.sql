-- Facts of some kinds beyond a cursor, kind by kind along the index: a scan by number would read every fact of other kinds,
-- of which an assessment writes one a customer.
create or replace function facts_after(after bigint, kinds text[], most int)
returns table (id bigint, workspace_id uuid, kind text, payload jsonb, at timestamptz)
language sql stable security definer set search_path = public as $$
  select f.id, f.workspace_id, f.kind, f.payload, f.at
    from unnest(kinds) as k (kind)
   cross join lateral (
      select o.id, o.workspace_id, o.kind, o.payload, o.at
        from fact o
       where o.kind = k.kind
         and o.id > after
         and o.xid < pg_snapshot_xmin(pg_current_snapshot())
       order by o.id
       limit most
   ) as f
   order by f.id
   limit most
$$;

-- Which reactions have facts before them; `loop` is [{reaction, kinds}]. `settled`: only such facts as can be read now.
create function reactions_waiting(loop jsonb, settled boolean) returns setof text
language sql stable security definer set search_path = public as $$
  select r.reaction
    from jsonb_to_recordset(loop) as r (reaction text, kinds text[])
    left join reaction_cursor c on c.reaction = r.reaction
   where exists (
      select 1
        from unnest(r.kinds) as k (kind)
       cross join lateral (
          select f.id
            from fact f
           where f.kind = k.kind
             and f.id > coalesce(c.position, 0)
             and (not settled or f.xid < pg_snapshot_xmin(pg_current_snapshot()))
           limit 1
       ) as found)
$$;
revoke all on function reactions_waiting from public;
grant execute on function reactions_waiting to perennial_app;
drop function facts_wait;
