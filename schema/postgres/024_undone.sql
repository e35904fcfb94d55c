-- Rows put aside of an import that was undone are settled with it.
alter table quarantine drop constraint quarantine_state_check;
alter table quarantine add constraint quarantine_state_check check (state in ('open', 'replayed', 'dismissed', 'undone'));

-- Imports that have to be read again because of this one's undoing, so that a killed undo knows them.
alter table import add column reread uuid[] not null default '{}';
