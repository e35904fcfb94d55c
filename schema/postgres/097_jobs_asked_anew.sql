-- A job under way whose key is asked for again loses the key to the one that was asked, and is not tried again. Whoever had a key says so for
-- good: one that stopped after it lost it has failed nobody, since another stands for it.
create or replace function enqueue_job(kind text, payload jsonb, run_at timestamptz, job_key text) returns void
language plpgsql security definer set search_path = graphile_worker, public as $$
begin
  perform graphile_worker.add_job(identifier => kind, payload => payload::json, run_at => run_at, job_key => job_key, job_key_mode => 'replace', max_attempts => 8,
    flags => case when job_key is not null then array['keyed'] end);
end $$;
