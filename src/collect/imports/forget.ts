import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Finder } from '../../customers/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import { oneAtATime } from '../../kernel/postgres/oneAtATime.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ImportFile } from '../contract.ts';
import { isRejected, makeCleaner } from '../core/cleaner.ts';
import { csvLine, identifiersIn, makeEraser } from '../core/erasing.ts';
import { letterNames } from '../core/header.ts';
import { listEntries } from '../files/bytes.ts';
import { type Opened, openRows } from '../files/openRows.ts';
import { writeProtected } from '../files/zip.ts';
import { type ImportRow, loadWorkspace } from '../queries/imports.ts';
import { sealPassword } from '../queries/sealed.ts';
import { dropUpload, fileUses, keptPaths, lockedStatuses, replaceFile, uploadsLeft } from '../queries/uploads.ts';
import { saidOf } from './people.ts';
import { contextFor } from './context.ts';
import { openingOf, pathOf } from './run.ts';

type Place = { stores: Stores; workspaceId: WorkspaceId; find: Finder };
type Use = { row: ImportRow; at: number; file: ImportFile };

/** Whether a row of a file is of the erased person: somebody it speaks of, or any text in it. */
async function rowTest({ stores, workspaceId, find }: Place, use: Use, header: readonly string[]): Promise<(cells: readonly string[], line: number) => boolean> {
  const workspace = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  const clean = makeCleaner(use.file.mapping, header, await contextFor(stores, workspaceId, use.row, workspace));
  return (cells, line) => {
    const result = clean(cells, line);
    return (result !== undefined && !isRejected(result) && find.named(identifiersIn(result).map(saidOf))) || cells.some(find.inText);
  };
}

const openUse = async ({ stores, workspaceId }: Place, { file }: Use): Promise<Opened> => openRows(pathOf(stores, file), await openingOf(stores, workspaceId, file));

async function useNames(place: Place, use: Use): Promise<boolean> {
  const opened = await openUse(place, use);
  try {
    const isTheirs = await rowTest(place, use, opened.header);
    if (opened.header.some(place.find.inText)) return true;
    for await (const { firstLine, rows } of opened.rows) for (const [i, cells] of rows.entries()) if (isTheirs(cells, firstLine + i)) return true;
    return false;
  } finally {
    await opened.close();
  }
}

/** Every sheet of every entry of a file that no import has read already. */
async function elsewhereIn({ find }: Place, path: string, name: string, uses: readonly Use[], password?: string): Promise<boolean> {
  const opening = { name, ...(password === undefined ? {} : { password }) };
  for (const [nth, { entry }] of (await listEntries(path, opening)).entries()) {
    const read = uses.filter(({ file }) => (file.entry === undefined ? nth === 0 : file.entry === entry));
    let sheets: readonly (string | undefined)[] = [undefined];
    for (let at = 0; at < sheets.length; at++) {
      const opened = await openRows(path, { ...opening, ...(entry ? { entry } : {}), ...(sheets[at] === undefined ? {} : { sheet: sheets[at] as string }) });
      try {
        if (at === 0 && opened.sheets.length > 1) sheets = [opened.sheet, ...opened.sheets.filter((one) => one !== opened.sheet)];
        if (read.some(({ file }) => (file.sheet === undefined ? at === 0 : file.sheet === opened.sheet))) continue;
        if (opened.header.some(find.inText)) return true;
        for await (const { rows } of opened.rows) if (rows.some((cells) => cells.some(find.inText))) return true;
      } finally {
        await opened.close();
      }
    }
  }
  return false;
}

/** A file that cannot be read names nobody: the import that tried has said so. */
const orFalse = (look: Promise<boolean>): Promise<boolean> => look.catch((error: unknown) => { if (error instanceof Refusal) return false; throw error; });

const sameHeader = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name, at) => name === b[at]);

type Written = { path: string; bytes: number; shift: number; rows: number; password: string | undefined };
const PASSWORD_BYTES = 32;

/**
 * Writes what an import read of a file anew, as CSV, without the person; a line keeps its number, or moves by `shift`. What came under a password lies under one
 * of ours, which is kept as theirs was: sealed with the workspace's key.
 */
async function writeAnew(place: Place, use: Use, base: string): Promise<Written> {
  const { stores, find } = place;
  const opened = await openUse(place, use);
  const isTheirs = await rowTest(place, use, opened.header), erase = makeEraser(use.file.mapping, opened.header, find.inText);
  const named = !sameHeader(opened.header, letterNames(opened.header.length));
  let [rows, shift, begun] = [0, 0, false];
  async function* lines(): AsyncGenerator<string> {
    for await (const batch of opened.rows) {
      if (!begun) {
        // What stood above the header was read by nobody.
        const above = named ? Math.max(0, batch.firstLine - 2) : 0;
        yield '\n'.repeat(above);
        if (named) yield csvLine(opened.header.map((name) => (find.inText(name) ? '-' : name)));
        shift = above + (named ? 2 : 1) - batch.firstLine;
        begun = true;
      }
      yield batch.rows.map((cells, i) => {
        if (!isTheirs(cells, batch.firstLine + i)) return csvLine(cells);
        rows++;
        return csvLine(erase(cells));
      }).join('');
    }
  }
  const password = use.file.password === undefined ? undefined : randomBytes(PASSWORD_BYTES).toString('base64url');
  const path = `${base}~${newId()}.${password === undefined ? 'gz' : 'raw'}`, target = join(stores.files.uploads, path);
  if (password !== undefined) await writeProtected(target, { entry: 'rows.csv', text: Readable.from(lines(), { objectMode: false }), password });
  else await pipeline(Readable.from(lines()), createGzip({ level: 1 }), createWriteStream(target, { mode: 0o600 }));
  return { path, bytes: (await stat(target)).size, shift, rows, password };
}

