-- What an attempt costs is not known until somebody says so (nothing is then a cost like any other); the week may have a budget.
alter table scoring_policy alter column attempt_cost_minor drop not null;
alter table scoring_policy add column week_budget_minor bigint;
update scoring_policy set attempt_cost_minor = null where attempt_cost_minor = 0;

-- What finished experiments on lists of whom to save found: who bought in the window, of those meant to be treated and of the held out.
create table measured_response (
  workspace_id    uuid not null references workspace,
  experiment_id   uuid not null,
  name            text not null,
  treated         int not null check (treated > 0),
  treated_buyers  int not null check (treated_buyers between 0 and treated),
  control         int not null check (control > 0),
  control_buyers  int not null check (control_buyers between 0 and control),
  window_days     int not null,
  settled_on      date not null,
  recorded_at     timestamptz not null,
  primary key (workspace_id, experiment_id)
);
select protect('measured_response');
revoke update, delete on measured_response from perennial_app;
