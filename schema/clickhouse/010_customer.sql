-- Whose a subject is, where that is not itself. Only subjects that stand on events have rows.
create table if not exists subject_owner (
  workspace UUID,
  subject   UUID,
  customer  UUID,
  version   UInt64
) engine = ReplacingMergeTree(version)
order by (workspace, subject)
settings non_replicated_deduplication_window = 1000;

-- The typed fields of each customer, as conditions read them.
create table if not exists customer_state (
  workspace  UUID,
  customer   UUID,
  version    UInt64,
  deleted    UInt8,
  name       String,
  created_on Date32,
  texts      Map(LowCardinality(String), String),
  numbers    Map(LowCardinality(String), Float64),
  days       Map(LowCardinality(String), Date32),
  lists      Map(LowCardinality(String), Array(String)),
  tags       Array(LowCardinality(String)),
  reach      Array(LowCardinality(String))
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, customer)
settings index_granularity = 512, non_replicated_deduplication_window = 1000;
