import { createReadStream, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompressSync } from 'node:zlib';

/** A write that ClickHouse was told of, so that it can be told again: rows of objects, rows in binary, or a statement. */
export type Redo =
  | { kind: 'rows'; table: string; token?: string | undefined }
  | { kind: 'binary'; table: string; columns: Readonly<Record<string, string>>; token?: string | undefined }
  | { kind: 'command'; params?: Readonly<Record<string, unknown>> | undefined };
export type Redone = { redo: Redo; body: Buffer; at: string };
type Head = { redo: Redo; at: string; bytes: number };

const HEAD_BYTES = 4;
const compress = promisify(zstdCompress);
const GAP = 'gap';

/** The redo log of the engine in process: what it was told since the last backup, in the order it was done. */
export type RedoLog = {
  /** Writes down what was done. Never fails: where it cannot be written, the log says that it ends there. */
  add(redo: Redo, bodyOf: () => Uint8Array): Promise<void>;
  /** Begins a new file, from the moment of a backup on; its name. */
  cut(series: string): Promise<string>;
  close(): Promise<void>;
};

const nameAt = (at: Date): string => `${at.toISOString().replaceAll(':', '-')}.redo`;

export function openRedo(seriesNow: () => string | undefined, now: () => Date): RedoLog {
  let file: { handle: FileHandle; folder: string } | undefined;
  let broken = false;
  let last: Promise<unknown> = Promise.resolve();
  const begin = async (series: string): Promise<string> => {
    await file?.handle.close();
    const folder = join(series, 'redo');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const name = nameAt(now());
    file = { handle: await open(join(folder, name), 'a', 0o600), folder };
    return name;
  };
  const write = async (redo: Redo, bodyOf: () => Uint8Array): Promise<void> => {
    const series = seriesNow();
    if (broken || (!file && series === undefined)) return;
    try {
      if (!file && series !== undefined) await begin(series);
      const packed = await compress(bodyOf());
      const head = Buffer.from(JSON.stringify({ redo, at: now().toISOString(), bytes: packed.length } satisfies Head));
      const length = Buffer.alloc(HEAD_BYTES);
      length.writeUInt32BE(head.length);
      await file?.handle.appendFile(Buffer.concat([length, head, packed]));
    } catch {
      broken = true;
      markGap(series, now());
    }
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    add: (redo, bodyOf) => inTurn(() => write(redo, bodyOf)),
    cut: (series) => inTurn(async () => { const name = await begin(series); broken = false; return name; }),
    close: () => inTurn(async () => file?.handle.close()),
  };
}

/** A full disk may refuse this too; then the file's torn end says the same. */
function markGap(series: string | undefined, at: Date): void {
  try {
    if (series !== undefined) writeFileSync(join(series, 'redo', `${nameAt(at)}.${GAP}`), '');
  } catch {
    return;
  }
}

/** The files of a log from one on, the oldest first. */
export const redoFiles = (series: string, from: string): string[] => {
  const folder = join(series, 'redo');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.redo') && name >= from).sort() : [];
};

/** Since when a log from one file on is not whole; undefined when it is. */
export const gapAfter = (series: string, from: string): string | undefined => {
  const folder = join(series, 'redo');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(GAP) && name >= from).sort()[0] : undefined;
};

/** What was done from a file on up to an instant, in order. An entry torn by a kill ends its file: it was never acknowledged. */
export async function* redosUntil(series: string, from: string, until: Date): AsyncGenerator<Redone> {
  for (const name of redoFiles(series, from)) {
    let held = Buffer.alloc(0);
    for await (const chunk of createReadStream(join(series, 'redo', name), { highWaterMark: 1_048_576 })) {
      held = Buffer.concat([held, chunk as Buffer]);
      for (let next = entryIn(held); next; next = entryIn(held)) {
        if (new Date(next.head.at) > until) return;
        yield { redo: next.head.redo, at: next.head.at, body: zstdDecompressSync(next.body) };
        held = held.subarray(next.end);
      }
    }
  }
}

function entryIn(held: Buffer): { head: Head; body: Buffer; end: number } | undefined {
  if (held.length < HEAD_BYTES) return undefined;
  const headEnd = HEAD_BYTES + held.readUInt32BE();
  if (held.length < headEnd) return undefined;
  const head = JSON.parse(held.subarray(HEAD_BYTES, headEnd).toString()) as Head;
  const end = headEnd + head.bytes;
  return held.length < end ? undefined : { head, body: held.subarray(headEnd, end), end };
}
