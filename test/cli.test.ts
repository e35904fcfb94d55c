import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'perennial-cli-'));
const data = join(folder, 'data');

type Ran = { status: number | null; out: string; err: string };
const env = { ...process.env, LANG: 'en', LC_ALL: '', UV_THREADPOOL_SIZE: '16' };

/** The same while this process goes on. */
async function cliBeside(...args: string[]): Promise<Ran> {
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), '--data', data, ...args], { env });
  const ran: Ran = { status: null, out: '', err: '' };
  child.stdout.on('data', (chunk) => (ran.out += chunk));
  child.stderr.on('data', (chunk) => (ran.err += chunk));
  [ran.status] = (await once(child, 'close')) as [number | null];
  return ran;
}

function cli(...args: string[]): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), '--data', data, ...args], { encoding: 'utf8', env: { ...process.env, LANG: 'en', LC_ALL: '', UV_THREADPOOL_SIZE: '16' } });
  return { status, out: stdout, err: stderr };
}
const json = <T>(...args: string[]): T => {
  const ran = cli('--json', ...args);
  if (ran.status !== 0) throw new Error(ran.err);
  return JSON.parse(ran.out) as T;
};

const ORDERS = join(folder, 'orders.csv');

/** A server on the folder: without one, every command starts the whole product for itself. */
let server: ChildProcess | undefined;
let url = '';
async function serve(): Promise<void> {
  const started = spawn(process.execPath, [join(root, 'src/main.ts'), '--empty', '--data', data, '--port', '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  server = started;
  let seen = '';
  await new Promise<void>((done) => void started.stdout.on('data', (chunk) => { if ((seen += chunk).includes('Open http')) done(); }));
  url = /Open (http:\S+)/.exec(seen)?.[1] ?? '';
}

beforeAll(() => {
  const days = ['2026-01-05', '2026-02-05', '2026-03-05'];
  const lines = Array.from({ length: 60 }, (_, i) => `O${i},${days[i % 3]} 10:00:00,C${i % 20},c${i % 20}@example.com,SKU${i % 4},1,${10 + i}.50,paid`);
  writeFileSync(ORDERS, `order_no,created_at,member_no,email,sku,quantity,amount_paid,order_status\n${lines.join('\n')}\n`);
  const main = spawnSync(process.execPath, ['-e', `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, [${JSON.stringify(join(root, 'src/main.ts'))}, '--empty', '--data', ${JSON.stringify(data)}, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    let seen = ''; child.stdout.on('data', (chunk) => { seen += chunk; if (/Open http/.test(seen)) child.kill('SIGINT'); });
    child.on('exit', (code) => process.exit(code));`], { encoding: 'utf8', env: { ...process.env, LANG: 'en', LC_ALL: '', UV_THREADPOOL_SIZE: '16' } });
  if (main.status !== 0) throw new Error(main.stderr);
}, 120_000);
afterAll(async () => {
  server?.kill('SIGINT');
  if (server && server.exitCode === null) await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

test('without a workspace the command line says how to make one', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), '--data', join(folder, 'nothing'), 'stages'], { encoding: 'utf8', env: { ...process.env, LANG: 'en', LC_ALL: '', UV_THREADPOOL_SIZE: '16' } });
  expect(status).toBe(1);
  expect(stderr).toContain('npm start');
});

test('D15: an order file alone gives stages, RFM, cohorts and metrics; the same file twice adds nothing; with a server or without', async () => {
  const first = json<{ report: { rowsRead: number; rowsAccepted: number; orders: { added: number }; netMinor: number } }>('import', ORDERS);
  const total = Array.from({ length: 60 }, (_, i) => 1050 + 100 * i).reduce((a, b) => a + b, 0);
  expect(first.report).toMatchObject({ rowsRead: 60, rowsAccepted: 60, orders: { added: 60 }, netMinor: total });
  const stages = json<{ total: number; stages: { customers: number }[] }>('stages');
  expect(stages.total).toBe(20);
  expect(stages.stages.reduce((sum, { customers }) => sum + customers, 0)).toBe(20);
  // The file is months old and nobody has taken a backup, and the doctor says so with what to do; nothing is wrong.
  const doctor = cli('--json', 'doctor');
  expect(doctor.status).toBe(0);
  const { checks } = JSON.parse(doctor.out) as { checks: { name: string; level: string; todo: string }[] };
  expect(checks.map(({ name }) => name)).toEqual(['disk', 'memory', 'node', 'folder', 'secrets', 'stores', 'room', 'versions', 'migrations', 'row security', 'clock', 'backlog', 'jobs', 'backup', 'egress', 'reactions', 'data', 'imports', 'audit']);
  // How much room and memory there is, is this machine's affair.
  const told = checks.filter(({ name, level }) => level !== 'ok' && name !== 'disk' && name !== 'memory');
  expect(told.map(({ name, level }) => [name, level])).toEqual([['secrets', 'warn'], ['backup', 'warn'], ['data', 'warn']]);
  expect(told.every(({ todo }) => todo.length > 10)).toBe(true);

  await serve();
  const again = json<{ report: { orders: { added: number; unchanged: number } } }>('import', ORDERS);
  expect(again.report.orders).toMatchObject({ added: 0 });
  expect(json<{ total: { customers: number; sales: number } }>('clv').total).toMatchObject({ customers: 20, sales: total });
  expect(json<{ table: { customers: number }[] }>('rfm').table.reduce((sum, { customers }) => sum + customers, 0)).toBe(20);
  expect(json<{ rows: { size: number }[] }>('cohorts').rows.reduce((sum, { size }) => sum + size, 0)).toBe(20);
  expect(json<{ figures: { parts: { value: number }[] }[] }>('metric', 'orders').figures[0]?.parts[0]?.value).toBe(60);
  expect(json<{ total: { count: number } }>('customers', '--search', 'c7@example.com').total.count).toBe(1);
}, 180_000);

