-- Arms of list experiments, for counting: a copy of what Postgres holds. `anchor` is the customer as drawn, `owner` who that is
-- today; written anew when people are merged or parted and when a file is handed out.
create table if not exists experiment_draw (
  workspace UUID,
  draw      UUID,
  anchor    UUID,
  version   UInt64,
  owner     UUID,
  arm       LowCardinality(String),
  sent_on   Date32                            -- 1900-01-01: not sent
) engine = ReplacingMergeTree(version)
order by (workspace, draw, anchor)
settings non_replicated_deduplication_window = 1000;
