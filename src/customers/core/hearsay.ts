import type { Assertion } from './graph.ts';

/** What only the words to be taken back hold up: identifiers, and pairs of them. `loose`: identifiers that join nobody (receivers' telephones, shared ones). */
export type Doubts = { subjects: ReadonlySet<string>; pairs: readonly Assertion[]; loose: ReadonlySet<string> };
/** What of it stays after all. */
export type Kept = { subjects: Set<string>; pairs: Assertion[] };

/**
 * People work with customers, not with identifiers: where anything else points at one of `held`, everything in doubt that makes up the same
 * person stays, with the loose identifiers beside it. Pairs that reach out to what is not in doubt go all the same.
 */
export function keptOf({ subjects, pairs, loose }: Doubts, held: Iterable<string>): Kept {
  const inDoubt = pairs.filter(({ a, b }) => subjects.has(a) && subjects.has(b));
  const beside = new Map<string, string[]>();
  const meet = (a: string, b: string): void => void (beside.get(a)?.push(b) ?? beside.set(a, [b]));
  for (const { a, b } of inDoubt) {
    meet(a, b);
    meet(b, a);
  }
  const kept = new Set<string>();
  const frontier = [...held].filter((id) => subjects.has(id));
  for (let id = frontier.pop(); id !== undefined; id = frontier.pop()) {
    if (kept.has(id)) continue;
    kept.add(id);
    if (!loose.has(id)) frontier.push(...(beside.get(id) ?? []));
  }
  return { subjects: kept, pairs: inDoubt.filter(({ a, b }) => kept.has(a) && kept.has(b)) };
}
