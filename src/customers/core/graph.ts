import { type IdentifierKind, RULES } from './identifiers.ts';

/** A subject: one identifier. `over`: already known to stand over its limit, its neighbours need not be given. */
export type GraphNode = { id: string; kind: IdentifierKind; scope: string; over?: boolean };
/** "These two are one person." `staff`: said by a person, so it links whatever the limits say. */
export type Assertion = { a: string; b: string; staff?: boolean };
/** "These two are not one person." */
export type Cut = { a: string; b: string };
/** Limits a workspace set otherwise than RULES declares them. */
export type Limits = Readonly<Partial<Record<IdentifierKind, number>>>;
export type IdentitySet = { nodes: readonly GraphNode[]; assertions: readonly Assertion[]; cuts: readonly Cut[]; limits?: Limits };

/** `components`: the subjects of each person, the canonical one first; their order is that of the canonical ids. */
export type IdentityGraph = { components: string[][]; overLimit: string[] };

export const pairKey = (a: string, b: string): string => (a < b ? `${a}|${b}` : `${b}|${a}`);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Strongest kind first, then the smaller id: the first of a component names the customer. */
const canonicalOrder = (a: GraphNode, b: GraphNode): number => RULES[a.kind].rank - RULES[b.kind].rank || compare(a.id, b.id);

const isCut = (cutPairs: ReadonlySet<string>, a: string, b: string): boolean => cutPairs.size > 0 && cutPairs.has(pairKey(a, b));

type Nodes = ReadonlyMap<string, GraphNode>;

/** Counts, per node, its personal neighbours of one kind and scope; cut pairs and what staff said do not count. */
function overLimit(nodes: Nodes, assertions: readonly Assertion[], cutPairs: ReadonlySet<string>, limits: Limits): Set<string> {
  // Most stand beside one other of a kind: only a second one makes a set.
  const seen = new Map<string, string | Set<string>>();
  const over = new Set<string>();
  const meet = (node: GraphNode, other: GraphNode): void => {
    if (!RULES[node.kind].links || !RULES[other.kind].personal) return;
    const slot = `${node.id}|${other.kind}|${other.scope}`, before = seen.get(slot);
    const met = before === undefined || before === other.id ? other.id : typeof before === 'string' ? new Set([before, other.id]) : before.add(other.id);
    if (met !== before) seen.set(slot, met);
    if ((typeof met === 'string' ? 1 : met.size) > (limits[node.kind] ?? RULES[node.kind].limit)) over.add(node.id);
  };
  for (const { a, b, staff } of assertions) {
    const [left, right] = [nodes.get(a), nodes.get(b)];
    if (staff || !left || !right || isCut(cutPairs, a, b)) continue;
    meet(left, right);
    meet(right, left);
  }
  for (const node of nodes.values()) if (node.over) over.add(node.id);
  return over;
}

/** The assertions that may link, in an order that depends on the set alone: staff first, then the strongest pair. */
function linking(nodes: Nodes, assertions: readonly Assertion[], cutPairs: ReadonlySet<string>, over: ReadonlySet<string>): Assertion[] {
  const rankOf = (id: string): number => RULES[(nodes.get(id) as GraphNode).kind].rank;
  const weigh = (one: Assertion) => {
    const [low, high] = one.a < one.b ? [one.a, one.b] : [one.b, one.a];
    const ranks = [rankOf(low), rankOf(high)].sort((x, y) => x - y) as [number, number];
    return { one, staff: one.staff ? 0 : 1, weak: ranks[1], strong: ranks[0], low, high };
  };
  const may = ({ a, b, staff }: Assertion): boolean => {
    const [left, right] = [nodes.get(a), nodes.get(b)];
    return !!left && !!right && RULES[left.kind].links && RULES[right.kind].links && !isCut(cutPairs, a, b) && (!!staff || (!over.has(a) && !over.has(b)));
  };
  const some = assertions.filter(may);
  // Where nobody is held apart, any order comes to the same.
  if (cutPairs.size === 0) return some;
  return some.map(weigh)
    .sort((x, y) => x.staff - y.staff || x.weak - y.weak || x.strong - y.strong || compare(x.low, y.low) || compare(x.high, y.high))
    .map(({ one }) => one);
}

