import { concerned, customersIn, membersOf } from '../customers/index.ts';
import type { Fact, Loop, Reaction } from '../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { isTold } from '../kernel/storyClock.ts';
import { keep } from './advance.ts';
import type { Entry } from './core/definition.ts';
import { stop } from './core/journey.ts';
import { eventsInside, type Plan } from './core/plan.ts';
import { type Applicant, enrol } from './enrol.ts';
import { endAll } from './journeys.ts';
import { asker } from './knowledge.ts';
import { planFor } from './plans.ts';
import { type Enrolment, lockInside, ofMerged, saveOwners, wake } from './queries/enrolments.ts';
import { triggersIn } from './queries/happened.ts';
import { journeysUnderWay, type JourneyRow, versionsInUse } from './queries/journeys.ts';
import { admitMoved } from './segmentEntries.ts';
import { hearScores } from './warnings.ts';

/** Events that are older when they are heard of start nothing, as the door takes them for back-filled; an hour, and what a slow store may add. */
const FRESH_MS = 2 * 3_600_000;
/** Purchases and refunds are read from orders, whichever event brought them. */
const OF_ORDERS = new Set(['order.paid', 'order.refunded']);

type UnderWay = { journey: JourneyRow; plan: Plan; inside: readonly Plan[] };

/** Journeys under way with the version new people walk, and all that somebody is inside of. */
async function underWay(stores: Stores, workspaceId: WorkspaceId): Promise<UnderWay[]> {
  return stores.pg.tx(workspaceId, async (tx) => {
    const all: UnderWay[] = [];
    // What happens today is no news to people of a past that is still being told.
    if (await isTold(tx, workspaceId)) return all;
    const [journeys, versions] = [await journeysUnderWay(tx, workspaceId), await versionsInUse(tx, workspaceId)];
    for (const journey of journeys) {
      const plans: Plan[] = [];
      for (const { version } of versions.filter(({ journeyId }) => journeyId === journey.id)) plans.push(await planFor(tx, workspaceId, journey.id, version));
      all.push({ journey, inside: plans, plan: await planFor(tx, workspaceId, journey.id, journey.version) });
    }
    return all;
  });
}

const interestIn = (events: ReadonlySet<string>) => ({ did: (event: string) => events.has(event), bought: [...OF_ORDERS].some((event) => events.has(event)) });
const entriesOf = <Kind extends Entry['kind']>({ plan }: UnderWay, kind: Kind): Extract<Entry, { kind: Kind }>[] => plan.definition.entries.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);

/** Lets in those whom one of a journey's events happened to. Whether an event counts, and under which key, is read from the event itself, so that hearing of it twice is once. */
async function admitByEvents(stores: Stores, workspaceId: WorkspaceId, one: UnderWay, facts: readonly Fact[]): Promise<void> {
  const filters = entriesOf(one, 'event').flatMap(({ events }) => events);
  const people = filters.length === 0 || one.journey.state !== 'live' ? [] : concerned(facts, interestIn(new Set(filters.map(({ event }) => event))));
  if (people.length === 0) return;
  const now = stores.clock.now(), since = Math.max(now.getTime() - FRESH_MS, (one.journey.launchedAt ?? now).getTime() - 1);
  const members = await membersOf(stores, workspaceId, people);
  const triggers = await triggersIn(stores.ch, { workspaceId, subjects: [...members.values()].flat() }, filters, { after: new Date(since), until: new Date(now.getTime() + FRESH_MS) });
  await enrol(stores, workspaceId, one.journey.id, triggers.map(({ customer, event, ms, properties }): Applicant =>
    ({ person: customer, at: new Date(Number(ms)), occasion: { kind: 'event', event, at: new Date(Number(ms)).toISOString(), properties }, mark: `event:${event}:${ms}` })));
}

const backfilled = ({ payload }: Fact): boolean => payload.backfill === true;

