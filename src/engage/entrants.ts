import type { Caller } from '../kernel/access/caller.ts';
import { addDays, type Day, dayIn } from '../kernel/day.ts';
import type { CustomerId } from '../kernel/ids.ts';
import { own } from '../kernel/own.ts';
import type { Stores } from '../kernel/stores.ts';
import { memberIds, segmentTree } from '../lifecycle/index.ts';
import { calendarPeople, isDated } from './calendar.ts';
import type { Entry } from './core/definition.ts';
import type { Plan } from './core/plan.ts';
import { mayEnter } from './core/reentry.ts';
import { instantOf, minuteOf } from './core/zone.ts';
import { asker, fitting } from './knowledge.ts';
import { everyTrigger } from './queries/happened.ts';
import { stagesEntered } from './queries/past.ts';

/** Somebody who would have entered, and when. */
export type Entrant = { person: CustomerId; key: string; at: number };
type Stretch = { plan: Plan; zone: string; from: Date; until: Date };

const MOST = 100_000;
const ASKED_AT_ONCE = 20_000;

function daysOf({ zone, from, until }: Stretch): Day[] {
  const days: Day[] = [];
  for (let day = dayIn(zone, from), last = dayIn(zone, until); day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Everybody one entry would have brought to the door. Of a segment's past nothing is kept here: whoever is in it today stands for those who came at the first moment. */
async function brought(stores: Stores, caller: Caller, stretch: Stretch, entry: Entry): Promise<Entrant[]> {
  const { workspaceId } = caller, { plan: { definition: { key } }, zone, from, until } = stretch;
  if (entry.kind === 'event') {
    return (await everyTrigger(stores.ch, workspaceId, entry.events, { after: from, until, limit: MOST })).flatMap(({ customer, ms, properties }) => {
      const value = key === null ? '' : own(properties, key);
      return typeof value === 'string' || typeof value === 'number' ? [{ person: customer, key: String(value), at: Number(ms) }] : [];
    });
  }
  if (key !== null || entry.kind === 'api') return [];
  if (entry.kind === 'stage') return (await stagesEntered(stores.ch, workspaceId, { ...entry, first: dayIn(zone, from), last: dayIn(zone, until), limit: MOST })).map(({ customer, day }) => ({ person: customer, key: '', at: instantOf(zone, day, 0) }));
  if (entry.kind === 'segment') {
    const { ids } = await memberIds(stores, asker(workspaceId), await segmentTree(stores, asker(workspaceId), entry.segment), { after: null, limit: MOST });
    return ids.map((person) => ({ person, key: '', at: from.getTime() + 1 }));
  }
  const all: Entrant[] = [];
  for (const day of isDated(entry) ? daysOf(stretch) : []) {
    const at = instantOf(zone, day, minuteOf(entry.time));
    if (at > from.getTime() && at <= until.getTime()) all.push(...(await calendarPeople(stores, workspaceId, stretch.plan.definition, entry, day)).map((person) => ({ person, key: '', at })));
  }
  return all;
}

/** Who would have entered, in the order of time: those in the audience (as it is today) whom the re-entry rule admits. Whoever enters counts as through before they come again. */
export async function entrantsOf(stores: Stores, caller: Caller, stretch: Stretch): Promise<Entrant[]> {
  const { plan: { definition: { entries, audience, reentry } }, zone } = stretch;
  const all = (await Promise.all(entries.map((entry) => brought(stores, caller, stretch, entry)))).flat().sort((a, b) => a.at - b.at || (a.person < b.person ? -1 : 1));
  const people = [...new Set(all.map(({ person }) => person))], fits = new Set<string>();
  if (audience) for (let from = 0; from < people.length; from += ASKED_AT_ONCE) for (const id of await fitting(stores, caller.workspaceId, audience, people.slice(from, from + ASKED_AT_ONCE))) fits.add(id);
  const last = new Map<string, number>();
  return all.filter(({ person, key, at }) => {
    const place = `${person}\n${key}`, before = last.get(place);
    if ((audience && !fits.has(person)) || !mayEnter(reentry, before === undefined ? undefined : { enteredAt: before, inside: false }, zone, at)) return false;
    last.set(place, at);
    return true;
  });
}
