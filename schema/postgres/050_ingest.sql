-- What came in by the HTTP door, minute by minute: the pulse of each source, and of the workspace under source ''.
create table ingest_minute (
  workspace_id uuid not null references workspace,
  source       text not null,                -- '' for what belongs to no single source: orders and new customers
  minute       timestamptz not null,         -- when the bodies were received
  events       int not null default 0,       -- stored
  repeated     int not null default 0,       -- sent before, dropped
  refused      int not null default 0,       -- put into quarantine
  orders       int not null default 0,
  customers    int not null default 0,
  primary key (workspace_id, source, minute)
);
select protect('ingest_minute');
create index ingest_minute_recent on ingest_minute (workspace_id, minute);

-- Which events of a body had been sent before, by their place in it; null while that is not known, or when none was.
alter table ingest_body add column repeated int[];
-- The newest bodies, as the live view reads them.
create index ingest_body_recent on ingest_body (workspace_id, received_at desc);
