import { membersOf } from '../customers/index.ts';
import { armOf, effectForShares } from '../insight/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { addDays, type Day, dayIn } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import type { CustomerId } from '../kernel/ids.ts';
import { isRefused } from '../kernel/refused.ts';
import type { Stores } from '../kernel/stores.ts';
import { rulesOf, type Rules } from '../reach/index.ts';
import { CONTROL } from './core/journey.ts';
import { type Plan, planOf } from './core/plan.ts';
import { rehearse, type Rehearsal } from './core/rehearse.ts';
import { allFaults, demandJourney } from './demand.ts';
import { collisionsOf, type Wish } from './collisions.ts';
import { entrantsOf, type Entrant } from './entrants.ts';
import { AHEAD_MS, fitting } from './knowledge.ts';
import { daysOfField, whenHappened } from './queries/happened.ts';
import { sentBefore } from './queries/past.ts';
import { zoneOfWorkspace } from './queries/journeys.ts';
import type { Replay } from './replies.ts';

/** More entrants are walked by a sample of them, and figures scaled. */
const WALKED_MAX = 5_000;
const DAY_MS = 86_400_000;
/** Days after entering in which a purchase counts for what can be proven. */
const WINDOW_DAYS = 28;

type Past = { plan: Plan; zone: string; from: Date; until: Date; rules: Rules };
type Walk = { entrant: Entrant; arm: string; rehearsal: Rehearsal; bought: boolean };

/** What is known of the people who are walked: what happened, conditions and days as they are today. */
async function knownOf(stores: Stores, caller: Caller, { plan, from }: Past, people: readonly CustomerId[]) {
  const { workspaceId } = caller;
  const members = await membersOf(stores, workspaceId, people), subjects = [...members.values()].flat();
  const named = [...[...plan.events].flatMap(([name, filters]) => filters.map((filter) => ({ name, filter }))), { name: 'bought', filter: { event: 'order.paid', where: [] } }];
  const happened = new Map<string, Map<string, number[]>>();
  for (const { customer, which, instants } of await whenHappened(stores.ch, { workspaceId, subjects }, named.map(({ filter }) => filter), { after: from, until: new Date(stores.clock.now().getTime() + AHEAD_MS) })) {
    const own = happened.get(customer) ?? new Map<string, number[]>(), name = named[which]?.name ?? '';
    happened.set(customer, own.set(name, [...own.get(name) ?? [], ...instants.map(Number)].sort((a, b) => a - b)));
  }
  const holds = new Map<string, ReadonlySet<string>>();
  for (const [name, tree] of plan.conditions) holds.set(name, await fitting(stores, workspaceId, tree, people));
  const fields = [...new Set(plan.definition.nodes.flatMap((node) => (node.kind === 'wait_date' ? [node.field] : [])))];
  const days = new Map<string, Map<string, Day>>();
  for (const field of fields) days.set(field, new Map((await daysOfField(stores.ch, workspaceId, people, field)).map(({ customer, day }) => [customer, day])));
  return { happened, holds, days, sent: await sentBefore(stores.ch, workspaceId, subjects, new Date(from.getTime() - 31 * DAY_MS)) };
}

type Known = Awaited<ReturnType<typeof knownOf>>;

function walkOne({ plan, zone, until }: Past, salt: string, known: Known, entrant: Entrant): Walk {
  const happened = new Map(known.happened.get(entrant.person) ?? []), bought = happened.get('bought') ?? [];
  happened.delete('bought');
  const arm = armOf({ salt, holdOut: plan.definition.holdOut, variants: [{ key: 'treated', weight: 1 }] }, entrant.person);
  const rehearsal = rehearse(plan, { enrolment: 'replay', anchor: entrant.person, arm, zone }, {
    from: entrant.at, until: until.getTime(), happened, known: {
      holds: new Map([...known.holds].map(([name, fits]) => [name, fits.has(entrant.person)])), dates: Object.fromEntries([...known.days].map(([field, days]) => [field, days.get(entrant.person)])),
      place: (_, at) => at, draw: (of, variants, anchor) => armOf({ salt: of, holdOut: 0, variants }, anchor),
    },
  });
  return { entrant, arm, rehearsal, bought: bought.some((at) => at > entrant.at && at <= entrant.at + WINDOW_DAYS * DAY_MS) };
}

