import { mkdtempSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { purchases } from '../../kernel/readings.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { many, run, sql } from '../../kernel/sql.ts';
import { dataDay, standings } from '../freshness.ts';
import { publishPromotions, setRates } from '../promotions.ts';
import { reconcile } from '../reconcile.ts';
import { search } from '../../customers/index.ts';
import { ROLE_PERMISSIONS } from '../../kernel/access/permissions.ts';
import { hideIn } from '../core/hiding.ts';
import { quarantined } from './list.ts';
import { lookAtFiles } from './preview.ts';
import { replay } from './replay.ts';
import { changeRecipe, recipes, runDueRecipes, runRecipeNow, saveRecipe } from './recipes.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';
import { runUndo, startUndo } from './undo.ts';

let stores: TestStores;
let workspace: string;
const folder = mkdtempSync(join(tmpdir(), 'perennial-drops-'));
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(async () => { await stores.close(); });
beforeEach(async () => { workspace = await testWorkspace(stores); });

const OPTIONS = { source: 'shop', shop: '', channel: '' };
let files = 0;
const write = (rows: string[], name = `drop${++files}.csv`): string => {
  const path = join(folder, name);
  writeFileSync(path, `${rows.join('\n')}\n`);
  return path;
};

async function take(...paths: string[]) {
  const look = await lookAtFiles(stores, workspace, paths.map((path) => ({ path, name: path.split('/').at(-1) ?? '', upload: '' })), OPTIONS);
  const id = await startImport(stores, systemCaller(workspace), look.files.map((file, i) => ({ path: paths[i] as string, mapping: file.mapping })), OPTIONS);
  const report = await runImport(stores, workspace, id);
  if (!report) throw new Error('no report');
  return { id, report };
}

const HEADER = 'order_no,paid_at,phone,sku,quantity,line_amount';
const line = (no: string, day: string, phone: string, sku: string, amount: string): string => `${no},2025-${day} 10:00:00,${phone},${sku},1,${amount}`;
const THREE = [HEADER, line('A1', '12-01', '13800000001', 'T1', '10.00'), line('A1', '12-01', '13800000001', 'T1', '10.00'), line('A2', '12-02', '13800000002', 'T2', '5.50')];

const net = async () => (await reconcile(stores, { workspaceId: workspace, shops: [] })).total;

test('real duplicate lines stay, and the order is the sum of its lines', async () => {
  const { report } = await take(write(THREE));
  expect(report.lines).toEqual({ added: 3, updated: 0, unchanged: 0 });
  expect(report.orders.added).toBe(2);
  expect(report.customers).toEqual({ seen: 2, created: 2 });
  expect(await net()).toMatchObject({ orders: 2, buyers: 2, netMinor: 2550, neverBought: 0 });
});

test('somebody met under several sets of identifiers is one customer of the report', async () => {
  const { report } = await take(write(['order_no,paid_at,member_no,phone,amount_paid', 'M1,2025-12-01 10:00:00,,13800000001,5.00', 'M2,2025-12-02 10:00:00,K7,,5.00', 'M3,2025-12-03 10:00:00,K7,13800000001,5.00', 'M4,2025-12-04 10:00:00,K8,,5.00']));
  expect(report.customers).toEqual({ seen: 2, created: 2 });
  expect((await take(write([HEADER, line('M5', '12-05', '13800000001', 'T1', '5.00')]))).report.customers).toEqual({ seen: 1, created: 0 });
});

test('the same file twice adds nothing and says so', async () => {
  await take(write(THREE));
  const { report } = await take(write(THREE));
  expect(report.unchanged).toBe(true);
  expect(report.lines).toEqual({ added: 0, updated: 0, unchanged: 3 });
  expect(report.orders).toEqual({ added: 0, updated: 0, unchanged: 2 });
  expect((await net()).netMinor).toBe(2550);
});

test('a newer file updates what it says anew and leaves the rest', async () => {
  await take(write(THREE));
  const { report } = await take(write([...THREE.slice(0, 3), line('A2', '12-02', '13800000002', 'T2', '6.50'), line('A3', '12-03', '13800000001', 'T3', '1.00')]));
  expect(report.orders).toEqual({ added: 1, updated: 1, unchanged: 1 });
  expect(report.lines).toEqual({ added: 1, updated: 1, unchanged: 2 });
  expect((await net()).netMinor).toBe(2750);
});

test('a file of lines says nothing of how far an order got: beside its order, after it, and alone, where it is taken for done', async () => {
  const orders = write(['order_no,order_status,paid_at,amount_paid,phone', 'S1,paid,2025-12-01 10:00:00,30.00,13800000001', 'S2,shipped,2025-12-01 10:00:00,10.00,13800000002']);
  const lines = write(['order_no,paid_at,sku,quantity,line_amount,phone', 'S1,2025-12-01 10:00:00,T1,1,30.00,13800000001', 'S2,2025-12-01 10:00:00,T1,1,10.00,13800000002', 'S3,2025-12-01 10:00:00,T1,1,5.00,13800000003']);
  const statuses = async () => (await stores.ch.rows<{ status: string }>('select status from orders final where workspace = {workspace:UUID} order by order_no', { workspace })).map(({ status }) => status);
  await take(orders, lines);
  expect(await statuses()).toEqual(['paid', 'shipped', 'done']);
  expect((await take(lines)).report.orders).toMatchObject({ updated: 0, unchanged: 3 });
  expect(await statuses()).toEqual(['paid', 'shipped', 'done']);
});

test('R139: rows put aside show whoever may not see telephones no identifier, by what the columns were taken for and what they are called, and come back unchanged', async () => {
  const header = '会员号,姓名,手机号,邮箱,openid,收货地址,备用电话,备注';
  const { id } = await take(write([header, 'K1,王一,12,kim@mail.example,oABCD1234567,Canary Street 9,021-62345678,ring 13812345678', 'K2,李二,13800000002,not a mail,,,,']));
  const of = async (role: 'operator' | 'manager') => quarantined(stores, { ...systemCaller(workspace, ROLE_PERMISSIONS[role]), role, actor: { kind: 'user', id: 'u' } }, { importId: id });
  const { rows: masked } = await of('operator'), { rows: clear } = await of('manager');
  expect(JSON.stringify(clear)).toMatch(/kim@mail\.example.*oABCD1234567.*Canary Street 9.*021-62345678.*13812345678/);
  for (const secret of ['kim@mail.example', 'oABCD1234567', 'Canary Street', '62345678', '13812345678', '"12"', '13800000002', 'not a mail']) expect(JSON.stringify(masked), secret).not.toContain(secret);
  expect(JSON.stringify(masked)).toContain('K1');
  // Sent back as they were shown, with one cell mended, the others are what they were.
  const [first] = masked;
  const cells = Object.fromEntries((first?.header ?? []).map((name, at) => [name, name === '手机号' ? '13812345679' : (first?.cells?.[at] ?? '')]));
  expect(await replay(stores, systemCaller(workspace), [{ id: first?.id ?? '', cells }])).toMatchObject({ replayed: 1 });
  expect(await search(stores, workspace, 'kim@mail.example')).toHaveLength(1);
  const event = { event: { traits: { email: 'a@b.example', openid: 'oXYZ', address: 'Canary Lane', phone: 13812345678 }, properties: { sku: 'T1' } } };
  expect(JSON.stringify(hideIn(event))).not.toMatch(/a@b|oXYZ|Canary|13812345678/);
  expect(JSON.stringify(hideIn(event))).toContain('T1');
});

test('an import is undone whole: what it replaced comes back, what it brought goes', async () => {
  await take(write(THREE));
  const before = await net();
  const { id } = await take(write([HEADER, line('A2', '12-02', '13800000002', 'T2', '99.00'), line('A9', '12-09', '13800000003', 'T9', '7.00')]));
  expect((await net()).netMinor).toBe(2000 + 9900 + 700);
  await startUndo(stores, systemCaller(workspace), id);
  await runUndo(stores, workspace, id);
  await runUndo(stores, workspace, id);
  expect(await net()).toEqual(before);
  const facts = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ kind: string }>`select kind from fact where kind like 'import.%' order by id`));
  expect(facts.map(({ kind }) => kind)).toEqual(['import.finished', 'import.finished', 'import.undone']);
});

