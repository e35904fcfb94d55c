import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { measuredShare, type Side } from './compute/measured.ts';
import type { SavePlanResponse } from './contract.ts';
import { newestResponse, type Policy, policyChanges, saveResponse } from './store.ts';

/** What a finished experiment on a list of whom to save found: everybody drawn, meant to be treated (all treated arms together) or held out, and who of them bought in the window. */
export type MeasuredResponse = { experimentId: string; name: string; treated: Side; control: Side; windowDays: number; settledOn: Day };

/**
 * Writes down what an attempt to keep people really brings, for the plan of whom to save. To be called by experiments in the transaction that settles a result whose audience was such
 * a list and whose sample ratio is sound; a second time changes nothing. False where nothing can be said of it (an empty side, everybody held out bought) or it is known already.
 */
export async function recordMeasuredResponse(tx: Tx, stores: Stores, workspaceId: WorkspaceId, measured: MeasuredResponse): Promise<boolean> {
  return measuredShare(measured) !== null && await saveResponse(tx, workspaceId, measured, stores.clock.now()) > 0;
}

const bounded = (share: number): number => Math.min(1, Math.max(0, share));
const NOT_MEASURED = { name: null, experimentId: null, measuredOn: null, people: null, windowDays: null, low: null, high: null };

/** The share that an attempt keeps: typed for this look, else as the newest finished experiment measured it, else as the workspace assumes. */
export async function responseFor(tx: Tx, workspaceId: WorkspaceId, policy: Policy, typed: { savedShare: number | undefined; by: string }): Promise<SavePlanResponse> {
  if (typed.savedShare !== undefined) return { ...NOT_MEASURED, savedShare: typed.savedShare, basis: 'assumed', source: typed.by };
  const newest = await newestResponse(tx, workspaceId), found = newest && measuredShare(newest);
  if (!newest || !found) return { ...NOT_MEASURED, savedShare: policy.savedShare, basis: 'assumed', source: (await policyChanges(tx, workspaceId)).find(({ field }) => field === 'savedShare')?.by ?? 'perennial' };
  const { experimentId, name, settledOn, treated, control, windowDays } = newest;
  return { savedShare: bounded(found.share), basis: 'measured', source: experimentId, name, experimentId, measuredOn: settledOn, people: treated.customers + control.customers, windowDays, low: bounded(found.low), high: bounded(found.high) };
}
