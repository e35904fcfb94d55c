-- What ledgers of everybody are made of, kept with where each customer stands: cost of the goods of all purchases, channel of the first, orders of each month (YYYYMM).
-- Filled at the next assessment, which the schema of Postgres of this number has made due.
alter table stage_now
  add column if not exists product Int64, add column if not exists channel LowCardinality(String), add column if not exists order_months Array(UInt32), add column if not exists month_orders Array(UInt32);
