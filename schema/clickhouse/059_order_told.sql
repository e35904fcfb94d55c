-- When events first and last spoke of an order: one that comes later and speaks of an earlier moment is not laid over what is known.
create table if not exists order_told (
  workspace UUID,
  source    LowCardinality(String),
  shop      LowCardinality(String),
  order_no  String,
  version   UInt64,
  first_at  DateTime64(3, 'UTC'),
  last_at   DateTime64(3, 'UTC')
) engine = ReplacingMergeTree(version)
order by (workspace, source, shop, order_no)
settings non_replicated_deduplication_window = 1000;
