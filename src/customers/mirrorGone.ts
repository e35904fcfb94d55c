import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { existing } from './queries/hearsay.ts';

const ROWS_PER_BLOCK = 10_000;
const NO_STATE = ['1', '', '1970-01-01', '{}', '{}', '{}', '{}', '[]', '[]'].join('\t');

/** Lets ClickHouse forget customers that are no more; their identifiers belong to themselves, should they ever come again. */
export async function pushGone(stores: Stores, workspaceId: WorkspaceId, version: number, gone: readonly CustomerId[]): Promise<void> {
  for (let at = 0; at < gone.length; at += ROWS_PER_BLOCK) {
    const some = gone.slice(at, at + ROWS_PER_BLOCK);
    const back = new Set<string>(await stores.pg.tx(workspaceId, (tx) => existing(tx, workspaceId, some as SubjectId[])));
    const ids = some.filter((id) => !back.has(id));
    if (ids.length === 0) continue;
    await stores.ch.insertTsv('subject_owner', ['workspace', 'subject', 'customer', 'version'], ids.map((id) => `${workspaceId}\t${id}\t${id}\t${version}\n`).join(''));
    await stores.ch.insertTsv('customer_state', ['workspace', 'customer', 'version', 'deleted', 'name', 'created_on', 'texts', 'numbers', 'days', 'lists', 'tags', 'reach'], ids.map((id) => `${workspaceId}\t${id}\t${version}\t${NO_STATE}\n`).join(''));
  }
}
