import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { treatedOf } from './queries/enrolments.ts';
import { journeysAfter, type JourneyRow } from './queries/journeys.ts';

const MOST = 200;

/** A workspace's journeys by the ready one they were drawn from; of several the newest. */
export async function journeysBy(stores: Stores, workspaceId: WorkspaceId): Promise<Map<string, JourneyRow>> {
  const rows = await stores.pg.tx(workspaceId, (tx) => journeysAfter(tx, workspaceId, { state: null, after: null, limit: MOST }));
  return new Map(rows.toReversed().map((row) => [row.playbook, row]));
}

/** Whoever entered a journey and is not held out. */
export const treatedIn = (stores: Stores, workspaceId: WorkspaceId, journeyId: string): Promise<CustomerId[]> => stores.pg.tx(workspaceId, (tx) => treatedOf(tx, workspaceId, journeyId));
