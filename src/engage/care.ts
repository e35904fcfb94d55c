import type { z } from 'zod';
import { knownIn, seenBy } from '../customers/index.ts';
import { type Caller, may } from '../kernel/access/caller.ts';
import { EVERYBODY } from '../kernel/conditions/index.ts';
import { addDays, type Day, dayIn } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import { compiledFor, fieldCatalogue } from '../lifecycle/index.ts';
import { isDated } from './calendar.ts';
import { daysOfMonth, keeper } from './core/careDays.ts';
import { isCadenceDay } from './core/cadence.ts';
import type { Definition } from './core/definition.ts';
import { bornOn, festivalOn, lunarMarksOn, lunarOf } from './core/lunar.ts';
import { asker } from './knowledge.ts';
import { type Dated, datesHeld, type Due, tasksDue } from './queries/care.ts';
import { countFitting } from './queries/expected.ts';
import { bornAmong } from './queries/happened.ts';
import { type JourneyRow, journeysAfter, versionOf, zoneOfWorkspace } from './queries/journeys.ts';
import type { careShape } from './replies.ts';

const JOURNEYS_MAX = 500, PEOPLE_MAX = 200;
/** Whose birthday and whose first purchase a day remembers, whether or not a journey does. */
const BIRTHDAY = 'birthday', FIRST = 'first_on';

type Reply = z.input<typeof careShape>;
type Play = { journey: JourneyRow; definition: Definition };
type Entry = Extract<Definition['entries'][number], { kind: 'date' | 'holiday' | 'cadence' }>;
/** How many a journey's entry brings on a day of the month. */
type Brought = { play: Play; entry: Entry; on: ReadonlyMap<Day, number> };

const sumBy = (rows: readonly Dated[], keep: (row: Dated) => Day | undefined): Map<Day, number> => {
  const sums = new Map<Day, number>();
  for (const row of rows) { const on = keep(row); if (on !== undefined) sums.set(on, (sums.get(on) ?? 0) + row.people); }
  return sums;
};

/** Journeys whose entries stand in the calendar: the version that is walked where there is one, else the draft. */
async function playsOf(stores: Stores, caller: Caller): Promise<{ plays: Play[]; zone: string; tasks: (month: readonly Day[]) => Promise<Due[]> }> {
  const { workspaceId } = caller;
  const { plays, zone } = await stores.pg.tx(workspaceId, async (tx) => {
    const rows = (await journeysAfter(tx, workspaceId, { state: null, after: null, limit: JOURNEYS_MAX })).filter(({ state }) => state !== 'stopped');
    const found: Play[] = [];
    for (const journey of rows) found.push({ journey, definition: journey.state === 'draft' ? journey.draft : (await versionOf(tx, workspaceId, journey.id, journey.version))?.definition ?? journey.draft });
    return { plays: found, zone: await zoneOfWorkspace(tx, workspaceId) };
  });
  return { plays, zone, tasks: (month) => stores.pg.tx(workspaceId, (tx) => tasksDue(tx, workspaceId, { from: month[0] as string, to: month.at(-1) as string })) };
}

/** Of everybody the caller sees, asked once for all journeys without an audience of their own. */
type Shared = { held: readonly Dated[]; count: () => Promise<number> };

/** On which days of the month an entry brings how many of its journey's audience. */
async function broughtBy(stores: Stores, caller: Caller, month: readonly Day[], { play, entry }: Pick<Brought, 'play' | 'entry'>, shared: Shared): Promise<Brought> {
  const { workspaceId } = caller, { audience } = play.definition;
  const compiled = audience && await compiledFor(stores, { ...asker(workspaceId), shops: caller.shops }, audience);
  if (entry.kind === 'date') {
    const held = compiled ? await datesHeld(stores.ch, workspaceId, [entry.field], compiled) : shared.held.filter(({ field }) => field === entry.field);
    const sums = sumBy(held, keeper(month.map((day) => addDays(day, -entry.offsetDays)), entry.calendar));
    return { play, entry, on: new Map([...sums].map(([day, people]) => [addDays(day, entry.offsetDays), people])) };
  }
  const isOn = (day: Day): boolean => { const meant = entry.kind === 'holiday' ? addDays(day, -entry.offsetDays) : day; return entry.kind === 'cadence' ? isCadenceDay(entry, day) : festivalOn(Number(meant.slice(0, 4)), entry) === meant; };
  const days = month.filter(isOn), people = days.length === 0 ? 0 : compiled ? await countFitting(stores.ch, workspaceId, compiled) : await shared.count();
  return { play, entry, on: new Map(days.map((day) => [day, people])) };
}

