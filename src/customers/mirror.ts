import { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
import { type CustomerId, inOrderMade, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadFields } from './fields.ts';
import { pushGone } from './mirrorGone.ts';
import { OWNER_COLUMNS, STATE_COLUMNS, writeOwner, writeState } from './mirrorRows.ts';
import { ownersById } from './queries/identity.ts';
import { dropBatches, insertBatch, nextVersion, pendingBatches, statesOf, timezoneOf } from './queries/mirror.ts';

const ROWS_PER_BLOCK = 10_000;

type Owed = { customers: readonly CustomerId[]; subjects?: readonly SubjectId[]; gone?: readonly CustomerId[]; newcomers?: readonly CustomerId[] };

/** Notes, in the transaction of a change, whose mirror rows it makes old, who is no more and who is new. */
export async function owe(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, { customers, subjects = [], gone = [], newcomers = [] }: Owed): Promise<void> {
  const at = stores.clock.now();
  if (customers.length + subjects.length + gone.length > 0) await insertBatch(tx, workspaceId, { id: newId(), customers: [...new Set(customers)], subjects: [...new Set(subjects)], gone, newcomers: false }, at);
  if (newcomers.length > 0) await insertBatch(tx, workspaceId, { id: newId(), customers: newcomers, subjects: [], gone: [], newcomers: true }, at);
}

async function pushStates(stores: Stores, workspaceId: WorkspaceId, version: number, customers: readonly CustomerId[]): Promise<void> {
  const { fields, zone } = await stores.pg.tx(workspaceId, async (tx) => ({ fields: await loadFields(tx, workspaceId), zone: await timezoneOf(tx, workspaceId) }));
  const read = (at: number) => stores.pg.tx(workspaceId, (tx) => statesOf(tx, workspaceId, customers.slice(at, at + ROWS_PER_BLOCK)));
  let sending: Promise<void> = Promise.resolve();
  let rows = read(0);
  for (let at = 0; at < customers.length; at += ROWS_PER_BLOCK) {
    const block = new RowWriter();
    for (const row of await rows) writeState(block, { workspaceId, version, zone, fields }, row);
    // Postgres reads the next block while ClickHouse takes this one in.
    if (at + ROWS_PER_BLOCK < customers.length) rows = read(at + ROWS_PER_BLOCK);
    await sending;
    sending = stores.ch.insertRows('customer_state', STATE_COLUMNS, block.row());
    sending.catch(() => undefined);
  }
  await sending;
}

async function pushOwners(stores: Stores, workspaceId: WorkspaceId, version: number, subjects: readonly SubjectId[]): Promise<void> {
  for (let at = 0; at < subjects.length; at += ROWS_PER_BLOCK) {
    const owners = await stores.pg.tx(workspaceId, (tx) => ownersById(tx, workspaceId, subjects.slice(at, at + ROWS_PER_BLOCK)));
    const block = new RowWriter();
    for (const [subject, customer] of owners) writeOwner(block, workspaceId, { subject, customer, version });
    await stores.ch.insertRows('subject_owner', OWNER_COLUMNS, block.row());
  }
}

type FlushOptions = { newcomers?: boolean };

async function flushPending(stores: Stores, workspaceId: WorkspaceId, { newcomers = true }: FlushOptions): Promise<number> {
  const { batches, version } = await stores.pg.tx(workspaceId, async (tx) => {
    const batches = await pendingBatches(tx, workspaceId, newcomers);
    return { batches, version: batches.length > 0 ? await nextVersion(tx) : 0 };
  });
  if (batches.length === 0) return 0;
  const customers = [...new Set(batches.flatMap((batch) => batch.customers))].sort(inOrderMade);
  await pushOwners(stores, workspaceId, version, [...new Set(batches.flatMap(({ subjects }) => subjects))]);
  await pushStates(stores, workspaceId, version, customers);
  await pushGone(stores, workspaceId, version, [...new Set(batches.flatMap(({ gone }) => gone))]);
  await stores.pg.tx(workspaceId, (tx) => dropBatches(tx, workspaceId, batches.map(({ id }) => id)));
  return customers.length;
}

/** The last flush of each workspace here: the next waits for it, or both would tell the same. */
const last = new WeakMap<Stores, Map<WorkspaceId, Promise<unknown>>>();

/**
 * Tells ClickHouse of every customer and owner changed since it was last told; how many customers. Safe to repeat and to run twice at
 * once: the version is taken before the rows are read, so whoever holds the greater version has read the newer rows. `newcomers: false`
 * leaves those who are new to whoever tells next, since a row that says where they stand will follow.
 */
export async function flushMirror(stores: Stores, workspaceId: WorkspaceId, options: FlushOptions = {}): Promise<number> {
  const turns = last.get(stores) ?? new Map<WorkspaceId, Promise<unknown>>();
  last.set(stores, turns);
  const mine = Promise.resolve(turns.get(workspaceId)).catch(() => undefined).then(() => flushPending(stores, workspaceId, options));
  turns.set(workspaceId, mine);
  return mine;
}
