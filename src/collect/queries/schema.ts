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

/** What the newest events of a name carried: each property with the types it came in. The rows to look at are found by their key first, so that only their properties are read. */
export const eventProperties = (ch: ClickHouse, workspace: WorkspaceId, shops: readonly string[], { kind, event }: EventKind, newest: number): Promise<EventProperty[]> =>
  ch.rows<EventProperty>(`
    select property, arraySort(groupUniqArray(type)) as types, count() as count,
           formatDateTime(min(time), '%Y-%m-%dT%H:%i:%SZ', 'UTC') as firstSeen, formatDateTime(max(time), '%Y-%m-%dT%H:%i:%SZ', 'UTC') as lastSeen
      from (
        select time, JSONAllPathsWithTypes(properties) as paths
          from events final
         where workspace = {workspace:UUID}
           and (subject, time, message_id) in (
             select subject, time, message_id from events final
              where workspace = {workspace:UUID} and kind = {kind:String} and event = {event:String} and ${SEEN}
              order by time desc
              limit {newest:UInt32}))
     array join mapKeys(paths) as property, mapValues(paths) as type
     group by property
     order by count desc, property
     limit 500`, { workspace, shops, kind, event, newest });

/** What is stored under a message id: from which source, under which name, whose. */
export type FoundEvent = { source: string; kind: string; event: string; time: string; subject: string };
export const eventsOfMessage = (ch: ClickHouse, workspace: WorkspaceId, shops: readonly string[], messageId: string): Promise<FoundEvent[]> =>
  ch.rows<FoundEvent>(`
    select toString(source) as source, toString(e.kind) as kind, toString(e.event) as event, formatDateTime(time, '%Y-%m-%dT%H:%i:%SZ', 'UTC') as time, toString(subject) as subject
      from events as e final
     where workspace = {workspace:UUID} and message_id = {messageId:String} and ${SEEN}
     order by time desc
     limit 20`, { workspace, shops, messageId });
