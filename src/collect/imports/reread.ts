import { access } from 'node:fs/promises';
import type { ResolveItem } from '../../customers/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { isRejected, makeCleaner } from '../core/cleaner.ts';
import { readingOrder } from '../core/preview.ts';
import type { Clean } from '../core/records.ts';
import { openRows } from '../files/openRows.ts';
import { type ImportRow, loadWorkspace } from '../queries/imports.ts';
import { asideOf } from '../queries/quarantine.ts';
import type { Sink } from '../sink.ts';
import { openIntake } from './intake.ts';
import { openPeople } from './people.ts';
import { contextFor } from './context.ts';
import { cleanFixed, openRow } from './replay.ts';
import { openingOf, pathOf } from './run.ts';
import { noFates, type Scene } from './scene.ts';

/** Takes rows and forgets them. */
const deaf: Sink = { add: () => undefined, begin: () => undefined, breathe: async () => undefined, finish: async () => undefined };

/** Refuses `import.file_missing` when a stored file of an import is no longer there to be read again. */
export async function demandFiles(stores: Stores, imported: Pick<ImportRow, 'files'>): Promise<void> {
  for (const file of imported.files) {
    await access(pathOf(stores, file)).catch(() => { throw new Refusal('import.file_missing', { file: file.name }, 409); });
  }
}

const listeningScene = (stores: Stores, workspaceId: WorkspaceId, row: ImportRow, { timezone, currency }: { timezone: string; currency: string }): Scene => ({
  stores, workspaceId, sink: deaf, stamp: { workspace: workspaceId, version: row.version, importId: row.id }, receivedAtMs: row.createdAt.getTime(), zone: timezone, currency,
  convert: (amount) => amount, promoOf: () => '', fresh: true, fates: noFates(),
});

/** The rows of an import's files that were taken when it ran, batch by batch. An import that never finished is read as far as it can be. */
async function* takenRows(stores: Stores, workspaceId: WorkspaceId, row: ImportRow): AsyncGenerator<Clean[] | 'next file'> {
  const workspace = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  const aside = new Set((await stores.pg.tx(workspaceId, (tx) => asideOf(tx, workspaceId, row.id))).map(({ file, line }) => `${file}\0${line}`));
  for (const at of readingOrder(row.files.map(({ mapping }) => mapping))) {
    const file = row.files[at] as ImportRow['files'][number];
    yield 'next file';
    try {
      const opened = await openRows(pathOf(stores, file), await openingOf(stores, workspaceId, file));
      const clean = makeCleaner(file.mapping, opened.header, await contextFor(stores, workspaceId, row, workspace));
      for await (const { firstLine, rows } of opened.rows) {
        yield rows.flatMap((cells, i) => {
          const result = aside.has(`${file.name}\0${firstLine + i}`) ? undefined : clean(cells, firstLine + i);
          return result === undefined || isRejected(result) ? [] : [result];
        });
      }
    } catch (error) {
      if (row.report !== null || !(error instanceof Refusal)) throw error;
    }
  }
}

/**
 * What an import told of people, as `customers` was told it: its stored files are read again with the mapping it used, and rows of its
 * quarantine that were fixed with them. Writes nothing.
 */
export async function* toldBy(stores: Stores, workspaceId: WorkspaceId, row: ImportRow): AsyncGenerator<ResolveItem[]> {
  let waiting: ResolveItem[][] = [];
  const hand = (): ResolveItem[][] => {
    const ready = waiting;
    waiting = [];
    return ready;
  };
  const people = openPeople(stores, workspaceId, row.source, async (items) => {
    waiting.push([...items]);
    return [];
  });
  const workspace = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  const scene = listeningScene(stores, workspaceId, row, workspace);
  const intake = openIntake(scene, people, { waits: true, streams: false });
  for await (const rows of takenRows(stores, workspaceId, row)) {
    if (rows === 'next file') {
      intake.nextFile();
      continue;
    }
    // Lines say nothing of people.
    for (const { item: _, ...clean } of rows) intake.add(clean);
    await intake.settle();
    yield* hand();
  }
  await intake.finish();
  yield* await fixedRows(stores, workspaceId, row, people, hand);
}

/** Rows fixed by hand came in one replay each; what they say of people adds up the same in one. */
async function fixedRows(stores: Stores, workspaceId: WorkspaceId, row: ImportRow, people: ReturnType<typeof openPeople>, hand: () => ResolveItem[][]): Promise<ResolveItem[][]> {
  const workspace = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  const fixed = (await stores.pg.tx(workspaceId, (tx) => asideOf(tx, workspaceId, row.id))).filter(({ state }) => state === 'replayed');
  if (fixed.length > 0) {
    const opened = [];
    for (const { id } of fixed) opened.push(await openRow(stores, workspaceId, { id }, 'replayed'));
    const { good } = cleanFixed(row, await contextFor(stores, workspaceId, row, workspace), opened);
    const intake = openIntake(listeningScene(stores, workspaceId, row, workspace), people, { waits: true, streams: false });
    intake.nextFile();
    for (const { clean: { item: _, ...clean } } of good) intake.add(clean);
    await intake.settle();
    await intake.finish();
  }
  await people.finish();
  return hand();
}

/** What several imports told, one after another. */
export async function* toldByAll(stores: Stores, workspaceId: WorkspaceId, rows: readonly ImportRow[]): AsyncGenerator<ResolveItem[]> {
  for (const row of rows) yield* toldBy(stores, workspaceId, row);
}
