import { Refusal } from '../kernel/errors.ts';
import { type CustomerId, inOrderMade, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { demandValue, type Field } from './core/fields.ts';
import type { FieldValue } from './core/fold.ts';
import { flushMirror, owe } from './mirror.ts';
import { lockIdentity } from './queries/identity.ts';
import { publishRows } from './queries/publish.ts';
import { declaredFields } from './registry.ts';
import './builtins.ts';

/** What a module above says about one customer, by declared field keys; null clears. */
export type Published = { customer: CustomerId; values: Readonly<Record<string, FieldValue | null>> };
export type PublishOptions = { at?: Date; mirror?: 'now' | 'later' };

const ROWS_PER_STATEMENT = 10_000;

const fieldFor = (fields: ReadonlyMap<string, Field>, key: string): Field => {
  const field = fields.get(key);
  if (!field) throw new Refusal('field.unknown', { field: key });
  return field;
};

const checked = (fields: ReadonlyMap<string, Field>, values: Published['values']): Record<string, FieldValue | null> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, demandValue(fieldFor(fields, key), value)]));

/**
 * Writes published fields inside the caller's transaction and owes the mirror: call flushMirror after the commit.
 * Rows of customers that were absorbed meanwhile are passed over, and of those of whom nothing changed. Refuses `field.unknown` and `field.value_invalid`.
 */
export async function publishIn(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, rows: readonly Published[], { at = stores.clock.now() }: PublishOptions = {}): Promise<void> {
  // The lock of resolve and merge: two writers of many customers would otherwise wait on each other's rows.
  await lockIdentity(tx, workspaceId);
  const fields = declaredFields();
  const atMs = at.getTime(), changed: CustomerId[] = [], ordered = rows.toSorted((a, b) => inOrderMade(a.customer, b.customer));
  for (let from = 0; from < ordered.length; from += ROWS_PER_STATEMENT) {
    const slice = ordered.slice(from, from + ROWS_PER_STATEMENT).map(({ customer, values }) => ({ customer, values: checked(fields, values) }));
    changed.push(...await publishRows(tx, workspaceId, slice, atMs));
  }
  await owe(tx, stores, workspaceId, { customers: changed });
}

/** Writes published fields in a transaction of its own and tells ClickHouse, now unless told to leave it. */
export async function publish(stores: Stores, workspaceId: WorkspaceId, rows: readonly Published[], { mirror = 'now', ...options }: PublishOptions = {}): Promise<void> {
  if (rows.length === 0) return;
  await stores.pg.tx(workspaceId, (tx) => publishIn(tx, stores, workspaceId, rows, options));
  if (mirror === 'now') await flushMirror(stores, workspaceId);
}
