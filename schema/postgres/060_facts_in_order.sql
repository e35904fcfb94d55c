-- Facts of some kinds beyond a cursor, kind by kind along the index. A comparison of (kind, id) as a pair is one that only this index
-- serves: by number alone Postgres, while it has no statistics, reads every fact of other kinds, of which an assessment writes one a customer.
create or replace function facts_after(after bigint, kinds text[], most int)
returns table (id bigint, workspace_id uuid, kind text, payload jsonb, at timestamptz)
language sql stable security definer set search_path = public set enable_seqscan = off as $$
  select f.id, f.workspace_id, f.kind, f.payload, f.at
    from unnest(kinds) as k (kind)
   cross join lateral (
      select o.id, o.workspace_id, o.kind, o.payload, o.at
        from fact o
       where (o.kind, o.id) > (k.kind, after) and o.kind <= k.kind
         and o.xid < pg_snapshot_xmin(pg_current_snapshot())
       order by o.kind, o.id
       limit most
   ) as f
   order by f.id
   limit most
$$;

-- Which reactions have facts before them; `loop` is [{reaction, kinds}]. `settled`: only such facts as can be read now.
create function reactions_waiting(loop jsonb, settled boolean) returns setof text
language sql stable security definer set search_path = public set enable_seqscan = off as $$
  select r.reaction
    from jsonb_to_recordset(loop) as r (reaction text, kinds text[])
    left join reaction_cursor c on c.reaction = r.reaction
   where exists (
      select 1
        from unnest(r.kinds) as k (kind)
       cross join lateral (
          select o.id
            from fact o
           where (o.kind, o.id) > (k.kind, coalesce(c.position, 0)) and o.kind <= k.kind
             and (not settled or o.xid < pg_snapshot_xmin(pg_current_snapshot()))
           order by o.kind, o.id
           limit 1
       ) as found)
$$;
revoke all on function reactions_waiting from public;
grant execute on function reactions_waiting to perennial_app;
drop function facts_wait;

-- The same for the figures of the whole installation.
create or replace function facts_backlog(loop jsonb) returns table (waiting bigint, since timestamptz)
language sql stable security definer set search_path = public set enable_seqscan = off as $$
  select count(distinct f.id), min(f.at)
    from jsonb_to_recordset(loop) as r (reaction text, kinds text[])
    left join reaction_cursor c on c.reaction = r.reaction
   cross join unnest(r.kinds) as k (kind)
   cross join lateral (
      select o.id, o.at
        from fact o
       where (o.kind, o.id) > (k.kind, coalesce(c.position, 0)) and o.kind <= k.kind
       order by o.kind, o.id
       limit 100000
   ) as f
$$;

-- What is sealed does not get shorter: no time is spent on trying.
alter table ingest_body alter column sealed set storage external;
