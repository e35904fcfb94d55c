import { dayIn } from '../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { deliverIn, keepSenders, type Senders } from '../reach/index.ts';
import { advanceSome } from './advance.ts';
import { lookAtCalendar } from './calendar.ts';
import { eventsInside, type Plan } from './core/plan.ts';
import { type Applicant, enrol } from './enrol.ts';
import { planFor } from './plans.ts';
import { wake } from './queries/enrolments.ts';
import { everyTrigger } from './queries/happened.ts';
import { type JourneyRow, journeysUnderWay, zoneOfWorkspace } from './queries/journeys.ts';
import { type StageEntered, stagesEntered } from './queries/past.ts';

const MOST = 100_000;
const DAY_MS = 86_400_000;
type Live = { journey: JourneyRow; plan: Plan };
/** A stretch of the past with what is recorded of it: who came into the stages a journey begins with, and to whom something happened that journeys listen to, in order. */
type Recorded = { from: Date; until: Date; zone: string; live: readonly Live[]; entered: ReadonlyMap<string, readonly StageEntered[]>; happened: readonly { customer: CustomerId; ms: number }[] };

const liveJourneys = (stores: Stores, workspaceId: WorkspaceId): Promise<Live[]> => stores.pg.tx(workspaceId, async (tx) => {
  const all: Live[] = [];
  for (const journey of await journeysUnderWay(tx, workspaceId)) if (journey.state === 'live') all.push({ journey, plan: await planFor(tx, workspaceId, journey.id, journey.version) });
  return all;
});

/** Reads the record of a stretch, once for all its days. */
async function recordOf(stores: Stores, workspaceId: WorkspaceId, { from, until }: { from: Date; until: Date }): Promise<Recorded> {
  const live = await liveJourneys(stores, workspaceId), zone = await stores.pg.tx(workspaceId, (tx) => zoneOfWorkspace(tx, workspaceId));
  const entered = new Map<string, StageEntered[]>();
  for (const { journey, plan } of live) {
    for (const entry of plan.definition.entries) {
      if (entry.kind === 'stage') entered.set(journey.id, [...entered.get(journey.id) ?? [], ...await stagesEntered(stores.ch, workspaceId, { ...entry, first: dayIn(zone, from), last: dayIn(zone, until), limit: MOST })]);
    }
  }
  const events = [...new Set(live.flatMap(({ plan }) => [...eventsInside(plan)]))];
  const happened = await everyTrigger(stores.ch, workspaceId, events.map((event) => ({ event, where: [] })), { after: from, until, limit: MOST });
  return { from, until, zone, live, entered, happened: happened.map(({ customer, ms }) => ({ customer, ms: Number(ms) })) };
}

/** Whoever came into a stage on a day that is over enters the morning after; the calendar brings in whom it brings. Nobody enters before a journey was launched. */
async function admitDay(stores: Stores, workspaceId: WorkspaceId, { live, entered, zone }: Recorded, { since, now }: { since: Date; now: Date }): Promise<void> {
  const first = dayIn(zone, since), today = dayIn(zone, now);
  for (const { journey, plan } of live) {
    if ((journey.launchedAt ?? now) > now) continue;
    const came = (entered.get(journey.id) ?? []).filter(({ day }) => day >= first && day < today);
    await enrol(stores, workspaceId, journey.id, came.map(({ customer, day, to, from, cycle }): Applicant => ({ person: customer, at: now, occasion: { kind: 'stage', event: 'stage.changed', at: now.toISOString(), properties: { from, to, cycle } }, mark: `stage:${day}` })));
    await lookAtCalendar(stores, workspaceId, { ...journey, draft: plan.definition, lookedAt: since }, now);
  }
}

async function liveDay(stores: Stores, workspaceId: WorkspaceId, record: Recorded, since: Date, senders: Senders): Promise<void> {
  const now = stores.clock.now(), journeys = record.live.map(({ journey }) => journey.id);
  await admitDay(stores, workspaceId, record, { since, now });
  const people = [...new Set(record.happened.filter(({ ms }) => ms > since.getTime() && ms <= now.getTime()).map(({ customer }) => customer))];
  await stores.pg.tx(workspaceId, (tx) => wake(tx, workspaceId, { people, journeys }, now));
  for (const id of journeys) while (await advanceSome(stores, workspaceId, id) > 0);
  await deliverIn(stores, workspaceId, senders);
}

/** `lived`: hears of each day that was lived through, at its moment; `stopping`: ends it between two days. */
export type Living = { from: Date; until: Date; lived(at: Date): Promise<unknown>; stopping: AbortSignal };

/**
 * Lives through a stretch of a simulated shop's past a day at a time, by a clock of its own: whoever its recorded history brings enters, whoever is due or
 * concerned is stepped, and what they are to be sent is decided and sent. Killed anywhere, a day may be lived again: nobody enters or is written to twice
 * for the same. True where it came to the end.
 */
export async function livePast(stores: Stores, workspaceId: WorkspaceId, { from, until, lived, stopping }: Living): Promise<boolean> {
  const record = await recordOf(stores, workspaceId, { from, until }), senders = keepSenders();
  try {
    for (let since = from, now = new Date(from.getTime() + DAY_MS); now <= until; since = now, now = new Date(now.getTime() + DAY_MS)) {
      if (stopping.aborted) return false;
      const at = now;
      await liveDay({ ...stores, clock: { now: () => at } }, workspaceId, record, since, senders);
      await lived(at);
    }
    return true;
  } finally {
    await senders.close();
  }
}
