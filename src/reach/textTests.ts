import { takeIn } from '../insight/index.ts';
import { dayIn } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Rendered } from './core/message.ts';
import { workspaceRow } from './queries/state.ts';

type Drawn = { customer: string; content: Rendered };

/** Whoever is about to get a text of a test enters its experiment, in the transaction that says the message leaves; whoever is in it stays in their arm. */
export async function enterTests(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, leaving: readonly Drawn[]): Promise<void> {
  const drawn = leaving.flatMap(({ customer, content: { draw } }) => (draw ? [{ customer, ...draw }] : []));
  if (drawn.length === 0) return;
  const day = dayIn((await workspaceRow(tx, workspaceId)).timezone, stores.clock.now());
  for (const [experiment, own] of Map.groupBy(drawn, (one) => one.experiment)) {
    const people = new Map(own.map(({ customer, arm }) => [customer, { customer, arm, day }]));
    await takeIn(tx, stores, workspaceId, experiment, [...people.values()]);
  }
}
