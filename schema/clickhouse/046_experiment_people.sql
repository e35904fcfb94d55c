-- Whom a draw, or a file, left out, and why: `list` is the draw's own id, or the file's.
create table if not exists experiment_left_out (
  workspace UUID,
  list      UUID,
  customer  UUID,
  bar       LowCardinality(String)
) engine = ReplacingMergeTree
order by (workspace, list, customer)
settings non_replicated_deduplication_window = 1000;

-- Each person's part of a settled result, as it was when it was settled.
create table if not exists experiment_outcome (
  workspace    UUID,
  outcome      UUID,
  customer     UUID,
  arm          LowCardinality(String),
  sent         UInt8,
  bought       UInt8,
  refunded     UInt8,
  unsubscribed UInt8,
  complained   UInt8
) engine = ReplacingMergeTree
order by (workspace, outcome, customer)
settings non_replicated_deduplication_window = 1000;
