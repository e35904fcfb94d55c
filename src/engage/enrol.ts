import { armOf } from '../insight/index.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import { tellNews } from '../kernel/news.ts';
import { own } from '../kernel/own.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { enter } from './core/journey.ts';
import type { Plan } from './core/plan.ts';
import { mayEnter } from './core/reentry.ts';
import { isZone } from './core/zone.ts';
import { admitAtDoor } from './door.ts';
import { drawIn, isClosed } from './effect.ts';
import { idFrom } from './ids.ts';
import { fitting } from './knowledge.ts';
import { planFor } from './plans.ts';
import { enrolledBy, insertEnrolments, lastEntries, type NewEnrolment, type Occasion } from './queries/enrolments.ts';
import { textsOfField } from './queries/happened.ts';
import { journeyById, type JourneyRow, zoneOfWorkspace } from './queries/journeys.ts';

/** Somebody at the door of a journey: who, when it happened, and what makes this occasion itself and no other. */
export type Applicant = { person: CustomerId; at: Date; occasion: Occasion; mark: string };

/** The value of the journey's key in what brought them; '' where it has no key. Undefined: it has one, and this event does not. */
function keyOf({ definition: { key } }: Plan, { properties = {} }: Occasion): string | undefined {
  if (key === null) return '';
  const value = own(properties, key);
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 200) : undefined;
}

async function zonesOf(stores: Stores, workspaceId: WorkspaceId, { definition: { zoneField } }: Plan, people: readonly CustomerId[]): Promise<(person: CustomerId) => string> {
  const usual = await stores.pg.tx(workspaceId, (tx) => zoneOfWorkspace(tx, workspaceId));
  if (zoneField === null) return () => usual;
  const own = new Map((await textsOfField(stores.ch, workspaceId, people, zoneField)).filter(({ text }) => isZone(text)).map(({ customer, text }) => [customer as string, text]));
  return (person) => own.get(person) ?? usual;
}

type Door = { journey: JourneyRow; plan: Plan; zoneOf: (person: CustomerId) => string; now: Date };

/** Rows for those whom the re-entry rule lets in, the earliest of several for one key. */
async function admitted(tx: Tx, workspaceId: WorkspaceId, { journey, plan, zoneOf, now }: Door, applicants: readonly Applicant[]): Promise<NewEnrolment[]> {
  const placeOf = (person: string, key: string): string => `${person}\n${key}`;
  const before = new Map((await lastEntries(tx, workspaceId, journey.id, [...new Set(applicants.map(({ person }) => person))])).map((one) => [placeOf(one.personId, one.key), one]));
  const rows = new Map<string, NewEnrolment>();
  const idOf = ({ person, occasion, mark }: Applicant): string => idFrom(journey.id, person, keyOf(plan, occasion) ?? '', mark);
  // An occasion that has let them in already stands in the way of no later one.
  const used = await enrolledBy(tx, workspaceId, applicants.map(idOf));
  for (const applicant of applicants) {
    const { person, at, occasion } = applicant, id = idOf(applicant);
    const key = keyOf(plan, occasion);
    if (key === undefined || used.has(id) || rows.has(placeOf(person, key))) continue;
    const enteredAt = Math.min(at.getTime(), now.getTime()), zone = zoneOf(person), last = before.get(placeOf(person, key));
    if (!mayEnter(plan.definition.reentry, last && { enteredAt: last.enteredAt.getTime(), inside: last.inside }, zone, enteredAt)) continue;
    const arm = armOf({ salt: journey.experimentId ?? journey.id, holdOut: plan.definition.holdOut, variants: [{ key: 'treated', weight: 1 }] }, person);
    rows.set(placeOf(person, key), { id, journeyId: journey.id, version: plan.version, customerId: person, personId: person, key, arm, zone, occasion, state: enter(plan, enteredAt), experimentId: journey.experimentId });
  }
  return [...rows.values()];
}

/**
 * Lets people into a live journey: those who fit its audience and whom its re-entry rule admits, each in the arm that the hold-out gives them for good.
 * The same occasion twice is once. Nobody enters a journey that is paused, stopped, a draft, or whose days of entering are over. The ids of the new enrolments.
 */
export async function enrol(stores: Stores, workspaceId: WorkspaceId, journeyId: string, applicants: readonly Applicant[]): Promise<string[]> {
  if (applicants.length === 0) return [];
  const seen = await stores.pg.tx(workspaceId, async (tx) => {
    const journey = await journeyById(tx, workspaceId, journeyId);
    return journey?.state === 'live' ? { journey, plan: await planFor(tx, workspaceId, journeyId, journey.version) } : null;
  });
  if (!seen) return [];
  const { audience } = seen.plan.definition;
  const people = [...new Set(applicants.map(({ person }) => person))];
  const [fits, zoneOf] = await Promise.all([audience ? fitting(stores, workspaceId, audience, people) : null, zonesOf(stores, workspaceId, seen.plan, people)]);
  return stores.pg.tx(workspaceId, async (tx) => {
    const journey = await journeyById(tx, workspaceId, journeyId, { lock: 'share' });
    if (journey?.state !== 'live') return [];
    const plan = await planFor(tx, workspaceId, journeyId, journey.version);
    const now = stores.clock.now();
    if (await isClosed(tx, workspaceId, journey, plan.definition, now)) return [];
    const rows = await admitAtDoor(tx, stores, workspaceId, plan, await admitted(tx, workspaceId, { journey, plan, zoneOf, now }, fits ? applicants.filter(({ person }) => fits.has(person)) : applicants));
    const made = await insertEnrolments(tx, workspaceId, rows);
    await drawIn(tx, stores, workspaceId, journey, rows.filter(({ id }) => made.has(id)));
    if (made.size > 0) await tellNews(tx, 'journeys');
    return [...made];
  });
}
