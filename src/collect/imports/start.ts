import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open as openFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import { enqueue } from '../../kernel/jobs.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ImportFile, ImportOptions } from '../contract.ts';
import { RECIPES } from '../core/detect.ts';
import type { Mapping } from '../core/mapping.ts';
import { type Reading, readingOf } from '../core/reading.ts';
import { insertImport, nextVersion } from '../queries/imports.ts';
import { insertSource, sourceByKey } from '../queries/sources.ts';
import { sealPassword } from '../queries/sealed.ts';

/** A file to import: where it lies, what it is called, how it is read. */
export type GivenFile = { path: string; name?: string; entry?: string; sheet?: string; password?: string; mapping: Mapping } & Reading;
export type StartOptions = ImportOptions & { recipeId?: string };

/** Files that are packed already are kept as they are. */
const PACKED: readonly number[][] = [[0x1f, 0x8b], [0x50, 0x4b], [0x50, 0x41, 0x52, 0x31], [0xd0, 0xcf, 0x11, 0xe0]];

async function isPacked(path: string): Promise<boolean> {
  const file = await openFile(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return PACKED.some((mark) => mark.every((byte, i) => buffer[i] === byte));
  } finally {
    await file.close();
  }
}

const CHUNK_BYTES = 262_144;

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Keeps a file in the workspace's folder, gzipped unless it is packed: the stored file is the log of the import. */
async function keepFile(stores: Stores, workspaceId: WorkspaceId, path: string): Promise<{ path: string; bytes: number; digest: string }> {
  const info = await stat(path).catch(() => undefined);
  if (!info?.isFile()) throw new Refusal('file.not_found', { name: basename(path) }, 404);
  const packed = await isPacked(path);
  const kept = join(workspaceId, `${newId()}.${packed ? 'raw' : 'gz'}`);
  const target = join(stores.files.uploads, kept);
  await mkdir(join(stores.files.uploads, workspaceId), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  const given = createReadStream(path, { highWaterMark: CHUNK_BYTES }).on('data', (chunk) => hash.update(chunk));
  await pipeline(given, packed ? new PassThrough() : createGzip({ level: 1, chunkSize: CHUNK_BYTES }), createWriteStream(target, { mode: 0o600 }));
  return { path: kept, bytes: (await stat(target)).size, digest: hash.digest('hex') };
}

async function importFile(stores: Stores, workspaceId: WorkspaceId, { path, name, entry, sheet, password, mapping, ...reading }: GivenFile): Promise<ImportFile> {
  const inside = path.startsWith(stores.files.uploads) ? path.slice(stores.files.uploads.length + 1) : undefined;
  const kept = inside === undefined ? await keepFile(stores, workspaceId, path) : { path: inside, bytes: (await stat(path)).size, digest: await digestOf(path) };
  const sealed = password === undefined ? undefined : sealPassword(await stores.keys.of(workspaceId), password);
  return { name: name ?? basename(path), ...kept, ...(entry === undefined ? {} : { entry }), ...(sheet === undefined ? {} : { sheet }), ...(sealed === undefined ? {} : { password: sealed }), ...readingOf(reading), mapping };
}

const platformOf = (mappings: readonly Mapping[]): string => mappings.find(({ platform }) => platform)?.platform ?? '';

/** Makes the source of an import when it is not there yet. */
export async function ensureSource(stores: Stores, workspaceId: WorkspaceId, { source, sourceName, kind, shop, channel, currency }: ImportOptions, platform = ''): Promise<void> {
  await stores.pg.tx(workspaceId, async (tx) => {
    if (await sourceByKey(tx, workspaceId, source)) return;
    await insertSource(tx, workspaceId, {
      id: newId(), key: source, name: sourceName ?? source, kind: kind ?? 'orders', platform, shop, channel, currency: currency ?? '', createdAt: stores.clock.now(),
    });
  });
}

/**
 * Starts an import of one drop of files: keeps the files, writes the import down and enqueues its job, in one transaction.
 * Refuses `import.no_files`, `file.not_found`. Run it at once with `runImport`, or let the job do it.
 */
export async function startImport(stores: Stores, caller: Caller, files: readonly GivenFile[], options: StartOptions): Promise<string> {
  const { workspaceId } = caller;
  if (files.length === 0) throw new Refusal('import.no_files');
  const kept: ImportFile[] = [];
  for (const file of files) kept.push(await importFile(stores, workspaceId, file));
  const { recipeId = null, ...rest } = options;
  await ensureSource(stores, workspaceId, rest, platformOf(files.map(({ mapping }) => mapping)));
  const id = newId();
  await stores.pg.tx(workspaceId, async (tx) => {
    const version = await nextVersion(tx);
    await insertImport(tx, workspaceId, { id, recipeId, source: rest.source, files: kept, options: rest, version, madeBy: caller.actor, createdAt: stores.clock.now() });
    await enqueue(tx, workspaceId, 'collect.import', { importId: id }, { key: `import:${id}` });
    await audit(tx, stores.clock, caller, { action: 'import.start', target: id, detail: { files: kept.length, source: rest.source } });
  });
  return id;
}

/** The ready recipe of an id, for a name to show. */
export const recipeName = (id: string | null): string | null => RECIPES.find((recipe) => recipe.id === id)?.id ?? null;
