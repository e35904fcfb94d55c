import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../kernel/errors.ts';
import { FORMAT, type Parts } from '../product/exchange/contract.ts';
import type { Api } from './connect.ts';
import { TAKEN } from '../product/exchange/taken.ts';
import { importPaths } from './importing.ts';
import type { Found } from './reads.ts';
import { inviteMembers, linesIn, takeLists, takeTables } from './records.ts';
import { type Row, saidTags, type Settling, settleAfter, settleBefore } from './settling.ts';

type Source = Parts['sources'][number] & { id: string };
/** What a folder of everything holds: files with their rows, and where they came from. Plain CSV and JSON lines, readable by anything. */
type Manifest = { format: string; madeAt: string; clear: boolean; sources: Parts['sources']; files: Record<string, number>; left: string[] };

const MANIFEST = 'manifest.json';
/** The first format had neither settings nor costs. */
const FORMATS = ['perennial-export/1', FORMAT];
const FACTS = ['orders', 'lines', 'refunds', 'costs'] as const;
const CALLS_PER_BATCH = 200;
const CUSTOMERS_PER_SEND = 500;

async function write(api: Api, path: string, address: string, body: unknown): Promise<void> {
  await pipeline(Readable.fromWeb((await api.stream(address, body)) as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(path, { mode: 0o600 }));
}

const quotes = (line: string): number => line.split('"').length - 1;

/** Records of a file: lines, less the head of a CSV; a line break inside quotes ends no record. */
async function rowsIn(path: string): Promise<number> {
  const isCsv = path.endsWith('.csv');
  let rows = isCsv ? -1 : 0;
  let inside = false;
  for await (const line of linesIn(path)) {
    if (isCsv && quotes(line) % 2 === 1) inside = !inside;
    if (!inside) rows++;
  }
  return Math.max(0, rows);
}

/** Writes everything of a workspace into an empty folder. Refuses `exchange.not_empty`, and what the exports refuse. */
export async function writeEverything(api: Api, folder: string, { reason, clear, now }: { reason: string; clear: boolean; now: Date }): Promise<Found> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0) throw new Refusal('exchange.not_empty', { folder });
  const { parts, sources, left } = await api.get<Parts>('/api/v1/exchange/parts');
  for (const name of parts) await write(api, join(folder, basename(name)), '/api/v1/exchange/part', { name, reason, clear });
  const files: Manifest['files'] = {};
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).size === 0) rmSync(path);
    else files[name] = await rowsIn(path);
  }
  const manifest: Manifest = { format: FORMAT, madeAt: now.toISOString(), clear, sources, files, left };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600 });
  return { answer: manifest, table: { columns: ['file', 'rows'], rows: Object.entries(files) } };
}

function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new Refusal('exchange.no_manifest', { folder });
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  if (!FORMATS.includes(manifest.format)) throw new Refusal('exchange.no_manifest', { folder });
  return manifest;
}

async function sendCustomers({ api, computed }: Settling, path: string, scopes: readonly string[]): Promise<number> {
  let created = 0;
  let some: unknown[] = [];
  const send = async (): Promise<void> => {
    if (some.length > 0) ({ created } = { created: created + (await api.post<{ created: number }>('/api/v1/customers/take', { customers: some, scopes })).created });
    some = [];
  };
  for await (const line of linesIn(path)) {
    const customer = JSON.parse(line) as { tags: string[] };
    some.push({ ...customer, tags: saidTags(customer.tags, computed) });
    if (some.length >= CUSTOMERS_PER_SEND) await send();
  }
  await send();
  return created;
}

async function sendEvents(api: Api, path: string, sourceId: string): Promise<void> {
  const { key } = await api.post<{ key: string }>(`/api/v1/sources/${sourceId}/key`, {});
  let some: string[] = [];
  const send = async (): Promise<void> => {
    if (some.length > 0) await api.send('/v1/batch', key, `{"batch":[${some.join(',')}]}`);
    some = [];
  };
  for await (const line of linesIn(path)) {
    some.push(line);
    if (some.length >= CALLS_PER_BATCH) await send();
  }
  await send();
}

