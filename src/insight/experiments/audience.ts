import { ownersOf, seenBy } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { type Compiled, EVERYBODY, segmentsOf, type Tree } from '../../kernel/conditions/index.ts';
import { addDays, type Day } from '../../kernel/day.ts';
import type { Stores } from '../../kernel/stores.ts';
import { compiledFor, type Offered, segmentTree } from '../../lifecycle/index.ts';
import type { Audience, Plan } from './contract.ts';
import { type Bars, onlyNamed } from './queries/draw.ts';
import { drawnBefore } from './queries/experiments.ts';
import { daysOf, sinceOf } from './timing.ts';

/** The filter of an audience that is one. Refuses `segment.not_found`. */
export const treeOfAudience = (stores: Stores, caller: Caller, audience: Exclude<Audience, { kind: 'customers' }>): Promise<Tree> =>
  (audience.kind === 'segment' ? segmentTree(stores, caller, audience.id) : Promise.resolve(audience.tree));

/** The segments an audience is chosen by. */
export const segmentsBehind = (audience: Audience): string[] => (audience.kind === 'segment' ? [audience.id] : audience.kind === 'tree' ? segmentsOf(audience.tree) : []);

/** People named one by one, as a filter: whoever they are today, and only those the caller may see. */
async function compiledList(stores: Stores, caller: Caller, ids: readonly string[], asOf: Day): Promise<Compiled> {
  const [all, owners] = await Promise.all([compiledFor(stores, caller, EVERYBODY, asOf, 'a'), ownersOf(stores, caller.workspaceId, ids)]);
  const named = await seenBy(stores, caller, [...new Set(ids.map((id) => owners.get(id) ?? id))]);
  return onlyNamed(all, named);
}

/** How an audience was chosen, for whoever would make it an offer; null for people named one by one by staff. */
export async function offeredTo(stores: Stores, caller: Caller, audience: Audience): Promise<Offered | null> {
  if (audience.kind === 'customers') return audience.from === 'save_plan' ? { kind: 'save_plan' } : null;
  return { kind: 'tree', tree: await treeOfAudience(stores, caller, audience) };
}

/** An audience ready for queries, as of a day. Refuses what the filter's catalogue refuses. */
export async function compiledAudience(stores: Stores, caller: Caller, audience: Audience, asOf: Day): Promise<Compiled> {
  if (audience.kind === 'customers') return compiledList(stores, caller, audience.ids, asOf);
  return compiledFor(stores, caller, await treeOfAudience(stores, caller, audience), asOf, 'a');
}

/** Whom a draw must leave out: see `Bars`. A hold-out of another experiment stays untouched until that one's window is over. */
export async function barsFor(stores: Stores, caller: Caller, { id, plan, startsOn }: { id: string; plan: Plan; startsOn: Day }): Promise<Bars> {
  const others = await stores.pg.tx(caller.workspaceId, (tx) => drawnBefore(tx, caller.workspaceId, id));
  return {
    workspaceId: caller.workspaceId, channels: plan.channels.map(({ channel }) => channel), withoutTags: plan.withoutTags, since: sinceOf(plan, startsOn),
    cappedSince: addDays(startsOn, -plan.capDays), draws: plan.capDays > 0 ? others.map(({ drawId }) => drawId) : [],
    heldOutIn: others.filter((one) => daysOf(one).lastDay >= startsOn).map(({ drawId }) => drawId),
  };
}