test('undoing an import under a newer one leaves the newer one’s rows, and undoing both leaves nothing', async () => {
  const first = await take(write(THREE));
  const second = await take(write([HEADER, line('A2', '12-02', '13800000002', 'T2', '9.00')]));
  for (const { id } of [first, second]) {
    await startUndo(stores, systemCaller(workspace), id);
    await runUndo(stores, workspace, id);
  }
  expect(await net()).toMatchObject({ orders: 0, netMinor: 0 });
});

test('a run killed in the middle is run again to the same end', async () => {
  const path = write(THREE);
  const [file] = (await lookAtFiles(stores, workspace, [{ path, name: 'x.csv', upload: '' }], OPTIONS)).files;
  const id = await startImport(stores, systemCaller(workspace), [{ path, mapping: file?.mapping as never }], OPTIONS);
  await runImport(stores, workspace, id);
  await stores.pg.tx(workspace, (tx) => sql`update import set status = 'running', report = null`.execute(tx));
  const again = await runImport(stores, workspace, id);
  expect(again?.orders).toEqual({ added: 2, updated: 0, unchanged: 0 });
  expect((await net()).netMinor).toBe(2550);
});

test('R3: ten rows of which two are bad: eight are taken, two wait with their reasons, and fixed they make ten', async () => {
  const rows = Array.from({ length: 8 }, (_, i) => line(`B${i}`, '12-05', `1390000000${i}`, 'T1', '10.00'));
  const { id, report } = await take(write([HEADER, ...rows, 'B8,not a day,13900000008,T1,1,10.00', ',2025-12-05 10:00:00,13900000009,T1,1,ten']));
  expect(report).toMatchObject({ rowsRead: 10, rowsAccepted: 8, rowsQuarantined: 2 });
  const { rows: aside } = await quarantined(stores, systemCaller(workspace), { importId: id });
  expect(aside.map(({ rejects }) => rejects[0]?.code)).toEqual(['time.unreadable', 'order_no.missing']);
  const caller = systemCaller(workspace);
  const still = await replay(stores, caller, [{ id: aside[0]?.id ?? '' }]);
  expect(still).toMatchObject({ replayed: 0, refused: [{ rejects: [{ code: 'time.unreadable' }] }] });
  const fixed = await replay(stores, caller, [
    { id: aside[0]?.id ?? '', cells: { paid_at: '2025-12-05 11:00:00' } }, { id: aside[1]?.id ?? '', cells: { order_no: 'B9', line_amount: '10' } },
  ]);
  expect(fixed).toEqual({ replayed: 2, refused: [] });
  expect(await net()).toMatchObject({ orders: 10, buyers: 10, netMinor: 10000 });
  expect((await quarantined(stores, systemCaller(workspace), { importId: id })).rows).toEqual([]);
});

