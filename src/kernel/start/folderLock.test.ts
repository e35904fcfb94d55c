import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { holderOf } from './folderLock.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-hold-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const CHILD = join(import.meta.dirname, '../../../test/support/holdChild.ts');
const PROCESSES = 4, FOLDERS = 16;
/** Beyond what any machine counts to. */
const DEAD_PID = 2 ** 30;

/** Folders that were never held, and such that a process held until it died. */
const folders = Array.from({ length: FOLDERS }, (_, i) => {
  const folder = join(dir, String(i));
  mkdirSync(folder);
  if (i % 2 === 1) writeFileSync(join(folder, 'running.json'), JSON.stringify({ pid: DEAD_PID, url: null, host: hostname() }));
  return folder;
});

test('of several processes that begin on one folder at the same moment one gets it, also where a dead one had it', async () => {
  const children = Array.from({ length: PROCESSES }, () => fork(CHILD));
  try {
    await Promise.all(children.map((child) => once(child, 'spawn')));
    const at = Date.now() + 1_500, answers = children.map(async (child) => (await once(child, 'message'))[0] as boolean[]);
    for (const child of children) child.send({ folders, at });
    const got = await Promise.all(answers);
    expect(folders.map((_, i) => got.filter((one) => one[i]).length)).toEqual(folders.map(() => 1));
    const pids = folders.map((_, i) => children[got.findIndex((one) => one[i])]?.pid);
    expect(folders.map((folder) => holderOf(folder)?.pid)).toEqual(pids);
    expect(folders.flatMap((folder) => readdirSync(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  } finally {
    for (const child of children) child.kill();
  }
});
