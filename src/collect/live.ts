import { ownersOf, seenBy } from '../customers/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { own } from '../kernel/own.ts';
import { CATALOGUE_KEPT_MS, MANY_ROWS, renewed } from '../kernel/renewed.ts';
import type { Stores } from '../kernel/stores.ts';
import type { FoundMessage, Pulse, SourceHealth } from './contract.ts';
import { ORDER_PROPERTIES } from './core/orderProperties.ts';
import { backlogOf, type MinuteCounts, minutesSince } from './queries/pulse.ts';
import { eventNames, type EventKind, eventProperties, eventsOfMessage } from './queries/schema.ts';
import { listSources, type SourceRow } from './queries/sources.ts';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MS = 24 * HOUR_MINUTES * MINUTE_MS;
const NAMES_MAX = 500;
/** Types of properties, and how many events carry them, are told from so many of the newest of a name. */
const PROPERTIES_OF = 5_000;

const startOf = (now: Date, minutesBack: number): Date => new Date((Math.floor(now.getTime() / MINUTE_MS) - minutesBack) * MINUTE_MS);

const SUMS = ['events', 'repeated', 'refused', 'orders', 'customers'] as const;
const addUp = (rows: readonly MinuteCounts[]): Record<(typeof SUMS)[number], number> =>
  Object.fromEntries(SUMS.map((sum) => [sum, rows.reduce((all, row) => all + row[sum], 0)])) as Record<(typeof SUMS)[number], number>;

/** Sixty minutes, the running one last, quiet ones included. */
function lastHour(rows: readonly MinuteCounts[], now: Date): { minute: string; events: number; refused: number }[] {
  const byMinute = Map.groupBy(rows, ({ minute }) => Date.parse(minute));
  return Array.from({ length: HOUR_MINUTES }, (_, i) => {
    const minute = startOf(now, HOUR_MINUTES - 1 - i);
    const { events, refused } = addUp(byMinute.get(minute.getTime()) ?? []);
    return { minute: minute.toISOString(), events, refused };
  });
}

const isSeen = ({ shops }: Pick<Caller, 'shops'>, { shop }: Pick<SourceRow, 'shop'>): boolean => shops.length === 0 || shops.includes(shop);

/**
 * The pulse of the workspace: events a minute over the last hour, and what the last hour and the last day brought. Staff of some
 * shops see the sources of these; orders and new customers are not told by shop, so they are null for them.
 */
export async function pulse(stores: Stores, caller: Caller): Promise<Pulse> {
  const { workspaceId, shops } = caller;
  const now = stores.clock.now();
  const [rows, minutes, backlog] = await stores.pg.tx(workspaceId, async (tx) =>
    [await listSources(tx, workspaceId), await minutesSince(tx, workspaceId, new Date(now.getTime() - DAY_MS), null), await backlogOf(tx, workspaceId)] as const);
  const seen = new Set(rows.filter((row) => isSeen(caller, row)).map(({ key }) => key));
  const own = minutes.filter(({ source }) => (source === '' ? shops.length === 0 : seen.has(source)));
  const since = startOf(now, HOUR_MINUTES - 1).getTime();
  const whole = (sums: ReturnType<typeof addUp>) => (shops.length === 0 ? sums : { ...sums, orders: null, customers: null });
  return {
    at: now.toISOString(), minutes: lastHour(own, now), hour: whole(addUp(own.filter(({ minute }) => Date.parse(minute) >= since))), day: whole(addUp(own)),
    waiting: { bodies: backlog.bodies, since: backlog.since?.toISOString() ?? null },
  };
}

/** How each source that can be written to stands: what came within the hour and the day, and its key. */
export async function sourceHealth(stores: Stores, caller: Caller): Promise<SourceHealth[]> {
  const { workspaceId } = caller;
  const now = stores.clock.now();
  const [rows, minutes] = await stores.pg.tx(workspaceId, async (tx) => [await listSources(tx, workspaceId), await minutesSince(tx, workspaceId, new Date(now.getTime() - DAY_MS), null)] as const);
  const bySource = Map.groupBy(minutes, ({ source }) => source);
  const since = startOf(now, HOUR_MINUTES - 1).getTime();
  return rows.filter((row) => isSeen(caller, row)).map(({ id, key, oldKeyUntil, keyTail }) => {
    const own = bySource.get(key) ?? [];
    return {
      id, minutes: lastHour(own, now).map(({ events, refused }) => events + refused), hour: addUp(own.filter(({ minute }) => Date.parse(minute) >= since)), day: addUp(own),
      lastMinute: own.at(-1)?.minute ?? null, keyTail, oldKeyUntil: oldKeyUntil !== null && oldKeyUntil > now ? oldKeyUntil.toISOString() : null,
    };
  });
}

/** Every name events came under. */
export const schemaOf = (stores: Stores, { workspaceId, shops }: Caller) =>
  renewed(stores, { workspaceId, name: `schema ${JSON.stringify(shops)}`, keptMs: CATALOGUE_KEPT_MS, isLarge: (names) => names.reduce((sum, { count }) => sum + count, 0) >= MANY_ROWS }, () => eventNames(stores.ch, workspaceId, shops, NAMES_MAX));

/** The properties events of one name ever carried. */
export const propertiesOf = async (stores: Stores, { workspaceId, shops }: Caller, name: EventKind) =>
  ({ newest: PROPERTIES_OF, rows: await eventProperties(stores.ch, workspaceId, shops, name, PROPERTIES_OF) });

/** What an event of a name brings to whoever is told of it: each property by its path with the types it came in, the most frequent first. */
export async function propertiesBrought(stores: Stores, caller: Caller, event: string): Promise<{ property: string; types: string[] }[]> {
  const ofOrders = own(ORDER_PROPERTIES, event);
  if (ofOrders) return ofOrders.map((property) => ({ property, types: ['String'] }));
  return (await propertiesOf(stores, caller, { kind: 'track', event })).rows.map(({ property, types }) => ({ property, types }));
}

/** What is stored under a message id, to answer whether an event arrived. */
export async function findMessage(stores: Stores, caller: Caller, messageId: string): Promise<FoundMessage[]> {
  const found = await eventsOfMessage(stores.ch, caller.workspaceId, caller.shops, messageId);
  const owners = await ownersOf(stores, caller.workspaceId, [...new Set(found.map(({ subject }) => subject))]);
  const seen = new Set(await seenBy(stores, caller, [...new Set(owners.values())]));
  return found.map(({ subject, ...event }) => {
    const owner = owners.get(subject);
    return { ...event, customer: owner !== undefined && seen.has(owner) ? owner : null };
  });
}
