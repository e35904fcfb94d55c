import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../src/kernel/config.ts';
import { Refusal } from '../src/kernel/errors.ts';
import { openFiles } from '../src/kernel/files.ts';
import { openStores } from '../src/kernel/open.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { holderOf, holdFolder } from '../src/kernel/start/folderLock.ts';
import { say } from '../src/kernel/words/index.ts';
import { startServer } from '../src/server.ts';
import { type OwnPostgres, ownClickHouse, ownPostgres, roomyFolder } from './support/servers.ts';

/** One store is a server, the other lies in the data folder, which only one process can open. */
const folder = roomyFolder('half');
const clock = { now: () => new Date() };
let postgres: OwnPostgres, clickhouse: Awaited<ReturnType<typeof ownClickHouse>>;
beforeAll(async () => { [postgres, clickhouse] = await Promise.all([ownPostgres(folder.dir), ownClickHouse(join(folder.dir, 'clickhouse'))]); }, 60_000);
afterAll(async () => {
  await Promise.all([postgres.stop(), clickhouse.stop()]);
  folder.remove();
});

/** Opens the stores of a folder as start-up does, asks both, and closes them; the settings ClickHouse keeps what it took in by. */
async function served(data: string, env: Record<string, string>): Promise<unknown> {
  const { stores, close } = await openStores(readConfig(['--data', data], env), openFiles(data), clock);
  try {
    expect(await many(stores.pg.global, sql`select 1 as one`)).toEqual([{ one: 1 }]);
    return await stores.ch.rows("select name, value from system.merge_tree_settings where name in ('fsync_after_insert', 'fsync_part_directory') order by name");
  } finally {
    await close();
  }
}

/** What a second process is told while this one holds the folder, and in words. */
async function refused(data: string, env: Record<string, string>): Promise<{ code: string; facts: Record<string, unknown>; words: string }> {
  const held = holdFolder(data, process.pid);
  try {
    await startServer(readConfig(['--data', data, '--port', '0'], env), { clock, log: pino({ level: 'silent' }), pid: process.pid + 1 });
    throw new Error('a second process was let in');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { code: error.code, facts: error.facts, words: say('en', `refusal.${error.code}`, error.facts) };
  } finally {
    held.release();
  }
}

test('DATABASE_URL alone serves one process: a second on the folder is told who holds it and what to set, one with another folder that it is not theirs', async () => {
  const [ours, others] = [join(folder.dir, 'ours'), join(folder.dir, 'others')];
  const env = { DATABASE_URL: await postgres.make('shop') };
  // An embedded ClickHouse keeps on the disk what it took in: every block of every table.
  expect(await served(ours, env)).toEqual([{ name: 'fsync_after_insert', value: '1' }, { name: 'fsync_part_directory', value: '1' }]);
  const told = await refused(ours, env);
  expect(told).toMatchObject({ code: 'start.data.held_alone', facts: { pid: process.pid, missing: 'CLICKHOUSE_URL' } });
  expect(told.words).toContain(String(process.pid));
  expect(told.words).toContain('CLICKHOUSE_URL');
  await expect(served(others, { ...env, PERENNIAL_MASTER_KEY: readFileSync(join(ours, 'master.key'), 'utf8').trim() })).rejects.toMatchObject({ code: 'start.data.other', facts: { dataDir: others } });
}, 60_000);

test('CLICKHOUSE_URL alone: the same, with DATABASE_URL to be set', async () => {
  const data = join(folder.dir, 'half'), env = { CLICKHOUSE_URL: clickhouse.url };
  await served(data, env);
  expect(await refused(data, env)).toMatchObject({ code: 'start.data.held_alone', facts: { pid: process.pid, missing: 'DATABASE_URL' } });
}, 60_000);

test('a holder on another machine counts for as long as it says that it lives', () => {
  const data = join(folder.dir, 'shared');
  mkdirSync(data);
  const held = holdFolder(data, process.pid);
  const claim = join(data, 'running.1.json'), text = JSON.parse(readFileSync(claim, 'utf8')) as { pid: number };
  writeFileSync(claim, JSON.stringify({ ...text, host: 'another-machine' }));
  expect(holderOf(data)).toMatchObject({ host: 'another-machine' });
  expect(() => holdFolder(data, process.pid)).toThrow(expect.objectContaining({ code: 'start.data.held', facts: expect.objectContaining({ host: 'another-machine' }) }));
  held.release();
  expect(holderOf(data)).toBeUndefined();
  writeFileSync(claim, JSON.stringify({ ...text, host: 'another-machine' }));
  expect(holderOf(data)).toBeUndefined();
});
