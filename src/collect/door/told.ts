import type { Recorded } from '../../customers/index.ts';
import type { Day } from '../../kernel/day.ts';
import { type CustomerId, NOBODY } from '../../kernel/ids.ts';
import { hideContacts } from '../../kernel/contacts.ts';
import type { Arrived } from './arrive.ts';

const CUSTOMERS_PER_FACT = 1_000;

/** The shop something happened in: the event's own word, else its source's. */
export const shopOf = ({ event, body }: Arrived): string => event.shop || body.shop;

/** The first and last day of some events. */
function spanOf(arrived: readonly Arrived[]): { from: Day; to: Day } {
  let from = arrived[0]?.day ?? '', to = from;
  for (const { day } of arrived) {
    if (day < from) from = day;
    if (day > to) to = day;
  }
  return { from, to };
}

const distinct = (arrived: readonly Arrived[]): CustomerId[] => [...new Set(arrived.map(({ customer }) => customer))];
const isTelling = ({ event: { kind, traits } }: Arrived): boolean => kind === 'identify' || Object.keys(traits).length > 0;

/** By the names they are stored under, which hold nobody's telephone or address. */
function byEvent(own: readonly Arrived[]): Record<string, CustomerId[]> {
  const shown = new Map([...new Set(own.map(({ event }) => event.event))].map((name) => [name, hideContacts(name)]));
  return Object.fromEntries([...Map.groupBy(own, ({ event }) => shown.get(event.event) ?? '')].map(([name, some]) => [name, distinct(some)]));
}

function recordedOf(own: readonly Arrived[], backfill: boolean): Recorded {
  return {
    ...spanOf(own), backfill, shops: [...new Set(own.map(shopOf))].filter((shop) => shop !== ''), customers: distinct(own), bought: distinct(own.filter(({ shopping }) => shopping !== undefined)),
    told: distinct(own.filter(isTelling)), did: byEvent(own),
  };
}

/** Facts for those something new happened to, and for those only an old event was back-filled for: the second start nothing. */
export function factsOf(arrived: readonly Arrived[]): Recorded[] {
  const known = arrived.filter(({ customer }) => customer !== NOBODY);
  const live = new Set(known.filter(({ event }) => !event.backfill).map(({ customer }) => customer));
  return [false, true].flatMap((backfill) => {
    const own = known.filter(({ customer }) => live.has(customer) !== backfill);
    const each = [...Map.groupBy(own, ({ customer }) => customer).values()];
    return Array.from({ length: Math.ceil(each.length / CUSTOMERS_PER_FACT) }, (_, i) => recordedOf(each.slice(i * CUSTOMERS_PER_FACT, (i + 1) * CUSTOMERS_PER_FACT).flat(), backfill));
  });
}

/** The first and last day of each source's events. */
export const daysOf = (arrived: readonly Arrived[]): Map<string, { from: Day; to: Day }> =>
  new Map([...Map.groupBy(arrived, ({ body }) => body.source)].map(([source, own]) => [source, spanOf(own)]));
