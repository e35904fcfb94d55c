import type { Tree } from '../../../kernel/conditions/index.ts';

/** Who comes in or may stay: the top `share` (0–1) of customers by net value, null for whatever value, who also fit the filter. */
export type CoreRule = { share: number | null; tree: Tree };

/** Top tenth by value, and bought within 30 days: until somebody sets it otherwise (R35). */
export const DEFAULT_CORE: CoreRule = { share: 0.1, tree: { version: 1, root: { kind: 'and', of: [{ kind: 'field', field: 'last_on', test: { op: 'within_last', days: 30 } }] } } };

/** Who enters and who leaves, of the people looked at: those who fit the entry and are not in, and those in who no longer fit what lets them stay. */
export function programmeMoves<Id extends string>({ inside, entering, staying }: { inside: ReadonlySet<Id>; entering: ReadonlySet<Id>; staying: ReadonlySet<Id> }): { enter: Id[]; leave: Id[] } {
  return { enter: [...entering].filter((one) => !inside.has(one)), leave: [...inside].filter((one) => !staying.has(one) && !entering.has(one)) };
}
