-- Where each customer stands and the whole way there, as known now: one row a customer, replaced at each assessment.
create table if not exists stage_now (
  workspace     UUID,
  customer      UUID,
  version       UInt64,
  deleted       UInt8,
  as_of         Date32,
  rules_version UInt32,
  stages        Array(LowCardinality(String)),
  entered       Array(Date32),
  cycles        Array(UInt16),
  stage         LowCardinality(String) materialized stages[-1],
  since         Date32 materialized entered[-1],
  cycle         UInt16 materialized cycles[-1],
  first_seen    Date32 materialized entered[1],
  state         LowCardinality(String),
  branch        LowCardinality(String),
  category      LowCardinality(String),
  due           Date32,                       -- next day the stage changes without any event; 2299-12-31: never
  occasions     UInt32,
  orders        UInt32,
  first_on      Date32,                       -- 1900-01-01: never bought
  last_on       Date32,
  last_seen     Date32,
  net           Int64,
  gap_days      Float32,                      -- 0: unknown
  rfm           LowCardinality(String),
  rfm_scores    UInt16,                       -- recency × 100 + frequency × 10 + monetary
  b2b           UInt8 materialized branch = 'b2b',
  fingerprint   UInt64,                       -- of what other modules were told
  told          UInt8,                        -- this assessment's history: 0 as before, 1 news, 2 a correction
  -- What the rhythm strip draws and the sentence why, as decided: read, never reckoned again.
  purchase_days    Array(Int32),              -- since 1970-01-01, of the last two years
  purchase_amounts Array(Int64),
  expected_from    Date32,                    -- 1900-01-01: no purchase is expected
  expected_to      Date32,
  reason           LowCardinality(String),
  reason_params    Map(LowCardinality(String), Float64)
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, customer)
settings index_granularity = 512, non_replicated_deduplication_window = 1000;

-- For data folders made before the strip was kept; it is filled at the next assessment.
alter table stage_now
  add column if not exists purchase_days Array(Int32), add column if not exists purchase_amounts Array(Int64),
  add column if not exists expected_from Date32, add column if not exists expected_to Date32,
  add column if not exists reason LowCardinality(String), add column if not exists reason_params Map(LowCardinality(String), Float64);

-- What was held true when: a row whenever a customer's history was told anew. The newest is true, an older one is what we knew then.
create table if not exists stage_history (
  workspace     UUID,
  customer      UUID,
  recorded_at   DateTime64(3, 'UTC'),
  as_of         Date32,
  rules_version UInt32,
  stages        Array(LowCardinality(String)),
  entered       Array(Date32),
  cycles        Array(UInt16),
  correction    UInt8
) engine = MergeTree
order by (workspace, customer, recorded_at)
settings index_granularity = 512, non_replicated_deduplication_window = 1000;
