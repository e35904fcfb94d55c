import { customersIn, recordedIn } from '../../customers/index.ts';
import { dayNumber } from '../../kernel/day.ts';
import type { Needs } from '../../kernel/conditions/index.ts';
import type { Fact, Loop, Reaction } from '../../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { dataDay } from '../asOf.ts';
import { workspaceIds } from '../queries/workspaces.ts';
import { lookAtSegments } from './lookAt.ts';
import { dueBy, forgetDue, newestRound } from './queries/looks.ts';
import { askSegments, importedSince, recomputeFresh, recomputeSegments } from './recompute.ts';
import { watchedSegments } from './watched.ts';

/** Looked at again by the clock in one go. */
const DUE_PER_TURN = 20_000;
/** Names under which purchases stand in histories. */
const BOUGHT = ['order.paid', 'order.refunded'];

const asksEvents = (events: ReadonlySet<string>) => (needs: Needs): boolean => needs.events.some((event) => events.has(event));
/** Purchases, what people say of themselves and stages change fields of many kinds. */
const asksPerson = ({ fields, stages, tags, consents, kept }: Needs): boolean => stages || fields.length + tags.length + consents.length + kept.length > 0;

/** Of the facts of events: whom only the events they did by name can have moved, and whom anything. */
function whomIn(facts: readonly Fact[]): { changed: CustomerId[]; did: CustomerId[]; events: Set<string> } {
  const said = facts.flatMap((fact) => recordedIn(fact) ?? []), unsaid = facts.filter((fact) => !recordedIn(fact));
  const changed = new Set([...said.flatMap(({ bought, told }) => [...bought, ...told]), ...customersIn(unsaid)]);
  const did = new Set(said.flatMap(({ did }) => Object.values(did).flat()).filter((customer) => !changed.has(customer)));
  return { changed: [...changed], did: [...did], events: new Set([...said.flatMap(({ did }) => Object.keys(did)), ...BOUGHT]) };
}

async function followEvents(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[], backfill: boolean): Promise<void> {
  const { changed, did, events } = whomIn(facts), asked = asksEvents(events);
  if (changed.length > 0) await lookAtSegments(stores, workspaceId, changed, { backfill, touched: (needs) => asked(needs) || asksPerson(needs) });
  if (did.length > 0) await lookAtSegments(stores, workspaceId, did, { backfill, touched: asked });
}

/** Those something happened to: at once as news, of old events without any. */
const lookActive: Reaction = async (stores, workspaceId, facts) => {
  await followEvents(stores, workspaceId, facts.filter(({ payload }) => payload.backfill !== true), false);
  await followEvents(stores, workspaceId, facts.filter(({ payload }) => payload.backfill === true), true);
};

const idsIn = (payload: Fact['payload']): CustomerId[] => [payload.customerId, payload.customer, ...(Array.isArray(payload.customers) ? payload.customers : [])].filter((one): one is CustomerId => typeof one === 'string');
async function lookAtNamed(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[], backfill: boolean): Promise<void> {
  // A tag that many bear now names a thousand of them: the others are found with everybody.
  if (facts.some(({ payload }) => typeof payload.count === 'number' && Array.isArray(payload.customers) && payload.count > payload.customers.length)) await ask(stores, workspaceId, backfill);
  await lookAtSegments(stores, workspaceId, facts.flatMap(({ payload }) => idsIn(payload)), { touched: asksPerson, backfill });
}
/** Whom facts name, as news; where a tag tells of the past, without any. */
const lookNamed: Reaction = async (stores, workspaceId, facts) => {
  await lookAtNamed(stores, workspaceId, facts.filter(({ payload }) => payload.backfill !== true), false);
  await lookAtNamed(stores, workspaceId, facts.filter(({ payload }) => payload.backfill === true), true);
};
/** Newcomers that staff wrote down; those of files and events are looked at with these. */
const lookNewcomers: Reaction = async (stores, workspaceId, facts) => {
  await lookAtSegments(stores, workspaceId, customersIn(facts.filter(({ payload }) => payload.by === 'user' || payload.by === 'key')));
};
/** Both sides of a merge, or of its undoing: their pasts were told apart, so nothing of it is news. */
const lookMerged: Reaction = async (stores, workspaceId, facts) => {
  await lookAtSegments(stores, workspaceId, customersIn(facts), { backfill: true });
};

const ask = (stores: Stores, workspaceId: WorkspaceId, backfill: boolean): Promise<void> => stores.pg.tx(workspaceId, (tx) => askSegments(tx, workspaceId, backfill ? 'backfill' : 'news'));
/** A file, rules or scores may move anybody: none of it is news. */
const lookAtEveryone: Reaction = (stores, workspaceId) => ask(stores, workspaceId, true);
const lookAfterStages: Reaction = async (stores, workspaceId, facts) => {
  if (facts.some(({ payload }) => payload.all === true)) await ask(stores, workspaceId, true);
};

/** Reactions by fact kind, for loop.ts: after those that assess, score and publish. */
export const segmentReactions = {
  'import.finished': { 'segments.lookAtEveryone': lookAtEveryone },
  'import.undone': { 'segments.lookAtEveryone': lookAtEveryone },
  'stages.backfilled': { 'segments.lookAfterStages': lookAfterStages },
  'scores.made': { 'segments.lookAtEveryone': lookAtEveryone },
  'events.recorded': { 'segments.lookActive': lookActive },
  'stage.changed': { 'segments.lookNamed': lookNamed },
  'stage.corrected': { 'segments.lookNamed': lookNamed },
  'tags.changed': { 'segments.lookNamed': lookNamed },
  'consent.changed': { 'segments.lookNamed': lookNamed },
  'customer.created': { 'segments.lookNewcomers': lookNewcomers },
  'customer.merged': { 'segments.lookMerged': lookMerged },
  'customer.unmerged': { 'segments.lookMerged': lookMerged },
} satisfies Loop;

/** Whoever's moment has come is looked at, for the segments where minutes decide. */
async function lookAtDue(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const now = stores.clock.now();
  for (let more = true; more; ) {
    const due = await stores.pg.tx(workspaceId, (tx) => dueBy(tx, workspaceId, now, DUE_PER_TURN));
    if (due.length === 0) return;
    await lookAtSegments(stores, workspaceId, due, { touched: ({ time }) => time === 'any_moment' });
    // Whoever waits for a later moment has it by now.
    await stores.pg.tx(workspaceId, (tx) => forgetDue(tx, workspaceId, due, now));
    more = due.length === DUE_PER_TURN;
  }
}

/** A new day of the data: everybody is looked at. Segments nobody has looked at with their present filter: these alone. */
export async function catchUpSegments(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const { watched } = await watchedSegments(stores, workspaceId);
  if (watched.length === 0) return;
  await lookAtDue(stores, workspaceId);
  const round = await stores.pg.tx(workspaceId, (tx) => newestRound(tx, workspaceId));
  const isNewDay = round === undefined || dayNumber(await dataDay(stores, workspaceId)) > dayNumber(round.asOf);
  // A file under way would be told half; its own look at everybody follows it.
  if (isNewDay && !(round && (await importedSince(stores, workspaceId, round.lookedAt)))) return void (await recomputeSegments(stores, workspaceId));
  await recomputeFresh(stores, workspaceId);
}

/** What repeats by the clock, for every workspace. To be called about once a minute, after stages. */
export async function segmentsTick(stores: Stores): Promise<void> {
  await eachApart(await workspaceIds(stores.pg.global), (workspaceId) => catchUpSegments(stores, workspaceId));
}
