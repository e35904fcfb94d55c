-- What happened: orders, their lines, refunds, costs and events. Rows carry the immutable subject of their own strongest
-- identifier (the zero UUID: nobody's). A newer version of a row replaces the older; read with FINAL.
create table if not exists orders (
  workspace         UUID,
  source            LowCardinality(String),
  shop              LowCardinality(String),
  order_no          String,
  version           UInt64,
  deleted           UInt8,
  subject           UUID,
  status            LowCardinality(String),   -- unpaid paid shipped done closed
  ordered_at        DateTime64(3, 'UTC'),
  paid_at           Nullable(DateTime64(3, 'UTC')),
  day               Date,                     -- purchase day in the workspace's zone
  currency          LowCardinality(String),
  amount            Int64,                    -- the chosen sales measure, minor units of the reporting currency
  original_amount   Int64,
  original_currency LowCardinality(String),
  shipping          Int64,
  discount          Int64,
  refunded          Int64,
  full_refund       LowCardinality(String),   -- '' before_shipping after_shipping pending
  measures          Map(LowCardinality(String), Int64),
  channel           LowCardinality(String),
  promo             LowCardinality(String),   -- the promotion window the day falls in, or ''
  coupon            String,
  province          LowCardinality(String),
  city              LowCardinality(String),
  receivers         UInt16,
  b2b               UInt8,
  stated            UInt8,                    -- 1: a file gave the amount; 0: it is the sum of the lines
  free              UInt8,                    -- 1: nothing but gifts and samples at price zero; no purchase
  properties        Map(LowCardinality(String), String),
  digest            UInt64,                   -- of what the file said about the order, to tell "unchanged"
  lines_digest      UInt64,                   -- sum of its lines' digests
  import_id         UUID,
  received_at       DateTime64(3, 'UTC')
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, source, shop, order_no)
settings index_granularity = 1024, non_replicated_deduplication_window = 1000;

create table if not exists order_lines (
  workspace  UUID,
  source     LowCardinality(String),
  shop       LowCardinality(String),
  order_no   String,
  sku        String,
  occurrence UInt16,
  version    UInt64,
  deleted    UInt8,
  subject    UUID,
  day        Date,
  name       String,
  category   LowCardinality(String),
  kind       LowCardinality(String),          -- goods shipping sample gift adjustment internal
  quantity   Float64,
  amount     Int64,
  refunded   Int64,
  cost       Int64,
  loose      UInt8,                           -- 1: no order holds it (a stock adjustment); it counts by itself
  digest     UInt64,
  import_id  UUID
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, source, shop, order_no, sku, occurrence)
settings index_granularity = 1024, non_replicated_deduplication_window = 1000;

create table if not exists refunds (
  workspace   UUID,
  source      LowCardinality(String),
  shop        LowCardinality(String),
  refund_no   String,
  version     UInt64,
  deleted     UInt8,
  order_no    String,                         -- '' when the file links it to no order
  sku         String,
  subject     UUID,
  day         Date,
  refunded_at DateTime64(3, 'UTC'),
  amount      Int64,
  cost        Int64,
  status      LowCardinality(String),         -- pending done closed
  reason      String,
  document_no String,                         -- as printed
  digest      UInt64,
  import_id   UUID
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, source, shop, refund_no)
settings index_granularity = 1024, non_replicated_deduplication_window = 1000;

create table if not exists costs (
  workspace UUID,
  source    LowCardinality(String),
  cost_no   String,
  version   UInt64,
  deleted   UInt8,
  day       Date,
  kind      LowCardinality(String),           -- acquisition retention service fulfilment incentive product
  channel   LowCardinality(String),
  campaign  String,
  subject   UUID,
  order_no  String,
  amount    Int64,
  digest    UInt64,
  import_id UUID
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, source, cost_no)
settings non_replicated_deduplication_window = 1000;

-- In parts by year, so that a report of some days leaves most years unread and one customer's page few parts to look into; small granules, since it reads one of each.
create table if not exists events (
  workspace   UUID,
  subject     UUID,
  time        DateTime64(3, 'UTC'),
  message_id  String,
  version     UInt64,
  deleted     UInt8,
  kind        LowCardinality(String),         -- track page screen identify group alias
  event       LowCardinality(String),
  source      LowCardinality(String),
  shop        LowCardinality(String),
  channel     LowCardinality(String),
  day         Date,
  received_at DateTime64(3, 'UTC'),
  url         String,
  campaign    LowCardinality(String),
  amount      Nullable(Int64),
  properties  JSON,
  backfill    UInt8,
  import_id   UUID
) engine = ReplacingMergeTree(version, deleted)
partition by toYear(time)
order by (workspace, subject, time, message_id, source)
settings index_granularity = 1024, non_replicated_deduplication_window = 1000;

-- Which messages are stored, whatever became of their time or owner: small granules, since they are looked up one by one.
create table if not exists event_ids (
  workspace  UUID,
  source     LowCardinality(String),
  message_id String
) engine = ReplacingMergeTree
order by (workspace, source, message_id)
settings index_granularity = 256, non_replicated_deduplication_window = 1000;

-- Versions that an import replaced, kept so that the whole import can be undone.
create table if not exists orders_before as orders
engine = ReplacingMergeTree
order by (workspace, source, shop, order_no, version);

create table if not exists order_lines_before as order_lines
engine = ReplacingMergeTree
order by (workspace, source, shop, order_no, sku, occurrence, version);

create table if not exists refunds_before as refunds
engine = ReplacingMergeTree
order by (workspace, source, shop, refund_no, version);

create table if not exists costs_before as costs
engine = ReplacingMergeTree
order by (workspace, source, cost_no, version);