test('a table is for people: aligned, with a closing line', () => {
  const { status, out } = cli('stages');
  expect(status).toBe(0);
  expect(out).toMatch(/stage\s+customers/);
  expect(out).toContain('20 customers');
}, 60_000);

test('an export needs a reason, and comes back as it went in', () => {
  expect(cli('export', 'orders').status).not.toBe(0);
  const out = join(folder, 'out.csv');
  expect(cli('export', 'orders', '--reason', 'moving house', '--out', out).status).toBe(0);
  expect(readFileSync(out, 'utf8').trim().split('\n')).toHaveLength(61);
}, 60_000);

test('the sample is written as files, the same every time for one day', () => {
  const files = json<{ name: string; rows: number }[]>('sample', join(folder, 'shop'), '--customers', '50');
  expect(files.map(({ name }) => name).sort()).toEqual(['simulated-costs.csv', 'simulated-customers.csv', 'simulated-events.csv', 'simulated-lines.csv', 'simulated-opinions.csv', 'simulated-orders.csv', 'simulated-refunds.csv']);
}, 60_000);

test('a file that is not there is refused in words and by exit code', () => {
  const { status, err } = cli('import', join(folder, 'none.csv'));
  expect(status).toBe(1);
  expect(err).toContain('none.csv');
}, 60_000);

test('encoding and delimiter are said where a file does not show them; unknown ones are refused with what there is', () => {
  const members = join(folder, 'members.csv');
  writeFileSync(members, Buffer.concat([Buffer.from('name|phone|since\n'), Buffer.from([0xcd, 0xf5, 0xd2, 0xbb]), Buffer.from('|13800000001|2025-01-01\n')]));
  expect(cli('import', members, '--source', 'members', '--encoding', 'klingon').err).toContain('klingon');
  expect(cli('import', members, '--source', 'members', '--delimiter', '#').err).toContain('semicolon');
  const { report } = json<{ report: { rowsAccepted: number; customers: { created: number } } }>('import', members, '--source', 'members', '--encoding', 'GBK', '--delimiter', 'bar');
  expect(report).toMatchObject({ rowsAccepted: 1, customers: { created: 1 } });
  expect(json<{ rows: { name: string }[] }>('customers', '--search', '王一').rows.map(({ name }) => name)).toEqual(['王一']);
}, 120_000);

test('R138: rotate-keys makes a new key while the server answers, asks twice for one rotation only, and everything still opens', async () => {
  const token = readFileSync(join(data, 'cli.token'), 'utf8').trim();
  const ask = async <T>(path: string): Promise<T> => (await fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } })).json() as Promise<T>;
  type Keys = { key: number; rotation: { state: string; total: number; done: number } | null };
  type Found = { total: { count: number }; rows: { id: string }[] };
  const before = await ask<Keys>('/api/v1/data-keys');
  const answers: number[] = [];
  let over = false;
  const working = (async () => { while (!over) answers.push((await ask<Found>('/api/v1/customers?q=c7@example.com')).total.count); })();
  const both = await Promise.all([cliBeside('--json', 'rotate-keys'), cliBeside('rotate-keys')]);
  over = true;
  await working;
  const [first, second] = both[0].status === 0 ? both : [both[1], both[0]];
  expect([first?.status, second?.status], first?.err).toEqual([0, 1]);
  expect(second?.err).toMatch(/keys\.rotating|being rotated already/);
  const after = await ask<Keys>('/api/v1/data-keys');
  expect(after.key).toBe(before.key + 1);
  expect(after.rotation).toMatchObject({ state: 'finished', done: after.rotation?.total });
  expect(after.rotation?.done).toBeGreaterThan(0);
  expect(first?.out).toContain(String(after.rotation?.done));
  expect([...new Set(answers)]).toEqual([1]);
  expect(answers.length).toBeGreaterThan(3);
  const { rows: [one] } = await ask<Found>('/api/v1/customers?q=c7@example.com');
  expect(JSON.stringify(await ask(`/api/v1/customers/${one?.id}?clear=true`))).toContain('c7@example.com');
}, 120_000);
