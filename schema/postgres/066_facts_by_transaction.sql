-- Facts are read transaction by transaction, as far as all have ended: a number is taken when a fact is written, but counts when its
-- transaction ends, so that a reader who goes by numbers alone leaves behind whoever took a smaller one and ended later.
alter table reaction_cursor add column xid xid8 not null default pg_current_xact_id();
-- Whoever had read up to a number goes on at the first transaction beyond it: what is read again changes nothing.
update reaction_cursor c
   set xid = coalesce((select min(f.xid) from fact f where f.id > c.position), pg_snapshot_xmin(pg_current_snapshot()));

create index fact_by_transaction on fact (kind, xid, id);
drop index fact_by_kind;

drop function facts_after;
-- A comparison of (kind, xid, id) as one is what this index serves, with statistics or without.
create function facts_after(after_xid xid8, after_id bigint, kinds text[], most int)
returns table (id bigint, xid xid8, workspace_id uuid, kind text, payload jsonb, at timestamptz)
language sql stable security definer set search_path = public set enable_seqscan = off as $$
  select f.id, f.xid, f.workspace_id, f.kind, f.payload, f.at
    from unnest(kinds) as k (kind)
   cross join lateral (
      select o.id, o.xid, o.workspace_id, o.kind, o.payload, o.at
        from fact o
       where (o.kind, o.xid, o.id) > (k.kind, after_xid, after_id) and o.kind <= k.kind
         and o.xid < pg_snapshot_xmin(pg_current_snapshot())
       order by o.kind, o.xid, o.id
       limit most
   ) as f
   order by f.xid, f.id
   limit most
$$;
revoke all on function facts_after from public;
grant execute on function facts_after to perennial_app;

create or replace function reactions_waiting(loop jsonb, settled boolean) returns setof text
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
           where (o.kind, o.xid, o.id) > (k.kind, coalesce(c.xid, '0'), coalesce(c.position, 0)) and o.kind <= k.kind
             and (not settled or o.xid < pg_snapshot_xmin(pg_current_snapshot()))
           order by o.kind, o.xid, o.id
           limit 1
       ) as found)
$$;

create or replace function facts_backlog(loop jsonb) returns table (waiting bigint, since timestamptz)
language sql stable security definer set search_path = public set enable_seqscan = off as $$
  select count(distinct f.id), min(f.at)
    from jsonb_to_recordset(loop) as r (reaction text, kinds text[])
    left join reaction_cursor c on c.reaction = r.reaction
   cross join unnest(r.kinds) as k (kind)
   cross join lateral (
      select o.id, o.at
        from fact o
       where (o.kind, o.xid, o.id) > (k.kind, coalesce(c.xid, '0'), coalesce(c.position, 0)) and o.kind <= k.kind
       order by o.kind, o.xid, o.id
       limit 100000
   ) as f
$$;
