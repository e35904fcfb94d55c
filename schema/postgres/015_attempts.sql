-- In the pool (nobody's) and not to be taken up before that day.
alter table task add column rests_until date;
create index task_by_assignee on task (workspace_id, assignee, due_on, id) where done_at is null;

-- What was tried about a task, and through whose hands it went; nothing of it is ever changed.
create table task_step (
  workspace_id uuid not null,
  id           uuid not null,
  task_id      uuid not null,
  customer_id  uuid,                     -- whom the task is about, as it was raised
  kind         text not null check (kind in ('no_answer', 'reached', 'refused', 'wrong_number', 'callback', 'claimed', 'handed_over', 'returned')),
  note         text not null default '',
  next_on      date,
  assignee     text not null default '', -- whose it is afterwards; empty: the pool's
  author       text not null,
  at           timestamptz not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, task_id) references task on delete cascade
);
select protect('task_step');
create index task_step_by_task on task_step (workspace_id, task_id, at);
create index task_step_by_customer on task_step (workspace_id, customer_id, at);
