import { own } from '../../kernel/own.ts';
import { isObject, type Json, type JsonObject, objectAt, textOf } from './wire.ts';

/** What PostHog's clients put beside an event's own properties and we keep elsewhere or not at all. Their other `$` keys describe the client. */
const KEPT = new Set(['$groups', '$event_type', '$el_text', '$session_id']);
const MARKS = new Set(['distinct_id', 'token', 'alias', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term']);

const ownProperties = (properties: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(properties).filter(([key, value]) => value !== null && !MARKS.has(key) && (!key.startsWith('$') || KEPT.has(key))));

const traitsOf = (said: JsonObject): JsonObject => Object.fromEntries(Object.entries(said).filter(([key]) => !key.startsWith('$')));

/** An id made by the client for a browser nobody has named yet. */
const isAnonymous = (id: string, properties: JsonObject): boolean =>
  properties.$is_identified === false || id === textOf(properties.$device_id) || (properties.$process_person_profile === false && !textOf(properties.$user_id));

/** What `$groupidentify` of a server writes where no person did it. */
const isGroupsOwn = (id: string, properties: JsonObject): boolean => id === `$${textOf(properties.$group_type)}_${textOf(properties.$group_key)}`;

const present = (fields: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== ''));

function placeOf(properties: JsonObject): JsonObject {
  return present({ url: properties.$current_url, path: properties.$pathname, referrer: properties.$referrer === '$direct' ? undefined : properties.$referrer, title: properties.title });
}

type Call = (properties: JsonObject, id: string) => JsonObject;

/** PostHog's own events in the Segment vocabulary. */
const CALLS: Readonly<Record<string, Call>> = {
  $identify: (properties) => ({ type: 'identify', ...present({ anonymousId: properties.$anon_distinct_id }), traits: {} }),
  $set: () => ({ type: 'identify', traits: {} }),
  $create_alias: (properties, id) => ({ type: 'alias', ...present({ userId: textOf(properties.distinct_id) || id, previousId: properties.alias }) }),
  $groupidentify: (properties) => ({ type: 'group', ...present({ groupId: properties.$group_key }), traits: { ...objectAt(properties, '$group_set'), groupType: properties.$group_type ?? '' } }),
  $pageview: (properties) => ({ type: 'page', ...present({ name: textOf(properties.title) || textOf(properties.$pathname) }), properties: { ...ownProperties(properties), ...placeOf(properties) } }),
  $screen: (properties) => ({ type: 'screen', ...present({ name: properties.$screen_name }), properties: ownProperties(properties) }),
};

/**
 * One PostHog event in the Segment vocabulary: `$identify` with `$set` and `$set_once`, `$create_alias`, `$groupidentify`,
 * `$pageview`, `$screen`; all others are tracks under their own name. `offset`: milliseconds before it was sent.
 */
export function fromPosthog(item: unknown, sentAtMs: number): unknown {
  if (!isObject(item)) return item;
  const properties = objectAt(item, 'properties');
  const id = textOf(item.distinct_id) || textOf(properties.distinct_id);
  const event = textOf(item.event);
  const call = own(CALLS, event)?.(properties, id) ?? { type: 'track', event, properties: ownProperties(properties) };
  const person = id === '' || isGroupsOwn(id, properties) ? {} : isAnonymous(id, properties) ? { anonymousId: id } : { userId: id };
  const set = traitsOf({ ...objectAt(properties, '$set'), ...objectAt(item, '$set') });
  const once = traitsOf({ ...objectAt(properties, '$set_once'), ...objectAt(item, '$set_once') });
  const offset = typeof item.offset === 'number' ? new Date(sentAtMs - item.offset).toISOString() : '';
  const { traits, ...rest } = call;
  const campaign = present({ name: properties.utm_campaign ?? undefined, medium: properties.utm_medium ?? undefined, source: properties.utm_source ?? undefined });
  return {
    ...present({ messageId: textOf(item.uuid) || textOf(properties.$insert_id), timestamp: textOf(item.timestamp) || textOf(properties.timestamp) || offset }), ...person, ...rest,
    ...(isObject(traits) ? { traits: call.type === 'identify' ? set : traits } : {}),
    context: { traits: call.type === 'identify' ? {} : set, traitsOnce: once, campaign, page: placeOf(properties) },
  };
}
