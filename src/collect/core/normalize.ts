import { type EventKind, ENDPOINTS, clean, isObject, type JsonObject, KINDS, lift, objectAt, type SaidIdentifier, textOf } from './wire.ts';

/** One accepted event: identifiers lifted out, time adjusted to our clock, texts made storable. */
export type WireEvent = {
  kind: EventKind;
  event: string;
  messageId: string;
  atMs: number;
  backfill: boolean;
  identifiers: SaidIdentifier[];
  name: string;
  traits: JsonObject;
  properties: JsonObject;
  url: string;
  campaign: string;
  channel: string;
  shop: string;
};

export type WireRejectCode = 'event.not_object' | 'event.kind_unknown' | 'event.no_name' | 'event.no_id' | 'event.too_large' | 'event.message_id_long' | 'event.time_invalid' | 'event.json_invalid';
export type WireReject = { index: number; code: WireRejectCode; params: Record<string, string | number>; raw: unknown };

/** What is known of a request beside its body. `fallbackId` makes a message id where the sender gave none. */
export type Receipt = { endpoint: string; receivedAtMs: number; fallbackId: string };

export const LIMITS = { eventBytes: 32 * 1024, messageIdChars: 100, depth: 12 } as const;
export const BACKFILL_AFTER_MS = 3_600_000;
const LONGEST_AHEAD_MS = 24 * 3_600_000;

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

/** The items of a body: itself, or those of `batch`, over which batch-level context and integrations are laid first. */
function unwrap(body: unknown, endpoint: string): { items: unknown[]; sentAt: string; shared: JsonObject } {
  if (!isObject(body)) return { items: Array.isArray(body) ? body : [body], sentAt: '', shared: {} };
  const batch = body.batch;
  if (!Array.isArray(batch)) return { items: [body], sentAt: textOf(body.sentAt), shared: {} };
  const shared: JsonObject = isObject(body.context) ? { context: body.context } : {};
  return { items: batch, sentAt: textOf(body.sentAt), shared: ENDPOINTS[endpoint] === 'batch' ? shared : {} };
}

const merged = (item: JsonObject, shared: JsonObject): JsonObject =>
  isObject(shared.context) ? { ...item, context: { ...shared.context, ...objectAt(item, 'context') } } : item;

function sized(raw: unknown): JsonObject {
  if (!isObject(raw)) throw new Rejected('event.not_object');
  const bytes = JSON.stringify(raw).length;
  if (bytes > LIMITS.eventBytes) throw new Rejected('event.too_large', { bytes, most: LIMITS.eventBytes });
  return clean(raw, LIMITS.depth) as JsonObject;
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

/** When it happened by our clock: receivedAt − (sentAt − originalTimestamp), as the Segment specification has it. */
function timeOf({ raw, sentAt, receipt }: Draft): number {
  const said = textOf(raw.originalTimestamp) || textOf(raw.timestamp);
  if (!said) return receipt.receivedAtMs;
  const original = Date.parse(said);
  if (Number.isNaN(original)) throw new Rejected('event.time_invalid', { time: said.slice(0, 40) });
  const sent = Date.parse(textOf(raw.sentAt) || sentAt);
  const adjusted = Number.isNaN(sent) ? original : receipt.receivedAtMs - (sent - original);
  if (adjusted < 0) throw new Rejected('event.time_invalid', { time: said.slice(0, 40) });
  return adjusted > receipt.receivedAtMs + LONGEST_AHEAD_MS ? receipt.receivedAtMs : adjusted;
}

function nameOf(kind: EventKind, raw: JsonObject, properties: JsonObject): string {
  const name = textOf(raw.event) || (kind === 'page' || kind === 'screen' ? textOf(raw.name) || textOf(properties.name) || textOf(properties.path) : '');
  if (kind === 'track' && !name) throw new Rejected('event.no_name');
  return kind === 'track' ? name : kind;
}

function personOf(raw: JsonObject, context: JsonObject): SaidIdentifier[] {
  const user = textOf(raw.userId), anonymous = textOf(raw.anonymousId), previous = textOf(raw.previousId);
  const device = textOf(objectAt(context, 'device').id);
  return [
    ...(user ? [{ kind: 'user_id', value: user }] : []),
    ...(previous && previous !== user ? [{ kind: 'anonymous_id', value: previous }] : []),
    ...(device ? [{ kind: 'device_id', value: device }] : []),
    ...(anonymous ? [{ kind: 'anonymous_id', value: anonymous }] : []),
  ];
}

const fullName = (traits: JsonObject): string =>
  textOf(traits.name) || [textOf(traits.firstName), textOf(traits.lastName)].filter(Boolean).join(' ');

function channelOf(raw: JsonObject, properties: JsonObject, context: JsonObject): string {
  return textOf(properties.channel) || textOf(raw.channel) || textOf(objectAt(context, 'campaign').medium);
}

const PLAIN_TRAITS = new Set(['name', 'firstName', 'lastName', 'first_name', 'last_name']);

function traitsOf(said: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(said).filter(([key, value]) => !PLAIN_TRAITS.has(key) && value !== null && !isObject(value)));
}

/** The named steps, one event. Each may refuse it with a typed reason. */
function normalizeOne(draft: Draft): WireEvent {
  const { raw, receipt } = draft;
  const kind = kindOf(raw, receipt.endpoint);
  const context = objectAt(raw, 'context');
  const scope = textOf(objectAt(context, 'app').namespace) || textOf(objectAt(context, 'app').name);
  const contextTraits = lift(objectAt(context, 'traits'), scope);
  const ownTraits = lift(kind === 'group' ? {} : objectAt(raw, 'traits'), scope);
  const said = lift(objectAt(raw, 'properties'), scope);
  const identifiers = [...personOf(raw, context), ...ownTraits.identifiers, ...said.identifiers, ...contextTraits.identifiers];
  if (identifiers.length === 0) throw new Rejected('event.no_id');
  const group = textOf(raw.groupId);
  const properties: JsonObject = { ...said.rest, ...(kind === 'group' ? { groupId: group, ...objectAt(raw, 'traits') } : {}) };
  const page = objectAt(context, 'page');
  const title = textOf(raw.name);
  if (title && (kind === 'page' || kind === 'screen') && properties.name === undefined) properties.name = title;
  const atMs = timeOf(draft);
  return {
    kind,
    event: nameOf(kind, raw, properties),
    messageId: messageIdOf(draft),
    atMs,
    backfill: receipt.receivedAtMs - atMs > BACKFILL_AFTER_MS,
    identifiers,
    name: fullName({ ...contextTraits.rest, ...ownTraits.rest }),
    traits: traitsOf(kind === 'identify' ? ownTraits.rest : contextTraits.rest),
    properties,
    url: textOf(properties.url) || textOf(page.url),
    campaign: textOf(objectAt(context, 'campaign').name),
    channel: channelOf(raw, properties, context),
    shop: textOf(properties.shop) || textOf(properties.store),
  };
}

/**
 * A request body as events and rejects: the batch is unwrapped and each item passes the named steps by itself,
 * so that one bad item never costs its batch-mates. Wire facts: the Segment HTTP specification.
 */
export function normalize(body: unknown, receipt: Receipt): { events: WireEvent[]; rejects: WireReject[] } {
  const { items, sentAt, shared } = unwrap(body, receipt.endpoint);
  const events: WireEvent[] = [], rejects: WireReject[] = [];
  items.forEach((item, index) => {
    try {
      events.push(normalizeOne({ raw: merged(sized(item), shared), index, sentAt, receipt }));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      rejects.push({ index, code: error.code, params: error.params, raw: item });
    }
  });
  return { events, rejects };
}
