import { filterHolds } from '../kernel/conditions/evaluateEvents.ts';
import { dayIn } from '../kernel/day.ts';
import type { Reaction } from '../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Warned, warnedNow } from '../lifecycle/index.ts';
import type { Entry } from './core/definition.ts';
import { type Applicant, enrol } from './enrol.ts';
import { planFor } from './plans.ts';
import { type JourneyRow, journeysUnderWay } from './queries/journeys.ts';
import { addMembers, membersBefore, removeMembers } from './queries/members.ts';

/** An early warning (R125) is nothing that somebody did: it is seen when scores are made. Entries name it like an event, with `code`, `recent` and `usual` as its properties. */
export const WARNED = 'churn.warned';

type Filters = Extract<Entry, { kind: 'event' }>['events'];

/** The entries of a definition that warnings bring people in by, each with its place. */
const entriesOf = (entries: readonly Entry[]): [number, Filters][] => entries.flatMap((entry, at): [number, Filters][] => {
  const filters = entry.kind === 'event' ? entry.events.filter(({ event }) => event === WARNED) : [];
  return filters.length > 0 ? [[at, filters]] : [];
});

const propertiesOf = ({ code, recent, usual }: Warned) => ({ code, recent, usual });

/** Whom some filters speak of, with the warning that is meant. */
function meant(all: readonly Warned[], filters: Filters, now: Date): Map<CustomerId, Warned> {
  const found = new Map<CustomerId, Warned>(), day = dayIn('UTC', now);
  for (const one of all) {
    const activity = { day, at: now.getTime(), event: WARNED, source: '', shop: '', channel: '', amount: null, properties: propertiesOf(one) };
    if (!found.has(one.customer) && filters.some(({ where }) => where.every((filter) => filterHolds(filter, activity)))) found.set(one.customer, one);
  }
  return found;
}

/** Whoever is warned of as a journey is launched is noted: only who is warned of later enters. */
export async function seedWarned(stores: Stores, workspaceId: WorkspaceId, { id, draft }: JourneyRow): Promise<void> {
  const entries = entriesOf(draft.entries), all = entries.length > 0 ? await warnedNow(stores, workspaceId) : [];
  for (const [at, filters] of entries) await stores.pg.tx(workspaceId, (tx) => addMembers(tx, workspaceId, id, at, [...meant(all, filters, stores.clock.now()).keys()]));
}

/** Lets in whom a warning speaks of that did not before; one that is over and comes again is another. Safe to repeat: entries come before the note of them. */
async function lookAtWarnings(stores: Stores, workspaceId: WorkspaceId, id: string, entries: [number, Filters][], all: readonly Warned[]): Promise<void> {
  const now = stores.clock.now();
  for (const [at, filters] of entries) {
    const warned = meant(all, filters, now), before = new Set(await stores.pg.tx(workspaceId, (tx) => membersBefore(tx, workspaceId, id, at)));
    const came = [...warned.values()].filter(({ customer }) => !before.has(customer)), went = [...before].filter((one) => !warned.has(one));
    await enrol(stores, workspaceId, id, came.map((one): Applicant => ({ person: one.customer, at: now, occasion: { kind: 'event', event: WARNED, at: now.toISOString(), properties: propertiesOf(one) }, mark: `${WARNED}:${one.code}:${now.getTime()}` })));
    await stores.pg.tx(workspaceId, async (tx) => {
      await addMembers(tx, workspaceId, id, at, came.map(({ customer }) => customer));
      await removeMembers(tx, workspaceId, id, at, went);
    });
  }
}

/** New scores bring new warnings. */
export const hearScores: Reaction = async (stores, workspaceId) => {
  const live = await stores.pg.tx(workspaceId, async (tx) => {
    const found: { id: string; entries: [number, Filters][] }[] = [];
    for (const { id, state, version } of await journeysUnderWay(tx, workspaceId)) if (state === 'live') found.push({ id, entries: entriesOf((await planFor(tx, workspaceId, id, version)).definition.entries) });
    return found.filter(({ entries }) => entries.length > 0);
  });
  const all = live.length > 0 ? await warnedNow(stores, workspaceId) : [];
  for (const { id, entries } of live) await lookAtWarnings(stores, workspaceId, id, entries, all);
};