/** Sets that grow together, except where a cut stands between two of them. */
function forest(cuts: readonly Cut[]) {
  const parent = new Map<string, string>();
  const enemies = new Map<string, Set<string>>();
  const find = (id: string): string => {
    let root = id;
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up;
    for (let at = id; at !== root; ) {
      const up = parent.get(at) as string;
      parent.set(at, root);
      at = up;
    }
    return root;
  };
  const hate = (id: string, other: string): void => void enemies.set(id, (enemies.get(id) ?? new Set()).add(other));
  for (const { a, b } of cuts) {
    hate(a, b);
    hate(b, a);
  }
  const union = (a: string, b: string): void => {
    const [left, right] = [find(a), find(b)];
    if (left === right) return;
    const against = enemies.get(left);
    if (against && [...against].some((enemy) => find(enemy) === right)) return;
    parent.set(right, left);
    for (const enemy of enemies.get(right) ?? []) hate(left, enemy);
  };
  return { find, union };
}

/**
 * Who is who: a pure function of the set of assertions and cuts, whatever their order.
 * An identifier over its limit links nobody; a cut pair never shares a component, by no path.
 * Components with nothing but receivers' telephones are nobody and are left out.
 */
export function identityGraph({ nodes, assertions, cuts, limits = {} }: IdentitySet): IdentityGraph {
  const byId: Nodes = new Map(nodes.map((node) => [node.id, node]));
  const cutPairs = new Set(cuts.map(({ a, b }) => pairKey(a, b)));
  const over = overLimit(byId, assertions, cutPairs, limits);
  const { find, union } = forest(cuts);
  for (const { a, b } of linking(byId, assertions, cutPairs, over)) union(a, b);
  const groups = new Map<string, GraphNode[]>();
  for (const node of byId.values()) {
    if (!RULES[node.kind].links) continue;
    const root = find(node.id);
    const group = groups.get(root);
    if (group) group.push(node);
    else groups.set(root, [node]);
  }
  const components = [...groups.values()].map((group) => group.sort(canonicalOrder).map(({ id }) => id));
  return { components: components.sort((a, b) => compare(a[0] as string, b[0] as string)), overLimit: [...over].sort() };
}

/** Every pair of a set of subjects seen together, each once and the smaller id first. */
export function pairsOf(ids: readonly string[]): Assertion[] {
  const sorted = [...new Set(ids)].sort();
  return sorted.flatMap((a, at) => sorted.slice(at + 1).map((b) => ({ a, b })));
}

/**
 * What to add to the set so that `apart` leaves its component for good and neither side falls to pieces:
 * cuts on every assertion that crosses and between the two canonical subjects, and a staff assertion
 * inside a side that hung together only through the other.
 */
export function partingOf({ nodes, assertions, cuts, limits = {} }: IdentitySet, component: readonly string[], apart: ReadonlySet<string>): { cuts: Cut[]; assertions: Assertion[] } {
  const inside = new Set(component);
  const sides = [component.filter((id) => apart.has(id)), component.filter((id) => !apart.has(id))];
  const crossing = assertions.filter(({ a, b }) => inside.has(a) && inside.has(b) && apart.has(a) !== apart.has(b)).map(({ a, b }) => ({ a, b }));
  const [mine, theirs] = sides.map((side) => side[0]);
  if (mine === undefined || theirs === undefined) return { cuts: [], assertions: [] };
  const newCuts = [...new Map([...crossing, { a: mine, b: theirs }].map(({ a, b }) => [pairKey(a, b), a < b ? { a, b } : { a: b, b: a }])).values()];
  const held = sides.flatMap((side) => bridgesOf({ nodes, assertions, cuts: [...cuts, ...newCuts], limits }, side));
  return { cuts: newCuts, assertions: held };
}

/** Staff assertions that hold a side together once the cuts stand. */
function bridgesOf(set: IdentitySet, side: readonly string[]): Assertion[] {
  const members = new Set(side);
  const { components } = identityGraph({ ...set, nodes: set.nodes.filter(({ id }) => members.has(id)) });
  const [first, ...others] = components;
  const head = first?.[0];
  return head === undefined ? [] : others.map(([id]) => ({ a: head < (id as string) ? head : (id as string), b: head < (id as string) ? (id as string) : head, staff: true }));
}
