-- Ready layerings of customers: none are made until somebody asks for them, then one row holds by which rules. A rule that is null
-- is learned: `learned` are the cuts as last worked out, on the data's day `as_of`.
create table layer_setting (
  workspace_id uuid primary key references workspace,
  version      int not null,
  rules        jsonb not null,
  learned      jsonb,
  as_of        text,
  measured_at  timestamptz,
  changed_by   text not null,
  changed_at   timestamptz not null
);
select protect('layer_setting');
