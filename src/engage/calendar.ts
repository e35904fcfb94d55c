import { addDays, type Day } from '../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { EVERYBODY } from '../kernel/conditions/index.ts';
import { eachApart } from '../kernel/tick.ts';
import { memberIds } from '../lifecycle/index.ts';
import type { Definition, Entry } from './core/definition.ts';
import { bornOn, festivalOn, lunarMarksOn } from './core/lunar.ts';
import { isCadenceDay } from './core/cadence.ts';
import { instantOf, localOf, minuteOf } from './core/zone.ts';
import { type Applicant, enrol } from './enrol.ts';
import { asker } from './knowledge.ts';
import { planFor } from './plans.ts';
import { bornAmong } from './queries/happened.ts';
import { type JourneyRow, journeysUnderWay, journeyWorkspaces, stampLooked, zoneOfWorkspace } from './queries/journeys.ts';
import { lookAtSegments } from './segmentEntries.ts';

type Dated = Extract<Entry, { kind: 'date' | 'holiday' | 'cadence' }>;
export const isDated = (entry: Entry): entry is Dated => entry.kind === 'date' || entry.kind === 'holiday' || entry.kind === 'cadence';

const PEOPLE_AT_ONCE = 5_000;
/** What was missed for longer, since nothing ran, is not made up for. */
const LATE_MS = 24 * 3_600_000;

async function everybody(stores: Stores, workspaceId: WorkspaceId, { audience }: Pick<Definition, 'audience'>): Promise<CustomerId[]> {
  const all: CustomerId[] = [];
  for (let after: CustomerId | null = null; ; ) {
    const page: { ids: CustomerId[]; next: CustomerId | null } = await memberIds(stores, asker(workspaceId), audience ?? EVERYBODY, { after, limit: 20_000 });
    all.push(...page.ids);
    if (!page.next) return all;
    after = page.next;
  }
}

/** Whom an entry of the calendar brings in on a day (its offset taken off); nobody on most days. */
export async function calendarPeople(stores: Stores, workspaceId: WorkspaceId, definition: Pick<Definition, 'audience'>, entry: Dated, day: Day): Promise<CustomerId[]> {
  const meant = entry.kind === 'cadence' ? day : addDays(day, -entry.offsetDays);
  if (entry.kind === 'date') return bornAmong(stores.ch, workspaceId, { field: entry.field, days: bornOn(meant, entry.calendar), texts: entry.calendar === 'lunar' ? lunarMarksOn(meant) : [] });
  const isOn = entry.kind === 'cadence' ? isCadenceDay(entry, day) : festivalOn(Number(meant.slice(0, 4)), entry) === meant;
  return isOn ? everybody(stores, workspaceId, definition) : [];
}

/** The instants of an entry between two looks, each with its day, by the workspace's clock. */
function instantsOf({ time }: Dated, zone: string, { after, until }: { after: number; until: number }): { day: Day; at: number }[] {
  const first = addDays(localOf(zone, after).day, -1), last = addDays(localOf(zone, until).day, 1);
  const found: { day: Day; at: number }[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const at = instantOf(zone, day, minuteOf(time));
    if (at > after && at <= until) found.push({ day, at });
  }
  return found;
}

/** Lets in whom the calendar brings, since the last look. */
export async function lookAtCalendar(stores: Stores, workspaceId: WorkspaceId, journey: JourneyRow, now: Date): Promise<void> {
  const zone = await stores.pg.tx(workspaceId, (tx) => zoneOfWorkspace(tx, workspaceId));
  const after = Math.max((journey.lookedAt ?? now).getTime(), now.getTime() - LATE_MS);
  for (const entry of journey.draft.entries.filter(isDated)) {
    for (const { day, at } of instantsOf(entry, zone, { after, until: now.getTime() })) {
      const people = await calendarPeople(stores, workspaceId, journey.draft, entry, day);
      for (let from = 0; from < people.length; from += PEOPLE_AT_ONCE) {
        await enrol(stores, workspaceId, journey.id, people.slice(from, from + PEOPLE_AT_ONCE)
          .map((person): Applicant => ({ person, at: new Date(at), occasion: { kind: entry.kind, event: `calendar.${entry.kind}`, at: new Date(at).toISOString(), properties: { day } }, mark: `${entry.kind}:${day}` })));
      }
    }
  }
  await stores.pg.tx(workspaceId, (tx) => stampLooked(tx, workspaceId, journey.id, now));
}

/** Lets in whom the calendar and the segments bring, journey by journey. A look that was missed is made up for within a day. */
export async function lookRound(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const now = stores.clock.now();
  const live = (await stores.pg.tx(workspaceId, (tx) => journeysUnderWay(tx, workspaceId))).filter(({ state }) => state === 'live');
  await eachApart(live, async (journey) => {
    const walked = await stores.pg.tx(workspaceId, (tx) => planFor(tx, workspaceId, journey.id, journey.version));
    const asWalked = { ...journey, draft: walked.definition };
    await lookAtCalendar(stores, workspaceId, asWalked, now);
    await lookAtSegments(stores, workspaceId, asWalked);
  });
}

export async function journeysTick(stores: Stores): Promise<void> {
  await eachApart(await journeyWorkspaces(stores.pg.global), (workspaceId) => lookRound(stores, workspaceId));
}
