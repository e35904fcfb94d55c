import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prune } from '../src/kernel/backup/prune.ts';
import { cli, contentsOf, type Running, startProduct, stopAll } from './support/children.ts';

/** A drill on a real installation: fill, back up while it serves, go on, do damage, and go back to each moment in an empty folder. */
const folder = mkdtempSync(join(tmpdir(), 'perennial-drill-'));
chmodSync(folder, 0o755);
const data = join(folder, 'data');
const restored = (name: string): string => join(folder, name);
const tokenOf = (dir: string): string => readFileSync(join(dir, 'cli.token'), 'utf8').trim();

const call = async <T>({ url }: Running, method: string, path: string, body?: unknown): Promise<T> => {
  const reply = await fetch(new URL(path, url), { method, headers: { authorization: `Bearer ${tokenOf(data)}`, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
};

async function settled(running: Running): Promise<void> {
  for (const begun = performance.now(); ; ) {
    const figures = await (await fetch(new URL('/metrics', running.url))).text();
    if (/perennial_backlog\{part="bodies"\} 0\n/.test(figures) && /perennial_backlog\{part="facts"\} 0\n/.test(figures) && /perennial_backlog\{part="jobs"\} 0\n/.test(figures) && /perennial_jobs_running 0\n/.test(figures)) return;
    if (performance.now() - begun > 60_000) throw new Error(`not settled:\n${figures.split('\n').filter((line) => /^perennial_(?:backlog|jobs)/.test(line)).join('\n')}\n${running.output()}`);
    await sleep(200);
  }
}

let writeKey = '';
const send = async ({ url }: Running, from: number, count: number): Promise<void> => {
  const batch = Array.from({ length: count }, (_, i) => ({ type: 'track', messageId: `m${from + i}`, userId: `u${(from + i) % 7}`, event: 'Page Seen', context: { traits: { email: `u${(from + i) % 7}@example.com` } }, timestamp: '2026-03-05T10:00:00Z' }));
  const reply = await fetch(new URL('/v1/batch', url), { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }, body: JSON.stringify({ batch }) });
  expect(reply.status).toBe(200);
};

type Moment = { contents: Record<string, string>; at: Date };
const moments: Record<'backedUp' | 'before' | 'damaged' | 'last', Moment> = {} as never;
const backups: { id: string; whole: boolean }[] = [];
const backup = (...options: string[]): void => {
  const ran = cli(data, ['backup', ...options]);
  if (ran.status !== 0) throw new Error(ran.err);
  backups.push(JSON.parse(ran.out) as { id: string; whole: boolean });
};
/** Stops, so that what is there can be counted exactly; the moment is after everything that was done. */
async function stopAndCount(running: Running): Promise<Moment> {
  expect(await running.stop()).toBe(0);
  return { contents: contentsOf(data), at: new Date() };
}

let importId = '';
beforeAll(async () => {
  const first = await startProduct(['--empty', '--data', data, '--port', '0']);
  const source = await call<{ id: string }>(first, 'POST', '/api/v1/sources', { key: 'site', name: 'Shop', kind: 'behaviour' });
  writeKey = (await call<{ key: string }>(first, 'POST', `/api/v1/sources/${source.id}/key`)).key;
  const orders = join(folder, 'orders.csv');
  writeFileSync(orders, `order_no,created_at,member_no,phone,amount_paid,order_status\n${Array.from({ length: 40 }, (_, i) => `O${i},2026-0${1 + (i % 3)}-05 10:00:00,C${i % 11},138001380${10 + (i % 11)},${10 + i}.50,paid`).join('\n')}\n`);
  const imported = cli(data, ['import', orders]);
  if (imported.status !== 0) throw new Error(imported.err);
  importId = (JSON.parse(imported.out) as { id: string }).id;
  await send(first, 0, 50);
  await settled(first);
  backup();
  moments.backedUp = await stopAndCount(first);

  const second = await startProduct(['--data', data, '--port', '0']);
  await send(second, 50, 30);
  await settled(second);
  moments.before = await stopAndCount(second);
  await sleep(1_100);

  const third = await startProduct(['--data', data, '--port', '0']);
  await call(third, 'POST', `/api/v1/imports/${importId}/undo`);
  await settled(third);
  backup();
  moments.damaged = await stopAndCount(third);
  await sleep(1_100);

  const fourth = await startProduct(['--data', data, '--port', '0']);
  // Whole, and with two whole copies to keep none is too many.
  backup('--full', '--keep', '2');
  moments.last = await stopAndCount(fourth);
}, 300_000);
afterAll(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const masterKey = (): string => readFileSync(join(data, 'master.key'), 'utf8').trim();

/** What start-ups, the clock and the watch over work under way change by themselves. */
const RESTLESS = /^pg\.(?:.*lease.*|ingest_minute|session|sign_in_attempt|model|fact|reaction_cursor|segment_round)$/;
/** The clock's round of a minute may announce something between a backup and the counting after it. */
const FACTS_OF_A_ROUND = 2;
const factsIn = (contents: Record<string, string>): number => Number(contents['pg.fact']?.split(' ')[0]);
const steady = (contents: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(contents).filter(([name]) => !RESTLESS.test(name)));

function restore(name: string, args: readonly string[]): { reached: string; again: number } {
  const ran = cli(restored(name), ['restore', join(data, 'backups'), ...args], { PERENNIAL_MASTER_KEY: masterKey() });
  if (ran.status !== 0) throw new Error(ran.err);
  return JSON.parse(ran.out) as { reached: string; again: number };
}

test('R144: a backup taken while the product serves comes back in an empty folder with identical contents, table by table', () => {
  restore('same', ['--backup', backups[0]?.id ?? '']);
  const contents = contentsOf(restored('same'));
  expect(Object.keys(contents).length).toBeGreaterThan(60);
  expect(contents['ch.events']).toMatch(/^50 /);
  expect(contents['ch.orders']).toMatch(/^40 /);
  expect(steady(contents)).toEqual(steady(moments.backedUp.contents));
  const later = factsIn(moments.backedUp.contents) - factsIn(contents);
  expect([factsIn(contents) > 0, later >= 0 && later <= FACTS_OF_A_ROUND]).toEqual([true, true]);
}, 120_000);

test('R144: to a second before a damaging change: later events are there, the damage is not', () => {
  const { again } = restore('before', ['--to', new Date(moments.before.at).toISOString()]);
  expect(again).toBeGreaterThan(0);
  const contents = contentsOf(restored('before'));
  expect(contents['ch.events']).toMatch(/^80 /);
  expect(contents['ch.orders']).toMatch(/^40 /);
  expect(steady(contents)).toEqual(steady(moments.before.contents));
  expect(moments.damaged.contents['ch.orders']).not.toBe(moments.before.contents['ch.orders']);
}, 120_000);

test('a later backup builds on the whole one, and what is newest comes back; the product starts on it and serves', async () => {
  expect(backups.map(({ whole }) => whole)).toEqual([true, false, true]);
  restore('newest', ['--to', moments.damaged.at.toISOString()]);
  expect(steady(contentsOf(restored('newest')))).toEqual(steady(moments.damaged.contents));
  const running = await startProduct(['--data', restored('newest'), '--port', '0']);
  expect((await fetch(new URL('/readyz', running.url))).status).toBe(200);
  expect(await running.stop()).toBe(0);
}, 120_000);

test('the master key is kept apart: without it, with a wrong one, or into a used folder nothing is restored', () => {
  const from = join(data, 'backups');
  const secret = masterKey();
  const series = readdirSync(from).map((name) => join(from, name));
  for (const one of series) for (const { parentPath, name } of readdirSync(one, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
    expect(readFileSync(join(parentPath, name)).includes(secret), name).toBe(false);
  }
  expect(cli(restored('no'), ['restore', from]).err).toContain('restore.key_missing');
  expect(cli(restored('no'), ['restore', from], { PERENNIAL_MASTER_KEY: Buffer.alloc(32, 1).toString('base64') }).err).toContain('restore.key_wrong');
  expect(cli(restored('no'), ['restore', from, '--to', '2020-01-01'], { PERENNIAL_MASTER_KEY: secret }).err).toContain('restore.none');
  expect(existsSync(restored('no'))).toBe(false);
  expect(cli(restored('same'), ['restore', from], { PERENNIAL_MASTER_KEY: secret }).err).toContain('restore.not_empty');
}, 120_000);

test('older copies go with the logs before them, and every moment since the one that stays can still be gone back to', () => {
  const series = join(data, 'backups', readdirSync(join(data, 'backups'))[0] ?? '');
  const logs = (): number => readdirSync(join(series, 'wal')).length + readdirSync(join(series, 'redo')).length;
  const before = logs();
  expect(prune(series, 2)).toEqual([]);
  expect(prune(series, 1)).toEqual(backups.slice(0, 2).map(({ id }) => id));
  expect(logs()).toBeLessThan(before);
  expect(cli(restored('no'), ['restore', series, '--to', moments.before.at.toISOString()], { PERENNIAL_MASTER_KEY: masterKey() }).err).toContain('restore.none');
  restore('pruned', []);
  expect(steady(contentsOf(restored('pruned')))).toEqual(steady(moments.last.contents));
}, 120_000);
