import { customerLines, demandSeen, isScoped, registerTrait, seenBy } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { renewed } from '../../kernel/renewed.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { ACTIVITY_DAYS, ADVOCACY_DAYS, ADVOCACY_EVENTS, SURVEY_EVENT } from '../core/signals/acts.ts';
import { type Advocacy, activityScoreOf, activityScores, advocacyScore, isRefused, rankAdvocates, type Score, stickinessOf } from '../core/money/index.ts';
import { isLarge, KEPT_MS, peopleIn, standingIn } from '../core/money/spread.ts';
import { named, type Whom } from '../queries/habits.ts';
import { type Acts, actsOf, type Basis, basisOf, dailyActive, type Doings, doingsOf, overallOf, productsBought, readRanks, type Window } from './queries/engagement.ts';

const EVERYBODY: Whom = { part: 0, parts: 1 };
const windowOf = (asOf: Day, days: number): Window => ({ from: addDays(asOf, 1 - days), to: asOf });
const NOTHING: Advocacy = { reviews: 0, rating: null, shares: 0, convertingShares: 0, referrals: 0, mentions: 0, nps: null };

/** Scores of everybody who did anything in the last month: a score is a standing among them. */
async function activityOfAll(stores: Stores, workspaceId: WorkspaceId, asOf: Day): Promise<Map<CustomerId, number>> {
  const window = windowOf(asOf, ACTIVITY_DAYS);
  const [rows, basis] = await Promise.all([doingsOf(stores.ch, workspaceId, EVERYBODY, window), basisOf(stores.ch, workspaceId, window)]);
  const column = (pick: (row: Doings) => number): Float64Array => Float64Array.from(rows, pick);
  const scores = activityScores({ logins: column((row) => row[basis]), interactions: column((row) => row.interactions), minutes: column((row) => row.minutes) });
  return new Map(rows.flatMap(({ customer }, at) => { const score = scores[at]; return score && !isRefused(score) ? [[customer, score.score] as const] : []; }));
}

/** Those who were active in the month or two before, and are no longer: their score ends. */
async function silentSince(stores: Stores, workspaceId: WorkspaceId, asOf: Day): Promise<CustomerId[]> {
  const before = { from: addDays(asOf, 1 - 3 * ACTIVITY_DAYS), to: addDays(asOf, -ACTIVITY_DAYS) };
  return (await doingsOf(stores.ch, workspaceId, EVERYBODY, before)).map(({ customer }) => customer);
}

const ACTS: ReadonlySet<string> = new Set([...Object.values(ADVOCACY_EVENTS).flat(), SURVEY_EVENT]);

/** Activity and advocacy as fields that lists and filters can ask. */
export function registerSignalTraits(): void {
  registerTrait({
    key: 'activity_score', type: 'number', source: 'lifecycle', block: 'habit', ttlDays: ACTIVITY_DAYS, on: ['import.finished', 'import.undone'], everyHours: 24,
    compute: async (stores, workspaceId, customers) => {
      const asOf = await dataDay(stores, workspaceId);
      const [scores, before] = await Promise.all([activityOfAll(stores, workspaceId, asOf), silentSince(stores, workspaceId, asOf)]);
      const all = new Map<CustomerId, number | null>([...before.map((customer) => [customer, null] as const), ...scores]);
      return customers === 'all' ? all : new Map(customers.map((customer) => [customer, all.get(customer) ?? null]));
    },
  });
  registerTrait({
    key: 'advocacy_score', type: 'number', source: 'lifecycle', block: 'habit', ttlDays: ADVOCACY_DAYS, on: ['import.finished', 'import.undone', 'events.recorded', 'customer.merged', 'customer.unmerged'], by: { did: (event) => ACTS.has(event) }, everyHours: 24,
    compute: async (stores, workspaceId, customers) => {
      const whom = customers === 'all' ? EVERYBODY : await named(stores, workspaceId, customers);
      const rows = await actsOf(stores.ch, workspaceId, whom, windowOf(await dataDay(stores, workspaceId), ADVOCACY_DAYS));
      return new Map(rows.map(({ customer, ...acts }) => [customer, advocacyScore(acts).score]));
    },
  });
}

export type CustomerEngagement = {
  asOf: Day; days: number; basis: Basis; activity: (Score & { logins: number; interactions: number; minutes: number; sessions: number; people: number }) | null;
  advocacyDays: number; advocacy: { score: number; parts: { key: keyof Advocacy; points: number }[]; acts: Advocacy };
};

async function activityOf(stores: Stores, workspaceId: WorkspaceId, own: Doings | undefined, { window, basis }: { window: Window; basis: Basis }): Promise<CustomerEngagement['activity']> {
  const ranks = own && await renewed(stores, { workspaceId, name: 'activity standings', day: window.to, keptMs: KEPT_MS, isLarge }, () => readRanks(stores.ch, workspaceId, window)), people = ranks ? peopleIn(ranks.visits) : 0;
  if (!own || !ranks || people === 0) return null;
  const standing = (name: Basis | 'interactions' | 'minutes'): number => standingIn(ranks[name], own[name]);
  const score = activityScoreOf({ logins: standing(basis), interactions: standing('interactions'), minutes: standing('minutes') });
  return isRefused(score) ? null : { ...score, logins: own[basis], interactions: own.interactions, minutes: own.minutes, sessions: own.sessions, people };
}

