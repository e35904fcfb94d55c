import { registerEraser } from '../customers/index.ts';
import { forgetInFiles } from './imports/forget.ts';
import { dropAside, makeNobodys } from './queries/erase.ts';

/** What collect forgets of people: whose orders and events were, rows put aside that name them, files that are kept. */
export const registerCollectEraser = (): void => registerEraser({
  name: 'collect',
  inPostgres: async (tx, stores, workspaceId, { texts }) => ({ quarantine: await dropAside(tx, await stores.keys.of(workspaceId), workspaceId, texts) }),
  inFiles: forgetInFiles,
  inClickHouse: (stores, workspaceId, subjects) => makeNobodys(stores.ch, workspaceId, subjects),
});
