-- Pieces of content that many templates show: written once, changed in one place. `key` is what templates call them by.
create table shared_block (
  workspace_id uuid not null references workspace,
  id           uuid not null,
  key          text not null,
  name         text not null,
  version      int not null,                    -- the one that is shown now
  created_by   text not null,
  created_at   timestamptz not null,
  updated_by   text not null,
  updated_at   timestamptz not null,
  archived_at  timestamptz,
  primary key (workspace_id, id)
);
select protect('shared_block');
create unique index shared_block_by_key on shared_block (workspace_id, key) where archived_at is null;

-- What a block said when: never changed, so that what somebody was sent can be read for ever.
create table shared_block_version (
  workspace_id uuid not null,
  block_id     uuid not null,
  version      int not null,
  document     jsonb not null,
  reason       text not null default '',        -- why it was saved though a forbidden claim stands in it
  saved_by     text not null,
  saved_at     timestamptz not null,
  primary key (workspace_id, block_id, version),
  foreign key (workspace_id, block_id) references shared_block
);
select protect('shared_block_version');
revoke update, delete on shared_block_version from perennial_app;

-- The shared blocks that stood in a message's text, by key: their versions. Null where there were none.
alter table message add column blocks jsonb;
