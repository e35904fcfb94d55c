import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { complainersIn, type Intent, refuseAll } from '../reach/index.ts';
import { firstSend, type Plan } from './core/plan.ts';
import { intentOf } from './effects.ts';
import { idFrom } from './ids.ts';
import type { NewEnrolment } from './queries/enrolments.ts';

/**
 * Of those who would enter, whoever may: where a journey stays away from people with an open complaint, these are neither let in nor drawn, and a line of the ledger says
 * why of the first message they would have been sent, one an occasion.
 */
export async function admitAtDoor(tx: Tx, stores: Stores, workspaceId: WorkspaceId, plan: Plan, rows: readonly NewEnrolment[]): Promise<NewEnrolment[]> {
  if (plan.definition.withoutComplaints !== true || rows.length === 0) return [...rows];
  const complaining: ReadonlySet<CustomerId> = await complainersIn(tx, workspaceId, rows.map(({ personId }) => personId)), send = firstSend(plan), now = stores.clock.now();
  const kept = rows.filter(({ personId }) => complaining.has(personId));
  await refuseAll(tx, stores, workspaceId, send ? kept.map((row): Intent => {
    const intent = intentOf({ row, effect: { ...send, node: send.id }, id: idFrom(row.id, 'door') }, now);
    return { ...intent, params: {}, source: { ...intent.source, enrolment: null } };
  }) : [], 'open_complaint');
  return rows.filter(({ personId }) => !complaining.has(personId));
}