function dayOf(day: Day, brought: readonly Brought[], tasks: readonly Due[], { solar, lunar, first }: Record<'solar' | 'lunar' | 'first', ReadonlyMap<Day, number>>): Reply['days'][number] {
  const { month, day: lunarDay, leap } = lunarOf(day), due = tasks.filter((one) => one.day === day);
  return {
    day, lunar: { month, day: lunarDay, leap }, birthdays: solar.get(day) ?? 0, lunarBirthdays: lunar.get(day) ?? 0, anniversaries: first.get(day) ?? 0,
    tasks: { due: due.reduce((sum, one) => sum + one.due, 0), done: due.reduce((sum, one) => sum + one.done, 0) },
    journeys: brought.filter(({ on }) => on.has(day)).map(({ play: { journey, definition }, entry, on }) => ({
      id: journey.id, name: journey.name, state: journey.state, kind: entry.kind, calendar: entry.kind === 'cadence' ? null : entry.calendar, time: entry.time, people: on.get(day) ?? 0, heldOut: definition.holdOut,
    })),
  };
}

/** R83: what was to be looked at by each journey's tasks in the month, and how much of it was. */
const dueList = (tasks: readonly Due[], plays: readonly Play[], today: Day): Reply['due'] =>
  [...Map.groupBy(tasks, ({ journey, text }) => `${journey}\n${text}`).values()].map((own) => {
    const { journey, text } = own[0] as Due, total = (of: readonly Due[], key: 'due' | 'done'): number => of.reduce((sum, one) => sum + one[key], 0), past = own.filter(({ day }) => day < today);
    return { journey: journey === '' ? null : journey, name: plays.find((one) => one.journey.id === journey)?.journey.name ?? '', text, due: total(own, 'due'), done: total(own, 'done'), overdue: total(past, 'due') - total(past, 'done') };
  });

/**
 * What a month holds of care: birthdays by both calendars, anniversaries of the first purchase, the days on which journeys (live, paused, drafted) let people in and how many,
 * tasks due and done. Whoever was born on 29 February keeps the 28th in years without one; a lunar birthday of a leap month is kept in the regular one, the 30th on the 29th of a short month.
 */
export async function careOf(stores: Stores, caller: Caller, asked: string | undefined): Promise<Reply> {
  const { workspaceId } = caller, { plays, zone, tasks } = await playsOf(stores, caller);
  const today = dayIn(zone, stores.clock.now()), month = daysOfMonth(asked ?? today.slice(0, 7));
  const entries = plays.flatMap((play) => play.definition.entries.filter(isDated).map((entry) => ({ play, entry })));
  const everybody = await compiledFor(stores, { ...asker(workspaceId), shops: caller.shops }, EVERYBODY);
  const fields = new Set([BIRTHDAY, FIRST, ...entries.flatMap(({ play, entry }) => (entry.kind === 'date' && play.definition.audience === null ? [entry.field] : []))]);
  const [held, due] = await Promise.all([datesHeld(stores.ch, workspaceId, [...fields], everybody), tasks(month)]);
  let counted: Promise<number> | undefined;
  const shared: Shared = { held, count: () => counted ??= countFitting(stores.ch, workspaceId, everybody) };
  const brought = await Promise.all(entries.map((one) => broughtBy(stores, caller, month, one, shared)));
  const births = held.filter(({ field }) => field === BIRTHDAY), anniversary = keeper(month, 'solar');
  const sums = {
    solar: sumBy(births, keeper(month, 'solar')), lunar: sumBy(births, keeper(month, 'lunar')),
    first: sumBy(held.filter(({ field }) => field === FIRST), (row) => { const on = anniversary(row); return on === row.day ? undefined : on; }),
  };
  return { month: (month[0] as string).slice(0, 7), today, days: month.map((day) => dayOf(day, brought, due, sums)), due: dueList(due, plays, today) };
}

/** Who has their birthday, or the anniversary of their first purchase, on a day: at most 200. Refuses `condition.masked_field` where the caller may not see the field. */
export async function carePeople(stores: Stores, caller: Caller, { day, of }: { day: Day; of: 'birthday' | 'lunar_birthday' | 'anniversary' }): Promise<{ rows: { customer: string; name: string | null }[]; more: boolean }> {
  const field = of === 'anniversary' ? FIRST : BIRTHDAY, calendar = of === 'lunar_birthday' ? 'lunar' : 'solar';
  const known = (await fieldCatalogue(stores, caller)).fields.find(({ key }) => key === field);
  if (known?.masked) throw new Refusal('condition.masked_field', { field }, 403);
  const days = bornOn(day, calendar).filter((born) => of !== 'anniversary' || born < day);
  const found = await bornAmong(stores.ch, caller.workspaceId, { field, days, texts: calendar === 'lunar' ? lunarMarksOn(day) : [] });
  const seen = await seenBy(stores, caller, found.slice(0, PEOPLE_MAX));
  const names = new Map(may(caller, 'customers.read') ? (await stores.pg.tx(caller.workspaceId, (tx) => knownIn(tx, caller.workspaceId, seen))).map(({ id, name }) => [id as string, name]) : []);
  return { rows: seen.map((customer) => ({ customer, name: names.get(customer) ?? null })), more: found.length > PEOPLE_MAX };
}
