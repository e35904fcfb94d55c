import type { Caller } from '../../kernel/access/caller.ts';
import { type Catalogue, check, childrenOf, type Condition, describe, evaluate, fieldOf, type Found, foundOf, leavesOf, type Leaf, type Moment, needsOf, peopleOf, type Person, type Tree } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { notFound } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import { sinceWhen } from './queries/membership.ts';
import { allSegments, numberedSegments, type SegmentId, treesOfSegments } from './queries/store.ts';
import { segmentTree } from './segments.ts';
import { momentNow, writtenOut } from './writtenOut.ts';

/** One condition of a filter, of one customer: in words, whether it holds, and what it looked at. A group, and a named segment, holds others. */
export type WhyNode = { kind: Condition['kind']; words: string; holds: boolean; found: Found; money: boolean; of: WhyNode[] };
export type Why = { asOf: Day; isIn: boolean; root: WhyNode };

type Scene = { caller: Caller; catalogue: Catalogue; person: Person; moment: Moment; trees: ReadonlyMap<string, Condition> };

const isMoney = (leaf: Leaf, catalogue: Catalogue): boolean =>
  (leaf.kind === 'field' && fieldOf(catalogue, leaf.field)?.type === 'money') || (leaf.kind === 'event' && 'property' in leaf.of && leaf.of.property === '$amount' && leaf.of.measure !== 'distinct');

/** Options by what people call them. */
function worded(found: Found, leaf: Leaf, { caller, catalogue }: Scene): Found {
  const options = leaf.kind === 'field' ? fieldOf(catalogue, leaf.field)?.options : leaf.kind === 'stage' ? catalogue.stages : undefined;
  const named = (value: string): string => {
    const label = options?.find((option) => option.value === value)?.label;
    return label === undefined ? value : typeof label === 'string' ? label : label[caller.language];
  };
  return found.kind === 'text' ? { kind: 'text', value: named(found.value) } : found.kind === 'list' ? { kind: 'list', values: found.values.map(named) } : found;
}

/** `written`: the same condition with the segments it names in their place. */
function whyOf(scene: Scene, condition: Condition, written: Condition): WhyNode {
  const { caller, catalogue, person, moment } = scene;
  const words = describe({ version: 1, root: condition }, caller.language, catalogue), holds = evaluate({ version: 1, root: written }, person, moment);
  const base = { kind: condition.kind, words, holds, found: { kind: 'none' } as const, money: false };
  switch (condition.kind) {
    case 'segment': return { ...base, of: [whyOf(scene, scene.trees.get(condition.segment) ?? written, written)] };
    case 'and': case 'or': case 'not': {
      const inner = childrenOf(written);
      return { ...base, of: childrenOf(condition).map((child, at) => whyOf(scene, child, inner[at] ?? child)) };
    }
    default: return { ...base, found: worded(foundOf(condition, person, moment), condition, scene), money: isMoney(condition, catalogue), of: [] };
  }
}

const namedIn = (root: Condition): string[] => leavesOf(root).flatMap((leaf) => (leaf.kind === 'segment' ? [leaf.segment] : []));
async function treesNamed(stores: Stores, { workspaceId }: Caller, root: Condition): Promise<Map<string, Condition>> {
  const trees = new Map<string, Condition>();
  for (let wanted = namedIn(root); wanted.length > 0; ) {
    const found = await stores.pg.tx(workspaceId, (tx) => treesOfSegments(tx, workspaceId, wanted));
    for (const [id, tree] of found) trees.set(id, tree.root);
    wanted = [...found.values()].flatMap(({ root: inner }) => namedIn(inner)).filter((id) => !trees.has(id));
  }
  return trees;
}

const isSeen = ({ shops }: Caller, { lists }: Person): boolean => shops.length === 0 || (lists.shops ?? []).some((shop) => shops.includes(shop));

/** Why a customer is in a segment, or out: each of its conditions with what it found. Refuses `segment.not_found`, `customer.not_found`, and what `check` refuses. */
export async function whyIn(stores: Stores, caller: Caller, id: SegmentId, customer: CustomerId): Promise<Why> {
  const { workspaceId } = caller, tree = await segmentTree(stores, caller, id);
  const [catalogue, moment, whole, trees] = await Promise.all([fieldCatalogue(stores, caller), momentNow(stores, workspaceId), writtenOut(stores, workspaceId, tree, id), treesNamed(stores, caller, tree.root)]);
  check(whole, catalogue);
  const person = (await peopleOf(stores.ch, workspaceId, [customer], needsOf(whole), moment)).get(customer);
  if (!person || !isSeen(caller, person)) throw notFound('customer', { id: customer });
  const root = whyOf({ caller, catalogue, person, moment, trees }, tree.root, whole.root);
  return { asOf: moment.day, isIn: root.holds, root };
}

/** A segment somebody is in; `since` the day a look first found them there, absent where nobody watches it. */
export type Membership = { id: SegmentId; name: string; kind: 'dynamic' | 'frozen'; since?: Day };

/** The day the present stretch in a segment began. */
function sinceOf(history: readonly { day: Day; segments: readonly number[] }[], number: number): Day | undefined {
  const out = history.findLastIndex(({ segments }) => !segments.includes(number));
  return history[out + 1]?.day;
}

/** The segments a customer is in now, by name; those the caller may not ask are left out. */
export async function segmentsOfCustomer(stores: Stores, caller: Caller, customer: CustomerId): Promise<Membership[]> {
  const { workspaceId } = caller;
  const [catalogue, moment, { segments, numbers }, history] = await Promise.all([
    fieldCatalogue(stores, caller), momentNow(stores, workspaceId), stores.pg.tx(workspaceId, async (tx) => ({ segments: await allSegments(tx, workspaceId), numbers: await numberedSegments(tx, workspaceId) })), sinceWhen(stores.ch, workspaceId, customer),
  ]);
  const asked = (await Promise.all(segments.map(async (segment): Promise<{ segment: typeof segment; tree: Tree } | null> => {
    try {
      const tree = await writtenOut(stores, workspaceId, segment.tree, segment.id);
      check(tree, catalogue);
      return { segment, tree };
    } catch {
      return null;
    }
  }))).filter((one) => one !== null);
  const person = (await peopleOf(stores.ch, workspaceId, [customer], needsOf(...asked.map(({ tree }) => tree)), moment)).get(customer);
  if (!person || !isSeen(caller, person)) return [];
  return asked.filter(({ tree }) => evaluate(tree, person, moment)).map(({ segment: { id, name, kind, origin } }) => {
    const since = kind === 'frozen' ? origin?.day : sinceOf(history, numbers.get(id) ?? 0);
    return { id, name, kind, ...(since && { since }) };
  });
}
