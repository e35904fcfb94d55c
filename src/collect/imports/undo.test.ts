import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { worldOf } from '../../../test/support/world.ts';
import { flushMirror, profile, resolve, search } from '../../customers/index.ts';
import { tell } from '../../customers/tell.ts';
import { noteCustomer } from '../../customers/timeline.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import { many, sql } from '../../kernel/sql.ts';
import type { ImportOptions } from '../contract.ts';
import { proposeMapping } from '../core/detect.ts';
import { importOf, quarantined } from './list.ts';
import { replay } from './replay.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';
import { runUndo, startUndo } from './undo.ts';

let stores: TestStores;
let workspace: string;
const folder = mkdtempSync(join(tmpdir(), 'perennial-undo-'));
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(async () => { await stores.close(); rmSync(folder, { recursive: true, force: true }); });
beforeEach(async () => { workspace = await testWorkspace(stores); });

type Table = readonly (readonly string[])[];
let files = 0;
const write = (table: Table): string => {
  const path = join(folder, `drop${++files}.csv`);
  writeFileSync(path, `${table.map((row) => row.join(',')).join('\n')}\n`);
  return path;
};

/** Imports tables as one drop, an hour after the last. */
async function take(tables: readonly Table[], options: Partial<ImportOptions> = {}): Promise<string> {
  stores.clock.advance(3_600_000);
  const given = tables.map((table) => ({ path: write(table), mapping: proposeMapping([...(table[0] ?? [])], table.slice(1).map((row) => [...row])).mapping }));
  const id = await startImport(stores, systemCaller(workspace), given, { source: 'shop', shop: '', channel: '', ...options });
  await runImport(stores, workspace, id);
  await flushMirror(stores, workspace);
  return id;
}
async function undo(id: string): Promise<void> {
  await startUndo(stores, systemCaller(workspace), id);
  await runUndo(stores, workspace, id);
}
const world = () => worldOf(stores, workspace);

const PEOPLE = ['member_no', 'phone', 'email', 'name', 'since', 'city', 'tags', 'consent_sms'];
const ORDERS = ['order_no', 'order_status', 'paid_at', 'amount_paid', 'buyer_id', 'phone', 'receiver_phone', 'customer_name', 'city'];
const order = (no: string, paid: string, amount: string, buyer: string, phone: string, name = '', city = '', receiver = ''): string[] => [no, '交易成功', `2025-${paid} 10:00:00`, amount, buyer, phone, receiver, name, city];

const A: readonly Table[] = [
  [PEOPLE, ['M1', '13800000001', 'a@x.com', '王一', '2024-01-01', '杭州', 'vip', 'yes'], ['M2', '13800000002', '', '王二', '2024-02-01', '上海', 'vip;new', 'no'], ['', '13800000003', '', '王三', '2024-03-01', '北京', '', '']],
  [ORDERS, order('O1', '03-01', '10.00', 'b1', '13800000001', '王一'), order('O2', '03-02', '20.00', 'b2', ''), order('O3', '03-03', '30.00', '', '13800000003', '', '天津', '13900000009')],
];
/** Overlaps with A: changes names and money, joins b2 with M2's phone and M1 with the third phone, brings new people and tags. */
const B: readonly Table[] = [
  [PEOPLE, ['M1', '13800000003', '', '王大一', '2024-01-01', '宁波', 'vip;gold', 'no'], ['M9', '13800000009', 'n@x.com', '新人', '2025-01-01', '深圳', 'gold', 'yes']],
  [ORDERS, order('O2', '03-02', '25.00', 'b2', '13800000002', '王二', '苏州'), order('O1', '03-01', '10.00', 'b1', '13800000001', '王一'), order('O9', '04-01', '90.00', 'b9', '13800000009', '', '', '13900000009')],
];

test('an import that stood alone leaves nothing behind when it is undone', async () => {
  const before = await world();
  const id = await take(A);
  const taught = await world();
  expect([taught.customers, taught.consents, taught.tags, taught.bearers].map((rows) => rows.length)).toEqual([4, 2, 2, 3]);
  await undo(id);
  expect(await world()).toEqual(before);
  expect(await search(stores, workspace, '王一')).toEqual([]);
});

