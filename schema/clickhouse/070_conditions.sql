-- The subjects merged into a customer are found by the customer, which owners are not sorted by. Parts written before have it once they are merged.
alter table subject_owner add index if not exists of_customer customer type bloom_filter(0.01) granularity 1;
