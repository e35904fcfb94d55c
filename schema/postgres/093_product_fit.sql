-- For owners of which products a new one is made: who is told of it.
create table product_fit (
  workspace_id uuid not null references workspace,
  sku          text not null,
  name         text not null default '',
  owners       text[] not null,
  changed_by   text not null,
  changed_at   timestamptz not null,
  primary key (workspace_id, sku)
);
select protect('product_fit');