test('R3: a fixed line joins the order that holds its sisters', async () => {
  const { id } = await take(write([HEADER, line('C1', '12-05', '13900000001', 'T1', '10.00'), 'C1,2025-12-05 10:00:00,13900000001,T1,1,x']));
  const { rows } = await quarantined(stores, systemCaller(workspace), { importId: id });
  await replay(stores, systemCaller(workspace), [{ id: rows[0]?.id ?? '', cells: { line_amount: '4.00' } }]);
  expect(await net()).toMatchObject({ orders: 1, netMinor: 1400 });
});

test('R3: one telephone written four ways is one customer', async () => {
  const ways = ['13800138000', '+86 138 0013 8000', '138-0013-8000', "'13800138000"];
  const { report } = await take(write([HEADER, ...ways.map((phone, i) => line(`D${i}`, '12-05', phone, 'T1', '1.00'))]));
  expect(report.customers.created).toBe(1);
});

test('a foreign currency without a rate is refused, and replayed once there is one', async () => {
  const { id, report } = await take(write(['order_no,paid_at,phone,currency,sku,quantity,line_amount', 'E1,2025-12-05 10:00:00,13900000001,USD,T1,1,10.00']));
  expect(report.quarantinedBy).toEqual({ 'currency.rate_missing': 1 });
  await setRates(stores, workspace, [{ currency: 'USD', day: '2025-01-01', rate: 7.1 }]);
  const { rows } = await quarantined(stores, systemCaller(workspace), { importId: id });
  await replay(stores, systemCaller(workspace), [{ id: rows[0]?.id ?? '' }]);
  expect((await net()).netMinor).toBe(7100);
});

test('数据截至 is the newest day of the sources that still come; a silent source is late', async () => {
  await take(write([HEADER, ...Array.from({ length: 20 }, (_, i) => line(`F${i}`, `12-${String(i + 1).padStart(2, '0')}`, '13900000001', 'T1', '1.00'))]));
  expect(await dataDay(stores, workspace)).toBe('2025-12-20');
  expect(await standings(stores, workspace)).toMatchObject([{ key: 'shop', lastDay: '2025-12-20', silentDays: 26, late: true }]);
});

