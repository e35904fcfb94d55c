import { join } from 'node:path';
import { announce } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { Refusal } from '../../kernel/errors.ts';
import { importRows } from '../../kernel/metrics.ts';
import { isStoreFault } from '../../kernel/storeFault.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ImportFile, ImportReport } from '../contract.ts';
import { isRejected, makeCleaner } from '../core/cleaner.ts';
import { needsOrderTotals } from '../core/orderBook.ts';
import { readingOrder } from '../core/preview.ts';
import { readingOf } from '../core/reading.ts';
import type { Clean } from '../core/records.ts';
import { openRows } from '../files/openRows.ts';
import { refreshSources } from '../freshness.ts';
import { converter } from '../money.ts';
import { loadRates, loadWindows } from '../queries/calendar.ts';
import { beginImport, type ImportRow, loadImport, loadWorkspace, settleImport, type WorkspaceRow } from '../queries/imports.ts';
import { clearQuarantine } from '../queries/quarantine.ts';
import { openPassword } from '../queries/sealed.ts';
import { broughtBy, storedBefore } from '../queries/stored.ts';
import { openSink } from '../sink.ts';
import { contextFor } from './context.ts';
import { type Intake, openIntake } from './intake.ts';
import { parquetReader } from './parquet.ts';
import { countCustomers, openPeople } from './people.ts';
import { type Meter, type OnProgress, openMeter } from './progress.ts';
import { openQuarantine, type Quarantine } from './quarantine.ts';
import { noFates, promoFinder, type Scene } from './scene.ts';

type Tally = { rowsAccepted: number; rowsBlank: number; notes: Map<string, number> };
type Reading = { stores: Stores; workspaceId: WorkspaceId; row: ImportRow; workspace: WorkspaceRow; scene: Scene; intake: Intake; quarantine: Quarantine; meter: Meter; tally: Tally };

/** Where a file of an import lies: below the uploads folder, unless its path is absolute. */
export const pathOf = ({ files }: Pick<Stores, 'files'>, { path }: Pick<ImportFile, 'path'>): string => (path.startsWith('/') ? path : join(files.uploads, path));

/** What a file of an import is opened with. */
export async function openingOf(stores: Stores, workspaceId: WorkspaceId, file: Pick<ImportFile, 'name' | 'entry' | 'sheet' | 'password' | 'encoding' | 'delimiter'>) {
  const parquet = parquetReader(stores.ch);
  const password = file.password === undefined ? undefined : openPassword(await stores.keys.of(workspaceId), file.password);
  return {
    name: file.name, ...(file.entry === undefined ? {} : { entry: file.entry }), ...(file.sheet === undefined ? {} : { sheet: file.sheet }),
    ...(password === undefined ? {} : { password }), ...readingOf(file), ...(parquet ? { parquet } : {}),
  };
}

async function sceneOf(stores: Stores, workspaceId: WorkspaceId, row: ImportRow, workspace: WorkspaceRow): Promise<Scene> {
  const [windows, rates] = await stores.pg.tx(workspaceId, async (tx) => [await loadWindows(tx, workspaceId), await loadRates(tx, workspaceId)] as const);
  const tables = ['orders', 'order_lines', 'refunds', 'costs', 'events'] as const;
  const older = await Promise.all(tables.map((table) => storedBefore(stores.ch, workspaceId, table, [row.source], row.id)));
  return {
    stores, workspaceId, sink: openSink(stores.ch, `${row.id}:${row.attempt}`), stamp: { workspace: workspaceId, version: row.version, importId: row.id },
    receivedAtMs: row.createdAt.getTime(), zone: workspace.timezone, currency: workspace.currency, convert: converter(workspace.currency, rates),
    promoOf: promoFinder(windows), fresh: row.attempt <= 1 && !older.some(Boolean), fates: noFates(),
  };
}

/** Money in a currency without a rate is refused, never taken for nothing. */
function unpriced({ order, item, refund, cost, event }: Clean, { convert }: Scene): string | undefined {
  for (const told of [order, item, refund, cost, event]) if (told?.currency && convert(1, told.currency, told.day) === null) return told.currency;
  return undefined;
}

async function readFile(reading: Reading, file: ImportFile, before: { bytes: number; total: number }): Promise<void> {
  const { stores, workspaceId, row, workspace, scene, intake, quarantine, meter, tally } = reading;
  const opened = await openRows(pathOf(stores, file), await openingOf(stores, workspaceId, file));
  const clean = makeCleaner(file.mapping, opened.header, await contextFor(stores, workspaceId, row, workspace));
  intake.nextFile();
  try {
    for await (const { firstLine, rows } of opened.rows) {
      for (let i = 0; i < rows.length; i++) {
        const cells = rows[i] as string[];
        const result = clean(cells, firstLine + i);
        if (result === undefined) tally.rowsBlank++;
        else if (isRejected(result)) quarantine.add({ file: file.name, line: firstLine + i }, result, { header: opened.header, cells });
        else {
          const currency = unpriced(result, scene);
          if (currency) quarantine.add({ file: file.name, line: firstLine + i }, [{ code: 'currency.rate_missing', column: '', params: { currency } }], { header: opened.header, cells });
          else {
            tally.rowsAccepted++;
            if (row.options.channel && result.order && !result.order.channel) result.order.channel = row.options.channel;
            intake.add(result);
          }
        }
      }
      meter.rows(rows.length);
      meter.bytes(before.bytes + opened.bytesRead(), before.total);
      await intake.settle();
      await quarantine.flush();
      await meter.tick();
    }
  } finally {
    await opened.close();
  }
  for (const [code, count] of [...clean.notes, ...opened.notes]) tally.notes.set(code, (tally.notes.get(code) ?? 0) + count);
}

