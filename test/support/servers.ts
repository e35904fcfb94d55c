import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { type EmbeddedPostgres, startPostgres, superuser } from '../../src/kernel/postgres/embedded.ts';

const src = resolve(import.meta.dirname, '../../src');

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((open) => probe.listen(0, '127.0.0.1', () => open()));
  const { port } = probe.address() as { port: number };
  await new Promise((closed) => probe.close(closed));
  return port;
}

/** A Postgres of its own on loopback TCP that asks for passwords, with a login that may make roles and owns the databases made here. */
export type OwnPostgres = { url(database: string): string; admin: pg.Client; make(database: string): Promise<string>; /** Takes the server away, whoever is connected, and brings it back. */ down(): Promise<void>; up(): Promise<void>; stop(): Promise<void> };
const LOGIN = { name: 'someone', password: 'a p@ss:word/' };

export async function ownPostgres(dir: string): Promise<OwnPostgres> {
  const port = await freePort();
  const begin = (): Promise<EmbeddedPostgres> => startPostgres(join(dir, 'server'), ['listen_addresses=127.0.0.1', `port=${port}`, 'fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']);
  let server = await begin();
  writeFileSync(join(dir, 'server/data/pg_hba.conf'), 'local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n');
  const admin = new pg.Client({ host: server.socketDir, port, user: superuser, database: 'postgres' });
  admin.on('error', () => undefined);
  await admin.connect();
  await admin.query('select pg_reload_conf()');
  await admin.query(`create role ${LOGIN.name} login createrole nosuperuser password '${LOGIN.password}'`);
  const url = (database: string): string => `postgresql://${LOGIN.name}:${encodeURIComponent(LOGIN.password)}@127.0.0.1:${port}/${database}`;
  return {
    url, admin,
    make: async (database) => {
      await admin.query(`create database ${database} owner ${LOGIN.name} template template0 encoding 'UTF8'`);
      return url(database);
    },
    down: () => server.stop(),
    up: async () => { server = await begin(); },
    stop: async () => {
      await admin.end().catch(() => undefined);
      await server.stop();
    },
  };
}

export type Child = { process: ChildProcess; output(): string; exit: Promise<number | null>; until(text: RegExp, ms?: number): Promise<RegExpExecArray> };

export function child(file: string, args: readonly string[], env: Record<string, string>): Child {
  let output = '';
  const started = spawn(process.execPath, [file, ...args], { env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', UV_THREADPOOL_SIZE: '16', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  started.stdout.on('data', (chunk: Buffer) => { output += chunk; });
  started.stderr.on('data', (chunk: Buffer) => { output += chunk; });
  const exit = new Promise<number | null>((done) => started.once('exit', done));
  const until = async (text: RegExp, ms = 60_000): Promise<RegExpExecArray> => {
    for (const begun = Date.now(); ; ) {
      const found = text.exec(output);
      if (found) return found;
      const { exitCode, signalCode } = started, isOver = exitCode !== null || signalCode !== null;
      if (Date.now() - begun > ms || isOver) throw new Error(`did not say ${text}${isOver ? `, and ended with ${exitCode ?? signalCode}` : ''}:\n${output}`);
      await new Promise((again) => setTimeout(again, 50));
    }
  };
  return { process: started, output: () => output, exit, until };
}

/** ClickHouse over HTTP in a process of its own. */
export async function ownClickHouse(dir: string, password = 'secret'): Promise<{ url: string; child: Child; stop(): Promise<void> }> {
  const server = child(resolve(import.meta.dirname, 'clickhouseServer.ts'), [dir], { CLICKHOUSE_PASSWORD: password });
  const [, port] = await server.until(/listening (\d+)/);
  return {
    url: `http://default:${password}@127.0.0.1:${port}`, child: server,
    stop: async () => {
      server.process.kill('SIGTERM');
      await server.exit;
    },
  };
}

/** A process of the product on given stores. */
export const product = (args: readonly string[], env: Record<string, string> = {}): Child => child(join(src, 'main.ts'), args, env);

export function roomyFolder(name: string): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), `perennial-${name}-`));
  chmodSync(dir, 0o755);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
