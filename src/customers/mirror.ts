import { type Day, dayIn } from '../kernel/day.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { tsvArray, tsvMap, tsvQuoted, tsvText } from '../kernel/clickhouse/tsv.ts';
import { HOT_KEYS } from './builtins.ts';
import { type Field, mirrored } from './core/fields.ts';
import { loadFields } from './fields.ts';
import { pushGone } from './mirrorGone.ts';
import { ownersById } from './queries/identity.ts';
import { dropBatches, insertBatch, nextVersion, pendingBatches, type StateRow, statesOf, timezoneOf } from './queries/mirror.ts';

const ROWS_PER_BLOCK = 10_000;

/** Notes, in the transaction of a change, whose mirror rows it makes old, and who is no more. */
export async function owe(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, { customers, subjects = [], gone = [] }: { customers: readonly CustomerId[]; subjects?: readonly SubjectId[]; gone?: readonly CustomerId[] }): Promise<void> {
  if (customers.length + subjects.length + gone.length === 0) return;
  await insertBatch(tx, workspaceId, { id: newId(), customers: [...new Set(customers)], subjects: [...new Set(subjects)], gone }, stores.clock.now());
}

const valuesIn = (row: StateRow) => ({ ...row.fields, ...row.published, ...Object.fromEntries(HOT_KEYS.map((key) => [key, row[key]])) });

const tsvLists = (lists: Readonly<Record<string, readonly string[]>>): string =>
  `{${Object.entries(lists).map(([key, items]) => `${tsvQuoted(key)}:${tsvArray(items)}`).join(',')}}`;

const createdOn = (zone: string, at: Date): Day => dayIn(zone, at);

function stateLine(workspaceId: WorkspaceId, version: number, zone: string, fields: ReadonlyMap<string, Field>, row: StateRow): string {
  const { texts, numbers, days, lists } = mirrored(fields, valuesIn(row));
  return [
    workspaceId, row.id, version, row.absorbed ? 1 : 0, tsvText(row.name), createdOn(zone, row.createdAt),
    tsvMap(texts), tsvMap(numbers), tsvMap(days), tsvLists(lists), tsvArray(row.tags), tsvArray(row.reach),
  ].join('\t');
}

const STATE_COLUMNS = ['workspace', 'customer', 'version', 'deleted', 'name', 'created_on', 'texts', 'numbers', 'days', 'lists', 'tags', 'reach'];

async function pushStates(stores: Stores, workspaceId: WorkspaceId, version: number, customers: readonly CustomerId[]): Promise<void> {
  const { fields, zone } = await stores.pg.tx(workspaceId, async (tx) => ({ fields: await loadFields(tx, workspaceId), zone: await timezoneOf(tx, workspaceId) }));
  const read = (at: number) => stores.pg.tx(workspaceId, (tx) => statesOf(tx, workspaceId, customers.slice(at, at + ROWS_PER_BLOCK)));
  let sending: Promise<void> = Promise.resolve();
  let rows = read(0);
  for (let at = 0; at < customers.length; at += ROWS_PER_BLOCK) {
    const text = (await rows).map((row) => `${stateLine(workspaceId, version, zone, fields, row)}\n`).join('');
    // Postgres reads the next block while ClickHouse takes this one in.
    if (at + ROWS_PER_BLOCK < customers.length) rows = read(at + ROWS_PER_BLOCK);
    await sending;
    sending = stores.ch.insertTsv('customer_state', STATE_COLUMNS, text);
    sending.catch(() => undefined);
  }
  await sending;
}

async function pushOwners(stores: Stores, workspaceId: WorkspaceId, version: number, subjects: readonly SubjectId[]): Promise<void> {
  for (let at = 0; at < subjects.length; at += ROWS_PER_BLOCK) {
    const owners = await stores.pg.tx(workspaceId, (tx) => ownersById(tx, workspaceId, subjects.slice(at, at + ROWS_PER_BLOCK)));
    const lines = [...owners].map(([subject, customer]) => `${workspaceId}\t${subject}\t${customer}\t${version}\n`);
    if (lines.length > 0) await stores.ch.insertTsv('subject_owner', ['workspace', 'subject', 'customer', 'version'], lines.join(''));
  }
}

/**
 * Tells ClickHouse of every customer and owner changed since it was last told; how many customers. Safe to repeat and to run twice at
 * once: the version is taken before the rows are read, so whoever holds the greater version has read the newer rows.
 */
export async function flushMirror(stores: Stores, workspaceId: WorkspaceId): Promise<number> {
  const { batches, version } = await stores.pg.tx(workspaceId, async (tx) => {
    const batches = await pendingBatches(tx, workspaceId);
    return { batches, version: batches.length > 0 ? await nextVersion(tx) : 0 };
  });
  if (batches.length === 0) return 0;
  const customers = [...new Set(batches.flatMap((batch) => batch.customers))];
  await pushOwners(stores, workspaceId, version, [...new Set(batches.flatMap(({ subjects }) => subjects))]);
  await pushStates(stores, workspaceId, version, customers);
  await pushGone(stores, workspaceId, version, [...new Set(batches.flatMap(({ gone }) => gone))]);
  await stores.pg.tx(workspaceId, (tx) => dropBatches(tx, workspaceId, batches.map(({ id }) => id)));
  return customers.length;
}