async function readAll(reading: Reading): Promise<void> {
  const { row } = reading;
  const total = row.files.reduce((sum, { bytes }) => sum + bytes, 0);
  let bytes = 0;
  for (const at of readingOrder(row.files.map(({ mapping }) => mapping))) {
    const file = row.files[at] as ImportFile;
    await readFile(reading, file, { bytes, total });
    bytes += file.bytes;
  }
}

/** Reads, cleans, resolves and stores everything the import's files say. */
async function pour(stores: Stores, workspaceId: WorkspaceId, row: ImportRow, meter: Meter): Promise<ImportReport> {
  const workspace = await stores.pg.tx(workspaceId, async (tx) => {
    await clearQuarantine(tx, workspaceId, row.id);
    return loadWorkspace(tx, workspaceId);
  });
  const scene = await sceneOf(stores, workspaceId, row, workspace);
  const people = openPeople(stores, workspaceId, row.source);
  const mappings = row.files.map(({ mapping }) => mapping);
  const waits = !scene.fresh || row.files.length > 1 || needsOrderTotals(mappings);
  const intake = openIntake(scene, people, { waits, streams: !waits });
  const quarantine = await openQuarantine(stores, workspaceId, { source: row.source, importId: row.id });
  const tally: Tally = { rowsAccepted: 0, rowsBlank: 0, notes: new Map() };
  await readAll({ stores, workspaceId, row, workspace, scene, intake, quarantine, meter, tally });
  await meter.phase('saving');
  const { dayless } = await intake.finish();
  if (dayless > 0) tally.notes.set('order.no_day', dayless);
  await meter.phase('customers');
  const [told] = await Promise.all([people.finish(), scene.sink.finish()]);
  await meter.phase('finishing');
  await refreshSources(stores, workspaceId, [row.source]);
  const [brought, customers] = await Promise.all([broughtBy(stores.ch, workspaceId, row.id), countCustomers(stores, workspaceId, told)]);
  const { rowsRead = 0, elapsedMs = 0, rowsPerSecond = 0 } = meter.snapshot();
  importRows(tally.rowsAccepted, { outcome: 'accepted' });
  importRows(quarantine.rows(), { outcome: 'quarantined' });
  const some = brought.orders + brought.lines + brought.refunds + brought.events > 0;
  const { orders, lines, refunds, costs, events } = scene.fates;
  const touched = [orders, lines, refunds, costs, events].some(({ added, updated }) => added + updated > 0);
  return {
    rowsRead, rowsAccepted: tally.rowsAccepted, rowsQuarantined: quarantine.rows(), rowsBlank: tally.rowsBlank,
    quarantinedBy: Object.fromEntries(quarantine.counts), notes: Object.fromEntries(tally.notes), ...scene.fates, customers,
    from: some ? brought.from : '', to: some ? brought.to : '', netMinor: brought.netMinor, currency: workspace.currency, unchanged: !touched && told.created.length === 0, elapsedMs, rowsPerSecond,
  };
}

/** A failure as it is shown: refusals by their code, bugs as themselves. */
const problemOf = (error: unknown) =>
  error instanceof Refusal ? { code: error.code, facts: error.facts } : { code: 'import.broken', facts: { detail: error instanceof Error ? error.message.slice(0, 300) : 'unknown' } };

/**
 * Runs an import to its report. It may be run again after a kill at any point: rows carry the import's one version, so a
 * second run replaces them by themselves. Announces `import.finished` in the transaction that ends it. An import that
 * is not waiting or running is left alone.
 */
export async function runImport(stores: Stores, workspaceId: WorkspaceId, importId: string, onProgress: OnProgress = () => undefined): Promise<ImportReport | undefined> {
  const row = await stores.pg.tx(workspaceId, (tx) => beginImport(tx, workspaceId, importId, ['waiting', 'running'], 'running', stores.clock.now()));
  if (!row) return (await stores.pg.tx(workspaceId, (tx) => loadImport(tx, workspaceId, importId))).report ?? undefined;
  const meter = openMeter(stores, workspaceId, importId, onProgress, () => performance.now());
  try {
    const report = await pour(stores, workspaceId, row, meter);
    await stores.pg.tx(workspaceId, async (tx) => {
      const ended = await settleImport(tx, workspaceId, importId, 'running', { status: 'finished', at: stores.clock.now(), report });
      if (!ended) return;
      const { orders, lines, refunds, events, customers } = report;
      await announce(tx, stores.clock, workspaceId, 'import.finished', {
        importId, source: row.source, from: report.from, to: report.to, unchanged: report.unchanged,
        counts: { orders: orders.added + orders.updated, lines: lines.added + lines.updated, refunds: refunds.added + refunds.updated, events: events.added, customers: customers.seen },
      });
    });
    return report;
  } catch (error) {
    // A store that is away is no verdict on the file: the queue tries again.
    if (isStoreFault(error)) throw error;
    await stores.pg.tx(workspaceId, (tx) => settleImport(tx, workspaceId, importId, 'running', { status: 'failed', at: stores.clock.now(), problem: problemOf(error) }));
    throw error;
  }
}
