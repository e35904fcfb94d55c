-- Row-level security for a table with workspace_id: every row is visible and writable in its own workspace only.
create function protect(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format($policy$create policy own_workspace on %s using (workspace_id = current_workspace()) with check (workspace_id = current_workspace())$policy$, target);
  execute format('grant select, insert, update, delete on %s to perennial_app', target);
end $$;

-- The workspace of the running transaction; null outside one, which matches no row.
create function current_workspace() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('perennial.workspace', true), '')::uuid $$;

create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create table workspace (
  id          uuid primary key,
  name        text not null,
  timezone    text not null,
  currency    text not null,
  language    text not null default 'zh-CN',
  simulated   boolean not null default false,
  settings    jsonb not null default '{}',
  created_at  timestamptz not null
);
grant select, insert, update on workspace to perennial_app;

-- Data keys, sealed by the master key. The index key never rotates: subject ids and blind indexes outlive rotation.
create table workspace_key (
  workspace_id uuid not null references workspace,
  key_id       int  not null,
  purpose      text not null check (purpose in ('data', 'index')),
  sealed       bytea not null,
  created_at   timestamptz not null,
  primary key (workspace_id, purpose, key_id)
);
select protect('workspace_key');

create table fact (
  id           bigint generated always as identity primary key,
  workspace_id uuid not null references workspace,
  kind         text not null,
  payload      jsonb not null,
  at           timestamptz not null,
  xid          xid8 not null default pg_current_xact_id()
);
select protect('fact');
revoke update, delete on fact from perennial_app;
create index fact_by_kind on fact (kind, id);

create table reaction_cursor (
  reaction text primary key,
  position bigint not null
);

create table audit (
  workspace_id uuid not null references workspace,
  seq          bigint not null,
  at           timestamptz not null,
  actor_kind   text not null,
  actor_id     text not null,
  action       text not null,
  target       text not null,
  detail       jsonb not null,
  prev_hash    bytea not null,
  hash         bytea not null,
  primary key (workspace_id, seq)
);
select protect('audit');
revoke update, delete on audit from perennial_app;

create table idempotency (
  workspace_id uuid not null references workspace,
  key          text not null,
  request_hash bytea not null,
  status       int,
  reply        jsonb,
  at           timestamptz not null,
  primary key (workspace_id, key)
);
select protect('idempotency');

-- Facts of every workspace in order, for the reaction runner only: ids and payloads carry no personal data.
-- Rows of transactions that may still be open are held back, or a late commit below the cursor would be skipped.
create function facts_after(after bigint, kinds text[], most int)
returns table (id bigint, workspace_id uuid, kind text, payload jsonb, at timestamptz)
language sql stable security definer set search_path = public as $$
  select f.id, f.workspace_id, f.kind, f.payload, f.at
    from fact f
   where f.id > after
     and f.kind = any (kinds)
     and f.xid < pg_snapshot_xmin(pg_current_snapshot())
   order by f.id
   limit most
$$;
revoke all on function facts_after from public;
grant execute on function facts_after to perennial_app;
create policy reader on fact for select to perennial_owner using (true);
grant select, insert, update on reaction_cursor to perennial_app;

-- The queue's own function wants the queue's role; the app enqueues through this door alone.
create function enqueue_job(kind text, payload jsonb, run_at timestamptz, job_key text) returns void
language plpgsql security definer set search_path = graphile_worker, public as $$
begin
  perform graphile_worker.add_job(identifier => kind, payload => payload::json, run_at => run_at, job_key => job_key, job_key_mode => 'replace', max_attempts => 8);
end $$;
revoke all on function enqueue_job from public;
alter function enqueue_job owner to perennial_jobs;
grant execute on function enqueue_job to perennial_app;

-- Whether facts of these kinds wait beyond a cursor, those of open transactions included: "all is answered" must not be said too early.
create function facts_wait(after bigint, kinds text[]) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select 1 from fact f where f.id > after and f.kind = any (kinds))
$$;
revoke all on function facts_wait from public;
grant execute on function facts_wait to perennial_app;
