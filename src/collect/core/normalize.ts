import { type BodyItem, bytesOf, readBody } from './bodies.ts';
import { LIMITS } from './limits.ts';
import { type FaultCode, repeatedPath } from './poison.ts';
import { fromPosthog } from './posthog.ts';
import { type EventKind, ENDPOINTS, isObject, type JsonObject, KINDS, laid, lift, NOTHING, objectAt, POSTHOG, type SaidIdentifier, textOf } from './wire.ts';

/** One accepted event: identifiers lifted out, time adjusted to our clock, texts made storable. */
export type WireEvent = {
  /** Its place in the body. */
  index: number;
  kind: EventKind;
  event: string;
  messageId: string;
  atMs: number;
  backfill: boolean;
  identifiers: SaidIdentifier[];
  name: string;
  traits: JsonObject;
  /** Traits that fill only what nobody has said yet. */
  firstTraits: JsonObject;
  /** The id an alias replaces, which may be an account's as well as a browser's; '' for every other event. */
  formerly: string;
  properties: JsonObject;
  url: string;
  campaign: string;
  channel: string;
  shop: string;
};

export type WireRejectCode = 'event.not_object' | 'event.kind_unknown' | 'event.no_name' | 'event.no_id' | 'event.too_large' | 'event.message_id_long' | 'event.time_invalid' | 'event.store_refused' | FaultCode;
export type WireReject = { index: number; code: WireRejectCode; params: Record<string, string | number>; raw: unknown };

/**
 * What is known of a request beside its body. `fallbackId` makes a message id where the sender gave none. `heardAtMs`: when the
 * sender's clock was first compared with ours; a replay is received later than that.
 */
export type Receipt = { endpoint: string; receivedAtMs: number; fallbackId: string; heardAtMs?: number; isUtf8?: boolean };
/** What a body holds. `around`: what the batch said for all its events, kept with those that are refused. */
export type Normalized = { events: WireEvent[]; rejects: WireReject[]; around: JsonObject };

export const BACKFILL_AFTER_MS = 3_600_000;
const LONGEST_AHEAD_MS = 24 * 3_600_000;
/** Of a text that cannot be read as an event, so much is kept to be mended. */
const RAW_CHARS_KEPT = 256 * 1024;

type Draft = { raw: JsonObject; index: number; sentAt: string; receipt: Receipt };
class Rejected extends Error {
  readonly code: WireRejectCode;
  readonly params: Record<string, string | number>;
  constructor(code: WireRejectCode, params: Record<string, string | number> = {}) {
    super(code);
    this.code = code;
    this.params = params;
  }
}

const merged = (item: JsonObject, context: JsonObject | undefined): JsonObject =>
  context ? { ...item, context: { ...context, ...objectAt(item, 'context') } } : item;

/** An event as an object of bearable size, in our vocabulary. */
function objectOf(item: BodyItem, small: boolean, { endpoint, heardAtMs, receivedAtMs }: Receipt): JsonObject {
  if ('fault' in item) throw new Rejected(item.fault.code, { pointer: item.fault.pointer });
  if (!isObject(item.value)) throw new Rejected('event.not_object');
  const bytes = small ? 0 : bytesOf(JSON.stringify(item.value));
  if (bytes > LIMITS.eventBytes) throw new Rejected('event.too_large', { bytes, most: LIMITS.eventBytes });
  return (endpoint === POSTHOG ? fromPosthog(item.value, heardAtMs ?? receivedAtMs) : item.value) as JsonObject;
}

function kindOf(raw: JsonObject, endpoint: string): EventKind {
  const named = textOf(raw.type).toLowerCase();
  const wanted = named || ENDPOINTS[endpoint] || '';
  const kind = KINDS.find((known) => known === wanted);
  if (!kind) throw new Rejected('event.kind_unknown', { kind: wanted });
  return kind;
}

function messageIdOf({ raw, index, receipt }: Draft): string {
  const id = textOf(raw.messageId) || `${receipt.fallbackId}-${index}`;
  if (id.length >= LIMITS.messageIdChars) throw new Rejected('event.message_id_long', { most: LIMITS.messageIdChars });
  return id;
}

/**
 * When it happened by our clock: receivedAt − (sentAt − originalTimestamp), as the Segment specification has it. `timestamp` goes
 * first: where a client sends both, it is the time the program gave, and originalTimestamp only when the call was made.
 */
function timeOf({ raw, sentAt, receipt }: Draft): number {
  const said = textOf(raw.timestamp) || textOf(raw.originalTimestamp);
  const heardAtMs = receipt.heardAtMs ?? receipt.receivedAtMs;
  if (!said) return heardAtMs;
  const original = Date.parse(said);
  if (Number.isNaN(original)) throw new Rejected('event.time_invalid', { time: said.slice(0, 40) });
  const sent = Date.parse(textOf(raw.sentAt) || sentAt);
  const adjusted = Number.isNaN(sent) ? original : heardAtMs - (sent - original);
  if (adjusted < 0) throw new Rejected('event.time_invalid', { time: said.slice(0, 40) });
  return adjusted > heardAtMs + LONGEST_AHEAD_MS ? heardAtMs : adjusted;
}

function nameOf(kind: EventKind, raw: JsonObject, properties: JsonObject): string {
  const name = textOf(raw.event) || (kind === 'page' || kind === 'screen' ? textOf(raw.name) || textOf(properties.name) || textOf(properties.path) : '');
  if (kind === 'track' && !name) throw new Rejected('event.no_name');
  return kind === 'track' ? name : kind;
}