test('the promotion calendar marks orders stored before and after it', async () => {
  await take(write(THREE));
  await (await stores.pg.tx(workspace, (tx) => publishPromotions(tx, stores, workspace, [{ id: 'p1', shop: '', firstDay: '2025-12-02', lastDay: '2025-12-03' }])))();
  const { report } = await take(write([...THREE, line('A3', '12-03', '13800000001', 'T3', '1.00')]));
  expect(report.orders).toEqual({ added: 1, updated: 0, unchanged: 2 });
  const rows = await stores.ch.rows<{ no: string; promo: string }>(`select order_no as no, promo from ${purchases('order_no', 'promo')} order by no`, { workspace });
  expect(rows).toEqual([{ no: 'A1', promo: '' }, { no: 'A2', promo: 'p1' }, { no: 'A3', promo: 'p1' }]);
});

test('R143a: a watched folder repeats a recipe for every new file, and a failing one shows why', async () => {
  const watched = mkdtempSync(join(tmpdir(), 'perennial-watched-'));
  const put = (name: string, rows: string[]): void => {
    writeFileSync(join(watched, name), `${rows.join('\n')}\n`);
    utimesSync(join(watched, name), new Date('2026-01-10'), new Date('2026-01-10'));
  };
  put('one.csv', THREE);
  const path = join(watched, 'one.csv');
  const [file] = (await lookAtFiles(stores, workspace, [{ path, name: 'one.csv', upload: '' }], OPTIONS)).files;
  await saveRecipe(stores, systemCaller(workspace), { name: 'Daily', options: OPTIONS, mappings: [{ header: file?.header ?? [], mapping: file?.mapping as never }], watchFolder: watched, everyMinutes: 60 });
  const runWaiting = async (): Promise<void> => {
    for (const { id } of await stores.pg.tx(workspace, (tx) => many(tx, sql<{ id: string }>`select id from import where status = 'waiting'`))) await runImport(stores, workspace, id);
  };
  await runDueRecipes(stores);
  await runWaiting();
  expect((await net()).orders).toBe(2);
  await runDueRecipes(stores);
  expect((await recipes(stores, workspace))[0]).toMatchObject({ runs: 1, lastProblem: null });
  put('two.csv', ['something,else', '1,2']);
  stores.clock.advance(61 * 60_000);
  await runDueRecipes(stores);
  expect((await recipes(stores, workspace))[0]).toMatchObject({ runs: 1, lastProblem: { code: 'recipe.header_unknown', facts: { name: 'two.csv' } } });
});

test('a recipe watches its workspace’s own folder and those the server allows; the rest of the machine is not there, by no detour', async () => {
  const other = await testWorkspace(stores);
  const link = join(mkdtempSync(join(tmpdir(), 'perennial-linked-')), 'innocent');
  symlinkSync('/etc', link);
  const { dataDir } = stores.files;
  const own = join(dataDir, 'watched', workspace);
  const recipe = (watchFolder: string) => ({ name: 'r', options: OPTIONS, mappings: [], watchFolder, everyMinutes: null });
  for (const folder of ['/etc', '/proc/self', '/', dataDir, join(dataDir, 'uploads', other), join(dataDir, 'watched'), join(dataDir, 'watched', other), `${own}-x`, `${own}/../${other}`, `${own}/../..`, link, join(link, 'ssl')]) {
    await expect(saveRecipe(stores, systemCaller(workspace), recipe(folder)), folder).rejects.toMatchObject({ code: 'recipe.folder_not_allowed', facts: { folder } });
  }
  await expect(saveRecipe(stores, systemCaller(workspace), recipe('uploads'))).rejects.toMatchObject({ code: 'recipe.folder_relative' });
  const { id } = await saveRecipe(stores, systemCaller(workspace), recipe(own));
  await expect(changeRecipe(stores, systemCaller(workspace), id, { watchFolder: '/etc' })).rejects.toMatchObject({ code: 'recipe.folder_not_allowed' });
  // A link among the files is not followed out of the folder; a folder written down before this rule is told on the recipe.
  writeFileSync(join(dataDir, 'secret.csv'), `${THREE.join('\n')}\n`);
  symlinkSync(join(dataDir, 'secret.csv'), join(own, 'secret.csv'));
  utimesSync(join(dataDir, 'secret.csv'), new Date('2026-01-10'), new Date('2026-01-10'));
  expect(await runRecipeNow(stores, systemCaller(workspace), id)).toMatchObject({ importId: null, recipe: { lastProblem: null } });
  await stores.pg.tx(workspace, (tx) => run(tx, sql`update import_recipe set watch_folder = '/etc' where id = ${id}`));
  expect(await runRecipeNow(stores, systemCaller(workspace), id)).toMatchObject({ importId: null, recipe: { lastProblem: { code: 'recipe.folder_not_allowed' } } });
});
