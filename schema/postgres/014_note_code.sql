-- What a note was coded with: the tags somebody saw in it. The note has the words, the day and the author.
create table note_code (
  workspace_id uuid not null,
  note_id      uuid not null,
  tag_id       uuid not null,
  primary key (workspace_id, note_id, tag_id)
);
select protect('note_code');
