-- What is expected of each customer, by which version of which model: one row a customer, replaced at each scoring.
create table if not exists customer_score (
  workspace      UUID,
  customer       UUID,
  version        UInt64,
  deleted        UInt8,
  as_of          Date32,
  value_model    UInt32,
  churn_model    UInt32,                    -- 0: by rule
  method         LowCardinality(String),    -- model trained recency
  p_alive        Float32,                   -- -1: nothing says
  horizon        UInt16,                    -- the customer's own H in days
  expected       Float32,                   -- purchases in the next 365 days
  churn          Float32,                   -- P(no purchase in the next H days); -1: nothing says
  churn_baseline Float32,                   -- the same by silence alone; -1: nothing says
  value          Int64,                     -- expected residual value of the next 365 days, minor units, times the margin where costs are known
  value_low      Int64,
  value_high     Int64,
  at_risk        Int64,                     -- churn times value
  reasons        Array(LowCardinality(String)),   -- what raises the risk: a rule's code, or churn.feature.*
  reason_params  String                     -- JSON: every reason as told, weightiest first
) engine = ReplacingMergeTree(version, deleted)
order by (workspace, customer)
settings index_granularity = 512, non_replicated_deduplication_window = 1000;
