import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobHandlers } from '../../app.ts';
import { erase } from '../../customers/erase.ts';
import { search } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { many, run, sql } from '../../kernel/sql.ts';
import { testApp } from '../../../test/support/app.ts';
import { csv, type Table, workbook, zipped } from '../../../test/support/fileWriters.ts';
import { testStores, type TestStores, testWorkspace } from '../../../test/support/stores.ts';
import { dumpOfBoth } from '../../../test/support/world.ts';
import type { ImportFile } from '../contract.ts';
import { openRows } from '../files/openRows.ts';
import { openZip } from '../files/zip.ts';
import { loadImport } from '../queries/imports.ts';
import { openPassword } from '../queries/sealed.ts';
import { lookAtFiles } from './preview.ts';
import { toldBy } from './reread.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';
import { runUndo, startUndo } from './undo.ts';
import { keepUpload } from './uploads.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
const folder = mkdtempSync(join(tmpdir(), 'perennial-forget-'));
const me = () => systemCaller(ws, PERMISSIONS);
const options = { source: 'shop', shop: '', channel: '' };

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  ws = await testWorkspace(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Every way the person is named: what a byte search looks for. */
const GONE = ['GONE-7788', '13812345678', '138-1234-5678', '138 1234 5678', 'gone.wong@mail.example', 'Canary Wong', 'Canary Street'];
const PEOPLE: Table = { header: ['会员号', '姓名', '手机号', '邮箱', '备注'], rows: [['M1', 'Stay Ing', '13900000001', 'stay@mail.example', 'x'], ['GONE-7788', 'Canary Wong', '138-1234-5678', 'Gone.Wong@mail.example', 'Canary Street'], ['M3', 'Third One', '13900000003', '', 'sister of 138 1234 5678']] };
const ORDERS: Table = { header: ['order_no', 'paid_at', 'member_no', 'phone', 'sku', 'product_name', 'quantity', 'line_amount', 'receiver_address', 'note'], rows: [
  ['P1', '2025-12-01 10:00:00', 'M1', '13900000001', 'T1', 'Tea', '1', '10.00', 'Stay Road', ''], ['P2', '2025-12-02 10:00:00', 'GONE-7788', '+86 13812345678', 'T2', 'Green tea', '2', '40.00', 'Canary Street', 'for Canary Wong'],
  ['P3', 'not a day', 'GONE-7788', '', 'T1', 'Tea', '1', '9.00', '', ''], ['P4', '2025-12-04 10:00:00', 'M3', '13900000003', 'T1', 'Tea', '1', '10.00', '', 'left at gone.wong@mail.example']] };

async function importOne(path: string, password?: string): Promise<string> {
  const given = password === undefined ? {} : { password };
  const look = await lookAtFiles(stores, ws, [{ path, name: path.split('/').at(-1) ?? '', upload: '', ...given }], options);
  const [first] = look.files;
  const id = await startImport(stores, me(), [{ path, mapping: first?.mapping as NonNullable<typeof first>['mapping'], ...(first?.entry ? { entry: first.entry } : {}), ...(first?.sheets.length ? { sheet: first.sheet } : {}), ...given }], options);
  await runImport(stores, ws, id);
  return id;
}

/** All that stands in files of the workspace, unpacked: gzip, archives and workbooks. */
async function textOfFiles(): Promise<string> {
  const texts: string[] = [];
  const read = async (path: string): Promise<void> => {
    if (statSync(path).isDirectory()) { for (const name of readdirSync(path)) await read(join(path, name)); return; }
    const bytes = readFileSync(path);
    if (bytes[0] === 0x1f) return void texts.push(gunzipSync(bytes).toString());
    if (bytes[0] !== 0x50) return void texts.push(bytes.toString('latin1'));
    const zip = await openZip(path);
    for (const { entry } of zip.entries) { const parts: Buffer[] = []; for await (const part of zip.read(entry)) parts.push(part); texts.push(Buffer.concat(parts).toString()); }
    await zip.close();
  };
  await read(stores.files.uploads);
  return texts.join('\n');
}

type Erasure = { id: string; receipt: Record<string, Record<string, number>> };
const work = async (erasureId: string): Promise<void> => {
  // What the erasure handed on to the queue is digests: nothing that can be read.
  const { rows } = await stores.pg.jobsPool.query<{ payload: Record<string, unknown> }>("select payload from graphile_worker._private_jobs where payload->>'erasureId' = $1 and payload::jsonb ? 'marks' order by id desc limit 1", [erasureId]);
  const payload = rows[0]?.payload as { marks: { digests: string[] } };
  expect(payload.marks.digests.length).toBeGreaterThan(0);
  for (const text of GONE) expect(JSON.stringify(payload).toLowerCase()).not.toContain(text.toLowerCase());
  await jobHandlers['customers.erase_files']?.(stores, ws, payload as never, new AbortController().signal);
};
async function eraseByNumber(number: string): Promise<Erasure> {
  const [customer] = await search(stores, ws, number);
  const id = await erase(stores, me(), customer as string, { reason: 'asked by letter' });
  await jobHandlers['customers.erase']?.(stores, ws, { erasureId: id }, new AbortController().signal);
  await work(id);
  const [row] = await stores.pg.tx(ws, (tx) => many(tx, sql<Erasure>`select id, receipt from erasure where id = ${id}`));
  return row as Erasure;
}
const ordersNow = () => stores.ch.rows("select order_no as no, amount, toString(day) as day, subject = toUUID('00000000-0000-0000-0000-000000000000') as nobodys from orders final where workspace = {ws:UUID} order by no", { ws });

test('R141: files that imports keep lose an erased person: CSV, workbook and archive are written anew, uploads nobody imported go, counts and what was sold stay', async () => {
  const write = (name: string, bytes: Buffer): string => { writeFileSync(join(folder, name), bytes); return join(folder, name); };
  const imports = [
    await importOne(write('people.csv', csv(PEOPLE, 'gb18030'))),
    await importOne(write('orders.xlsx', workbook({ 'Orders of December': ORDERS, Notes: { header: ['about', 'said'], rows: [['Canary Wong', 'rings from 13812345678'], ['others', 'no']] } }, 'xlsx'))),
    await importOne(write('again.zip', await zipped({ 'members.csv': csv(PEOPLE), 'other.txt': 'about 13812345678, Canary Wong' }))),
  ];
  const uploaded = await keepUpload(stores, me(), { name: 'draft.csv', stream: Readable.from([csv(PEOPLE)]) });
  const kept = await keepUpload(stores, me(), { name: 'others.csv', stream: Readable.from([csv({ header: PEOPLE.header, rows: [['M9', 'Nine', '13900000009', '', '']] })]) });
  const before = await textOfFiles();
  for (const text of GONE.filter((one) => one !== '13812345678')) expect(before.includes(text) || before.includes(text.replace('gone.wong', 'Gone.Wong')), text).toBe(true);
  const reports = await Promise.all(imports.map(async (id) => (await stores.pg.tx(ws, (tx) => loadImport(tx, ws, id))).report));
  const { receipt } = await eraseByNumber('13812345678');
  expect(receipt.files).toMatchObject({ import_file: 3, upload: 1 });
  const after = await textOfFiles();
  for (const text of GONE) expect(after.toLowerCase(), text).not.toContain(text.toLowerCase());
  expect(after).toContain('Stay Ing');
  expect(after).toContain('Nine');
  const dump = await dumpOfBoth(stores, ws);
  for (const text of GONE) expect(dump.toLowerCase(), text).not.toContain(text.toLowerCase());
  // Nothing of an import's own account has changed, and neither has what was sold.
  expect(await Promise.all(imports.map(async (id) => (await stores.pg.tx(ws, (tx) => loadImport(tx, ws, id))).report))).toEqual(reports);
  expect(await stores.pg.tx(ws, (tx) => many(tx, sql`select id from upload where workspace_id = ${ws}`))).toEqual([{ id: kept.id }]);
  expect(uploaded.id).not.toBe(kept.id);
  const sold = await ordersNow();
  expect(sold).toMatchObject([{ no: 'P1', amount: 1_000, nobodys: 0 }, { no: 'P2', amount: 4_000, day: '2025-12-02', nobodys: 1 }, { no: 'P4', amount: 1_000 }]);
  // Read again from the new files, an import says the same of everybody else and nothing of the person; lines keep their numbers.
  const told: unknown[] = [];
  for await (const items of toldBy(stores, ws, await stores.pg.tx(ws, (tx) => loadImport(tx, ws, imports[0] as string)))) told.push(...items);
  expect(JSON.stringify(told)).toContain('Stay Ing');
  expect(told).toHaveLength(1);
  // Another import undone reads the orders again: what nobody owns any more still adds up.
  await startUndo(stores, me(), imports[0] as string);
  await runUndo(stores, ws, imports[0] as string);
  expect(await ordersNow()).toEqual(sold);
});

test('R141: an import that is at work keeps its files until it is done; the erasure comes back to them, and a second time finds nothing', async () => {
  const path = join(folder, 'late.csv');
  writeFileSync(path, csv({ header: PEOPLE.header, rows: [['LATE-0042', 'Late Lee', '13700000042', '', '']] }));
  const id = await importOne(path);
  const mark = (status: string) => stores.pg.tx(ws, (tx) => run(tx, sql`update import set status = ${status} where workspace_id = ${ws} and id = ${id}`));
  await mark('running');
  const erasure = await eraseByNumber('13700000042');
  expect(await textOfFiles()).toContain('Late Lee');
  await mark('finished');
  await work(erasure.id);
  expect(await textOfFiles()).not.toContain('Late Lee');
  const names = readdirSync(join(stores.files.uploads, ws)).sort();
  await work(erasure.id);
  expect(readdirSync(join(stores.files.uploads, ws)).sort()).toEqual(names);
});

test('R141: what came under a password is written anew under one of ours, which lies sealed: nobody reads it without the workspace\'s key, nor with the old password', async () => {
  const path = join(folder, 'secret.zip');
  writeFileSync(path, await zipped({ 'members.csv': csv({ header: PEOPLE.header, rows: [['LOCK-1', 'Kept Kong', '13700000051', '', ''], ['LOCK-2', 'Locked Lo', '13700000052', '', '']] }) }, 'spring'));
  const id = await importOne(path, 'spring');
  const fileOf = async () => (await stores.pg.tx(ws, (tx) => loadImport(tx, ws, id))).files[0] as ImportFile;
  const before = await fileOf();
  await eraseByNumber('13700000052');
  const after = await fileOf(), kept = join(stores.files.uploads, after.path);
  expect([after.path === before.path, after.password === before.password, existsSync(join(stores.files.uploads, before.path))]).toEqual([false, false, false]);
  // Neither name stands in the file as it lies, packed or not.
  for (const text of [readFileSync(kept).toString('latin1'), JSON.stringify(after)]) expect(text).not.toMatch(/Kept Kong|LOCK-/);
  const rows = async (password?: string): Promise<string[][]> => {
    const opened = await openRows(kept, { name: after.name, ...(password === undefined ? {} : { password }) }), all: string[][] = [];
    for await (const batch of opened.rows) all.push(...batch.rows);
    return all;
  };
  await expect(rows()).rejects.toMatchObject({ code: 'file.password_needed' });
  await expect(rows('spring')).rejects.toMatchObject({ code: 'file.password_wrong' });
  expect(await rows(openPassword(await stores.keys.of(ws), after.password as string))).toEqual([['LOCK-1', 'Kept Kong', '13700000051', '', ''], []]);
  // The import reads it as it read the other, and a second erasure writes it anew once more.
  const told: unknown[] = [];
  for await (const items of toldBy(stores, ws, await stores.pg.tx(ws, (tx) => loadImport(tx, ws, id)))) told.push(...items);
  expect(JSON.stringify(told)).toContain('Kept Kong');
  await eraseByNumber('13700000051');
  expect((await fileOf()).path).not.toBe(after.path);
});
