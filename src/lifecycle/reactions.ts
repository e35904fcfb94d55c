import { concerned, customersIn, flushMirror, ofMoreOrders, recordedIn } from '../customers/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import type { Fact, Loop, Reaction } from '../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { eachApart } from '../kernel/tick.ts';
import { dayNumber } from '../kernel/day.ts';
import { dataDay } from './asOf.ts';
import { reassess, tick } from './reassess.ts';
import { isRelearningDue, recalibrate } from './rules.ts';
import { unseen } from './queries/unseen.ts';
import { workspaceIds } from './queries/workspaces.ts';
import { settingOf } from './store.ts';

/** Everyone anew after a file came in or was taken back; the cuts too, when they are a month behind the data. Triggers nothing. */
const assessEveryone: Reaction = async (stores, workspaceId) => {
  const asOf = await dataDay(stores, workspaceId);
  if (await isRelearningDue(stores, workspaceId, asOf)) await recalibrate(stores, { asOf, caller: systemCaller(workspaceId) });
  else await reassess(stores, workspaceId, 'all', asOf, { mode: 'backfill' });
};

/** To read so many orders of one customer takes as long as those of hundreds of others. */
const MANY_ORDERS = 500;

/** Whom events may move: those who bought, and of the others those of whom such a day or such a shop was not known. */
async function movedBy(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[], isOurs: (customer: CustomerId) => boolean): Promise<CustomerId[]> {
  const buyers = new Set(concerned(facts, { bought: true }).filter(isOurs)), visits = facts.flatMap((fact) => recordedIn(fact) ?? []);
  const visitors = [...new Set(visits.flatMap(({ customers }) => customers))].filter((customer) => isOurs(customer) && !buyers.has(customer));
  return [...buyers, ...await unseen(stores.ch, workspaceId, visitors, visits)];
}

/**
 * Those something happened to: at once as news, those only an old event came in for without any. Whoever has very many orders is told by a reaction of their own, which may
 * take its time: the others do not wait for them. By what is published: where that changes meanwhile, they were assessed, with all that had come.
 */
const assess = (ofMany: boolean): Reaction => async (stores, workspaceId, facts) => {
  const [asOf, many] = await Promise.all([dataDay(stores, workspaceId), ofMoreOrders(stores, workspaceId, MANY_ORDERS)]), isOurs = (customer: CustomerId): boolean => many.has(customer) === ofMany;
  const moved = (backfill: boolean): Promise<CustomerId[]> => movedBy(stores, workspaceId, facts.filter(({ payload }) => (payload.backfill === true) === backfill), isOurs);
  const [news, past] = await Promise.all([moved(false), moved(true)]), live = new Set(news), old = past.filter((customer) => !live.has(customer));
  if (live.size > 0) await reassess(stores, workspaceId, [...live], asOf);
  if (old.length > 0) await reassess(stores, workspaceId, old, asOf, { mode: 'backfill' });
  // Newcomers whom nothing told anywhere: with a clock far ahead, they have done nothing yet.
  await flushMirror(stores, workspaceId);
};
/** Nobody waits for it by the second. */
const LONG_HISTORIES = 'lifecycle.assessLongHistories';

/** The calendar says otherwise which purchases were promotions: the cuts are learned again where there are any, and everyone is told anew. */
const relearn: Reaction = async (stores, workspaceId) => {
  const { assessedAsOf } = await stores.pg.tx(workspaceId, (tx) => settingOf(tx, workspaceId));
  // Before the first file there is nobody to judge: the import learns with the calendar as it stands.
  if (assessedAsOf !== null) await recalibrate(stores, { asOf: await dataDay(stores, workspaceId), caller: systemCaller(workspaceId) });
};

/** Newcomers that staff wrote down stand somewhere at once; those of a file or of an event are assessed with it. */
const assessNewcomers: Reaction = async (stores, workspaceId, facts) => {
  const newcomers = customersIn(facts.filter(({ payload }) => payload.by === 'user' || payload.by === 'key'));
  if (newcomers.length > 0) await reassess(stores, workspaceId, newcomers, await dataDay(stores, workspaceId));
};

/** Both sides of a merge or of its undoing: their pasts were told apart, so nothing of it is news. */
const assessMerged: Reaction = async (stores, workspaceId, facts) => {
  const customers = facts.flatMap(({ payload }) => [payload.keep, payload.customer, payload.from, ...((payload.absorbed as CustomerId[] | undefined) ?? [])]).filter((one): one is CustomerId => typeof one === 'string');
  await reassess(stores, workspaceId, customers, await dataDay(stores, workspaceId), { mode: 'backfill' });
};

/** Those of our reactions that may rest. */
export const patientLifecycle: readonly string[] = [LONG_HISTORIES];

/** Reactions by fact kind, for loop.ts. */
export const lifecycleReactions: Loop = {
  'import.finished': { 'lifecycle.assessEveryone': assessEveryone },
  'import.undone': { 'lifecycle.assessEveryone': assessEveryone },
  'events.recorded': { 'lifecycle.assessActive': assess(false), [LONG_HISTORIES]: assess(true) },
  'customer.merged': { 'lifecycle.assessMerged': assessMerged },
  'customer.unmerged': { 'lifecycle.assessMerged': assessMerged },
  'customer.created': { 'lifecycle.assessNewcomers': assessNewcomers },
  'promotions.changed': { 'lifecycle.relearn': relearn },
};

/** Days that the data's own day may fall back by itself: a clock put right by an hour may lie before midnight. */
const FAR_AHEAD_DAYS = 2;

/** When the data's day has moved on since everyone was last assessed: silence speaks, then old cuts are learned again. */
export async function catchUp(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const { assessedAsOf } = await stores.pg.tx(workspaceId, (tx) => settingOf(tx, workspaceId));
  if (assessedAsOf === null) return;
  const asOf = await dataDay(stores, workspaceId);
  // A clock far ahead had everybody told on a day that has not come: they are told anew, which is no news.
  if (assessedAsOf - dayNumber(asOf) > FAR_AHEAD_DAYS) return void (await reassess(stores, workspaceId, 'all', asOf, { mode: 'backfill' }));
  if (dayNumber(asOf) <= assessedAsOf) return;
  await tick(stores, workspaceId, asOf);
  if (await isRelearningDue(stores, workspaceId, asOf)) await recalibrate(stores, { asOf, caller: systemCaller(workspaceId) });
}

/** What repeats by the clock, for every workspace. To be called about once a minute. */
export async function lifecycleTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), (workspaceId) => catchUp(stores, workspaceId));
}
