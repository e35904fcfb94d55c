-- What one customer bought is found by their subjects, which these tables are not sorted by. Parts written before have it once they are merged.
alter table orders add index if not exists of_subject subject type bloom_filter(0.01) granularity 1;
alter table refunds add index if not exists of_subject subject type bloom_filter(0.01) granularity 1;
alter table order_lines add index if not exists of_subject subject type bloom_filter(0.01) granularity 1;

-- A report on one event need not read parts without it: many reports are on orders, and no event is called as they are.
alter table events add index if not exists of_event event type set(200) granularity 1;
