import { type Definition, isWait, type Node, portsOf } from './definition.ts';

export const GRAPH_FAULTS = ['start_missing', 'node_twice', 'edge_unknown', 'port_unknown', 'port_twice', 'port_open', 'unreachable', 'cycle_without_wait', 'never_ends', 'key_twice', 'no_weight', 'entry_missing', 'template_gone', 'template_unpublished', 'template_channel'] as const;
export type GraphFault = (typeof GRAPH_FAULTS)[number];
/** Something wrong with a definition: a code, the node it is about ('' for the whole), and what is needed to find it. */
export type Fault = { code: `journey.fault.${GraphFault}`; node: string; facts: Readonly<Record<string, string>> };

const fault = (code: GraphFault, node: string, facts: Fault['facts'] = {}): Fault => ({ code: `journey.fault.${code}`, node, facts });
const repeated = (all: readonly string[]): string[] => [...new Set(all.filter((one, at) => all.indexOf(one) !== at))];

function shapeFaults({ start, nodes, edges, entries, exits }: Definition): Fault[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return [
    ...(byId.has(start) ? [] : [fault('start_missing', start)]),
    ...(entries.length === 0 ? [fault('entry_missing', '')] : []),
    ...repeated(nodes.map(({ id }) => id)).map((id) => fault('node_twice', id)),
    ...repeated(exits.map(({ key }) => key)).map((key) => fault('key_twice', '', { key })),
    ...edges.filter(({ from, to }) => !byId.has(from) || !byId.has(to)).map(({ from, port, to }) => fault('edge_unknown', from, { port, to })),
    ...nodes.flatMap((node) => portFaults(node, edges.filter(({ from }) => from === node.id).map(({ port }) => port))),
  ];
}

function portFaults(node: Node, used: readonly string[]): Fault[] {
  const ports = portsOf(node);
  return [
    ...used.filter((port) => !ports.includes(port)).map((port) => fault('port_unknown', node.id, { port })),
    ...repeated(used).map((port) => fault('port_twice', node.id, { port })),
    ...ports.filter((port) => !used.includes(port)).map((port) => fault('port_open', node.id, { port })),
    ...repeated(ports).map((key) => fault('key_twice', node.id, { key })),
    ...(node.kind === 'split' && !node.variants.some(({ weight }) => weight > 0) ? [fault('no_weight', node.id)] : []),
  ];
}

type Graph = ReadonlyMap<string, readonly string[]>;

function reachedFrom(starts: readonly string[], graph: Graph): Set<string> {
  const seen = new Set(starts), open = [...starts];
  for (let id = open.pop(); id !== undefined; id = open.pop()) for (const to of graph.get(id) ?? []) if (!seen.has(to)) { seen.add(to); open.push(to); }
  return seen;
}

/** Nodes that lie on a ring in which nobody ever waits: rings of the graph without its waits, found by peeling off what leads out of it. */
function tightRings(nodes: readonly Node[], graph: Graph): string[] {
  let left = new Set(nodes.filter((node) => !isWait(node)).map(({ id }) => id));
  for (let before = -1; left.size !== before;) {
    before = left.size;
    left = new Set([...left].filter((id) => (graph.get(id) ?? []).some((to) => left.has(to))));
  }
  for (let before = -1; left.size !== before;) {
    before = left.size;
    const entered = new Set([...left].flatMap((id) => graph.get(id) ?? []));
    left = new Set([...left].filter((id) => entered.has(id)));
  }
  return [...left];
}

/** Everything wrong with the graph of a definition, in the order of its nodes. An empty list: it can be walked by anybody to an end. */
export function faultsOf(definition: Definition): Fault[] {
  const { start, nodes, edges, exits, goal } = definition;
  const shape = shapeFaults(definition);
  if (shape.some(({ code }) => code === 'journey.fault.start_missing')) return shape;
  const graph: Graph = new Map(nodes.map(({ id }) => [id, edges.filter(({ from }) => from === id).map(({ to }) => to)]));
  const back: Graph = new Map(nodes.map(({ id }) => [id, edges.filter(({ to }) => to === id).map(({ from }) => from)]));
  const reached = reachedFrom([start], graph);
  const ending = reachedFrom(nodes.filter(({ kind }) => kind === 'exit').map(({ id }) => id), back);
  const leaves = exits.length > 0 || goal?.ends === true;
  return [
    ...shape,
    ...nodes.filter(({ id }) => !reached.has(id)).map(({ id }) => fault('unreachable', id)),
    ...tightRings(nodes, graph).map((id) => fault('cycle_without_wait', id)),
    ...(leaves ? [] : nodes.filter(({ id }) => reached.has(id) && !ending.has(id)).map(({ id }) => fault('never_ends', id))),
  ];
}

/** What there is to be sent, by template: the version that is sent where none is named, and the channels each version has a text for. */
export type Templates = ReadonlyMap<string, { published: number | null; channels: ReadonlyMap<number, readonly string[]> }>;

/**
 * What is wrong with the templates that messages name: not there, without the version they ask for, or without a text for their channel. `best`: the channels among which
 * a message that takes the best one chooses.
 */
export function templateFaults({ nodes }: Pick<Definition, 'nodes'>, templates: Templates, best: readonly string[]): Fault[] {
  return nodes.flatMap((node) => {
    if (node.kind !== 'send') return [];
    const { id, version } = node.template, known = templates.get(id);
    if (!known) return [fault('template_gone', node.id, { template: id })];
    const named = version ?? known.published, channels = named === null ? undefined : known.channels.get(named);
    if (!channels) return [fault('template_unpublished', node.id, { template: id, version: version === null ? '' : String(version) })];
    const mayBe = node.channel === 'best' ? best : [node.channel];
    return mayBe.some((channel) => channels.includes(channel)) ? [] : [fault('template_channel', node.id, { template: id, channel: node.channel })];
  });
}
