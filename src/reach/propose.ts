import { hideAll } from '../kernel/contacts.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import { tellNews } from '../kernel/news.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { ChannelName, Purpose, Source } from './core/message.ts';
import type { Reason } from './core/reasons.ts';
import { announceRefused } from './decide.ts';
import { insertMessages, releaseHeld, saveDecisions, withdrawMessages, withdrawSource } from './queries/messages.ts';

/**
 * A message somebody wants sent. `id` is the message's own for ever: proposing it twice is once. `params`: plain data for the template, contacts in
 * it are masked. `topic`: the subscription group it belongs to. `ifBlocked`: whether a cap or a better message lets it wait or drops it.
 */
export type Intent = {
  id: string; customer: CustomerId; source: Source; channel: ChannelName | 'best'; purpose: Purpose; template: { id: string; version: number | null };
  params: Record<string, unknown>; topic?: string | null; priority: number; ifBlocked: 'queue' | 'drop'; dueAt: Date; expiresAt: Date | null;
};

const AT_ONCE = 5_000;

/** Keeps intents as waiting messages inside the caller's transaction; the deliverer decides each when it is due. How many are new. */
export async function propose(tx: Tx, { clock }: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, intents: readonly Intent[]): Promise<number> {
  let made = 0;
  for (let from = 0; from < intents.length; from += AT_ONCE) {
    const some = intents.slice(from, from + AT_ONCE).map((intent) => ({ ...intent, params: hideAll(intent.params) as Record<string, unknown>, topic: intent.topic ?? null }));
    made += await insertMessages(tx, workspaceId, some, clock.now());
  }
  if (made > 0) await tellNews(tx, 'messages');
  return made;
}

/** Writes down of messages that are not even proposed why they are not, inside the caller's transaction: lines of the ledger like any other. */
export async function refuseAll(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, intents: readonly Intent[], reason: Reason): Promise<void> {
  const now = stores.clock.now();
  for (let from = 0; from < intents.length; from += AT_ONCE) {
    const some = intents.slice(from, from + AT_ONCE);
    await propose(tx, stores, workspaceId, some);
    await saveDecisions(tx, workspaceId, some.map(({ id }) => ({ id, state: 'refused', channel: null, reason, facts: {}, nextAt: now, accountId: null, countedAt: null, personalised: null })), now);
    await announceRefused(tx, stores, workspaceId, some, new Map(some.map(({ id }) => [id, reason])));
  }
}

/** What still waits of these enrolments becomes withdrawn with a coded reason, inside the caller's transaction. What is on its way is not called back. How many. */
export const withdraw = (tx: Tx, clock: Stores['clock'], workspaceId: WorkspaceId, enrolments: readonly string[], reason: string): Promise<number> =>
  (enrolments.length === 0 ? Promise.resolve(0) : withdrawMessages(tx, workspaceId, enrolments, { reason, at: clock.now() }));

/** The same of everything a source still has waiting. */
export const withdrawAll = (tx: Tx, clock: Stores['clock'], workspaceId: WorkspaceId, source: Pick<Source, 'kind' | 'id'>, reason: string): Promise<number> => withdrawSource(tx, workspaceId, source, { reason, at: clock.now() });

/** A source that held its messages goes on: they are decided anew at once, and go unless they have expired meanwhile. How many. */
export const release = (tx: Tx, clock: Stores['clock'], workspaceId: WorkspaceId, source: Pick<Source, 'kind' | 'id'>): Promise<number> => releaseHeld(tx, workspaceId, source, clock.now());
