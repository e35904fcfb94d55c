import { type Definition, type Entry, NEXT, type Node, OTHERWISE, portsOf } from '../../../../../../src/engage/core/definition.ts';
import { DOOR, isSameWay, leadsTo, nodeOf, reached, type Way, waysInto } from './ways.ts';

/** What the definition's shape allows at most. */
export const MOST = { nodes: 200, branches: 20, variants: 10, entries: 10, exits: 20 } as const;

/** An id that no node has yet, made of what it does. */
export function freeId({ nodes }: Pick<Definition, 'nodes'>, base: string): string {
  const taken = new Set(nodes.map(({ id }) => id));
  for (let count = 1; ; count++) {
    const id = count === 1 ? base : `${base}_${count}`;
    if (!taken.has(id)) return id;
  }
}

/** A key that none of some has yet: a, b, … then k1, k2 … */
export const freeKey = (taken: readonly string[]): string => [...'abcdefghij', ...Array.from({ length: taken.length + 1 }, (_, at) => `k${at + 1}`)].find((key) => !taken.includes(key)) ?? 'k0';

/** The definition with a way leading somewhere else, or (null) nowhere. The door always leads somewhere. */
export function lead(definition: Definition, way: Way, to: string | null): Definition {
  if (to !== null && !nodeOf(definition, to)) return definition;
  if (way.from === DOOR) return to === null || to === definition.start ? definition : { ...definition, start: to };
  const node = nodeOf(definition, way.from);
  if (!node || !portsOf(node).includes(way.port)) return definition;
  const at = definition.edges.findIndex((edge) => isSameWay(edge, way));
  const others = definition.edges.filter((edge) => !isSameWay(edge, way));
  return { ...definition, edges: to === null ? others : others.toSpliced(at === -1 ? others.length : at, 0, { ...way, to }) };
}

/** Without what could be come to before and cannot be any more. What nobody could come to before stays as it is. */
function pruned(before: Definition, after: Definition): Definition {
  const was = reached(before), is = reached(after);
  const isKept = (id: string): boolean => !was.has(id) || is.has(id);
  const nodes = after.nodes.filter(({ id }) => isKept(id));
  return nodes.length === after.nodes.length ? after : { ...after, nodes, edges: after.edges.filter(({ from, to }) => isKept(from) && isKept(to)) };
}

/** Puts a node on a way: every way out of it leads where this one led. One that ends the way cuts off what only it led to. */
export function insert(definition: Definition, way: Way, node: Node): Definition {
  if (definition.nodes.length >= MOST.nodes || nodeOf(definition, node.id)) return definition;
  const to = leadsTo(definition, way), at = definition.nodes.findIndex(({ id }) => id === way.from);
  const edges = to === undefined ? [] : portsOf(node).map((port) => ({ from: node.id, port, to }));
  const placed = { ...definition, nodes: definition.nodes.toSpliced(at + 1, 0, node), edges: [...definition.edges, ...edges] };
  const led = lead(placed, way, node.id);
  return led === placed ? definition : pruned(definition, led);
}

/** The first way out that leads on to another node: the one that is kept when the node goes. */
const goesOn = (definition: Definition, node: Node): string | undefined =>
  portsOf(node).map((port) => leadsTo(definition, { from: node.id, port })).find((to) => to !== undefined && to !== node.id);

/** Takes a node out: whoever came to it comes to what followed on its first way; what only its other ways led to goes with it. The first node stays where nothing follows. */
export function remove(definition: Definition, id: string): Definition {
  const node = nodeOf(definition, id);
  if (!node) return definition;
  const to = goesOn(definition, node);
  if (id === definition.start && to === undefined) return definition;
  const joined = waysInto(definition, id).filter(({ from }) => from !== id).reduce((so, way) => lead(so, way, to ?? null), definition);
  const without = { ...joined, nodes: joined.nodes.filter((one) => one.id !== id), edges: joined.edges.filter(({ from, to: end }) => from !== id && end !== id) };
  return pruned(definition, without);
}

/** A second one of a node, right after it on its first way, with every way out leading where that of the first leads. */
export function duplicate(definition: Definition, id: string): Definition {
  const node = nodeOf(definition, id), [first] = node ? portsOf(node) : [];
  if (!node || first === undefined || definition.nodes.length >= MOST.nodes) return definition;
  const copy: Node = { ...node, id: freeId(definition, node.kind) };
  const edges = portsOf(copy).flatMap((port) => { const to = leadsTo(definition, { from: id, port }); return to === undefined ? [] : [{ from: copy.id, port, to }]; });
  const at = definition.nodes.findIndex((one) => one.id === id);
  return lead({ ...definition, nodes: definition.nodes.toSpliced(at + 1, 0, copy), edges: [...definition.edges, ...edges] }, { from: id, port: first }, copy.id);
}

/** Where a new way out of a node leads: where the last of the former ones led that is not about anything in particular. */
function usual(definition: Definition, node: Node): string | undefined {
  const ports = portsOf(node);
  return leadsTo(definition, { from: node.id, port: ports.includes(OTHERWISE) ? OTHERWISE : ports.at(-1) ?? NEXT });
}

/** A node as it is now meant. Ways out that keep their place but not their name go on leading where they led; new ones lead where the rest does. */
export function change(definition: Definition, id: string, next: Node): Definition {
  const before = nodeOf(definition, id);
  if (!before) return definition;
  const was = portsOf(before), is = portsOf(next);
  const renamed = new Map(was.length === is.length ? was.flatMap((port, at) => { const now = is[at] ?? port; return is.includes(port) || was.includes(now) ? [] : [[port, now] as const]; }) : []);
  const kept = definition.edges.map((edge) => (edge.from === id ? { ...edge, port: renamed.get(edge.port) ?? edge.port } : edge)).filter((edge) => edge.from !== id || is.includes(edge.port));
  const to = usual(definition, before);
  const fresh = to === undefined ? [] : is.filter((port) => !was.includes(port) && !kept.some((edge) => edge.from === id && edge.port === port)).map((port) => ({ from: id, port, to }));
  const changed = { ...definition, nodes: definition.nodes.map((node) => (node.id === id ? { ...next, id } : node)), edges: [...kept, ...fresh] };
  return was.every((port) => is.includes(renamed.get(port) ?? port)) ? changed : pruned(definition, changed);
}

export const addEntry = (definition: Definition, entry: Entry): Definition => (definition.entries.length >= MOST.entries ? definition : { ...definition, entries: [...definition.entries, entry] });
export const changeEntry = (definition: Definition, at: number, entry: Entry): Definition => (definition.entries[at] ? { ...definition, entries: definition.entries.with(at, entry) } : definition);
export const removeEntry = (definition: Definition, at: number): Definition => (definition.entries[at] ? { ...definition, entries: definition.entries.toSpliced(at, 1) } : definition);

/** What a whole definition says of itself besides its graph. */
export type Settings = Partial<Pick<Definition, 'audience' | 'key' | 'reentry' | 'exits' | 'goal' | 'holdOut' | 'zoneField' | 'effect' | 'withoutComplaints'>>;
export const settle = (definition: Definition, settings: Settings): Definition => ({ ...definition, ...settings });