test('an overlapping import is undone: everything is as after the first', async () => {
  await take(A);
  const before = await world();
  const id = await take(B);
  expect((await world()).customers).not.toEqual(before.customers);
  await undo(id);
  expect(await world()).toEqual(before);
});

test('the first of two overlapping imports is undone: everything is as if only the second had come', async () => {
  const alone = await take(B);
  const onlyB = await world();
  await undo(alone);
  const first = await take(A);
  await take(B);
  await undo(first);
  const left = await world();
  expect({ ...left, consents: [] }).toEqual({ ...onlyB, consents: [] });
  expect(await search(stores, workspace, '王三')).toEqual([]);
  // The second was said later this time; what it said is the same.
  expect(left.consents.map(({ at: _, ...rest }) => rest)).toEqual(onlyB.consents.map(({ at: _, ...rest }) => rest));
});

test('files of another source say it too: what they say stays', async () => {
  await take(A, { source: 'crm' });
  const before = await world();
  const id = await take(A);
  await undo(id);
  expect(await world()).toEqual(before);
});

test('imports undone in any order leave nothing', async () => {
  const before = await world();
  const ids = [await take(A), await take(B), await take(A, { source: 'crm' })];
  for (const at of [1, 0, 2]) await undo(ids[at] as string);
  expect(await world()).toEqual(before);
});

test('an undo killed half-way and run again ends in the same state', async () => {
  await take(A);
  const before = await world();
  const id = await take(B);
  await startUndo(stores, systemCaller(workspace), id);
  for (const allowed of [3, 12, 25, 40, 55, 70]) {
    let left = allowed;
    const dying: typeof stores.pg = { ...stores.pg, tx: (ws, work) => { if (left-- <= 0) throw new Error('killed'); return stores.pg.tx(ws, work); } };
    await expect(runUndo({ ...stores, pg: dying }, workspace, id).then(() => { if (left >= 0) throw new Error('killed'); })).rejects.toThrow('killed');
  }
  await runUndo(stores, workspace, id);
  expect(await world()).toEqual(before);
});

test('an undo twice, or of an import at work, is refused', async () => {
  const id = await take(A);
  await undo(id);
  await expect(startUndo(stores, systemCaller(workspace), id)).rejects.toMatchObject({ code: 'import.not_undoable' });
  const other = await take(B);
  const third = await take(A);
  await startUndo(stores, systemCaller(workspace), other);
  await expect(startUndo(stores, systemCaller(workspace), third)).rejects.toMatchObject({ code: 'import.source_busy' });
  await runUndo(stores, workspace, other);
});

test('an import whose stored file is gone is not undone blindly', async () => {
  const id = await take(A);
  for (const name of readdirSync(join(stores.files.uploads, workspace))) rmSync(join(stores.files.uploads, workspace, name));
  await expect(startUndo(stores, systemCaller(workspace), id)).rejects.toMatchObject({ code: 'import.file_missing' });
});

const customerOf = async (phone: string): Promise<CustomerId> => (await resolve(stores, workspace, [{ identifiers: [{ kind: 'phone', value: phone }], at: stores.clock.now(), source: 'look' }], { from: 'file' })).items[0]?.customer as CustomerId;

test('who has been worked with since stays, by name and identifiers, without what the import said of them', async () => {
  const id = await take(A);
  const caller = systemCaller(workspace);
  const one = await customerOf('13800000001');
  await noteCustomer(stores, caller, one, { kind: 'note', body: 'asked for a sample' });
  await undo(id);
  const left = await world();
  expect(left.customers).toMatchObject([{ id: one, name: '王一', tags: [], fields: {} }]);
  expect(left.subjects.map(({ kind }) => kind).sort()).toEqual(['buyer_id', 'email', 'member_no', 'phone']);
  expect(left.facts['orders']).toEqual([]);
});

