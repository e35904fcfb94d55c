import { registerEraser } from '../customers/index.ts';
import { dropAside, makeNobodys } from './queries/erase.ts';

/** What collect forgets of people: whose orders and events were, and rows put aside that name them. */
export const registerCollectEraser = (): void => registerEraser({
  name: 'collect',
  inPostgres: async (tx, stores, workspaceId, { texts }) => ({ quarantine: await dropAside(tx, await stores.keys.of(workspaceId), workspaceId, texts) }),
  inClickHouse: (stores, workspaceId, subjects) => makeNobodys(stores.ch, workspaceId, subjects),
});
