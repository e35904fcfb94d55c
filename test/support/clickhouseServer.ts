import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import chdb from 'chdb';
import { semaphore } from '../../src/kernel/clickhouse/semaphore.ts';

/**
 * ClickHouse's HTTP protocol in front of the engine of the packages, for tests of several processes over one store:
 * `node clickhouseServer.ts <folder> [port]`, with the password in CLICKHOUSE_PASSWORD. It takes the statement from the address or the
 * body, rows from the body, values (`param_…`) from the address or a form, settings from the address; answers in the format asked for,
 * and refuses with the engine's code. Says `listening <port>`.
 */
const SESSIONS = 4;
/** What the address may hold beside settings and values. */
const OWN = new Set(['query', 'query_id', 'database', 'session_id', 'default_format', 'role', 'wait_end_of_query', 'enable_http_compression', 'send_progress_in_http_headers', 'http_headers_progress_interval_ms']);

/** As a server has them: http_max_field_value_size, the statement's own field not excepted, and http_max_uri_size. */
const FIELD_BYTES = 131_072;
const ADDRESS_BYTES = 1_048_576;

type Asked = { statement: string; rows: Buffer | undefined; values: [string, string][]; settings: [string, string][]; format: string };

const [folder = '', port = '0'] = process.argv.slice(2);
const password = process.env.CLICKHOUSE_PASSWORD ?? '';
const incoming = mkdtempSync(join(tmpdir(), 'perennial-wire-'));
const take = semaphore(Array.from({ length: SESSIONS }, () => new chdb.Session(folder)));
// Values stand in statements of their own here, which may be long; where a server takes them they are no part of a statement.
const ROOM = 'set max_query_size = 1000000000';
const roomy = new WeakSet<object>();
const literal = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
}

async function formOf(request: IncomingMessage, body: Buffer): Promise<[string, string][]> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return [];
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return [...form].map(([name, value]) => [name, String(value)]);
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const address = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const body = await bodyOf(request);
  const form = await formOf(request, body);
  const all = [...address, ...form];
  if (all.some(([, value]) => Buffer.byteLength(value) > FIELD_BYTES) || (request.url?.length ?? 0) > ADDRESS_BYTES) throw new Error('Code: 1000. DB::Exception: Field value too long. (POCO_EXCEPTION)');
  const values = all.flatMap(([name, value]): [string, string][] => (name.startsWith('param_') ? [[name, value]] : []));
  const settings = [...address].filter(([name]) => !OWN.has(name) && !name.startsWith('param_'));
  const query = address.get('query') ?? undefined;
  const format = address.get('default_format') ?? 'TabSeparated';
  // As a server does (HTTPHandler::getQuery): the statement of a form is all fields of that name, one after another.
  if (form.length > 0) return { statement: all.flatMap(([name, value]) => (name === 'query' ? [value] : [])).join(''), rows: undefined, values, settings, format };
  if (request.method === 'GET') return { statement: query ?? '', rows: undefined, values, settings, format };
  return { statement: query ?? body.toString(), rows: query === undefined ? undefined : body, values, settings, format };
}

/** The engine in process reads rows from a file where a server reads them from the body. */
async function withRows(statement: string, rows: Buffer, path: string): Promise<string> {
  await writeFile(path, rows);
  const format = /\bformat\s+(\w+)\s*;?\s*$/i.exec(statement);
  if (!format) throw new Error('Code: 62. DB::Exception: rows without a FORMAT. (SYNTAX_ERROR)');
  if (/\binput\s*\(/i.test(statement)) return statement.slice(0, format.index).replace(/\binput\s*\(/i, `file(${literal(path)}, ${literal(format[1] ?? '')}, `);
  return statement.replace(/^(\s*insert\s+into\s+(?:table\s+)?[\w.`]+\s*(?:\([^)]*\))?)/i, `$1 from infile ${literal(path)} `);
}

const before = (asked: Asked): string => [
  ...asked.settings.map(([name, value]) => `set ${name} = ${/^-?\d+$/.test(value) ? value : literal(value)}; `),
  ...asked.values.map(([name, value]) => `set ${name} = ${literal(value)}; `),
].join('');
const after = (asked: Asked): string => asked.settings.map(([name]) => `set ${name} = default; `).join('');

async function answer(asked: Asked): Promise<Buffer> {
  const path = join(incoming, randomUUID());
  try {
    if (asked.rows?.length === 0 && /^\s*insert/i.test(asked.statement)) return Buffer.alloc(0);
    const statement = asked.rows ? await withRows(asked.statement, asked.rows, path) : asked.statement;
    return await take(async (session) => {
      try {
        if (!roomy.has(session)) await session.queryAsync(ROOM);
        roomy.add(session);
        return Buffer.from((await session.queryAsync(before(asked) + statement, { format: asked.format })).bytes());
      } finally {
        // A setting of one request is no setting of the next.
        if (asked.settings.length > 0) await session.queryAsync(`${after(asked)}select 1`, { format: 'Null' });
      }
    });
  } finally {
    rmSync(path, { force: true });
  }
}

const isKnown = ({ headers }: IncomingMessage): boolean =>
  password === '' || headers['x-clickhouse-key'] === password || headers.authorization === `Basic ${Buffer.from(`default:${password}`).toString('base64')}`;

function refuse(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = /Code: (\d+)/.exec(message)?.[1] ?? '1002';
  response.writeHead(code === '516' ? 403 : 500, { 'X-ClickHouse-Exception-Code': code, 'content-type': 'text/plain; charset=UTF-8' }).end(message);
}

const server = createServer({ maxHeaderSize: 2 * ADDRESS_BYTES }, (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/ping') return void response.end('Ok.\n');
  if (!isKnown(request)) return refuse(response, new Error('Code: 516. DB::Exception: default: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)'));
  // Without it a server begins to answer before it knows whether all goes well; this one never does.
  if (url.searchParams.get('wait_end_of_query') !== '1') return refuse(response, new Error('Code: 1000. DB::Exception: only statements that wait for their end. (POCO_EXCEPTION)'));
  askedOf(request).then(answer).then((bytes) => {
    const packed = url.searchParams.get('enable_http_compression') === '1' && /gzip/.test(String(request.headers['accept-encoding'] ?? ''));
    response.writeHead(200, { 'X-ClickHouse-Summary': '{}', ...(packed ? { 'content-encoding': 'gzip' } : {}) }).end(packed ? gzipSync(bytes) : bytes);
  }, (error: unknown) => refuse(response, error));
});
server.listen(Number(port), '127.0.0.1', () => console.log(`listening ${(server.address() as AddressInfo).port}`));
process.once('SIGTERM', () => { rmSync(incoming, { recursive: true, force: true }); process.exit(0); });
