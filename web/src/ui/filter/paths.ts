import type { Condition } from '../../../../src/kernel/conditions/tree.ts';

/** Where a condition stands: the place among its group's, 0 inside a `not`, level by level from the root. */
export type Path = readonly number[];
export type Group = Extract<Condition, { kind: 'and' | 'or' }>;

export const isGroup = (condition: Condition): condition is Group => condition.kind === 'and' || condition.kind === 'or';
export const childrenOf = (condition: Condition): readonly Condition[] => (isGroup(condition) ? condition.of : condition.kind === 'not' ? [condition.of] : []);

/** The condition at a path; undefined where nothing stands there. */
export const at = (root: Condition, path: Path): Condition | undefined => path.reduce<Condition | undefined>((here, step) => here && childrenOf(here)[step], root);

/** A tree with what stands at a path changed; null takes it out, and with it a `not` or a group that held nothing else. */
function changed(here: Condition, path: Path, change: (before: Condition) => Condition | null): Condition | null {
  const [step, ...rest] = path;
  if (step === undefined) return change(here);
  const child = childrenOf(here)[step];
  if (!child) return here;
  const next = changed(child, rest, change);
  if (here.kind === 'not') return next && { ...here, of: next };
  if (!isGroup(here)) return here;
  if (next) return { ...here, of: here.of.map((one, place) => (place === step ? next : one)) };
  return here.of.length === 1 ? null : { ...here, of: here.of.filter((_, place) => place !== step) };
}

const NOTHING: Group = { kind: 'and', of: [] };
const orNothing = (root: Condition | null): Condition => root ?? NOTHING;

export const replaced = (root: Condition, path: Path, next: Condition): Condition => orNothing(changed(root, path, () => next));
/** Whoever takes the last condition out leaves everybody. */
export const removed = (root: Condition, path: Path): Condition => orNothing(changed(root, path, () => null));
/** One more condition at the end of a group; what is no group becomes one. */
export const added = (root: Condition, path: Path, next: Condition): Condition =>
  orNothing(changed(root, path, (before) => (isGroup(before) ? { ...before, of: [...before.of, next] } : { kind: 'and', of: [before, next] })));
export const flipped = (root: Condition, path: Path): Condition =>
  orNothing(changed(root, path, (before) => (isGroup(before) ? { ...before, kind: before.kind === 'and' ? 'or' : 'and' } : before)));
/** Turned round; what was turned round already is as it was. */
export const negated = (root: Condition, path: Path): Condition => orNothing(changed(root, path, (before) => (before.kind === 'not' ? before.of : { kind: 'not', of: before })));
/** A condition as the first of a group of its own. */
export const grouped = (root: Condition, path: Path, kind: Group['kind']): Condition => orNothing(changed(root, path, (before) => ({ kind, of: [before] })));

/** The conditions of a group stand in the place of the group, where they mean the same there. */
export function dissolved(root: Condition, path: Path): Condition {
  const group = at(root, path), above = at(root, path.slice(0, -1)), place = path.at(-1);
  if (!group || !isGroup(group) || !above || !isGroup(above) || place === undefined || !mayDissolve(root, path)) return root;
  return orNothing(changed(root, path.slice(0, -1), () => ({ ...above, of: above.of.flatMap((one, nth) => (nth === place ? group.of : [one])) })));
}
/** Whether a group can be dissolved without a change of meaning: it says the same as the one around it, or holds one condition. */
export function mayDissolve(root: Condition, path: Path): boolean {
  const group = at(root, path), above = path.length > 0 ? at(root, path.slice(0, -1)) : undefined;
  return group !== undefined && isGroup(group) && above !== undefined && isGroup(above) && (group.of.length === 1 || (group.kind === above.kind && group.of.length > 0));
}

/** Levels of a tree, its root included. */
export const depthOf = (condition: Condition): number => 1 + Math.max(0, ...childrenOf(condition).map(depthOf));

/** The path of the condition a JSON pointer leads into, and the pointer from there: "/root/of/1/of/test/value" → [1, 0] and "/test/value". */
export function placeOf(root: Condition, pointer: string): { path: number[]; inside: string } {
  const parts = pointer.split('/').slice(2), path: number[] = [];
  let here: Condition | undefined = root;
  while (here && parts[0] === 'of' && (isGroup(here) || here.kind === 'not')) {
    parts.shift();
    const step: number = here.kind === 'not' ? 0 : Number(parts.shift());
    path.push(step);
    here = childrenOf(here)[step];
  }
  return { path, inside: parts.map((part) => `/${part}`).join('') };
}
