import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { proposeMapping } from '../core/detect.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';
import { sweepNowAndThen, sweepUploads, UNUSED_DAYS } from './sweep.ts';
import { runUndo, startUndo } from './undo.ts';
import { keepUpload, uploadOf } from './uploads.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const DAY_MS = 86_400_000;
const HEADER = ['order_no', 'order_status', 'paid_at', 'amount_paid', 'phone'];
const TEXT = `${HEADER.join(',')}\nO1,交易成功,2025-03-01 10:00:00,10.00,13800000001\n`;
const there = (workspace: string): number => readdirSync(join(stores.files.uploads, workspace)).length;

test('a file uploaded and never imported goes after its days; files of imports stay, also of undone ones', async () => {
  const workspace = await testWorkspace(stores);
  const caller = systemCaller(workspace);
  const upload = () => keepUpload(stores, caller, { name: 'a.csv', stream: Readable.from([TEXT]) });
  const [forgotten, taken, undone] = [await upload(), await upload(), await upload()];
  const { mapping } = proposeMapping(HEADER, []);
  const take = async (id: string) => {
    const { path, name } = await uploadOf(stores, workspace, id);
    const importId = await startImport(stores, caller, [{ path, name, mapping }], { source: 'shop', shop: '', channel: '' });
    await runImport(stores, workspace, importId);
    return importId;
  };
  await take(taken.id);
  const second = await take(undone.id);
  await startUndo(stores, caller, second);
  await runUndo(stores, workspace, second);
  stores.clock.advance(UNUSED_DAYS * DAY_MS - 1_000);
  expect(await sweepUploads(stores)).toBe(0);
  expect(there(workspace)).toBe(3);
  stores.clock.advance(2_000);
  expect(await sweepUploads(stores)).toBe(1);
  expect(there(workspace)).toBe(2);
  await expect(uploadOf(stores, workspace, forgotten.id)).rejects.toMatchObject({ code: 'upload.not_found' });
  expect(existsSync((await uploadOf(stores, workspace, taken.id)).path)).toBe(true);
  expect(await sweepUploads(stores)).toBe(0);
});

test('what an upload that broke off left lying goes too, but not one still coming in', async () => {
  const workspace = await testWorkspace(stores);
  mkdirSync(join(stores.files.uploads, workspace), { recursive: true });
  const at = (daysAgo: number) => new Date(stores.clock.now().getTime() - daysAgo * DAY_MS);
  for (const [name, days] of [['old.gz', UNUSED_DAYS + 1], ['new.gz', 0]] as const) {
    writeFileSync(join(stores.files.uploads, workspace, name), 'x');
    utimesSync(join(stores.files.uploads, workspace, name), at(days), at(days));
  }
  await sweepNowAndThen(stores);
  expect(readdirSync(join(stores.files.uploads, workspace))).toEqual(['new.gz']);
  stores.clock.advance(1_000);
  writeFileSync(join(stores.files.uploads, workspace, 'old.gz'), 'x');
  utimesSync(join(stores.files.uploads, workspace, 'old.gz'), at(UNUSED_DAYS + 1), at(UNUSED_DAYS + 1));
  await sweepNowAndThen(stores);
  expect(there(workspace)).toBe(2);
});
