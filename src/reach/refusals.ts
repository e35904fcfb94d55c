import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Reason, ReasonFacts } from './core/reasons.ts';
import { announceRefused } from './decide.ts';
import { type Intent, propose } from './propose.ts';
import { messagesById, saveDecisions } from './queries/messages.ts';

export type RefusedIntent = { intent: Intent; reason: Reason; facts: ReasonFacts };

/** Keeps in the ledger what was not even proposed, with why, inside the caller's transaction: a task for a person that the customer's service tier does not allow. Saying it twice is once. */
export async function noteRefused(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, all: readonly RefusedIntent[]): Promise<void> {
  if (all.length === 0 || (await propose(tx, stores, workspaceId, all.map(({ intent }) => intent))) === 0) return;
  const now = stores.clock.now(), reasons = new Map(all.map((one) => [one.intent.id, one]));
  const rows = await messagesById(tx, workspaceId, [...reasons.keys()]);
  await saveDecisions(tx, workspaceId, rows.flatMap(({ id }) => { const one = reasons.get(id); return one ? [{ id, state: 'refused' as const, channel: 'call' as const, reason: one.reason, facts: one.facts, nextAt: now, accountId: null, countedAt: null, personalised: null }] : []; }), now);
  await announceRefused(tx, stores, workspaceId, rows, new Map(all.map(({ intent, reason }) => [intent.id, reason])));
}
