import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { announce } from '../../kernel/facts.ts';
import { notFound, Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { open, seal } from '../../kernel/seal.ts';
import type { Stores } from '../../kernel/stores.ts';
import { own } from '../../kernel/own.ts';
import { isRejected, makeCleaner } from '../core/cleaner.ts';
import type { Context } from '../core/readers.ts';
import type { Clean } from '../core/records.ts';
import { appendBody } from '../door/append.ts';
import { refreshSources } from '../freshness.ts';
import { converter } from '../money.ts';
import { loadRates, loadWindows } from '../queries/calendar.ts';
import { type ImportRow, loadImport, loadWorkspace, nextVersion } from '../queries/imports.ts';
import { asideOf, dropRepeated, loadQuarantine, quarantineOfShops, type QuarantineRow, type RejectReason, reviseQuarantine, settleQuarantine } from '../queries/quarantine.ts';
import { storedLines } from '../queries/stored.ts';
import { countReplayed } from '../queries/replays.ts';
import { sourceByKey } from '../queries/sources.ts';
import { cellHider, hideIn } from '../core/hiding.ts';
import type { Json } from '../core/wire.ts';
import { openSink } from '../sink.ts';
import { contextFor } from './context.ts';
import { openIntake } from './intake.ts';
import { openPeople } from './people.ts';
import { reasonsOf, type RefusedRow } from './quarantine.ts';
import { noFates, promoFinder, type Scene } from './scene.ts';

/** New contents for a row of the quarantine: cells by header, or the event as it should have come. */
export type Fix = { id: string; cells?: Record<string, string>; event?: unknown };
export type Replayed = { replayed: number; refused: { id: string; rejects: RejectReason[] }[] };

/** A cell that comes back as it was shown, masked, has not been changed. */
const fixedCell = (given: string | undefined, before: string, hidden: string): string => (given === undefined || given === hidden ? before : given);

type Opened = { row: QuarantineRow; content: RefusedRow };

/** A row of the quarantine with its fix laid over it. Refuses `import.undone` and `quarantine.settled` for one that is not in the state asked for. */
export async function openRow(stores: Stores, workspaceId: WorkspaceId, fix: Fix, state: QuarantineRow['state'] = 'open'): Promise<Opened> {
  const { row, mapping } = await stores.pg.tx(workspaceId, async (tx) => {
    const found = await loadQuarantine(tx, workspaceId, fix.id);
    const files = fix.cells && found.importId ? (await loadImport(tx, workspaceId, found.importId)).files : [];
    return { row: found, mapping: files.find(({ name }) => name === found.file)?.mapping };
  });
  if (row.state === 'undone') throw new Refusal('import.undone', {}, 409);
  if (row.state !== state) throw new Refusal('quarantine.settled', { state: row.state }, 409);
  const content = JSON.parse(open(await stores.keys.of(workspaceId), row.sealed, `quarantine:${row.id}`)) as RefusedRow;
  if ('event' in content) return { row, content: { ...content, event: fix.event === undefined || JSON.stringify(fix.event) === JSON.stringify(hideIn(content.event as Json)) ? content.event : fix.event } };
  const { header, cells } = content, hidden = cellHider(mapping, header);
  return { row, content: { header, cells: header.map((name, i) => fixedCell(own(fix.cells ?? {}, name), cells[i] ?? '', hidden(cells[i] ?? '', i))) } };
}

async function revise(stores: Stores, workspaceId: WorkspaceId, { row, content }: Opened, rejects: readonly RejectReason[]): Promise<void> {
  const sealed = seal(await stores.keys.of(workspaceId), JSON.stringify(content), `quarantine:${row.id}`);
  await stores.pg.tx(workspaceId, (tx) => reviseQuarantine(tx, workspaceId, row.id, sealed, rejects));
}

type Cleaned = { opened: Opened; clean: Clean };
type Refused = { opened: Opened; rejects: RejectReason[] };

/** Reads fixed rows of one import's files with the mappings the import used. */
export function cleanFixed(imported: ImportRow, context: Context, rows: readonly Opened[]): { good: Cleaned[]; refused: Refused[] } {
  const good: Cleaned[] = [], refused: Refused[] = [];
  for (const opened of rows) {
    const mapping = imported.files.find(({ name }) => name === opened.row.file)?.mapping;
    if (!mapping || 'event' in opened.content) continue;
    const result = makeCleaner(mapping, opened.content.header, context)([...opened.content.cells], opened.row.line);
    if (result !== undefined && !isRejected(result)) good.push({ opened, clean: result });
    else refused.push({ opened, rejects: reasonsOf(result ?? [{ code: 'row.broken', column: '', params: {} }]) });
  }
  return { good, refused };
}

/** Cleans rows and writes their contents as fixed into the quarantine, which is where they are read again from. */
async function cleanRows(stores: Stores, workspaceId: WorkspaceId, imported: ImportRow, rows: readonly Opened[]): Promise<{ good: Cleaned[]; refused: Replayed['refused'] }> {
  const { good, refused } = cleanFixed(imported, await contextFor(stores, workspaceId, imported, await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId))), rows);
  for (const { opened } of good) await revise(stores, workspaceId, opened, opened.row.rejects);
  for (const { opened, rejects } of refused) await revise(stores, workspaceId, opened, rejects);
  return { good, refused: refused.map(({ opened, rejects }) => ({ id: opened.row.id, rejects })) };
}

