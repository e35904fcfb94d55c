import type { Day } from '../kernel/day.ts';
import type { Fact } from '../kernel/facts.ts';
import { type CustomerId, isUuid } from '../kernel/ids.ts';

/**
 * What `events.recorded` says of up to a thousand customers: on which days and in which shops something happened, who bought or
 * gave back, who is new or said something of themselves, and who did what by name. `backfill`: of old events, which start nothing.
 */
export type Recorded = {
  from: Day; to: Day; shops: readonly string[]; backfill: boolean;
  customers: readonly CustomerId[]; bought: readonly CustomerId[]; told: readonly CustomerId[]; did: Readonly<Record<string, readonly CustomerId[]>>;
};

/** What a reaction wants to hear of: purchases, what people say of themselves, events of some names. */
export type Interest = { bought?: boolean; told?: boolean; did?: (event: string) => boolean };

const NAMES = ['customers', 'absorbed', 'keep', 'customer', 'from'] as const;
// Facts of events call their first day `from`: only what is an id counts.
const isCustomer = (one: unknown): one is CustomerId => typeof one === 'string' && isUuid(one);

/** Everybody some facts speak of, whichever of the usual names they give them; each once. */
export const customersIn = (facts: readonly Fact[]): CustomerId[] =>
  [...new Set(facts.flatMap(({ payload }) => NAMES.flatMap((name) => payload[name] ?? [])).filter(isCustomer))];

/** What a fact says of events; undefined for other facts, and for those written before they said who did what. */
export const recordedIn = ({ kind, payload }: Fact): Recorded | undefined => (kind === 'events.recorded' && payload.did !== undefined ? payload as unknown as Recorded : undefined);

const concernedIn = ({ bought, told, did }: Recorded, interest: Interest): readonly CustomerId[] => [
  ...(interest.bought ? bought : []), ...(interest.told ? told : []), ...Object.entries(did).flatMap(([event, customers]) => (interest.did?.(event) ? customers : [])),
];

/** Whom of those some facts speak of a reaction must look at; facts that do not say who did what concern everybody in them. */
export const concerned = (facts: readonly Fact[], interest: Interest): CustomerId[] =>
  [...new Set(facts.flatMap((fact) => { const said = recordedIn(fact); return said ? concernedIn(said, interest) : customersIn([fact]); }))];
