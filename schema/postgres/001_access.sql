-- Staff accounts, their sessions and the counters of failed sign-ins belong to the installation, not to one workspace.
create table staff_user (
  id                  uuid primary key,
  email               text not null unique check (email = lower(email)),
  name                text not null,
  language            text not null,
  password_hash       text not null,
  password_changed_at timestamptz not null,
  last_workspace      uuid references workspace,
  created_at          timestamptz not null
);
grant select, insert, update on staff_user to perennial_app;

create table session (
  id         uuid primary key,
  token_hash bytea not null unique,
  user_id    uuid not null references staff_user,
  address    text not null,
  agent      text not null,
  created_at timestamptz not null,
  seen_at    timestamptz not null,
  expires_at timestamptz not null
);
create index session_of_user on session (user_id);
grant select, insert, update, delete on session to perennial_app;

-- Attempts by account and by address; the key is a keyed hash, so that the table tells nobody which accounts exist.
create table sign_in_attempt (
  subject           bytea primary key,
  attempts          int not null,
  window_started_at timestamptz not null
);
create index sign_in_attempt_by_age on sign_in_attempt (window_started_at);
grant select, insert, update, delete on sign_in_attempt to perennial_app;

create table member (
  workspace_id uuid not null references workspace,
  user_id      uuid not null references staff_user,
  role         text not null check (role in ('owner', 'manager', 'operator', 'agent', 'analyst', 'developer')),
  shops        text[] not null default '{}',
  joined_at    timestamptz not null,
  primary key (workspace_id, user_id)
);
create index member_by_user on member (user_id);
select protect('member');
create policy reader on member for select to perennial_owner using (true);

create table invitation (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  token_hash   bytea not null,
  email        text not null check (email = lower(email)),
  role         text not null check (role in ('owner', 'manager', 'operator', 'agent', 'analyst', 'developer')),
  shops        text[] not null default '{}',
  invited_by   uuid not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  accepted_at  timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, token_hash)
);
select protect('invitation');

create table api_key (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  name         text not null,
  prefix       text not null,
  secret_hash  bytea not null,
  scopes       text[] not null,
  created_by   uuid not null,
  created_at   timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz,
  primary key (workspace_id, id),
  unique (workspace_id, secret_hash)
);
select protect('api_key');

-- A session's user and their place in one workspace: the one asked for, else the last used, else the oldest.
-- Asked before any workspace is known, so it steps over row-level security; only the holder of a token gets an answer.
create function caller_of_session(token bytea, at timestamptz, wanted uuid)
returns table (session_id uuid, user_id uuid, seen_at timestamptz, language text, workspace_id uuid, role text, shops text[])
language sql stable security definer set search_path = public as $$
  select s.id, s.user_id, s.seen_at, u.language, m.workspace_id, m.role, m.shops
    from session s
    join staff_user u on u.id = s.user_id
    left join lateral (
      select own.workspace_id, own.role, own.shops
        from member own
       where own.user_id = s.user_id
         and (wanted is null or own.workspace_id = wanted)
       order by (own.workspace_id = u.last_workspace) desc nulls last, own.joined_at, own.workspace_id
       limit 1) m on true
   where s.token_hash = token
     and s.expires_at > at
$$;
alter function caller_of_session owner to perennial_owner;
revoke all on function caller_of_session from public;
grant execute on function caller_of_session to perennial_app;
grant select on session, staff_user to perennial_owner;

-- The workspaces one person belongs to.
create function workspaces_of(person uuid)
returns table (id uuid, name text, role text, simulated boolean)
language sql stable security definer set search_path = public as $$
  select w.id, w.name, m.role, w.simulated
    from member m
    join workspace w on w.id = m.workspace_id
   where m.user_id = person
   order by m.joined_at, w.id
$$;
alter function workspaces_of owner to perennial_owner;
revoke all on function workspaces_of from public;
grant execute on function workspaces_of to perennial_app;

-- Replies kept for Idempotency-Key may hold secrets and personal data: they are kept sealed.
alter table idempotency drop column reply;
alter table idempotency add column reply bytea;
create index idempotency_by_age on idempotency (workspace_id, at);
