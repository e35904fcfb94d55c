import { type Definition, portsOf } from '../../../../../../src/engage/core/definition.ts';
import { leadsTo, nodeOf, reached, reachedFrom, START, type Way } from './ways.ts';

/** A line of the graph told as a list. `way`: a way out that is told apart, with what follows it one deeper; `joins`: it goes on at a node told elsewhere; `open`: it leads nowhere. */
export type OutlineRow = { depth: number } & ({ kind: 'node'; node: string; way: Way | null } | { kind: 'way'; way: Way } | { kind: 'joins'; to: string; way: Way } | { kind: 'open'; way: Way });

/** The first node that every way out of a node comes to, nearest first. */
function meeting(definition: Definition, id: string): string | undefined {
  const node = nodeOf(definition, id);
  const sets = (node ? portsOf(node) : []).flatMap((port) => { const to = leadsTo(definition, { from: id, port }); return to === undefined ? [] : [reachedFrom(definition, [to])]; });
  const [first, ...others] = sets.sort((a, b) => a.size - b.size);
  return [...first ?? []].find((one) => one !== id && others.every((set) => set.has(one)));
}

/** The graph as a list that reads from top to bottom, what follows a fork standing deeper until its ways meet again. Nodes nobody comes to stand at the end. */
export function outlineOf(definition: Definition): OutlineRow[] {
  const rows: OutlineRow[] = [], told = new Set<string>();
  const tell = (start: Way | null, at: string | undefined, depth: number, until: ReadonlySet<string>): void => {
    let way = start, id = at;
    for (;;) {
      if (id === undefined) return void (way && rows.push({ kind: 'open', way, depth }));
      if (until.has(id) || told.has(id)) return void (way && rows.push({ kind: 'joins', to: id, way, depth }));
      told.add(id);
      rows.push({ kind: 'node', node: id, way, depth });
      const ports = portsOf(nodeOf(definition, id) as Definition['nodes'][number]);
      if (ports.length === 0) return;
      const from: string = id;
      if (ports.length === 1) {
        way = { from, port: ports[0] as string };
        id = leadsTo(definition, way);
        continue;
      }
      const met: string | undefined = meeting(definition, from), stops = new Set([...until, ...(met === undefined ? [] : [met])]);
      for (const port of ports) {
        rows.push({ kind: 'way', way: { from, port }, depth });
        tell({ from, port }, leadsTo(definition, { from, port }), depth + 1, stops);
      }
      if (met === undefined || until.has(met) || told.has(met)) return;
      way = null;
      id = met;
    }
  };
  tell(START, leadsTo(definition, START), 0, new Set());
  const known = reached(definition);
  for (const { id } of definition.nodes) if (!known.has(id) && !told.has(id)) tell(null, id, 0, new Set());
  return rows;
}