/** How many lines of a SKU each order has already: a replayed line stands behind them. */
async function linesBefore(stores: Stores, workspaceId: WorkspaceId, rows: readonly Cleaned[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const items = rows.flatMap(({ clean: { item } }) => (item ? [item] : []));
  for (const group of Map.groupBy(items, ({ shop }) => shop).values()) {
    const place = { source: group[0]?.source ?? '', shop: group[0]?.shop ?? '' };
    const stored = await storedLines(stores.ch, workspaceId, place, [...new Set(group.map(({ orderNo }) => orderNo))]);
    for (const { orderNo, sku } of stored) {
      const key = `${place.shop}\0${orderNo}\0${sku}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

async function store(stores: Stores, workspaceId: WorkspaceId, imported: ImportRow, rows: readonly Cleaned[]): Promise<void> {
  const [workspace, windows, rates, version] = await stores.pg.tx(workspaceId, async (tx) =>
    [await loadWorkspace(tx, workspaceId), await loadWindows(tx, workspaceId), await loadRates(tx, workspaceId), await nextVersion(tx)] as const);
  const before = await linesBefore(stores, workspaceId, rows);
  const scene: Scene = {
    stores, workspaceId, sink: openSink(stores.ch, `${imported.id}:replay:${version}`), stamp: { workspace: workspaceId, version, importId: imported.id },
    receivedAtMs: stores.clock.now().getTime(), zone: workspace.timezone, currency: workspace.currency, convert: converter(workspace.currency, rates),
    promoOf: promoFinder(windows), fresh: false, fates: noFates(),
    addition: { occurrenceOf: ({ shop, orderNo, sku }) => before.get(`${shop}\0${orderNo}\0${sku}`) ?? 0 },
  };
  const people = openPeople(stores, workspaceId, imported.source);
  const intake = openIntake(scene, people, { waits: true, streams: false });
  intake.nextFile();
  for (const { clean } of rows) intake.add(clean);
  await intake.settle();
  await intake.finish();
  await Promise.all([people.finish(), scene.sink.finish()]);
  await refreshSources(stores, workspaceId, [imported.source]);
}

async function replayImport(stores: Stores, caller: Caller, importId: string, rows: readonly Opened[]): Promise<Replayed> {
  const { workspaceId } = caller;
  const imported = await stores.pg.tx(workspaceId, (tx) => loadImport(tx, workspaceId, importId));
  if (imported.status === 'undone' || imported.status === 'undoing') throw new Refusal('import.undone', {}, 409);
  if (imported.status !== 'finished') throw new Refusal('import.not_finished', { status: imported.status }, 409);
  const { good, refused } = await cleanRows(stores, workspaceId, imported, rows);
  if (good.length === 0) return { replayed: 0, refused };
  await store(stores, workspaceId, imported, good);
  const days = good.flatMap(({ clean }) => [clean.order?.day, clean.refund?.day, clean.event?.day].filter((day) => day !== undefined && day !== '')).sort();
  await stores.pg.tx(workspaceId, async (tx) => {
    const settled = await settleQuarantine(tx, workspaceId, good.map(({ opened }) => opened.row.id), 'replayed', stores.clock.now());
    await countReplayed(tx, workspaceId, importId, settled);
    await announce(tx, stores.clock, workspaceId, 'import.finished', { importId, source: imported.source, from: days[0] ?? '', to: days.at(-1) ?? '', replayed: settled });
  });
  return { replayed: good.length, refused };
}

/**
 * An import was read again from its files: rows that had been settled are settled still, and what was fixed in them is stored once more.
 * How many rows that were.
 */
export async function replayAgain(stores: Stores, workspaceId: WorkspaceId, importId: string): Promise<number> {
  const [imported, workspace, fixed] = await stores.pg.tx(workspaceId, async (tx) => {
    await dropRepeated(tx, workspaceId, importId);
    return [await loadImport(tx, workspaceId, importId), await loadWorkspace(tx, workspaceId), (await asideOf(tx, workspaceId, importId)).filter(({ state }) => state === 'replayed')] as const;
  });
  if (fixed.length === 0) return 0;
  const opened: Opened[] = [];
  for (const { id } of fixed) opened.push(await openRow(stores, workspaceId, { id }, 'replayed'));
  const { good } = cleanFixed(imported, await contextFor(stores, workspaceId, imported, workspace), opened);
  await store(stores, workspaceId, imported, good);
  await stores.pg.tx(workspaceId, (tx) => countReplayed(tx, workspaceId, importId, good.length));
  return good.length;
}

/**
 * An event sent again as it would have come: to the same endpoint, with what its batch said, timed by the clock of when it first
 * came. Received now, so an old one counts as back-filled and starts nothing.
 */
function bodyAgain(event: unknown, around: object): Buffer {
  const said = typeof event === 'string' ? event : JSON.stringify(event);
  const rest = Object.entries(around).map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`).join('');
  return Buffer.from(`{"batch":[${said}]${rest}}`);
}

async function replayEvents(stores: Stores, { workspaceId }: Caller, rows: readonly Opened[]): Promise<number> {
  for (const { row, content } of rows) {
    if (!('event' in content)) continue;
    const source = await stores.pg.tx(workspaceId, (tx) => sourceByKey(tx, workspaceId, row.source));
    if (!source) continue;
    const { event, request = { endpoint: 'batch', heardAtMs: row.createdAt.getTime(), around: {} } } = content;
    await stores.pg.tx(workspaceId, async (tx) => {
      const { endpoint, heardAtMs, around } = request;
      await appendBody(tx, stores, workspaceId, { sourceId: source.id, endpoint, body: bodyAgain(event, around), heardAtMs, receivedAt: stores.clock.now() });
      await settleQuarantine(tx, workspaceId, [row.id], 'replayed', stores.clock.now());
    });
  }
  return rows.length;
}

/** Refuses `quarantine.not_found` for rows of shops that are not the caller's. */
async function demandOwn(stores: Stores, { workspaceId, shops }: Caller, ids: readonly string[]): Promise<void> {
  if (shops.length === 0) return;
  const own = new Set(await stores.pg.tx(workspaceId, (tx) => quarantineOfShops(tx, workspaceId, ids, shops)));
  const other = ids.find((id) => !own.has(id));
  if (other !== undefined) throw notFound('quarantine', { id: other });
}

/**
 * Replays rows of the quarantine, fixed or as they are (after a mapping answer, a rate, …). Rows refused again stay open
 * with their new reasons. Rows of an import join it, so that undoing the import takes them along.
 */
export async function replay(stores: Stores, caller: Caller, fixes: readonly Fix[]): Promise<Replayed> {
  await demandOwn(stores, caller, fixes.map(({ id }) => id));
  const opened: Opened[] = [];
  for (const fix of fixes) opened.push(await openRow(stores, caller.workspaceId, fix));
  const result: Replayed = { replayed: 0, refused: [] };
  for (const [importId, rows] of Map.groupBy(opened, ({ row }) => row.importId)) {
    if (importId === null) {
      result.replayed += await replayEvents(stores, caller, rows);
      continue;
    }
    const { replayed, refused } = await replayImport(stores, caller, importId, rows);
    result.replayed += replayed;
    result.refused.push(...refused);
  }
  await stores.pg.tx(caller.workspaceId, (tx) => audit(tx, stores.clock, caller, { action: 'quarantine.replay', target: 'quarantine', detail: { rows: fixes.length, replayed: result.replayed } }));
  return result;
}

/** Sets rows aside for good. */
export async function dismiss(stores: Stores, caller: Caller, ids: readonly string[]): Promise<number> {
  const { workspaceId } = caller;
  await demandOwn(stores, caller, ids);
  return stores.pg.tx(workspaceId, async (tx) => {
    const settled = await settleQuarantine(tx, workspaceId, ids, 'dismissed', stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'quarantine.dismiss', target: 'quarantine', detail: { rows: settled } });
    return settled;
  });
}
