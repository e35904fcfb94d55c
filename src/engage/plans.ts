import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import { type Plan, planOf } from './core/plan.ts';
import { versionOf } from './queries/journeys.ts';

/** Versions never change, so what was read of one is kept. */
const PLANS_MAX = 2_000;
const kept = new Map<string, Plan>();

/** A version ready to be walked. A journey without it is a fault of ours. */
export async function planFor(tx: Tx, workspaceId: WorkspaceId, journeyId: string, version: number): Promise<Plan> {
  const key = `${workspaceId}:${journeyId}:${version}`;
  const known = kept.get(key);
  if (known) return known;
  const found = await versionOf(tx, workspaceId, journeyId, version);
  if (!found) throw new Error(`journey ${journeyId} has no version ${version}`);
  const plan = planOf(journeyId, version, found.definition);
  if (kept.size >= PLANS_MAX) kept.clear();
  kept.set(key, plan);
  return plan;
}
