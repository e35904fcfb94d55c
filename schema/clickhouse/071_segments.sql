-- Whom a frozen segment was made of: `anchor` is the customer as frozen, read through today's owners.
create table if not exists segment_kept (
  workspace UUID,
  list      UUID,
  anchor    UUID
) engine = ReplacingMergeTree
order by (workspace, list, anchor)
settings non_replicated_deduplication_window = 1000;

-- The segments each customer is in, as last looked at: numbers of segments in their workspace. `entered` and `left` are what this look changed.
create table if not exists segment_now (
  workspace UUID,
  customer  UUID,
  version   UInt64,
  segments  Array(UInt32),
  entered   Array(UInt32),
  left      Array(UInt32)
) engine = ReplacingMergeTree(version)
order by (workspace, customer)
settings index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- The same whenever it changed, for who was in a segment when: the newest row up to a moment is true of it. `day` is the data's day.
create table if not exists segment_history (
  workspace UUID,
  customer  UUID,
  version   UInt64,
  at        DateTime64(3, 'UTC'),
  day       Date32,
  segments  Array(UInt32)
) engine = ReplacingMergeTree
order by (workspace, customer, version)
settings index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- What a run over everybody found, until it is compared with what was held true.
create table if not exists segment_draft (
  workspace UUID,
  run       UInt64,
  customer  UUID,
  segments  Array(UInt32)
) engine = MergeTree
order by (workspace, run, customer)
settings non_replicated_deduplication_window = 1000;
