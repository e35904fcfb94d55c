import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putEvents } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import { MANY_ROWS } from '../kernel/renewed.ts';
import { countedBefore } from './counted.ts';

const DAY = '2026-01-15', COUNT = "select count() as people from events where workspace = {workspace:UUID} and event = 'visit'";
let stores: TestStores;
beforeAll(async () => void (stores = await testStores()));
afterAll(() => stores.close());

const visit = (workspace: WorkspaceId, n: number): Promise<void> => putEvents(stores, workspace, [{ customer: customerOf(n), event: 'visit', time: '2026-01-10 04:00:00' }]);
const told = async (workspace: WorkspaceId): Promise<{ people: number | undefined; countedAt: Date | null }> => {
  const counted = await countedBefore(stores, workspace, DAY), [row] = await counted.rows<{ people: number }>(COUNT, { workspace });
  return { people: row?.people, countedAt: counted.countedAt() };
};

test('a small shop is told what was counted for it', async () => {
  const workspace = await testWorkspace(stores);
  await visit(workspace, 1);
  expect(await told(workspace)).toEqual({ people: 1, countedAt: null });
  await visit(workspace, 2);
  expect(await told(workspace)).toEqual({ people: 2, countedAt: null });
});

test('a shop of two million rows is told the answer of the last minutes with the moment it was counted; other questions and other workspaces have their own', async () => {
  const workspace = await testWorkspace(stores), other = await testWorkspace(stores);
  await visit(workspace, 1);
  await stores.ch.command("insert into orders (workspace, source, order_no, version, day) select {workspace:UUID}, 'test', toString(number), 1, toDate('2026-01-01') from numbers({rows:UInt64})", { workspace, rows: MANY_ROWS });
  const first = { people: 1, countedAt: stores.clock.now() };
  expect(await told(workspace)).toEqual(first);
  await visit(workspace, 2);
  expect(await told(workspace)).toEqual(first);
  expect(await told(other)).toEqual({ people: 0, countedAt: null });
  const counted = await countedBefore(stores, workspace, DAY);
  expect(await counted.rows(`${COUNT} and subject = {of:UUID}`, { workspace, of: customerOf(2) })).toEqual([{ people: 1 }]);
  expect(await (await countedBefore(stores, workspace, '2026-01-16')).rows(COUNT, { workspace })).toEqual([{ people: 2 }]);
});
