import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';

export type RejectReason = { code: string; column: string; params: Record<string, string | number> };
export type NewQuarantine = { id: string; importId: string | null; source: string; file: string; line: number; rejects: readonly RejectReason[]; sealed: Buffer };
export type QuarantineRow = {
  id: string; importId: string | null; source: string; file: string; line: number; code: string; rejects: RejectReason[]; sealed: Buffer;
  state: 'open' | 'replayed' | 'dismissed' | 'undone'; createdAt: Date; settledAt: Date | null;
};

/** Many rows in one statement. */
export async function insertQuarantine(tx: Tx, workspaceId: WorkspaceId, rows: readonly NewQuarantine[], at: Date): Promise<void> {
  if (rows.length === 0) return;
  await run(tx, sql`
    insert into quarantine (workspace_id, id, import_id, source, file, line, code, rejects, sealed, created_at)
    select ${workspaceId}, q.id, q.import_id, q.source, q.file, q.line, q.code, q.rejects, q.sealed, ${at}
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.importId)}::uuid[], ${rows.map((row) => row.source)}::text[], ${rows.map((row) => row.file)}::text[],
                  ${rows.map((row) => row.line)}::int[], ${rows.map((row) => row.rejects[0]?.code ?? '')}::text[], ${rows.map((row) => JSON.stringify(row.rejects))}::jsonb[],
                  ${rows.map((row) => row.sealed)}::bytea[]) as q (id, import_id, source, file, line, code, rejects, sealed)
    on conflict do nothing`);
}

/** Drops what an earlier run of the same import put aside. */
export async function clearQuarantine(tx: Tx, workspaceId: WorkspaceId, importId: string): Promise<void> {
  await run(tx, sql`delete from quarantine where workspace_id = ${workspaceId} and import_id = ${importId} and state = 'open'`);
}

const COLUMNS = sql`
  id, import_id as "importId", source, file, line, code, rejects, sealed, state, created_at as "createdAt", settled_at as "settledAt"`;

export type QuarantineFilter = { importId?: string | undefined; code?: string | undefined; state: string; shops: readonly string[]; after: string | null; limit: number };

// A refused row's own shop is not known for sure: it belongs to the shop its import or its source was declared for.
const ofShops = (shops: readonly string[]) => (shops.length === 0 ? sql`true` : sql`(
        exists (select 1 from import i where i.workspace_id = quarantine.workspace_id and i.id = quarantine.import_id and i.options ->> 'shop' = any (${[...shops]}::text[]))
     or exists (select 1 from source s where s.workspace_id = quarantine.workspace_id and s.key = quarantine.source and s.shop = any (${[...shops]}::text[])))`);

export const listQuarantine = (tx: Tx, workspaceId: WorkspaceId, { importId, code, state, shops, after, limit }: QuarantineFilter): Promise<QuarantineRow[]> =>
  many(tx, sql<QuarantineRow>`
    select ${COLUMNS} from quarantine
     where workspace_id = ${workspaceId} and state = ${state}
       and (${importId ?? null}::uuid is null or import_id = ${importId ?? null}::uuid)
       and (${code ?? null}::text is null or code = ${code ?? null})
       and (${after}::uuid is null or id > ${after}::uuid)
       and ${ofShops(shops)}
     order by id
     limit ${limit}`);

export const countQuarantine = (tx: Tx, workspaceId: WorkspaceId, { importId, state, shops }: Pick<QuarantineFilter, 'importId' | 'state' | 'shops'>): Promise<{ code: string; count: number }[]> =>
  many(tx, sql<{ code: string; count: number }>`
    select code, count(*) as count from quarantine
     where workspace_id = ${workspaceId} and state = ${state} and (${importId ?? null}::uuid is null or import_id = ${importId ?? null}::uuid)
       and ${ofShops(shops)}
     group by code order by count desc, code`);

export const loadQuarantine = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<QuarantineRow> =>
  one(tx, sql<QuarantineRow>`select ${COLUMNS} from quarantine where workspace_id = ${workspaceId} and id = ${id}`, 'quarantine');

export async function reviseQuarantine(tx: Tx, workspaceId: WorkspaceId, id: string, sealed: Buffer, rejects: readonly RejectReason[]): Promise<void> {
  await run(tx, sql`
    update quarantine set sealed = ${sealed}, rejects = ${JSON.stringify(rejects)}::jsonb, code = ${rejects[0]?.code ?? ''}
     where workspace_id = ${workspaceId} and id = ${id} and state = 'open'`);
}

export const settleQuarantine = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[], state: 'replayed' | 'dismissed', at: Date): Promise<number> =>
  run(tx, sql`
    update quarantine set state = ${state}, settled_at = ${at}
     where workspace_id = ${workspaceId} and id = any (${ids}) and state = 'open'`);

/** Everything an import put aside, whatever became of it. */
export const asideOf = (tx: Tx, workspaceId: WorkspaceId, importId: string): Promise<Pick<QuarantineRow, 'id' | 'file' | 'line' | 'state'>[]> =>
  many(tx, sql<Pick<QuarantineRow, 'id' | 'file' | 'line' | 'state'>>`
    select id, file, line, state from quarantine where workspace_id = ${workspaceId} and import_id = ${importId} order by id`);

/** An import read again puts the same rows aside again: those that were settled are not asked about twice. */
export const dropRepeated = (tx: Tx, workspaceId: WorkspaceId, importId: string): Promise<number> =>
  run(tx, sql`
    delete from quarantine q
     using quarantine s
     where q.workspace_id = ${workspaceId} and q.import_id = ${importId} and q.state = 'open'
       and s.workspace_id = q.workspace_id and s.import_id = q.import_id and s.state <> 'open' and s.file = q.file and s.line = q.line`);

/** Settles what an undone import had put aside: there is nothing left to fix it for. */
export const settleUndone = (tx: Tx, workspaceId: WorkspaceId, importId: string, at: Date): Promise<number> =>
  run(tx, sql`update quarantine set state = 'undone', settled_at = ${at} where workspace_id = ${workspaceId} and import_id = ${importId} and state <> 'undone'`);

/** Of some rows, those of the shops given; none means all. */
export const quarantineOfShops = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[], shops: readonly string[]): Promise<string[]> =>
  (await many(tx, sql<{ id: string }>`select id from quarantine where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[]) and ${ofShops(shops)}`)).map(({ id }) => id);