/** Events: whoever is inside and waits, may leave or may have reached the goal is looked at now; whoever they bring in enters. Back-filled ones start nothing. */
const hearEvents: Reaction = async (stores, workspaceId, facts) => {
  const live = facts.filter((fact) => !backfilled(fact));
  const journeys = live.length === 0 ? [] : await underWay(stores, workspaceId);
  for (const one of journeys) {
    // A condition may speak of any event, so whoever did anything is asked again where one decides about leaving.
    const asksConditions = one.inside.some(({ conditions }) => [...conditions.keys()].some((name) => name === 'goal' || name.startsWith('exit:')));
    const people = asksConditions ? customersIn(live) : concerned(live, interestIn(new Set(one.inside.flatMap((plan) => [...eventsInside(plan)]))));
    if (people.length > 0) await stores.pg.tx(workspaceId, (tx) => wake(tx, workspaceId, { people, journeys: [one.journey.id] }, stores.clock.now()));
    await admitByEvents(stores, workspaceId, one, live);
  }
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const ids = (value: unknown): CustomerId[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

/** A stage that changed brings people in and may take others out. Corrections of the past are another fact, and start nothing. */
const hearStages: Reaction = async (stores, workspaceId, facts) => {
  const moves = facts.map(({ id, payload, at }) => ({ id, person: text(payload.customerId), from: text(payload.from), to: text(payload.to), cycle: typeof payload.cycle === 'number' ? payload.cycle : 0, at }));
  for (const one of await underWay(stores, workspaceId)) {
    await stores.pg.tx(workspaceId, (tx) => wake(tx, workspaceId, { people: [...new Set(moves.map(({ person }) => person))], journeys: [one.journey.id] }, stores.clock.now()));
    for (const { to, from } of entriesOf(one, 'stage')) {
      await enrol(stores, workspaceId, one.journey.id, moves.filter((move) => to.includes(move.to) && (from.length === 0 || from.includes(move.from))).map(({ id, person, at, ...move }): Applicant =>
        ({ person, at, occasion: { kind: 'stage', event: 'stage.changed', at: at.toISOString(), properties: { from: move.from, to: move.to, cycle: move.cycle } }, mark: `fact:${id}` })));
    }
  }
};

/** Segments tell who came and who went; whoever is inside is looked at, since it may be a reason to leave. */
const hearSegments: Reaction = async (stores, workspaceId, facts) => {
  for (const one of await underWay(stores, workspaceId)) {
    for (const { payload, at } of facts) {
      const people = [...ids(payload.entered), ...ids(payload.left)];
      await stores.pg.tx(workspaceId, (tx) => wake(tx, workspaceId, { people, journeys: [one.journey.id] }, stores.clock.now()));
      for (const entry of entriesOf(one, 'segment').filter(({ segment }) => segment === payload.segment)) await admitMoved(stores, workspaceId, one.journey.id, entry, ids(entry.when === 'entered' ? payload.entered : payload.left), at);
    }
  }
};

/** Tags that changed may be what a criterion speaks of. */
const hearTags: Reaction = async (stores, workspaceId, facts) => {
  const people = [...new Set(facts.flatMap(({ payload }) => ids(payload.customers)))];
  const journeys = (await underWay(stores, workspaceId)).filter(({ inside }) => inside.some(({ conditions }) => conditions.size > 0)).map(({ journey }) => journey.id);
  await stores.pg.tx(workspaceId, (tx) => wake(tx, workspaceId, { people, journeys }, stores.clock.now()));
};

/** Two who turned out to be one: their enrolments follow, and of two of one journey (and key) the later ends. Parted again, each has their own back. */
const followPeople: Reaction = async (stores, workspaceId, facts) => {
  const people = customersIn(facts);
  await stores.pg.tx(workspaceId, async (tx) => {
    const rows = await ofMerged(tx, workspaceId, people);
    const first = new Set<string>();
    const doubles: Enrolment[] = [];
    for (const row of rows.filter(({ state }) => state.status === 'inside')) {
      const place = `${row.journeyId}\n${row.owner}\n${row.key}`;
      if (first.has(place)) doubles.push(row);
      else first.add(place);
    }
    await keep(tx, stores, workspaceId, doubles.map((row) => ({ row, walked: stop(row.state, 'merged', 'same_person') })));
    await saveOwners(tx, workspaceId, rows.filter(({ personId, owner }) => personId !== owner).map(({ id, owner }) => ({ id, owner })));
  });
};

/** What one journey asked of another: to begin with somebody, or to let them go. */
const hearAsked: Reaction = async (stores, workspaceId, facts) => {
  for (const [journey, own] of Map.groupBy(facts, ({ payload }) => text(payload.journey))) {
    const wanting = (action: string) => own.filter(({ payload }) => payload.action === action);
    await enrol(stores, workspaceId, journey, wanting('start').map(({ payload, at }): Applicant =>
      ({ person: text(payload.customer), at, occasion: { kind: 'journey', event: 'journey.started', at: at.toISOString() }, mark: `asked:${text(payload.occasion)}` })));
    await stores.pg.tx(workspaceId, async (tx) => {
      const rows = await lockInside(tx, workspaceId, { journeyId: journey, people: wanting('stop').map(({ payload }) => text(payload.customer)) });
      await endAll(tx, stores, asker(workspaceId), rows, 'other_journey');
    });
  }
};

/** Reactions by fact kind, for loop.ts. */
export const engageReactions = {
  'events.recorded': { 'engage.hearEvents': hearEvents },
  'stage.changed': { 'engage.hearStages': hearStages },
  'segment.changed': { 'engage.hearSegments': hearSegments },
  'tags.changed': { 'engage.hearTags': hearTags },
  'customer.merged': { 'engage.followPeople': followPeople },
  'customer.unmerged': { 'engage.followPeople': followPeople },
  'scores.made': { 'engage.hearScores': hearScores },
  'scores.renewed': { 'engage.hearScores': hearScores },
  'journey.asked': { 'engage.hearAsked': hearAsked },
} satisfies Loop;
