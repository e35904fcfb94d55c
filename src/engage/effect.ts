import { takeIn } from '../insight/index.ts';
import { dayIn } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Enrolment } from './queries/enrolments.ts';
import { type JourneyRow, zoneOfWorkspace } from './queries/journeys.ts';

/** New people of a journey enter its experiment, each on their own first day by the workspace's clock, as orders have theirs. */
export async function drawIn(tx: Tx, stores: Stores, workspaceId: WorkspaceId, { experimentId }: JourneyRow, rows: readonly Enrolment[]): Promise<void> {
  if (experimentId === null || rows.length === 0) return;
  const zone = await zoneOfWorkspace(tx, workspaceId);
  await takeIn(tx, stores, workspaceId, experimentId, rows.map(({ customerId, arm, state }) => ({ customer: customerId, arm, day: dayIn(zone, new Date(state.enteredAt)) })));
}
