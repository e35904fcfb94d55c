import { type Caller, may } from '../../kernel/access/caller.ts';
import { open } from '../../kernel/seal.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ImportView, QuarantineView } from '../contract.ts';
import type { Tx } from '../../kernel/sql.ts';
import { cellHider, hideIn } from '../core/hiding.ts';
import type { Mapping } from '../core/mapping.ts';
import type { Json } from '../core/wire.ts';
import { type ImportRow, listImports, loadImport } from '../queries/imports.ts';
import { countQuarantine, listQuarantine, type QuarantineRow } from '../queries/quarantine.ts';
import type { RefusedRow } from './quarantine.ts';

const IMPORTS_PAGE = 50;
const QUARANTINE_PAGE = 100;

const viewOf = (row: ImportRow): ImportView => ({
  id: row.id, source: row.source, status: row.status, recipeId: row.recipeId, progress: row.progress, report: row.report, problem: row.problem,
  files: row.files.map(({ name, bytes, mapping }) => ({ name, bytes, roles: mapping.roles, recipe: mapping.recipe })),
  createdAt: row.createdAt.toISOString(), startedAt: row.startedAt?.toISOString() ?? null, finishedAt: row.finishedAt?.toISOString() ?? null, undoneAt: row.undoneAt?.toISOString() ?? null,
});

/** Imports, newest first. */
export async function imports(stores: Stores, workspaceId: WorkspaceId, before?: string): Promise<{ rows: ImportView[]; next: string | null }> {
  const rows = await stores.pg.tx(workspaceId, (tx) => listImports(tx, workspaceId, before ?? null, IMPORTS_PAGE));
  return { rows: rows.map(viewOf), next: rows.length === IMPORTS_PAGE ? (rows.at(-1)?.id ?? null) : null };
}

/** One import with its progress and report. */
export const importOf = async (stores: Stores, workspaceId: WorkspaceId, id: string): Promise<ImportView> =>
  viewOf(await stores.pg.tx(workspaceId, (tx) => loadImport(tx, workspaceId, id)));

type MappingsOf = (row: Pick<QuarantineRow, 'importId' | 'file'>) => Mapping | undefined;
/** As what each import took the columns of its files. */
async function mappingsOf(tx: Tx, workspaceId: WorkspaceId, rows: readonly QuarantineRow[]): Promise<MappingsOf> {
  const found = new Map<string, Mapping>();
  for (const id of new Set(rows.flatMap(({ importId }) => importId ?? []))) for (const { name, mapping } of (await loadImport(tx, workspaceId, id)).files) found.set(`${id}\0${name}`, mapping);
  return ({ importId, file }) => found.get(`${importId}\0${file}`);
}

/** Who may not see telephones and e-mails does not see them in rows put aside either. */
async function quarantineView(stores: Stores, workspaceId: WorkspaceId, row: QuarantineRow, mappings: MappingsOf | null): Promise<QuarantineView> {
  const content = JSON.parse(open(await stores.keys.of(workspaceId), row.sealed, `quarantine:${row.id}`)) as RefusedRow;
  const { sealed: _, code: __, createdAt, settledAt, ...rest } = row;
  const shown = 'event' in content ? { header: null, cells: null, event: content.event } : { header: [...content.header], cells: [...content.cells], event: null };
  if (mappings) Object.assign(shown, { cells: shown.cells?.map(cellHider(mappings(row), shown.header ?? [])) ?? null, event: hideIn(shown.event as Json) });
  return { ...rest, ...shown, createdAt: createdAt.toISOString(), settledAt: settledAt?.toISOString() ?? null };
}

export type QuarantineQuery = { importId?: string | undefined; code?: string | undefined; state?: 'open' | 'replayed' | 'dismissed' | 'undone' | undefined; cursor?: string | undefined };

/** Rows put aside, in the order they came, with what they held; and how many there are by reason. */
export async function quarantined(stores: Stores, caller: Caller, { importId, code, state = 'open', cursor }: QuarantineQuery): Promise<{ rows: QuarantineView[]; next: string | null; counts: { code: string; count: number }[] }> {
  const { workspaceId, shops } = caller;
  const clear = caller.role === 'system' || may(caller, 'customers.unmask');
  const [rows, counts, mappings] = await stores.pg.tx(workspaceId, async (tx) => {
    const found = await listQuarantine(tx, workspaceId, { importId, code, state, shops, after: cursor ?? null, limit: QUARANTINE_PAGE });
    return [found, await countQuarantine(tx, workspaceId, { importId, state, shops }), clear ? null : await mappingsOf(tx, workspaceId, found)] as const;
  });
  return { rows: await Promise.all(rows.map((row) => quarantineView(stores, workspaceId, row, mappings))), next: rows.length === QUARANTINE_PAGE ? (rows.at(-1)?.id ?? null) : null, counts };
}
