import type { EventFilter, Tree } from '../../kernel/conditions/index.ts';
import { type Definition, HAPPENED, isRest, NEXT, type Node, PAST, portsOf, type Watch } from './definition.ts';

/** What a step may have to know of a person, by name. Events are looked for since the person entered; conditions hold now; fields are days. */
export type Questions = { events: ReadonlySet<string>; conditions: ReadonlySet<string>; fields: ReadonlySet<string>; rates: ReadonlySet<string> };

/** A definition made ready to be walked. Names of questions: `exit:<key>`, `goal`, `node:<id>`, `branch:<id>:<key>`. */
export type Plan = {
  journey: string; version: number; definition: Definition;
  nodes: ReadonlyMap<string, Node>; ways: ReadonlyMap<string, string>;
  events: ReadonlyMap<string, readonly EventFilter[]>; conditions: ReadonlyMap<string, Tree>;
};

const wayOf = (node: string, port: string): string => `${node}\n${port}`;

const ofWatch = (name: string, on: Watch): { events: [string, EventFilter[]][]; conditions: [string, Tree][] } =>
  (on.kind === 'event' ? { events: [[name, [{ event: on.event, where: on.where }]]], conditions: [] } : { events: [], conditions: [[name, on.tree]] });

/** Reads a definition for walking. It should have no faults (`faultsOf`). */
export function planOf(journey: string, version: number, definition: Definition): Plan {
  const watched = [...definition.exits.map(({ key, on }) => ofWatch(`exit:${key}`, on)), ...(definition.goal ? [ofWatch('goal', definition.goal.on)] : [])];
  return {
    journey, version, definition,
    nodes: new Map(definition.nodes.map((node) => [node.id, node])), ways: new Map(definition.edges.map(({ from, port, to }) => [wayOf(from, port), to])),
    events: new Map([...watched.flatMap(({ events }) => events), ...definition.nodes.flatMap((node): [string, EventFilter[]][] => (node.kind === 'wait_event' ? [[`node:${node.id}`, node.events]] : []))]),
    conditions: new Map([...watched.flatMap(({ conditions }) => conditions), ...definition.nodes.flatMap((node): [string, Tree][] => (node.kind === 'branch' ? node.branches.map(({ key, tree }) => [`branch:${node.id}:${key}`, tree]) : []))]),
  };
}

/** Where a way out leads; undefined where the graph has none. */
export const targetOf = ({ ways }: Plan, node: string, port: string): string | undefined => ways.get(wayOf(node, port));

/** The ways by which somebody may go on at once on arriving: none from where they surely stay. */
const onwards = (node: Node): readonly string[] => (!isRest(node) ? portsOf(node) : node.kind === 'wait_event' ? [HAPPENED] : node.kind === 'wait_date' ? [NEXT, PAST] : node.kind === 'rate' ? [NEXT] : []);

/** Nodes that one step from `start` may touch. */
function touched(plan: Plan, start: string): Node[] {
  const seen = new Map<string, Node>();
  const visit = (id: string, isStart: boolean): void => {
    const node = plan.nodes.get(id);
    if (!node || (seen.has(id) && !isStart)) return;
    seen.set(id, node);
    for (const port of isStart ? portsOf(node) : onwards(node)) {
      const to = targetOf(plan, id, port);
      if (to !== undefined && !seen.has(to)) visit(to, false);
    }
  };
  visit(start, true);
  return [...seen.values()];
}

/** Everything one step from a node may ask. */
export function questionsFrom(plan: Plan, start: string): Questions {
  const nodes = touched(plan, start);
  const always = (names: Iterable<string>): string[] => [...names].filter((name) => name === 'goal' || name.startsWith('exit:'));
  return {
    events: new Set([...always(plan.events.keys()), ...nodes.flatMap(({ id, kind }) => (kind === 'wait_event' ? [`node:${id}`] : []))]),
    conditions: new Set([...always(plan.conditions.keys()), ...nodes.flatMap((node) => (node.kind === 'branch' ? node.branches.map(({ key }) => `branch:${node.id}:${key}`) : []))]),
    fields: new Set(nodes.flatMap((node) => (node.kind === 'wait_date' ? [node.field] : []))),
    rates: new Set(nodes.flatMap(({ id, kind }) => (kind === 'rate' ? [id] : []))),
  };
}

/** The first message on the way from the start, by the fewest steps; undefined where nothing is sent. */
export function firstSend({ definition: { start, edges }, nodes }: Plan): Extract<Node, { kind: 'send' }> | undefined {
  const line = [start];
  for (const id of line) {
    const node = nodes.get(id);
    if (node?.kind === 'send') return node;
    for (const { from, to } of edges) if (from === id && !line.includes(to)) line.push(to);
  }
  return undefined;
}

/** Names of the events that may change anything for somebody inside. */
export const eventsInside = ({ events }: Plan): Set<string> => new Set([...events.values()].flat().map(({ event }) => event));
