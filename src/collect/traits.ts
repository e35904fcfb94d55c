import { membersOf, registerTrait } from '../customers/index.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Buyers, preferredCategories } from './queries/preferences.ts';

const TTL_DAYS = 180;
const HOURS_PER_DAY = 24;

const buyersOf = async (stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Buyers> =>
  ({ customers, subjects: [...(await membersOf(stores, workspaceId, customers)).values()].flat() });

/** What purchases tell of a customer's taste. Looked at again whenever something was bought, and daily. */
export const registerCollectTraits = (): void => registerTrait({
  key: 'preferred_category', type: 'text', source: 'collect', block: 'habit', ttlDays: TTL_DAYS, on: ['events.recorded', 'import.finished', 'customer.merged', 'customer.unmerged'], by: { bought: true },
  everyHours: HOURS_PER_DAY,
  compute: async (stores, workspaceId, customers) => new Map((await preferredCategories(stores.ch, workspaceId, customers === 'all' ? 'all' : await buyersOf(stores, workspaceId, customers))).map(({ customer, category }) => [customer, category])),
});
