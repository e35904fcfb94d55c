import { registerEraser } from '../customers/index.ts';
import { forgetInClickHouse, forgetInPostgres } from './queries/erase.ts';

/** What the lifecycle forgets of people: stages, scores, signals, programmes, reasons, objections and segments. */
export const registerLifecycleEraser = (): void => registerEraser({
  name: 'lifecycle',
  inPostgres: (tx, _, workspaceId, { subjects }) => forgetInPostgres(tx, workspaceId, subjects),
  inClickHouse: (stores, workspaceId, subjects) => forgetInClickHouse(stores.ch, workspaceId, subjects),
});
