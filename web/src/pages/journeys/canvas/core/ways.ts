import { type Definition, NEXT, type Node, portsOf } from '../../../../../../src/engage/core/definition.ts';

/** A way out: of a node by one of its ports, or of the door, which leads to the first node. */
export type Way = { from: string; port: string };
/** Stands where no node's id can: everybody who is let in comes from here. */
export const DOOR = '';
export const START: Way = { from: DOOR, port: NEXT };

export const nodeOf = ({ nodes }: Definition, id: string): Node | undefined => nodes.find((node) => node.id === id);
export const isSameWay = (a: Way, b: Way): boolean => a.from === b.from && a.port === b.port;

/** Where a way leads; undefined where it leads nowhere, or to a node that is not there. */
export function leadsTo(definition: Definition, way: Way): string | undefined {
  const to = way.from === DOOR ? definition.start : definition.edges.find((edge) => isSameWay(edge, way))?.to;
  return to !== undefined && nodeOf(definition, to) ? to : undefined;
}

/** Every way there is: the one through the door first, then those of the nodes in their order. */
export const waysOf = ({ nodes }: Definition): Way[] => [START, ...nodes.flatMap((node) => portsOf(node).map((port) => ({ from: node.id, port })))];
export const waysInto = (definition: Definition, id: string): Way[] => waysOf(definition).filter((way) => leadsTo(definition, way) === id);

/** Where the ways of a node lead, in the order of its ports and each place once. */
export const after = (definition: Definition, id: string): string[] => {
  const node = nodeOf(definition, id);
  return [...new Set((node ? portsOf(node) : []).flatMap((port) => leadsTo(definition, { from: id, port }) ?? []))];
};

/** All nodes that can be come to from some, these included, nearest first. */
export function reachedFrom(definition: Definition, starts: readonly string[]): Set<string> {
  const seen = new Set(starts), open = [...starts];
  for (let id = open.shift(); id !== undefined; id = open.shift()) for (const to of after(definition, id)) if (!seen.has(to)) { seen.add(to); open.push(to); }
  return seen;
}

export const reached = (definition: Definition): Set<string> => reachedFrom(definition, nodeOf(definition, definition.start) ? [definition.start] : []);
