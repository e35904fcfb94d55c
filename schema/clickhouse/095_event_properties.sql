-- First and last of each property of each event name, gathered block by block while events come in; the row of the empty name is the event's own.
-- What lay there before is gathered when somebody first looks (src/collect/queries/schema.ts): `since` tells how far back it reaches.
create table if not exists event_property (
  workspace UUID,
  kind      LowCardinality(String),
  event     LowCardinality(String),
  shop      LowCardinality(String),
  property  String,
  first     SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
  last      SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
  since     SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
) engine = AggregatingMergeTree
order by (workspace, kind, event, shop, property);

-- By sets of properties first: a block of thousands of events has a few.
create materialized view if not exists event_property_told to event_property as
select workspace, kind, event, shop, arrayJoin(arrayPushFront(paths, '')) as property, min(earliest) as first, max(latest) as last, min(received) as since
  from (
    select workspace, kind, event, shop, JSONAllPaths(properties) as paths, min(time) as earliest, max(time) as latest, min(received_at) as received
      from events
     where deleted = 0
     group by workspace, kind, event, shop, paths)
 group by workspace, kind, event, shop, property;
