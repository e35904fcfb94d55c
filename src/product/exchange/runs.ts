import { Readable } from 'node:stream';
import { configure, ZipWriterStream } from '@zip.js/zip.js';
import { audit } from '../../kernel/audit.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { userNames } from '../../kernel/access/index.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { RunView } from './contract.ts';
import { demandOwner, openPart, partsOf } from './parts.ts';
import { beatRun, endRun, insertRun, type RunRow, runRows, takeRun } from './store.ts';

configure({ useWebWorkers: false });

const REASON_MIN = 3;
/** So long after it was asked for, a file may be fetched; once. */
const FETCH_MS = 10 * 60_000;
/** A run that has not been heard of for so long has died with its process or its reader. */
const QUIET_MS = 60_000;
const BEAT_MS = 1_000;

const isQuiet = ({ state, beatAt, askedAt }: RunRow, now: Date): boolean =>
  (state === 'running' && now.getTime() - beatAt.getTime() > QUIET_MS) || (state === 'asked' && now.getTime() - askedAt.getTime() > FETCH_MS);

const viewOf = (row: RunRow, by: string, now: Date): RunView => ({
  id: row.id, by, reason: row.reason, clear: row.clear, state: isQuiet(row, now) ? 'failed' : row.state, part: row.part, partsDone: row.partsDone, partsTotal: row.partsTotal, rowsDone: row.rowsDone,
  askedAt: row.askedAt.toISOString(), finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** Exports of everything, the newest first, with how far each has come. Refuses `exchange.owner_only`. */
export async function listRuns(stores: Stores, caller: Caller): Promise<RunView[]> {
  demandOwner(caller);
  const rows = await stores.pg.tx(caller.workspaceId, (tx) => runRows(tx, caller.workspaceId));
  const names = await userNames(stores, rows.map(({ by }) => by).filter((by) => by !== 'perennial'));
  return rows.map((row) => viewOf(row, names.get(row.by) ?? '', stores.clock.now()));
}

/** Asks for an export of everything; its file is fetched next, by the same person. Refuses `exchange.owner_only`, `export.reason_missing`, `exchange.under_way` (409). */
export async function askRun(stores: Stores, caller: Caller, { reason, clear }: { reason: string; clear: boolean }): Promise<RunView> {
  demandOwner(caller);
  if (reason.trim().length < REASON_MIN) throw new Refusal('export.reason_missing', {}, 422);
  const [{ workspaceId, actor }, at] = [caller, stores.clock.now()];
  const row = await stores.pg.tx(workspaceId, async (tx) => {
    if ((await runRows(tx, workspaceId)).some((one) => one.state === 'running' && !isQuiet(one, at))) throw new Refusal('exchange.under_way', {}, 409);
    await audit(tx, stores.clock, caller, { action: 'export', target: 'everything', detail: { reason: reason.trim(), masked: !clear, count: -1 } });
    return insertRun(tx, workspaceId, { id: newId(), by: actor.id, reason: reason.trim(), clear, at });
  });
  if (!row) throw notFound('export');
  return viewOf(row, '', at);
}

/** Records of a file as its text goes by, less the head of a CSV; a line break inside quotes ends no record. */
function rowCounter(name: string): { add(text: string): void; rows(): number } {
  const isCsv = name.endsWith('.csv');
  let [lines, inside] = [0, false];
  return {
    add: (text) => {
      for (let i = 0; i < text.length; i++) {
        if (isCsv && text[i] === '"') inside = !inside;
        else if (text[i] === '\n' && !inside) lines++;
      }
    },
    rows: () => Math.max(0, isCsv ? lines - 1 : lines),
  };
}

/** Texts as bytes, each told before it goes on. */
async function* heeded(texts: AsyncGenerator<string>, hear: (text: string) => Promise<void>): AsyncGenerator<Buffer> {
  for await (const text of texts) {
    await hear(text);
    if (text !== '') yield Buffer.from(text);
  }
}

/** The same texts, if there is one at all: an empty file says nothing. */
async function fromFirstText(texts: AsyncGenerator<string>): Promise<AsyncGenerator<string> | undefined> {
  let { value: first, done } = await texts.next();
  while (!done && first === '') ({ value: first, done } = await texts.next());
  if (done) return undefined;
  return (async function* () {
    yield String(first);
    yield* texts;
  })();
}

type Pouring = { run: RunRow; parts: Awaited<ReturnType<typeof partsOf>> };

/** Writes part after part into the archive, and says now and then how far it has come; the manifest comes last, with the counts. */
async function pour(stores: Stores, caller: Caller, zip: ZipWriterStream, { run, parts }: Pouring): Promise<void> {
  const files: Record<string, number> = {};
  let [rowsDone, beatMs] = [0, performance.now()];
  const beat = (part: string, partsDone: number): Promise<number> => stores.pg.tx(caller.workspaceId, (tx) => beatRun(tx, caller.workspaceId, run.id, { part, partsDone, rowsDone, at: stores.clock.now() }));
  for (const [at, name] of parts.parts.entries()) {
    await beat(name, at);
    const lines = await fromFirstText(await openPart(stores, caller, name, run));
    if (!lines) continue;
    const counter = rowCounter(name);
    const bytes = heeded(lines, async (text) => {
      counter.add(text);
      if (performance.now() - beatMs < BEAT_MS) return;
      beatMs = performance.now();
      await beat(name, at);
    });
    await Readable.toWeb(Readable.from(bytes)).pipeTo(zip.writable(name) as WritableStream);
    files[name] = counter.rows();
    rowsDone += files[name];
  }
  const manifest = { format: parts.format, madeAt: stores.clock.now().toISOString(), clear: run.clear, sources: parts.sources, files: Object.fromEntries(Object.entries(files).filter((pair) => pair[1] > 0)), left: parts.left };
  await Readable.toWeb(Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)])).pipeTo(zip.writable('manifest.json') as WritableStream);
  await beat('', parts.parts.length);
  await zip.close();
}

/** The archive itself, made while it is read and kept nowhere. Refuses `export.not_found` for another's, an old one, and one that was fetched. */
export async function fetchRun(stores: Stores, caller: Caller, id: string): Promise<Readable> {
  const parts = await partsOf(stores, caller);
  const [{ workspaceId, actor }, at] = [caller, stores.clock.now()];
  const run = await stores.pg.tx(workspaceId, (tx) => takeRun(tx, workspaceId, { id, by: actor.id, since: new Date(at.getTime() - FETCH_MS), at, parts: parts.parts.length }));
  if (!run) throw notFound('export', { id });
  const zip = new ZipWriterStream({ useWebWorkers: false });
  const archive = Readable.fromWeb(zip.readable as Parameters<typeof Readable.fromWeb>[0]);
  const end = (state: 'finished' | 'failed'): Promise<unknown> => stores.pg.tx(workspaceId, (tx) => endRun(tx, workspaceId, id, { state, at: stores.clock.now() }));
  pour(stores, caller, zip, { run, parts }).then(() => end('finished'), (error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    return end('failed');
  }).catch(() => undefined);
  return archive;
}
