import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

export type Slot = { node: string; slotAt: Date; used: number };

/** The stretch being filled at each of some nodes, held until the transaction ends. */
export const lockSlots = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, nodes: readonly string[]): Promise<Slot[]> =>
  many(tx, sql<Slot>`
    select node, slot_at as "slotAt", used from journey_rate
     where workspace_id = ${workspaceId} and journey_id = ${journeyId} and node = any(${[...nodes]}::text[])
     order by node for update`);

/** Makes sure that there is a row to hold. */
export const openSlots = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, nodes: readonly string[], at: Date): Promise<number> =>
  run(tx, sql`
    insert into journey_rate (workspace_id, journey_id, node, slot_at, used)
    select ${workspaceId}::uuid, ${journeyId}::uuid, node, ${at}, 0 from unnest(${[...nodes]}::text[]) as node order by node
    on conflict do nothing`);

export const saveSlots = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, slots: readonly Slot[]): Promise<number> =>
  run(tx, sql`
    update journey_rate r set slot_at = s."slotAt", used = s.used
      from jsonb_to_recordset(${JSON.stringify(slots)}::jsonb) as s (node text, "slotAt" timestamptz, used int)
     where r.workspace_id = ${workspaceId} and r.journey_id = ${journeyId} and r.node = s.node`);
