import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import { run, sql } from '../../kernel/sql.ts';
import { scoringJobs } from './index.ts';
import { modelNumbered } from './store.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const LAST = dayNumber('2026-01-14');
const isScored = async (ws: WorkspaceId): Promise<boolean> => (await stores.pg.tx(ws, (tx) => modelNumbered(tx, ws, 'value', undefined))) !== undefined;
const asked = (ws: WorkspaceId, payload: { trigger: string; since?: number }): Promise<void> =>
  (scoringJobs['lifecycle.score'] as NonNullable<(typeof scoringJobs)[string]>)(stores, ws, payload, new AbortController().signal);

test('scoring that an import asked for leaves the machine to files still being read, but not for ever; what a person asked for begins at once', async () => {
  const ws = await testWorkspace(stores), now = stores.clock.now();
  await putOrders(stores, ws, Array.from({ length: 40 }, (_, n) => ({ customer: customerOf(n), day: dayOfNumber(LAST - n), amount: 100 })));
  const importing = (status: string): Promise<unknown> => stores.pg.tx(ws, (tx) => run(tx, sql`
    insert into import (workspace_id, id, source, status, files, options, version, made_by, created_at) values (${ws}, ${newId()}, 'test', ${status}, '[]', '{}', 1, '{}', ${now})`));
  await importing('finished');
  await importing('running');
  await asked(ws, { trigger: 'import' });
  expect(await isScored(ws)).toBe(false);
  await asked(ws, { trigger: 'import', since: now.getTime() - 16 * 60_000 });
  expect(await isScored(ws)).toBe(true);
  const other = await testWorkspace(stores);
  await asked(other, { trigger: 'asked' });
  expect(await isScored(other)).toBe(true);
});