function personOf(raw: JsonObject, context: JsonObject): SaidIdentifier[] {
  const user = textOf(raw.userId), anonymous = textOf(raw.anonymousId), previous = textOf(raw.previousId);
  const device = textOf(objectAt(context, 'device').id);
  const named: SaidIdentifier[] = [];
  if (user) named.push({ kind: 'user_id', value: user });
  if (previous && previous !== user) named.push({ kind: 'anonymous_id', value: previous });
  if (device) named.push({ kind: 'device_id', value: device });
  if (anonymous) named.push({ kind: 'anonymous_id', value: anonymous });
  return named;
}

const fullName = (traits: JsonObject): string =>
  traits === NOTHING ? '' : textOf(traits.name) || [textOf(traits.firstName), textOf(traits.lastName)].filter(Boolean).join(' ');

function channelOf(raw: JsonObject, properties: JsonObject, context: JsonObject): string {
  return textOf(properties.channel) || textOf(raw.channel) || textOf(objectAt(context, 'campaign').medium);
}

const PLAIN_TRAITS = new Set(['name', 'firstName', 'lastName', 'first_name', 'last_name']);

function traitsOf(said: JsonObject): JsonObject {
  if (said === NOTHING) return NOTHING;
  return Object.fromEntries(Object.entries(said).filter(([key, value]) => !PLAIN_TRAITS.has(key) && value !== null && !isObject(value)));
}

/** The named steps, one event. Each may refuse it with a typed reason. */
function normalizeOne(draft: Draft): WireEvent {
  const { raw, receipt } = draft;
  const kind = kindOf(raw, receipt.endpoint);
  const context = objectAt(raw, 'context');
  const scope = textOf(objectAt(context, 'app').namespace) || textOf(objectAt(context, 'app').name);
  const contextTraits = lift(objectAt(context, 'traits'), scope);
  const ownTraits = lift(kind === 'group' ? NOTHING : objectAt(raw, 'traits'), scope);
  const said = lift(objectAt(raw, 'properties'), scope);
  const identifiers = personOf(raw, context);
  identifiers.push(...ownTraits.identifiers, ...said.identifiers, ...contextTraits.identifiers);
  const group = textOf(raw.groupId);
  // What is said of a group need not be said by a person.
  if (identifiers.length === 0 && !(kind === 'group' && group)) throw new Rejected('event.no_id');
  const properties: JsonObject = kind === 'group' ? { ...said.rest, groupId: group, ...objectAt(raw, 'traits') } : said.rest === NOTHING ? {} : said.rest;
  const page = objectAt(context, 'page');
  const title = textOf(raw.name);
  if (title && (kind === 'page' || kind === 'screen') && properties.name === undefined) properties.name = title;
  const twice = repeatedPath(properties);
  if (twice !== undefined) throw new Rejected('event.key_repeated', { pointer: `/properties/${twice}` });
  const atMs = timeOf(draft);
  const previous = textOf(raw.previousId), traits = laid(contextTraits.rest, ownTraits.rest);
  return {
    index: draft.index,
    kind,
    event: nameOf(kind, raw, properties),
    messageId: messageIdOf(draft),
    atMs,
    backfill: receipt.receivedAtMs - atMs > BACKFILL_AFTER_MS,
    identifiers,
    name: fullName(traits),
    traits: traitsOf(kind === 'identify' ? traits : contextTraits.rest),
    firstTraits: traitsOf(lift(objectAt(context, 'traitsOnce'), scope).rest),
    formerly: kind === 'alias' && previous !== textOf(raw.userId) && previous !== textOf(raw.anonymousId) ? previous : '',
    properties,
    url: textOf(properties.url) || textOf(page.url),
    campaign: textOf(objectAt(context, 'campaign').name),
    channel: channelOf(raw, properties, context),
    shop: textOf(properties.shop) || textOf(properties.store),
  };
}

/**
 * A request body as events and rejects: each item passes the named steps by itself, so that one bad item never costs its
 * batch-mates; what stands around them and cannot be kept is a reject of its own, behind the last. Context of the batch is laid under each item's own. Wire facts: the Segment HTTP specification.
 */
export function normalize(text: string, receipt: Receipt): Normalized {
  const events: WireEvent[] = [], rejects: WireReject[] = [];
  const body = readBody(text, receipt.isUtf8);
  if ('fault' in body) return { events, around: {}, rejects: [{ index: 0, code: body.fault.code, params: { pointer: body.fault.pointer }, raw: text.slice(0, RAW_CHARS_KEPT) }] };
  const { shell, items, small, around } = body;
  if (around) rejects.push({ index: items.length, code: around.fault.code, params: { pointer: around.fault.pointer }, raw: around.text.slice(0, RAW_CHARS_KEPT) });
  const isBatch = receipt.endpoint === POSTHOG || ENDPOINTS[receipt.endpoint] === 'batch';
  const sentAt = textOf(shell.sentAt) || textOf(shell.sent_at) || textOf(shell.created_at);
  const context = isBatch && isObject(shell.context) ? shell.context : undefined;
  items.forEach((item, index) => {
    try {
      events.push(normalizeOne({ raw: merged(objectOf(item, small, receipt), context), index, sentAt, receipt }));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      rejects.push({ index, code: error.code, params: error.params, raw: 'fault' in item ? item.text.slice(0, RAW_CHARS_KEPT) : item.value });
    }
  });
  return { events, rejects, around: { ...(sentAt ? { sentAt } : {}), ...(context ? { context } : {}) } };
}
