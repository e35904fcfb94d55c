-- Standard deviation of what one customer will bring, minor units: what intervals of groups are made of.
alter table customer_score add column if not exists value_spread Float64 default 0;
