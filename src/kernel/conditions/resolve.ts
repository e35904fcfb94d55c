import { Refusal } from '../errors.ts';
import { type Condition, leavesOf, sizeOf, type Tree } from './tree.ts';

/** Saved filters one inside the other, the outermost counted. */
const DEPTH_MAX = 5;
/** Conditions of a tree with all its segments written out. */
const NODES_MAX = 2_000;

/** The segments a tree names itself. */
export const segmentsOf = ({ root }: { root: Condition }): string[] => [...new Set(leavesOf(root).flatMap((leaf) => (leaf.kind === 'segment' ? [leaf.segment] : [])))];

function written(condition: Condition, trees: ReadonlyMap<string, Tree>, path: readonly string[]): Condition {
  switch (condition.kind) {
    case 'and': case 'or': return { ...condition, of: condition.of.map((child) => written(child, trees, path)) };
    case 'not': return { ...condition, of: written(condition.of, trees, path) };
    case 'segment': return inner(condition.segment, trees, path);
    default: return condition;
  }
}

function inner(segment: string, trees: ReadonlyMap<string, Tree>, path: readonly string[]): Condition {
  if (path.includes(segment)) throw new Refusal('condition.segment_ring', { segment });
  if (path.length >= DEPTH_MAX) throw new Refusal('condition.segment_depth', { segment, most: DEPTH_MAX });
  const tree = trees.get(segment);
  if (!tree) throw new Refusal('condition.segment_missing', { segment });
  const root = written(tree.root, trees, [...path, segment]);
  if (sizeOf(root) > NODES_MAX) throw new Refusal('condition.segment_size', { segment, most: NODES_MAX });
  return root;
}

/**
 * A tree with the trees of the segments it names in their place; `self` is the id under which it is kept itself. Refuses `condition.segment_missing`,
 * `condition.segment_ring`, `condition.segment_depth` (more than 5 inside each other) and `condition.segment_size` (more than 2,000 conditions).
 */
export function resolved(tree: Tree, trees: ReadonlyMap<string, Tree>, self?: string): Tree {
  const root = written(tree.root, trees, self === undefined ? [] : [self]);
  if (root !== tree.root && sizeOf(root) > NODES_MAX) throw new Refusal('condition.segment_size', { most: NODES_MAX });
  return { ...tree, root };
}

/** The same with `load` asked for the trees that are named, level by level. */
export async function resolveSegments(tree: Tree, load: (ids: readonly string[]) => Promise<ReadonlyMap<string, Tree>>, self?: string): Promise<Tree> {
  const trees = new Map<string, Tree>();
  for (let wanted = segmentsOf(tree), level = 0; wanted.length > 0 && level <= DEPTH_MAX; level++) {
    const found = await load(wanted);
    for (const [id, one] of found) trees.set(id, one);
    wanted = [...new Set([...found.values()].flatMap(segmentsOf))].filter((id) => !trees.has(id));
  }
  return resolved(tree, trees, self);
}