/** Activity and advocacy of one customer with what makes them (R34); no activity where nothing was seen of them in the last month. Refuses `customer.not_found`. */
export async function customerEngagement(stores: Stores, caller: Caller, id: CustomerId): Promise<CustomerEngagement> {
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, (tx) => demandSeen(tx, caller, [id]));
  const asOf = await dataDay(stores, workspaceId);
  const [window, whom] = [windowOf(asOf, ACTIVITY_DAYS), await named(stores, workspaceId, [id])];
  const [basis, [own], [found]] = await Promise.all([
    basisOf(stores.ch, workspaceId, window), doingsOf(stores.ch, workspaceId, whom, window), actsOf(stores.ch, workspaceId, whom, windowOf(asOf, ADVOCACY_DAYS)),
  ]);
  const { customer: _, ...acts } = found ?? { customer: id, ...NOTHING };
  return { asOf, days: ACTIVITY_DAYS, basis, activity: await activityOf(stores, workspaceId, own, { window, basis }), advocacyDays: ADVOCACY_DAYS, advocacy: { ...advocacyScore(acts), acts } };
}

/** The shops a caller asks for, within those they may see. Refuses `lifecycle.shop_forbidden`. */
function shopsFor(caller: Caller, shop: string): readonly string[] {
  if (shop !== '' && isScoped(caller) && !caller.shops.includes(shop)) throw new Refusal('lifecycle.shop_forbidden', { shop }, 403);
  return shop === '' ? caller.shops : [shop];
}

export type Overall = {
  asOf: Day; from: Day; basis: Basis; monthlyActive: number; daily: { day: Day; people: number }[]; stickiness: number | null; minutesPerSession: number | null; sessions: number; productsPerCustomer: number | null; buyers: number;
  advocates: { customer: { id: string; name: string }; score: number; acts: Advocacy }[];
};
const ADVOCATES = 20;
/** More than are shown are looked at, since some may be of shops the caller does not see. */
const LOOKED_AT = 200;

async function advocatesOf(stores: Stores, caller: Caller, rows: readonly Acts[]): Promise<Overall['advocates']> {
  const acts = new Map(rows.map(({ customer, ...own }) => [customer, own]));
  const ranked = rankAdvocates(acts).filter(({ score }) => score > 0).slice(0, LOOKED_AT);
  const seen = new Set(await seenBy(stores, caller, ranked.map(({ customerId }) => customerId)));
  const shown = ranked.filter(({ customerId }) => seen.has(customerId)).slice(0, ADVOCATES);
  const names = new Map((await customerLines(stores, caller, shown.map(({ customerId }) => customerId))).map(({ id, name }) => [id, name]));
  return shown.map(({ customerId, score }) => ({ customer: { id: customerId, name: names.get(customerId) ?? '' }, score, acts: acts.get(customerId) ?? NOTHING }));
}

/** Stickiness (DAU/MAU), minutes of a session, products a customer, and who speaks for us most (R34). */
export async function engagement(stores: Stores, caller: Caller, shop: string): Promise<Overall> {
  const { workspaceId } = caller;
  const [asOf, shops] = [await dataDay(stores, workspaceId), shopsFor(caller, shop)];
  const [month, year] = [windowOf(asOf, ACTIVITY_DAYS), windowOf(asOf, ADVOCACY_DAYS)];
  const [basis, overall, active, bought, acts] = await Promise.all([
    basisOf(stores.ch, workspaceId, month), overallOf(stores.ch, workspaceId, { ...month, shops }), dailyActive(stores.ch, workspaceId, { ...month, shops }), productsBought(stores.ch, workspaceId, { ...year, shops }),
    actsOf(stores.ch, workspaceId, EVERYBODY, year),
  ]);
  const onDay = new Map(active.map(({ day, people }) => [day, people]));
  const daily = Array.from({ length: ACTIVITY_DAYS }, (_, at) => addDays(month.from, at)).map((day) => ({ day, people: onDay.get(day) ?? 0 }));
  const sticky = stickinessOf({ dailyActive: daily.map(({ people }) => people), monthlyActive: overall.people, minutes: overall.minutes, sessions: overall.sessions, products: bought.products, customers: bought.customers });
  const { stickiness, minutesPerSession } = isRefused(sticky) ? { stickiness: null, minutesPerSession: null } : sticky;
  return {
    asOf, from: month.from, basis, monthlyActive: overall.people, daily, stickiness, minutesPerSession, sessions: overall.sessions,
    productsPerCustomer: bought.customers > 0 ? bought.products / bought.customers : null, buyers: bought.customers, advocates: await advocatesOf(stores, caller, acts),
  };
}
