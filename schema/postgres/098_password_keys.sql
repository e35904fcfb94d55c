-- Passwords of archives stand sealed inside an import's list of files: one that comes late, sealed with a data key that was destroyed
-- meanwhile, is refused as every other blob is (054).
create function demand_living_key(workspace uuid, used int) returns void language plpgsql as $$
begin
  perform 1 from workspace_key k where k.workspace_id = workspace and k.purpose = 'data' and k.key_id = used for key share;
  if not found then
    raise exception 'sealed with data key %, which is no more', used using errcode = 'PK001';
  end if;
end $$;

create or replace function sealed_by_living_key() returns trigger language plpgsql as $$
declare
  blob record;
begin
  for blob in execute format($statement$
    select distinct workspace_id, ('x' || encode(substring(%1$I from 1 for 4), 'hex'))::bit(32)::int as key_id
      from fresh where %1$I is not null and get_byte(%1$I, 0) < 128$statement$, tg_argv[0])
  loop
    perform demand_living_key(blob.workspace_id, blob.key_id);
  end loop;
  return null;
end $$;

create function passwords_by_living_key() returns trigger language plpgsql as $$
declare
  file record;
begin
  for file in
    select distinct ('x' || encode(substring(decode(f ->> 'password', 'base64') from 1 for 4), 'hex'))::bit(32)::int as key_id
      from jsonb_array_elements(new.files) f where f ? 'password'
  loop
    perform demand_living_key(new.workspace_id, file.key_id);
  end loop;
  return null;
end $$;
create trigger living_key after insert or update of files on import for each row execute function passwords_by_living_key();
