-- What files say of customers can be taken back with the import that said it; what programs and staff say stays.
-- vouched: said, or said too, by somebody else than a file. Rows from before this distinction stay for good.
alter table subject    add column vouched boolean not null default true;
alter table assertion  add column vouched boolean not null default true;
alter table consent    add column vouched boolean not null default true;
alter table tag_member add column vouched boolean not null default true;

-- What files said about this anchor, as own and sealed hold what everybody else said.
alter table customer add column taught        jsonb not null default '{}';
alter table customer add column taught_sealed bytea;

-- Customers that are no more, for ClickHouse to forget.
alter table mirror_batch add column gone uuid[] not null default '{}';