/** What an import needs of a file lies in a new one each; the old one goes, with everything that was never read of it. How many rows it was, or that an import has begun to read it. */
async function replace(place: Place, path: string, uses: readonly Use[]): Promise<number | 'busy'> {
  const { stores, workspaceId } = place;
  const base = baseOf(path), drop = (one: string): Promise<void> => rm(join(stores.files.uploads, one), { force: true });
  const written: Written[] = [];
  for (const use of uses) written.push(await writeAnew(place, use, base));
  const keys = await stores.keys.of(workspaceId);
  const isDone = await stores.pg.tx(workspaceId, async (tx) => {
    if ((await lockedStatuses(tx, workspaceId, uses.map(({ row }) => row.id))).some(isAtWork)) return false;
    for (const [n, { row, at, file }] of uses.entries()) {
      const { password, ...anew } = written[n] as Written;
      await replaceFile(tx, workspaceId, { importId: row.id, at, name: file.name, ...anew, ...(password === undefined ? {} : { password: sealPassword(keys, password) }) });
    }
    await dropUpload(tx, workspaceId, path);
    return true;
  });
  for (const one of isDone ? [path] : written.map((file) => file.path)) await drop(one);
  return isDone ? written.reduce((sum, { rows }) => sum + rows, 0) : 'busy';
}

/** Rewritten files are known by the one they come from. */
const baseOf = (path: string): string => path.replace(/(?:~[0-9a-f-]+)?\.(?:raw|gz)$/, '');

/** Files that were replaced, where whoever did it died before they went. */
async function dropReplaced({ stores, workspaceId }: Place): Promise<void> {
  const kept = new Set(await stores.pg.tx(workspaceId, (tx) => keptPaths(tx, workspaceId)));
  const bases = new Set([...kept].flatMap((path) => /^(.*)~/.exec(path)?.[1] ?? []));
  for (const name of await readdir(join(stores.files.uploads, workspaceId)).catch(() => [])) {
    const path = join(workspaceId, name);
    if (!kept.has(path) && bases.has(baseOf(path))) await rm(join(stores.files.uploads, path), { force: true });
  }
}

const isAtWork = (status: ImportRow['status']): boolean => status === 'running' || status === 'undoing';

/**
 * Takes an erased person out of every file that is kept: what imports read is written anew, without whoever it was and with what was sold; a file nobody imported
 * goes whole. `busy` where an import that is at work reads such a file: nothing of that one is touched. May be killed and repeated at any point.
 */
export const forgetInFiles = (stores: Stores, workspaceId: WorkspaceId, find: Finder): Promise<Record<string, number> | 'busy'> =>
  // Two at once would each write back whom the other takes out.
  oneAtATime(stores.pg.pool, `forget:${workspaceId}`, () => forgetAll(stores, workspaceId, find));

async function forgetAll(stores: Stores, workspaceId: WorkspaceId, find: Finder): Promise<Record<string, number> | 'busy'> {
  const place: Place = { stores, workspaceId, find };
  await dropReplaced(place);
  const [uses, left] = await stores.pg.tx(workspaceId, async (tx) => [await fileUses(tx, workspaceId), await uploadsLeft(tx, workspaceId)] as const);
  const counts = { import_file: 0, import_row: 0, upload: 0 };
  let busy = false;
  for (const [path, own] of Map.groupBy(uses.filter(({ file }) => !file.path.startsWith('/')), ({ file }) => file.path)) {
    let theirs = false;
    for (const use of own) theirs ||= await orFalse(useNames(place, use));
    const [{ file }] = own as [Use];
    if (!theirs && !(await orFalse(openingOf(stores, workspaceId, file).then(({ password }) => elsewhereIn(place, join(stores.files.uploads, path), file.name, own, password))))) continue;
    const rows = own.some(({ row }) => isAtWork(row.status)) ? 'busy' : await replace(place, path, own);
    if (rows === 'busy') busy = true;
    else {
      counts.import_row += rows;
      counts.import_file++;
    }
  }
  for (const { path, name } of left) {
    if (!(await orFalse(elsewhereIn(place, join(stores.files.uploads, path), name, [])))) continue;
    await stores.pg.tx(workspaceId, (tx) => dropUpload(tx, workspaceId, path));
    await rm(join(stores.files.uploads, path), { force: true });
    counts.upload++;
  }
  return busy ? 'busy' : counts;
}