/** Records of a table as an export wrote them; none where it has no such file. */
async function rowsOf(folder: string, name: string): Promise<Row[]> {
  const path = join(folder, name);
  const rows: Row[] = [];
  if (existsSync(path)) for await (const line of linesIn(path)) rows.push(JSON.parse(line) as Row);
  return rows;
}

async function caughtUp(api: Api): Promise<void> {
  for (let left = 1; left > 0; await sleep(200)) {
    const { backlog } = await api.get<{ backlog: Record<'bodies' | 'facts', { waiting: number }> }>('/api/v1/operations');
    left = backlog.bodies.waiting + backlog.facts.waiting;
  }
}

async function ensureSources(api: Api, wanted: Manifest['sources']): Promise<Map<string, string>> {
  const known = new Map((await api.get<{ rows: Source[] }>('/api/v1/sources')).rows.map((source) => [source.key, source.id]));
  for (const { key, name, kind, shop, channel, currency } of wanted) {
    if (!known.has(key)) known.set(key, (await api.post<{ id: string }>('/api/v1/sources', { key, name, kind, shop, channel, currency })).id);
  }
  return known;
}

async function bringRows(settling: Settling, folder: string, manifest: Manifest): Promise<number> {
  const { api } = settling;
  const has = (name: string): boolean => name in manifest.files;
  const known = await ensureSources(api, manifest.sources);
  const scopes = manifest.sources.map(({ key }) => key).filter((key) => FACTS.some((what) => has(`${what}.${key}.csv`)));
  const customers = has('customers.jsonl') ? await sendCustomers(settling, join(folder, 'customers.jsonl'), scopes) : 0;
  await takeTables(settling, folder, Object.keys(TAKEN.before));
  for (const { key } of manifest.sources) {
    // Costs by themselves: beside its order a cost would find the buyer, whom it did not name.
    for (const together of [FACTS.filter((what) => what !== 'costs'), ['costs']]) {
      const paths = together.map((what) => join(folder, `${what}.${key}.csv`)).filter((path) => has(basename(path)));
      if (paths.length > 0) await importPaths(api, paths, { source: key });
    }
    if (has(`events.${key}.jsonl`)) await sendEvents(api, join(folder, `events.${key}.jsonl`), known.get(key) ?? '');
  }
  return customers;
}

/**
 * Brings a folder of everything into the workspace, which must have no customers yet: settings, sources, people, orders, costs, events. What the
 * workspace would not take is listed (`left`), never dropped silently. Refuses `exchange.no_manifest`, `exchange.workspace_used`.
 */
export async function readEverything(api: Api, folder: string): Promise<Found> {
  const manifest = readManifest(folder);
  const { total } = await api.get<{ total: { count: number } }>('/api/v1/customers?limit=1');
  if (total.count > 0) throw new Refusal('exchange.workspace_used', { customers: total.count });
  const rows = (table: string): Promise<Row[]> => rowsOf(folder, table === 'typed' ? 'costs.typed.jsonl' : `records.${table}.jsonl`);
  const settling: Settling = { api, rows, ids: new Map(), left: [], computed: new Set() };
  await settleBefore(settling, () => takeTables(settling, folder, Object.keys(TAKEN.first)));
  const customers = await bringRows(settling, folder, manifest);
  await caughtUp(api);
  await settleAfter(settling);
  await caughtUp(api);
  await takeLists(settling, folder);
  await takeTables(settling, folder, Object.keys(TAKEN.after));
  const invited = await inviteMembers(settling, folder);
  const { left } = settling;
  const notes = [...left.map(({ what, name, code }) => `${what} ${name}: ${code}`), ...invited.map(({ email, token }) => `${email}: /invitation/${token}`)];
  return { answer: { customers, files: manifest.files, left, invited }, table: { columns: ['file', 'rows'], rows: Object.entries(manifest.files) }, ...(notes.length > 0 ? { note: notes.join('\n  ') } : {}) };
}