test('what programs and staff said stays, and values return to theirs', async () => {
  const caller = systemCaller(workspace);
  const voice = { at: stores.clock.now(), source: 'app' };
  await resolve(stores, workspace, [{ ...voice, identifiers: [{ kind: 'user_id', value: 'u1' }, { kind: 'phone', value: '13800000001' }], name: '小王', traits: { city: '广州' } }]);
  const before = await world();
  const id = await take(A);
  const one = await customerOf('13800000001');
  expect((await profile(stores, caller, one)).name).toBe('王一');
  await undo(id);
  expect(await world()).toEqual(before);
  const again = await take(A);
  await tell(stores, caller, one, { fields: { city: '成都' } });
  await undo(again);
  expect((await world()).customers).toMatchObject([{ name: '小王', fields: { city: '成都' } }]);
});

test('somebody the app knows too stays with what the app knows', async () => {
  const id = await take(A);
  await resolve(stores, workspace, [{ identifiers: [{ kind: 'phone', value: '13800000003' }], at: stores.clock.now(), source: 'app' }]);
  await undo(id);
  const left = await world();
  expect(left.customers).toMatchObject([{ name: '', fields: {} }]);
  expect(left.subjects).toMatchObject([{ kind: 'phone' }]);
  const [blob] = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ own: boolean }>`select sealed is not null as own from subject where workspace_id = ${workspace}`));
  expect(blob).toEqual({ own: true });
  expect(await search(stores, workspace, '13800000003')).toEqual([left.customers[0]?.['id']]);
});

const BAD = order('O7', '13-45', '7.00', 'b7', '13800000007', '后补');

test('rows put aside are settled with their import, and fixing one afterwards is refused in words', async () => {
  const before = await world();
  const id = await take([[ORDERS, order('O1', '03-01', '10.00', 'b1', '13800000001'), BAD, order('O8', '13-45', '7.00', 'b8', '')]]);
  const { rows } = await quarantined(stores, systemCaller(workspace), { importId: id });
  expect(rows).toHaveLength(2);
  await replay(stores, systemCaller(workspace), [{ id: rows[0]?.id as string, cells: { paid_at: '2025-05-05 10:00:00' } }]);
  expect((await world()).customers).toHaveLength(2);
  await undo(id);
  expect(await world()).toEqual(before);
  expect((await quarantined(stores, systemCaller(workspace), { importId: id })).rows).toEqual([]);
  expect((await quarantined(stores, systemCaller(workspace), { importId: id, state: 'undone' })).rows).toHaveLength(2);
  await expect(replay(stores, systemCaller(workspace), [{ id: rows[1]?.id as string }])).rejects.toMatchObject({ code: 'import.undone', status: 409 });
});

test('rows fixed by hand in an import that is read again stay fixed, and are not asked about twice', async () => {
  const first = await take([[ORDERS, order('O1', '03-01', '10.00', 'b1', '13800000001')]]);
  const second = await take([[ORDERS, order('O1', '03-01', '10.00', 'b1', '13800000001'), BAD]]);
  const [row] = (await quarantined(stores, systemCaller(workspace), { importId: second })).rows;
  await replay(stores, systemCaller(workspace), [{ id: row?.id as string, cells: { paid_at: '2025-05-05 10:00:00' } }]);
  await flushMirror(stores, workspace);
  const before = await world();
  expect(before.facts['orders']).toHaveLength(2);
  await undo(first);
  expect(await world()).toEqual(before);
});

test('an import that has yet to begin waits until an undo of its source has ended', async () => {
  const first = await take(A);
  await startUndo(stores, systemCaller(workspace), first);
  const second = await take(B);
  expect(await importOf(stores, workspace, second)).toMatchObject({ status: 'waiting', report: null });
  await runUndo(stores, workspace, first);
  await runImport(stores, workspace, second);
  expect((await importOf(stores, workspace, second)).status).toBe('finished');
  expect((await world()).facts['orders']).toHaveLength(3);
});
