import { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { OWNER_COLUMNS, STATE_COLUMNS, writeGone, writeOwner } from './mirrorRows.ts';
import { existing } from './queries/hearsay.ts';

const ROWS_PER_BLOCK = 10_000;

/** Lets ClickHouse forget customers that are no more; their identifiers belong to themselves, should they ever come again. */
export async function pushGone(stores: Stores, workspaceId: WorkspaceId, version: number, gone: readonly CustomerId[]): Promise<void> {
  for (let at = 0; at < gone.length; at += ROWS_PER_BLOCK) {
    const some = gone.slice(at, at + ROWS_PER_BLOCK);
    const back = new Set<string>(await stores.pg.tx(workspaceId, (tx) => existing(tx, workspaceId, some as SubjectId[])));
    const ids = some.filter((id) => !back.has(id));
    if (ids.length === 0) continue;
    const [owners, states] = [new RowWriter(), new RowWriter()];
    for (const id of ids) {
      writeOwner(owners, workspaceId, { subject: id as SubjectId, customer: id, version });
      writeGone(states, workspaceId, { customer: id, version });
    }
    await stores.ch.insertRows('subject_owner', OWNER_COLUMNS, owners.row());
    await stores.ch.insertRows('customer_state', STATE_COLUMNS, states.row());
  }
}
