-- What is sealed of a person has a key of its own: 32 bytes in a block of up to 32 keys, which the workspace's data key wraps.
-- Erasing somebody overwrites their keys; a rotation wraps the blocks anew and need not touch what they seal.
create table person_key (
  workspace_id uuid not null,
  id           bigint not null check (id between 0 and 140737488355327),
  sealed       bytea not null,
  primary key (workspace_id, id)
);
select protect('person_key');
-- One number serves a whole transaction: its blocks are numbered from there.
create sequence person_key_block increment by 1024 start with 1024;
grant usage on sequence person_key_block to perennial_app;
