import type { Recorded } from '../customers/index.ts';
import { dayIn } from '../kernel/day.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { BACKFILL_AFTER_MS } from './core/normalize.ts';
import { eventIdRow, eventRow } from './encode.ts';
import { openSink } from './sink.ts';

/**
 * Something the product itself saw happen with somebody: a message that went to them, or what they did with it. `by` they, or somebody else: what is
 * done to people is no visit of theirs. `messageId` names it for ever; stored twice, it is there once.
 */
export type OwnEvent = { subject: SubjectId; by: 'them' | 'us'; event: string; at: Date; messageId: string; channel: string; campaign: string; url: string; properties: Record<string, unknown> };

const SOURCE = 'perennial';
const NOBODYS_IMPORT = '00000000-0000-0000-0000-000000000000';
const isOld = ({ at }: OwnEvent, now: Date): boolean => now.getTime() - at.getTime() > BACKFILL_AFTER_MS;

/** Stores events of our own making. What came in long ago is marked as filled in. May be killed and done again with the same events. */
export async function storeOwnEvents(stores: Stores, workspaceId: WorkspaceId, zone: string, events: readonly OwnEvent[]): Promise<void> {
  const sink = openSink(stores.ch, events[0]?.messageId ?? ''), now = stores.clock.now();
  for (const one of events) {
    const atMs = one.at.getTime();
    sink.add('events', eventRow({
      subject: one.subject, atMs, messageId: one.messageId, kind: one.by === 'us' ? 'message' : 'track', event: one.event, source: SOURCE, shop: '', channel: one.channel, day: dayIn(zone, one.at),
      receivedAtMs: atMs, url: one.url, campaign: one.campaign, amount: null, properties: JSON.stringify(one.properties), backfill: isOld(one, now),
    }, { workspace: workspaceId, version: atMs, importId: NOBODYS_IMPORT }));
    sink.add('event_ids', eventIdRow({ source: SOURCE, messageId: one.messageId }, workspaceId));
  }
  await sink.finish();
}

const CUSTOMERS_PER_FACT = 1_000;

/** What `events.recorded` says of such events: who did what by name; visits are only what people did themselves. */
export function ownRecorded(events: readonly OwnEvent[], { zone, now, ownerOf }: { zone: string; now: Date; ownerOf: (subject: SubjectId) => CustomerId | undefined }): Recorded[] {
  const known = events.flatMap((event) => { const owner = ownerOf(event.subject); return owner ? [{ ...event, owner }] : []; });
  return [...Map.groupBy(known, (one) => isOld(one, now))].flatMap(([backfill, own]) => {
    const each = [...Map.groupBy(own, ({ owner }) => owner).values()];
    return Array.from({ length: Math.ceil(each.length / CUSTOMERS_PER_FACT) }, (_, i): Recorded => {
      const some = each.slice(i * CUSTOMERS_PER_FACT, (i + 1) * CUSTOMERS_PER_FACT).flat(), days = some.map(({ at }) => dayIn(zone, at)).sort();
      const people = (rows: typeof some): CustomerId[] => [...new Set(rows.map(({ owner }) => owner))];
      return {
        from: days[0] ?? '', to: days.at(-1) ?? '', shops: [], backfill, customers: people(some.filter(({ by }) => by === 'them')), bought: [], told: [],
        did: Object.fromEntries([...Map.groupBy(some, ({ event }) => event)].map(([event, rows]) => [event, people(rows)])),
      };
    });
  });
}
