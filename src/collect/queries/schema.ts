import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';

const SEEN = `(empty({shops:Array(String)}) or shop in {shops:Array(String)} or shop = '')`;

export type EventName = { kind: string; event: string; sources: string[]; count: number; firstSeen: string; lastSeen: string };

/** Every name an event came under, from files and over HTTP, with how often and between which instants; the most frequent first. */
export const eventNames = (ch: ClickHouse, workspace: WorkspaceId, shops: readonly string[], limit: number): Promise<EventName[]> =>
  ch.rows<EventName>(`
    select toString(e.kind) as kind, toString(e.event) as event, arraySort(groupUniqArray(20)(toString(source))) as sources, count() as count,
           formatDateTime(min(time), '%Y-%m-%dT%H:%i:%SZ', 'UTC') as firstSeen, formatDateTime(max(time), '%Y-%m-%dT%H:%i:%SZ', 'UTC') as lastSeen
      from events as e final
     where workspace = {workspace:UUID} and ${SEEN}
     group by e.kind, e.event
     order by count desc, kind, event
     limit {limit:UInt32}`, { workspace, shops, limit });

export type EventProperty = { property: string; types: string[]; count: number; firstSeen: string; lastSeen: string };
export type EventKind = { kind: string; event: string };

const NAMED = 'workspace = {workspace:UUID} and kind = {kind:String} and event = {event:String}';

/** Gathers what events of a name carried that came before anybody gathered it, or that was forgotten since; what the view has heard of already is no other for it. */
async function gatherProperties(ch: ClickHouse, workspace: WorkspaceId, name: EventKind): Promise<void> {
  const [row] = await ch.rows<{ missing: number }>(`
    select stored > 0 and (told = 0 or stored < told) as missing
      from (select toUnixTimestamp64Milli((select min(received_at) from events final where ${NAMED})) as stored,
                   toUnixTimestamp64Milli((select min(since) from event_property where ${NAMED} and property = '')) as told)`, { workspace, ...name });
  if (row?.missing) await ch.command(`
    insert into event_property (workspace, kind, event, shop, property, first, last, since)
    select workspace, kind, event, shop, arrayJoin(arrayPushFront(paths, '')) as property, min(earliest) as first, max(latest) as last, min(received) as since
      from (
        select workspace, kind, event, shop, JSONAllPaths(properties) as paths, min(time) as earliest, max(time) as latest, min(received_at) as received
          from events final
         where ${NAMED}
         group by workspace, kind, event, shop, paths)
     group by workspace, kind, event, shop, property`, { workspace, ...name }, 'pass');
}

/** Forgets what was gathered of a workspace's events, since some of them are none any more. */
export const forgetProperties = (ch: ClickHouse, workspace: WorkspaceId): Promise<void> =>
  ch.command('alter table event_property delete where workspace = {workspace:UUID} settings mutations_sync = 2', { workspace }, 'pass');

/**
 * Every property that events of a name ever carried, and when first and last; of the newest, in which types it came and how many of them carried it. The newest
 * are found by their key first, so that only their properties are read.
 */
export async function eventProperties(ch: ClickHouse, workspace: WorkspaceId, shops: readonly string[], name: EventKind, newest: number): Promise<EventProperty[]> {
  await gatherProperties(ch, workspace, name);
  return ch.rows<EventProperty>(`
    select property, arraySort(n.types) as types, n.count as count,
           formatDateTime(a.first, '%Y-%m-%dT%H:%i:%SZ', 'UTC') as firstSeen, formatDateTime(a.last, '%Y-%m-%dT%H:%i:%SZ', 'UTC') as lastSeen
      from (select property, min(first) as first, max(last) as last from event_property where ${NAMED} and property != '' and ${SEEN} group by property) as a
      left join (
        select path as property, groupUniqArray(type) as types, count() as count
          from (
            select JSONAllPathsWithTypes(properties) as paths
              from events final
             where workspace = {workspace:UUID}
               and (subject, time, message_id) in (
                 select subject, time, message_id from events final
                  where ${NAMED} and ${SEEN}
                  order by time desc
                  limit {newest:UInt32}))
         array join mapKeys(paths) as path, mapValues(paths) as type
         group by path) as n using (property)
     order by count desc, property
     limit 500`, { workspace, shops, ...name, newest });
}

/** What is stored under a message id: from which source, under which name, whose. */
export type FoundEvent = { source: string; kind: string; event: string; time: string; subject: string };
export const eventsOfMessage = (ch: ClickHouse, workspace: WorkspaceId, shops: readonly string[], messageId: string): Promise<FoundEvent[]> =>
  ch.rows<FoundEvent>(`
    select toString(source) as source, toString(e.kind) as kind, toString(e.event) as event, formatDateTime(time, '%Y-%m-%dT%H:%i:%SZ', 'UTC') as time, toString(subject) as subject
      from events as e final
     where workspace = {workspace:UUID} and message_id = {messageId:String} and ${SEEN}
     order by time desc
     limit 20`, { workspace, shops, messageId });
