-- Which ways an experiment measures: what was sent on them, and whose journey they are.
create index enrolment_by_experiment on enrolment (workspace_id, experiment_id) where experiment_id is not null;
