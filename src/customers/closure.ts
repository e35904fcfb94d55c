import type { SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import { type Assertion, type Cut, type Limits, pairKey } from './core/graph.ts';
import { RULES } from './core/identifiers.ts';
import { limitsOf } from './queries/limits.ts';
import { assertionsAt, cutsAt, type SubjectRow, subjectsById } from './queries/identity.ts';

/** Everything that can decide where the given subjects belong: what hangs together with them through linking identifiers. */
export type Closure = { subjects: Map<SubjectId, SubjectRow>; assertions: Assertion[]; cuts: Cut[]; limits: Limits };

/**
 * Walks outward from `seeds`. An identifier over its limit links nobody, so the walk ends there (but for staff's word);
 * `recount`: these are looked at afresh, because a cut may have freed them.
 */
export async function loadClosure(tx: Tx, workspaceId: WorkspaceId, seeds: readonly SubjectId[], recount: ReadonlySet<SubjectId> = new Set()): Promise<Closure> {
  const subjects = new Map<SubjectId, SubjectRow>();
  const assertions = new Map<string, Assertion>();
  let frontier = [...new Set(seeds)];
  while (frontier.length > 0) {
    const rows = [...(await subjectsById(tx, workspaceId, frontier)).values()].map((row) => (recount.has(row.id) ? { ...row, over: false } : row));
    for (const row of rows) subjects.set(row.id, row);
    const linking = rows.filter(({ kind }) => RULES[kind].links);
    const met = await assertionsAt(tx, workspaceId, linking.filter(({ over }) => !over).map(({ id }) => id), linking.filter(({ over }) => over).map(({ id }) => id));
    for (const one of met) assertions.set(pairKey(one.a, one.b), one);
    frontier = [...new Set(met.flatMap(({ a, b }) => [a, b]))].filter((id) => !subjects.has(id));
  }
  return { subjects, assertions: [...assertions.values()], cuts: await cutsAt(tx, workspaceId, [...subjects.keys()]), limits: await limitsOf(tx, workspaceId) };
}
