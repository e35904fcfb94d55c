-- What an attempt costs was to become "not known" wherever it stood at nothing because nobody had said it (046), but the owner of a table sees no rows
-- of a workspace, and none were changed. A cost of nothing that somebody has said since then stays. The owner steps over workspaces for this alone.
alter table scoring_policy no force row level security;
alter table audit no force row level security;
update scoring_policy p
   set attempt_cost_minor = null
 where attempt_cost_minor = 0
   and not exists (
      select 1
        from audit a, kysely_migration m
       where a.workspace_id = p.workspace_id and a.action = 'scoring_policy.changed' and a.detail -> 'fields' ? 'attemptCostMinor'
         and m.name = '046_save_plan' and a.at > m.timestamp::timestamptz);
alter table audit force row level security;
alter table scoring_policy force row level security;
