import type { Fact, Loop, Reaction } from '../../kernel/facts.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { watchRisks } from './watch.ts';

const namedIn = (facts: readonly Fact[]): CustomerId[] => [...new Set(facts.flatMap(({ payload }) => [payload.keep, payload.customer, payload.from, ...((payload.customers as unknown[] | undefined) ?? [])]))].filter((one): one is CustomerId => typeof one === 'string' && one.length === 36);

/** Those something happened to, as soon as it is known. */
const watchActive: Reaction = async (stores, workspaceId, facts) => {
  const customers = namedIn(facts);
  if (customers.length > 0) await watchRisks(stores, workspaceId, customers);
};

/** A file may speak of anybody. */
const watchEveryone: Reaction = async (stores, workspaceId) => void (await watchRisks(stores, workspaceId, 'all'));

/** Reactions by fact kind, for loop.ts. */
export const signalReactions = {
  'import.finished': { 'signals.watchEveryone': watchEveryone },
  'import.undone': { 'signals.watchEveryone': watchEveryone },
  'events.recorded': { 'signals.watchActive': watchActive },
  'customer.merged': { 'signals.watchActive': watchActive },
  'customer.unmerged': { 'signals.watchActive': watchActive },
} satisfies Loop;
