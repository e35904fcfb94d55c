import { createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Caller } from '../../kernel/access/caller.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { insertUpload, loadUpload, type UploadRow } from '../queries/uploads.ts';

/** Names of files that are packed by themselves. */
const PACKED = /\.(gz|zip|xlsx|xls|parquet)$/i;

/** Keeps a file handed over in parts, gzipped while it comes in. Nothing of it is held in memory. */
export async function keepUpload(stores: Stores, caller: Caller, { name, stream }: { name: string; stream: Readable }): Promise<UploadRow> {
  const { workspaceId, actor } = caller;
  const id = newId();
  const packed = PACKED.test(name);
  const path = join(workspaceId, `${id}.${packed ? 'raw' : 'gz'}`);
  const target = join(stores.files.uploads, path);
  await mkdir(join(stores.files.uploads, workspaceId), { recursive: true, mode: 0o700 });
  try {
    await pipeline(stream, packed ? new PassThrough() : createGzip({ level: 1 }), createWriteStream(target, { mode: 0o600 }));
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  const row: UploadRow = { id, name: name.slice(0, 300), path, bytes: (await stat(target)).size };
  await stores.pg.tx(workspaceId, (tx) => insertUpload(tx, workspaceId, row, { by: actor.id, at: stores.clock.now() }));
  return row;
}

/** Where an upload lies. Refuses `upload.not_found`. */
export async function uploadOf(stores: Stores, workspaceId: WorkspaceId, id: string): Promise<{ name: string; path: string }> {
  const row = await stores.pg.tx(workspaceId, (tx) => loadUpload(tx, workspaceId, id));
  return { name: row.name, path: join(stores.files.uploads, row.path) };
}
