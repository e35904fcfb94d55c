import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ImportOptions } from '../contract.ts';
import type { Mapping } from '../core/mapping.ts';
import { proposeMapping } from '../core/detect.ts';
import { type FilePreview, makeTally } from '../core/preview.ts';
import { contextFor } from './context.ts';
import type { Context } from '../core/readers.ts';
import { listEntries } from '../files/bytes.ts';
import { openRows } from '../files/openRows.ts';
import { loadWorkspace } from '../queries/imports.ts';
import { signatureOf } from '../core/signature.ts';
import { type Reading, readingOf, sameReading } from '../core/reading.ts';
import { savedMappings, type SignedMapping } from '../queries/recipes.ts';
import { type OpenedKnown, openKnown } from './known.ts';
import { parquetReader } from './parquet.ts';

/** Rows looked at before a mapping is proposed, and rows counted for the sums by month. */
const ROWS_SAMPLED = 200;
const ROWS_COUNTED = 200_000;

export type Looked = { path: string; name: string; upload: string; entry?: string | undefined; sheet?: string | undefined; password?: string | undefined; mapping?: Mapping | undefined } & Reading;
export type FileLook = Omit<FilePreview, 'records'> & { upload: string; entry: string; format: string; encoding: string; delimiter: string; reading: Reading; sheets: string[]; sheet: string; header: string[]; complete: boolean };
export type Look = { files: FileLook[]; skipped: { upload: string; entry: string; code: string }[] };

/** The context a file is read in, from an import's options and the workspace. */
export const contextOf = async (stores: Stores, workspaceId: WorkspaceId, options: ImportOptions): Promise<Context> =>
  contextFor(stores, workspaceId, { source: options.source, options }, await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId)));

const FIRST_ROWS = 20;

/** As the person chose, else as a saved mapping of that header was read, else as the file looks by itself. */
async function openLooked(stores: Stores, file: Looked & { entry: string }, saved: readonly SignedMapping[]): Promise<OpenedKnown> {
  const parquet = parquetReader(stores.ch);
  const options = {
    name: file.name, ...(file.entry ? { entry: file.entry } : {}), ...(file.sheet ? { sheet: file.sheet } : {}), ...(file.password ? { password: file.password } : {}), ...(parquet ? { parquet } : {}),
  };
  const reading = readingOf(file);
  if (sameReading(reading, {}) && !file.mapping) return openKnown(file.path, options, saved);
  const opened = await openRows(file.path, { ...options, ...reading });
  const signature = signatureOf(opened.header);
  return { opened, reading, known: saved.find((one) => one.signature === signature) };
}

async function lookAt(stores: Stores, file: Looked & { entry: string }, context: Context, saved: readonly SignedMapping[]): Promise<FileLook> {
  const { opened, reading, known } = await openLooked(stores, file, saved);
  try {
    const first: string[][] = [];
    let tally: ReturnType<typeof makeTally> | undefined;
    let proposal: { mapping: Mapping; confidence: Record<string, number> } | undefined;
    let rows = 0, complete = true;
    for await (const batch of opened.rows) {
      if (!tally) {
        const mapping = file.mapping ?? known?.mapping;
        proposal = mapping ? { mapping, confidence: Object.fromEntries(opened.header.map((name) => [name, 1])) } : proposeMapping(opened.header, batch.rows.slice(0, ROWS_SAMPLED));
        tally = makeTally(proposal.mapping, opened.header, context);
      }
      for (const [i, row] of batch.rows.entries()) tally.add(row, batch.firstLine + i);
      if (first.length < FIRST_ROWS) first.push(...batch.rows.slice(0, FIRST_ROWS - first.length));
      rows += batch.rows.length;
      if (rows >= ROWS_COUNTED) {
        complete = false;
        break;
      }
    }
    proposal ??= proposeMapping(opened.header, []);
    tally ??= makeTally(proposal.mapping, opened.header, context);
    const { mapping, confidence } = proposal;
    const table = tally.table();
    return {
      upload: file.upload, entry: file.entry, name: file.entry || file.name, format: opened.format, encoding: opened.encoding(), delimiter: opened.delimiter, reading, sheets: opened.sheets, sheet: opened.sheet, header: opened.header,
      roles: mapping.roles, recipe: mapping.recipe, mapping, confidence, firstRows: first, rows, complete, ...table, notes: { ...table.notes, ...Object.fromEntries(opened.notes) },
    };
  } finally {
    await opened.close();
  }
}

/**
 * What a drop of files would become: every entry of an archive is a file; roles and mappings proposed (a saved recipe of the same
 * header first); refusals counted; each money measure's sum by month. Entries that cannot be read are named with their code; a
 * password that is missing or wrong refuses the whole look.
 */
export async function lookAtFiles(stores: Stores, workspaceId: WorkspaceId, files: readonly Looked[], options: ImportOptions): Promise<Look> {
  const context = await contextOf(stores, workspaceId, options);
  const saved = await stores.pg.tx(workspaceId, (tx) => savedMappings(tx, workspaceId));
  const look: Look = { files: [], skipped: [] };
  for (const file of files) {
    const password = file.password ? { password: file.password } : {};
    const entries = file.entry === undefined ? await listEntries(file.path, { name: file.name, ...password }) : [{ entry: file.entry }];
    for (const { entry } of entries) {
      try {
        look.files.push(await lookAt(stores, { ...file, entry }, context, saved));
      } catch (error) {
        if (!(error instanceof Refusal) || error.code.startsWith('file.password')) throw error;
        look.skipped.push({ upload: file.upload, entry, code: error.code });
      }
    }
  }
  return look;
}
