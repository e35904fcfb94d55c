-- Whether anything at all names a shop, was taken back or stands apart from orders is asked before each assessment: the least and the greatest of many granules answer it.
-- Parts written before have it once they are merged.
alter table events add index if not exists any_shop shop type minmax granularity 64;
alter table events add index if not exists any_deleted deleted type minmax granularity 64;
alter table orders add index if not exists any_shop shop type minmax granularity 64;
alter table refunds add index if not exists any_shop shop type minmax granularity 64;
alter table refunds add index if not exists any_order order_no type minmax granularity 64;
alter table order_lines add index if not exists any_loose loose type minmax granularity 64;
