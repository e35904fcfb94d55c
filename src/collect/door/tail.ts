import { isIdentifierKind, maskOf, ownersOf, seenBy, subjectIds } from '../../customers/index.ts';
import { type Caller, may } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { LiveEvent } from '../contract.ts';
import { hideContacts, hideIn } from '../core/hiding.ts';
import type { WireEvent, WireReject } from '../core/normalize.ts';
import type { Json, SaidIdentifier } from '../core/wire.ts';
import { recentBodies, type RecentBody } from '../queries/tail.ts';
import { readBodyRow } from './read.ts';

/** What is looked at for one answer: enough for a screen, bearable to decrypt every other second. */
const WINDOW = { bodies: 200, bytes: 1_500_000, bytesOfOne: 400_000 };
const ROWS_MAX = 100;

export type LiveQuery = { source?: string | undefined; state?: LiveEvent['state'] | undefined; search?: string | undefined };

/** An event as it came, and the identifier its customer is looked up by. */
type Row = LiveEvent & { said: SaidIdentifier[] };

const baseOf = (body: RecentBody, place: number) =>
  ({ id: `${body.id}-${place}`, receivedAt: body.receivedAt.toISOString(), source: body.source, sourceName: body.sourceName, place, customer: null, reason: null, person: [], said: [], kind: '', event: '', at: null, messageId: '', backfill: false, content: {}, raw: null });

const shownAs = ({ kind, value }: SaidIdentifier) => ({ kind, shown: isIdentifierKind(kind) ? hideContacts(maskOf(kind, value)) : '***' });

const readable = (body: RecentBody, event: WireEvent): Row => ({
  ...baseOf(body, event.index), state: body.projectedAt === null ? 'waiting' : body.repeated?.includes(event.index) ? 'repeated' : 'stored',
  kind: event.kind, event: hideContacts(event.event), at: new Date(event.atMs).toISOString(), messageId: event.messageId, backfill: event.backfill,
  person: event.identifiers.map(shownAs), said: event.identifiers,
  content: hideIn({ ...(event.name ? { name: event.name } : {}), ...(Object.keys(event.traits).length > 0 ? { traits: event.traits } : {}), ...(Object.keys(event.properties).length > 0 ? { properties: event.properties } : {}), ...(event.url ? { url: event.url } : {}), ...(event.campaign ? { campaign: event.campaign } : {}) }) as LiveEvent['content'],
});

const RAW_CHARS = 4_000;
const NAMED: Readonly<Record<string, string>> = { userId: 'user_id', distinct_id: 'user_id', anonymousId: 'anonymous_id' };
const SAID = /"(type|event|messageId|uuid|userId|anonymousId|distinct_id)"\s*:\s*"([^"\\]{1,200})"/g;

/** What can be told of an event that could not be read: by its fields, or by what looks like them in its text. */
function glimpse(raw: unknown): { kind: string; event: string; messageId: string; said: SaidIdentifier[] } {
  const told = new Map<string, string>();
  const text = (typeof raw === 'string' ? raw : JSON.stringify(raw)).slice(0, RAW_CHARS * 10);
  for (const [, field = '', value = ''] of text.matchAll(SAID)) if (!told.has(field)) told.set(field, value);
  return {
    kind: told.get('type') ?? '', event: told.get('event') ?? '', messageId: told.get('messageId') ?? told.get('uuid') ?? '',
    said: [...told].flatMap(([field, value]) => (NAMED[field] ? [{ kind: NAMED[field], value }] : [])),
  };
}

const withPerson = ({ said, event, ...rest }: ReturnType<typeof glimpse>) => ({ ...rest, said, event: hideContacts(event), person: said.map(shownAs) });

const refused = (body: RecentBody, { index, code, params, raw }: WireReject): Row => ({
  ...baseOf(body, index), ...withPerson(glimpse(raw)), state: 'refused', reason: { code, params },
  raw: hideContacts((typeof raw === 'string' ? raw : JSON.stringify(hideIn(raw as Json))).slice(0, RAW_CHARS).replaceAll('\0', '\u2400').toWellFormed()),
});

const tooLong = (body: RecentBody): Row => ({ ...baseOf(body, 0), state: body.projectedAt === null ? 'waiting' : 'stored', reason: { code: 'event.body_long', params: { bytes: body.bytes } } });

async function rowsOf(stores: Stores, { workspaceId, shops }: Caller, body: RecentBody): Promise<Row[]> {
  const { sealed } = body;
  if (sealed === null) return [tooLong(body)];
  const { events, rejects } = await readBodyRow(stores, workspaceId, { ...body, sealed });
  const isSeen = (shop: string): boolean => shops.length === 0 || shop === '' || shops.includes(shop);
  const rows = [...events.filter(({ shop }) => isSeen(shop || body.shop)).map((event) => readable(body, event)), ...(isSeen(body.shop) ? rejects.map((reject) => refused(body, reject)) : [])];
  return rows.sort((a, b) => b.place - a.place);
}

/** Whether a row is meant by what somebody typed: part of its name, its message id, or one of its identifiers in full. */
function isMeant(row: Row, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return wanted === '' || [row.event, row.kind, row.messageId].some((text) => text.toLowerCase().includes(wanted)) || row.said.some(({ value }) => value.toLowerCase() === wanted);
}

async function withCustomers(stores: Stores, caller: Caller, rows: readonly Row[]): Promise<LiveEvent[]> {
  const firsts = rows.map(({ said }) => said.flatMap(({ kind, value, scope }) => (isIdentifierKind(kind) ? [{ kind, value, ...(scope ? { scope } : {}) }] : []))[0]);
  const named = firsts.flatMap((one) => (one ? [one] : []));
  const subjects = may(caller, 'customers.read') ? await subjectIds(stores, caller.workspaceId, named) : [];
  const owners = await ownersOf(stores, caller.workspaceId, [...new Set(subjects.filter((id) => id !== undefined))]);
  const seen = new Set(await seenBy(stores, caller, [...new Set(owners.values())]));
  let nth = 0;
  return rows.map(({ said: _, ...row }, at) => {
    const owner = owners.get((firsts[at] && subjects[nth++]) ?? '');
    return { ...row, customer: owner !== undefined && seen.has(owner) ? owner : null };
  });
}

/**
 * The newest events as they came over HTTP, newest first, each with what became of it: waiting, stored, a repeat that was
 * dropped, or refused and why. Read from the bodies themselves, so nothing is written for it. Identifiers and contacts are
 * masked for everybody.
 */
export async function liveEvents(stores: Stores, caller: Caller, { source, state, search = '' }: LiveQuery): Promise<LiveEvent[]> {
  const bodies = await stores.pg.tx(caller.workspaceId, (tx) => recentBodies(tx, caller.workspaceId, { sources: source ? [source] : null, ...WINDOW }));
  const rows: Row[] = [];
  for (const body of bodies) {
    rows.push(...(await rowsOf(stores, caller, body)).filter((row) => (state === undefined || row.state === state) && isMeant(row, search)));
    if (rows.length >= ROWS_MAX) break;
  }
  return withCustomers(stores, caller, rows.slice(0, ROWS_MAX));
}
