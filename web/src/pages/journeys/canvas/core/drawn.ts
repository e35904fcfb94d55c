import { type Definition, portsOf } from '../../../../../../src/engage/core/definition.ts';
import { DOOR, leadsTo, START, type Way } from './ways.ts';

/** One thing on the drawing. `entry`: `at` is its place among the entries; `open`: the end of a way that leads nowhere yet. */
export type Mark = { id: string } & ({ kind: 'entry'; at: number } | { kind: 'door' } | { kind: 'node'; node: string } | { kind: 'open'; way: Way });
/** A line of the drawing; those out of entries are no ways that could be changed. */
export type Line = { id: string; from: string; to: string; way: Way | null; isNamed: boolean };
export type Drawing = { marks: Mark[]; lines: Line[] };

export const DOOR_MARK = 'door';
export const markOfNode = (id: string): string => (id === DOOR ? DOOR_MARK : `node:${id}`);
export const markOfEntry = (at: number): string => `entry:${at}`;
export const lineOf = ({ from, port }: Way): string => `way:${from}:${port}`;

/** A definition as marks and lines: entries, the door everybody goes through, every node once, and an open end where a way leads nowhere. */
export function drawingOf(definition: Definition): Drawing {
  const entries = definition.entries.map((_, at): Mark => ({ id: markOfEntry(at), kind: 'entry', at }));
  const ways = [START, ...definition.nodes.flatMap((node) => portsOf(node).map((port) => ({ from: node.id, port })))];
  const manyOut = new Set(definition.nodes.filter((node) => portsOf(node).length > 1).map(({ id }) => id));
  const ends = ways.filter((way) => leadsTo(definition, way) === undefined).map((way): Mark => ({ id: `open:${lineOf(way)}`, kind: 'open', way }));
  const lines = ways.map((way): Line => {
    const to = leadsTo(definition, way);
    return { id: lineOf(way), from: markOfNode(way.from), to: to === undefined ? `open:${lineOf(way)}` : markOfNode(to), way, isNamed: manyOut.has(way.from) };
  });
  return {
    marks: [...entries, { id: DOOR_MARK, kind: 'door' }, ...definition.nodes.map((node): Mark => ({ id: markOfNode(node.id), kind: 'node', node: node.id })), ...ends],
    lines: [...entries.map(({ id }): Line => ({ id: `in:${id}`, from: id, to: DOOR_MARK, way: null, isNamed: false })), ...lines],
  };
}