const tally = (keys: readonly string[], scale: number): Record<string, number> => Object.fromEntries([...Map.groupBy(keys, (key) => key)].map(([key, all]) => [key, Math.round(all.length * scale)]));

function told(past: Past, days: number, entrants: readonly Entrant[], walks: readonly Walk[], known: Known, costs: Readonly<Record<string, number>>): Replay {
  const { plan, zone, from, until, rules } = past, scale = walks.length === 0 ? 1 : entrants.length / walks.length;
  const wishes = walks.flatMap(({ entrant, rehearsal }) => rehearsal.effects.flatMap(({ at, effect }): Wish[] => (effect.kind === 'send' ? [{ person: entrant.person, zone, at, send: effect }] : [])));
  const dayOf = (ms: number): Day => dayIn(zone, new Date(ms));
  const control = walks.filter(({ arm }) => arm === CONTROL).length, base = walks.length === 0 ? 0 : walks.filter(({ bought }) => bought).length / walks.length;
  const people = new Set(entrants.map(({ person }) => person)).size;
  const detectable = base > 0 && base < 1 ? effectForShares({ base, customers: people }, { controlShare: plan.definition.holdOut }) : null;
  const messages = tally(wishes.map(({ send: { channel } }) => channel), scale);
  return {
    days, from: dayOf(from.getTime()), to: dayOf(until.getTime()), entrants: entrants.length, people, control: Math.round(control * scale), treated: entrants.length - Math.round(control * scale), sampled: 1 / scale,
    daily: Array.from({ length: days + 1 }, (_, n) => addDays(dayOf(from.getTime()), n)).map((day) => ({ day, entrants: entrants.filter(({ at }) => dayOf(at) === day).length, messages: tally(wishes.filter(({ at }) => dayOf(at) === day).map(({ send: { channel } }) => channel), scale) })),
    messages, tasks: Math.round(walks.flatMap(({ rehearsal }) => rehearsal.effects).filter(({ effect }) => effect.kind === 'task').length * scale),
    collisions: collisionsOf(rules, wishes, known.sent, scale), costMinor: Math.round(Object.entries(messages).reduce((sum, [channel, many]) => sum + many * (costs[channel] ?? 0), 0)),
    exits: tally(walks.filter(({ rehearsal }) => rehearsal.state.status !== 'inside').map(({ rehearsal: { state } }) => `${state.status}:${state.reason}`), scale),
    stillInside: Math.round(walks.filter(({ rehearsal }) => rehearsal.state.status === 'inside').length * scale),
    detectable: detectable === null || isRefused(detectable) ? null : detectable, baseShare: walks.length === 0 ? null : base,
  };
}

/**
 * What the draft would have done in the last days, had it been live: the pure core over what really happened. Conditions and days of people are taken as they are today, and
 * rules are asked as if everybody had consented, so that caps and quiet hours show. Reads only. Refuses `journey.has_faults`.
 */
export async function replayJourney(stores: Stores, caller: Caller, id: string, { days, costs }: { days: number; costs: Readonly<Record<string, number>> }): Promise<Replay> {
  const { journey, zone, rules } = await stores.pg.tx(caller.workspaceId, async (tx) => ({ journey: await demandJourney(tx, caller, id), zone: await zoneOfWorkspace(tx, caller.workspaceId), rules: await rulesOf(tx, caller.workspaceId) }));
  const [fault, ...others] = (await allFaults(stores, caller, journey.draft)).filter(({ code }) => !code.startsWith('journey.fault.template_'));
  if (fault) throw new Refusal('journey.has_faults', { fault: fault.code, node: fault.node, others: others.length });
  const until = stores.clock.now(), past: Past = { plan: planOf(id, journey.version + 1, journey.draft), zone, rules, until, from: new Date(until.getTime() - days * DAY_MS) };
  const entrants = await entrantsOf(stores, caller, past);
  const stride = Math.max(1, Math.ceil(entrants.length / WALKED_MAX)), sample = entrants.filter((_, at) => at % stride === 0);
  const known = await knownOf(stores, caller, past, [...new Set(sample.map(({ person }) => person))]);
  return told(past, days, entrants, sample.map((entrant) => walkOne(past, journey.experimentId ?? id, known, entrant)), known, costs);
}
