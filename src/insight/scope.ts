import type { Caller } from '../kernel/access/caller.ts';
import type { Tree } from '../kernel/conditions/index.ts';
import type { Day } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import { compiledFor, dataDay, segmentTree } from '../lifecycle/index.ts';
import type { Population, Scope } from './contract.ts';
import type { Period } from './core/periods.ts';
import type { Asked } from './queries/scope.ts';

/** First purchases within some days, as a condition: the same for every page that says "new customers of January". */
const firstBought = (from: Day, to: Day): Tree =>
  ({ version: 1, root: { kind: 'event', event: 'order.paid', where: [], window: { kind: 'ever' }, of: { measure: 'first', test: { op: 'between_days', from, to } } } });

async function treeOf(stores: Stores, caller: Caller, population: Population): Promise<Tree | null> {
  switch (population.kind) {
    case 'everybody': return null;
    case 'segment': return segmentTree(stores, caller, population.id);
    case 'tree': return population.tree;
    case 'first_bought': return firstBought(population.from, population.to);
  }
}

/** The shops asked for, within those the caller may see. Refuses `insight.shop_forbidden`. */
export function shopsFor(caller: Caller, shops: readonly string[]): readonly string[] {
  if (caller.shops.length === 0) return shops;
  const forbidden = shops.find((shop) => !caller.shops.includes(shop));
  if (forbidden !== undefined) throw new Refusal('insight.shop_forbidden', { shop: forbidden }, 403);
  return shops.length === 0 ? caller.shops : shops;
}

/**
 * A scope made ready for queries, as of the data's own day (`known` where the caller has looked already). `period` ends with
 * that day: nobody can have bought later. Refuses a period that runs backwards.
 */
export async function ask(stores: Stores, caller: Caller, scope: Scope, known?: Day): Promise<{ asked: Asked; period: Period }> {
  const { from, to, channels, withoutB2b, population } = scope;
  if (from > to) throw new Refusal('insight.period_invalid', { from, to });
  const shops = shopsFor(caller, scope.shops);
  const asOf = known ?? await dataDay(stores, caller.workspaceId);
  const tree = await treeOf(stores, caller, population);
  const people = tree && await compiledFor(stores, caller, tree, asOf, 'p');
  return { asked: { workspaceId: caller.workspaceId, asOf, shops, channels, withoutB2b, people }, period: { from, to: to > asOf && from <= asOf ? asOf : to } };
}
