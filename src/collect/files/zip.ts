import { createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable, Writable } from 'node:stream';
import { configure, ERR_ENCRYPTED, ERR_INVALID_PASSWORD, type FileEntry, Reader, ZipReader, ZipWriter } from '@zip.js/zip.js';
import { Refusal } from '../../kernel/errors.ts';
import { LIMITS } from './limits.ts';

configure({ useWebWorkers: false });

/** Random access to a file on disk, so that an archive is never read whole. */
class DiskReader extends Reader<string> {
  readonly path: string;
  /** A promise, since the archive reader may ask for the file twice at once. */
  opening: Promise<FileHandle> | undefined;

  constructor(path: string) {
    super(path);
    this.path = path;
  }

  override async init(): Promise<void> {
    this.opening ??= open(this.path, 'r');
    this.size = (await (await this.opening).stat()).size;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const wanted = Math.max(0, Math.min(length, this.size - index));
    const bytes = Buffer.alloc(wanted);
    if (wanted > 0) await (await this.opening)?.read(bytes, 0, wanted, index);
    return bytes;
  }

  async close(): Promise<void> {
    await (await this.opening)?.close();
  }
}

export type ZipEntry = { entry: string; bytes: number; encrypted: boolean };
export type Zip = {
  entries: ZipEntry[];
  /** The unpacked bytes of an entry, with back-pressure, counted against the limits while they come. */
  read(entry: string, password?: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
};

const isListed = (entry: { directory: boolean; filename: string }): boolean =>
  !entry.directory && !entry.filename.startsWith('__MACOSX/') && !/(?:^|\/)\.[^/]*$/.test(entry.filename);

/**
 * Opens an archive for reading in place. Names are only ever keys: nothing is written to disk by them.
 * Refuses `file.unreadable`, `file.zip_too_many`, `file.zip_unsafe` (an entry's name climbs out of its folder), and while reading `file.zip_bomb`, `file.password_needed`, `file.password_wrong`.
 */
export async function openZip(path: string): Promise<Zip> {
  const disk = new DiskReader(path);
  const reader = new ZipReader(disk, { decodeText: readName });
  const found: FileEntry[] = [];
  try {
    let count = 0;
    for await (const entry of reader.getEntriesGenerator()) {
      if (++count > LIMITS.zipEntries) throw new Refusal('file.zip_too_many', { max: LIMITS.zipEntries });
      if (isListed(entry) && !entry.directory) found.push(entry);
    }
  } catch (error) {
    await disk.close();
    throw error instanceof Refusal ? error : /unsafe filename/i.test(messageOf(error)) ? new Refusal('file.zip_unsafe', {}) : new Refusal('file.unreadable', { detail: messageOf(error) });
  }
  return {
    entries: found.map((entry) => ({ entry: entry.filename, bytes: entry.uncompressedSize, encrypted: entry.encrypted })),
    read: (name, password) => readEntry(found.find((entry) => entry.filename === name), name, password),
    close: async () => {
      await reader.close();
      await disk.close();
    },
  };
}

/** Names that do not say they are UTF-8 were mostly written by Chinese Windows. */
function readName(value: Uint8Array, encoding: string): string | undefined {
  if (encoding === 'utf-8') return undefined;
  for (const name of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(value);
    } catch {
      // the next encoding is tried
    }
  }
  return undefined;
}

async function* readEntry(entry: FileEntry | undefined, name: string, password = ''): AsyncGenerator<Buffer> {
  if (!entry) throw new Refusal('file.entry_not_found', { entry: name });
  if (entry.encrypted && password === '') throw new Refusal('file.password_needed', {});
  const pipe = new TransformStream<Uint8Array, Uint8Array>({}, { highWaterMark: 4 }, { highWaterMark: 4 });
  const abort = new AbortController();
  const done = entry.getData(pipe.writable, { ...(password ? { password } : {}), signal: abort.signal }).then(() => undefined, (error: unknown) => { throw refusalOf(error); });
  // A broken entry may fail before it touches the pipe: whoever waits for the pipe alone waits for ever.
  const failed = done.then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);
  const reader = pipe.readable.getReader();
  let total = 0;
  try {
    for (;;) {
      const next = await Promise.race([reader.read(), failed]).catch(async (error: unknown) => { throw refusalOf(error); });
      if (next.done) break;
      total += next.value.byteLength;
      checkBomb(total, entry.compressedSize);
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    await done;
  } finally {
    abort.abort();
    reader.cancel().catch(() => undefined);
  }
}

/** Refuses `file.zip_bomb` once more was unpacked than an honest archive of this size holds. */
export function checkBomb(unpackedBytes: number, packedBytes: number): void {
  if (unpackedBytes > LIMITS.unpackedBytes) throw new Refusal('file.zip_bomb', { maxBytes: LIMITS.unpackedBytes });
  if (unpackedBytes > LIMITS.ratioFreeBytes && unpackedBytes / Math.max(packedBytes, 1) > LIMITS.ratio) throw new Refusal('file.zip_bomb', { maxRatio: LIMITS.ratio });
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const message = messageOf(error);
  if (message === ERR_INVALID_PASSWORD) return new Refusal('file.password_wrong', {});
  if (message === ERR_ENCRYPTED) return new Refusal('file.password_needed', {});
  return new Refusal('file.unreadable', { detail: message });
}

/** Writes an archive of one entry under a password (AES-256), with back-pressure, readable by its owner alone. */
export async function writeProtected(path: string, { entry, text, password }: { entry: string; text: Readable; password: string }): Promise<void> {
  const zip = new ZipWriter(Writable.toWeb(createWriteStream(path, { mode: 0o600 })), { level: 1, encryptionStrength: 3, password });
  await zip.add(entry, Readable.toWeb(text) as ReadableStream<Uint8Array>);
  await zip.close();
}
