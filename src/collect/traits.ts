import { registerTrait } from '../customers/index.ts';
import { preferredCategories } from './queries/preferences.ts';

const TTL_DAYS = 180;
const HOURS_PER_DAY = 24;

/** What purchases tell of a customer's taste. Looked at again whenever something was bought, and daily. */
export const registerCollectTraits = (): void => registerTrait({
  key: 'preferred_category', type: 'text', source: 'collect', block: 'habit', ttlDays: TTL_DAYS, on: ['events.recorded', 'import.finished', 'customer.merged', 'customer.unmerged'],
  everyHours: HOURS_PER_DAY,
  compute: async (stores, workspaceId, customers) => new Map((await preferredCategories(stores.ch, workspaceId, customers)).map(({ customer, category }) => [customer, category])),
});
