-- The experiment that measures a way through a journey: the one that was open when it began. A journey opens another when what it promises changes.
alter table enrolment add column experiment_id uuid;
-- What left for somebody on their way is looked up by it.
create index message_sent_on_way on message (workspace_id, enrolment) where enrolment is not null and sent_at is not null;
