import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Plan } from './core/plan.ts';
import { lockSlots, openSlots, saveSlots, type Slot } from './queries/rates.ts';

const PER_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Gives places at nodes that let few pass: the first stretch with room, never one that is over. `save` writes down what was given. */
export type Places = { place(node: string): number; save(): Promise<void> };

/** Loads how full each node is and holds it, so that two batches give no place twice. */
export async function placesOf(tx: Tx, workspaceId: WorkspaceId, plan: Plan, nodes: readonly string[], now: Date): Promise<Places> {
  if (nodes.length > 0) await openSlots(tx, workspaceId, plan.journey, nodes, now);
  const slots = new Map((nodes.length > 0 ? await lockSlots(tx, workspaceId, plan.journey, nodes) : []).map((slot): [string, Slot] => [slot.node, slot]));
  const changed = new Set<string>();
  const place = (id: string): number => {
    const node = plan.nodes.get(id), slot = slots.get(id);
    if (node?.kind !== 'rate' || !slot) throw new Error(`no places were loaded for ${id}`);
    const per = PER_MS[node.per], floor = Math.floor(now.getTime() / per) * per;
    if (slot.slotAt.getTime() < floor) Object.assign(slot, { slotAt: new Date(floor), used: 0 });
    if (slot.used >= node.most) Object.assign(slot, { slotAt: new Date(Math.floor(slot.slotAt.getTime() / per) * per + per), used: 0 });
    slot.used += 1;
    changed.add(id);
    return Math.max(now.getTime(), slot.slotAt.getTime());
  };
  return { place, save: async () => void (changed.size > 0 && await saveSlots(tx, workspaceId, plan.journey, [...changed].flatMap((id) => slots.get(id) ?? []))) };
}
