-- Conditions ask for consents, which the mirror held none of: whoever ever said something is told to ClickHouse once more.
do $$
declare
  here uuid;
begin
  for here in select id from workspace loop
    perform set_config('perennial.workspace', here::text, true);
    insert into mirror_batch (workspace_id, id, customers, subjects, gone, at)
    select here, gen_random_uuid(), array_agg(distinct s.customer_id), '{}', '{}', max(c.at)
      from consent c
      join subject s on s.workspace_id = c.workspace_id and s.id = c.customer_id
     where c.workspace_id = here
    having count(*) > 0;
  end loop;
  perform set_config('perennial.workspace', '', true);
end $$;
