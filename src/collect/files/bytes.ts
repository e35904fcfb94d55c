import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Refusal } from '../../kernel/errors.ts';
import { LIMITS } from './limits.ts';
import { isGzip, isZip } from './sniff.ts';
import { checkBomb, messageOf, openZip, type ZipEntry } from './zip.ts';

const CHUNK_BYTES = 262_144;

/** One file's bytes, whatever it was wrapped in. `path` is set when the bytes lie on disk as they are (random access is possible). */
export type Source = {
  name: string;
  path: string;
  bytesTotal: number;
  bytesRead(): number;
  /** Reads from the beginning; may be called again. */
  stream(): AsyncIterable<Buffer>;
  close(): Promise<void>;
};

export type SourceOptions = { name?: string; password?: string; entry?: string; tempFolder?: string };

/** The files in an archive; one entry named '' for anything that is no archive (an XLSX is none). */
export async function listEntries(path: string, options: SourceOptions = {}): Promise<ZipEntry[]> {
  const head = await headOf(path);
  if (!isZip(head)) return [{ entry: '', bytes: (await stat(path)).size, encrypted: false }];
  const zip = await openZip(path);
  await zip.close();
  if (isWorkbook(zip.entries)) return [{ entry: '', bytes: (await stat(path)).size, encrypted: false }];
  if (zip.entries.length === 0) throw new Refusal('file.empty', { name: options.name ?? basename(path) });
  return zip.entries;
}

export const isWorkbook = (entries: ZipEntry[]): boolean => entries.some(({ entry }) => entry === '[Content_Types].xml') && entries.some(({ entry }) => /^xl\//i.test(entry));

/** Opens a path as bytes: itself, the inside of a gzip, or one entry of an archive. Refuses `file.not_found`, `file.empty`, `file.too_large`, `file.unreadable`. */
export async function openSource(path: string, options: SourceOptions = {}): Promise<Source> {
  const size = await sizeOf(path, options);
  const head = await headOf(path);
  const name = options.name ?? basename(path);
  if (isGzip(head)) return gzipSource(path, name.replace(/\.gz$/i, ''), size);
  if (!isZip(head)) return plainSource(path, name, size);
  const zip = await openZip(path);
  if (isWorkbook(zip.entries)) {
    await zip.close();
    return plainSource(path, name, size);
  }
  const wanted = options.entry || zip.entries[0]?.entry;
  const found = zip.entries.find(({ entry }) => entry === wanted);
  if (!found) {
    await zip.close();
    throw new Refusal('file.entry_not_found', { entry: wanted ?? '' });
  }
  let read = 0;
  return {
    name: found.entry, path: '', bytesTotal: found.bytes, bytesRead: () => read, close: zip.close,
    async *stream() {
      read = 0;
      for await (const chunk of zip.read(found.entry, options.password)) {
        read += chunk.length;
        yield chunk;
      }
    },
  };
}

async function sizeOf(path: string, { name }: SourceOptions): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Refusal('file.not_found', { name: name ?? basename(path) }, 404);
  if (found.size === 0) throw new Refusal('file.empty', { name: name ?? basename(path) });
  if (found.size > LIMITS.fileBytes) throw new Refusal('file.too_large', { maxBytes: LIMITS.fileBytes });
  return found.size;
}

export async function headOf(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function plainSource(path: string, name: string, size: number): Source {
  let read = 0;
  return {
    name, path, bytesTotal: size, bytesRead: () => read, close: async () => undefined,
    async *stream() {
      read = 0;
      for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
        read += (chunk as Buffer).length;
        yield chunk as Buffer;
      }
    },
  };
}

function gzipSource(path: string, name: string, size: number): Source {
  let packed = 0;
  return {
    name, path: '', bytesTotal: size, bytesRead: () => packed, close: async () => undefined,
    async *stream() {
      packed = 0;
      let unpacked = 0;
      const file = createReadStream(path, { highWaterMark: CHUNK_BYTES });
      file.on('data', (chunk) => void (packed += chunk.length));
      const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
      const piped = pipeline(file, gunzip).catch((error: unknown) => error);
      try {
        for await (const chunk of gunzip) {
          unpacked += (chunk as Buffer).length;
          checkBomb(unpacked, size);
          yield chunk as Buffer;
        }
      } catch (error) {
        throw error instanceof Refusal ? error : new Refusal('file.unreadable', { detail: messageOf(error) });
      } finally {
        gunzip.destroy();
        file.destroy();
        await piped;
      }
    },
  };
}

/** The same bytes with a path of their own, for readers that need random access; the temporary file bears our name, never the sender's. */
export async function onDisk(source: Source, tempFolder = tmpdir()): Promise<Source> {
  if (source.path) return source;
  const folder = await mkdtemp(join(tempFolder, 'perennial-file-'));
  const path = join(folder, 'content');
  const drop = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(Readable.from(source.stream()), createWriteStream(path));
  } catch (error) {
    await drop();
    throw error;
  }
  const spooled = plainSource(path, source.name, (await stat(path)).size);
  return { ...spooled, close: async () => { await drop(); await source.close(); } };
}

/** All bytes of a source at once, for formats that cannot be streamed. Refuses `file.too_large` beyond `maxBytes`. */
export async function wholeOf(source: Source, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source.stream()) {
    size += chunk.length;
    if (size > maxBytes) throw new Refusal('file.too_large', { maxBytes });
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}
