import { announce } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';

/** Something staff or a rule of ours did or saw with somebody. `messageId` names it for ever; `properties` carry ids, codes and numbers, never what was said. */
export type Happened = { subject: string; event: string; at: Date; messageId: string; properties: Readonly<Record<string, string | number | boolean>>; by?: 'them' | 'us' };

const AT_ONCE = 500;

/** Tells, in the transaction of a change, what happened with people: collect keeps it as events, which conditions, journeys and reports read. */
export async function happened(tx: Tx, { clock }: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, all: readonly Happened[]): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) await announce(tx, clock, workspaceId, 'people.met', { events: all.slice(from, from + AT_ONCE) });
}
