import { type Caller, demand } from '../kernel/access/caller.ts';
import { recordExport } from '../kernel/access/index.ts';
import { CSV_MARK, csvLine } from '../kernel/csv.ts';
import { decimalsOf, toMajor } from '../kernel/money.ts';
import type { Stores } from '../kernel/stores.ts';
import { type EventAfter, eventsCount, eventsPage, exportCount, exportPage, type ExportAfter, type ExportKind, type ExportRow, MONEY } from './queries/export.ts';
import { loadWorkspace } from './queries/imports.ts';

export type ExportFormat = 'csv' | 'jsonl';

const ROWS_PER_PAGE = 5_000;

const inMajor = (row: ExportRow, currency: string): ExportRow =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, MONEY.has(key) ? toMajor(Number(value), currency).toFixed(decimalsOf(currency)) : value]));

async function* linesOf(stores: Stores, { workspaceId, shops }: Pick<Caller, 'workspaceId' | 'shops'>, { kind, format, from }: { kind: ExportKind; format: ExportFormat; from?: string | undefined }): AsyncGenerator<string> {
  const { currency } = await stores.pg.tx(workspaceId, (tx) => loadWorkspace(tx, workspaceId));
  let header = format === 'csv';
  for (let after: ExportAfter | undefined, first = true; first || after; first = false) {
    const page = await exportPage(stores.ch, workspaceId, { kind, shops, from }, after, ROWS_PER_PAGE);
    const rows = page.rows.map((row) => inMajor(row, currency));
    if (header && rows[0]) yield CSV_MARK + csvLine(Object.keys(rows[0]));
    header = false;
    yield rows.map((row) => (format === 'jsonl' ? `${JSON.stringify(row)}\n` : csvLine(Object.values(row)))).join('');
    after = page.next;
  }
}

/**
 * Orders, lines, refunds or costs under the headers of our own template, so that they can be imported elsewhere; `user_id` is the
 * customer's id here. Streams. Refuses `access.forbidden` without customers.export, `export.reason_missing`; the export stands in the audit log.
 */
export async function exportFacts(stores: Stores, caller: Caller, kind: ExportKind, { format, reason, from }: { format: ExportFormat; reason: string; from?: string | undefined }): Promise<AsyncGenerator<string>> {
  demand(caller, 'customers.export');
  await recordExport(stores, caller, { what: kind, count: await exportCount(stores.ch, caller.workspaceId, { kind, shops: caller.shops, from }), masked: true, reason });
  return linesOf(stores, caller, { kind, format, from });
}

/** As a program would send it to the door: the customer's id here names who it was. An identify call says nothing of the person again. */
const callOf = ({ messageId, kind, event, at, person, subject, channel, url, properties }: Awaited<ReturnType<typeof eventsPage>>[number]): string => `${JSON.stringify({
  type: kind === 'alias' ? 'track' : kind, messageId, timestamp: at, userId: person || subject, ...(event ? { event, name: event } : {}),
  ...(kind === 'identify' || kind === 'group' ? { traits: {} } : { properties: { ...properties, ...(channel ? { channel } : {}) } }),
  ...(kind === 'group' ? { groupId: 'exchanged' } : {}), ...(url ? { context: { page: { url } } } : {}),
})}\n`;

async function* callsOf(stores: Stores, { workspaceId, shops }: Pick<Caller, 'workspaceId' | 'shops'>, from: string): AsyncGenerator<string> {
  for (let after: EventAfter | undefined, first = true; first || after; first = false) {
    const page = await eventsPage(stores.ch, workspaceId, { from, shops }, after, ROWS_PER_PAGE);
    yield page.map(callOf).join('');
    after = page.length === ROWS_PER_PAGE ? page.at(-1) : undefined;
  }
}

/** The events of a source as calls of the Segment protocol, one a line, so that any door of that protocol takes them. Streams; refusals and audit as for orders. */
export async function exportEvents(stores: Stores, caller: Caller, { reason, from }: { reason: string; from: string }): Promise<AsyncGenerator<string>> {
  demand(caller, 'customers.export');
  await recordExport(stores, caller, { what: `events:${from}`, count: await eventsCount(stores.ch, caller.workspaceId, { from, shops: caller.shops }), masked: true, reason });
  return callsOf(stores, caller, from);
}
