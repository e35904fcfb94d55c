import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** The condition on `customer c` for those who belong to one of the shops; no shops means all. */
export const inShops = (shops: readonly string[]) => (shops.length === 0 ? sql`true` : sql`jsonb_exists_any(c.published -> 'shops', ${[...shops]}::text[])`);

/** Of some customers, those who belong to one of the shops, and those who belong to none at all. */
export const shopsOf = (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[], shops: readonly string[]): Promise<{ id: CustomerId; mine: boolean; homeless: boolean }[]> =>
  many(tx, sql<{ id: CustomerId; mine: boolean; homeless: boolean }>`
    select c.id, coalesce(${inShops(shops)}, false) as mine, c.published -> 'shops' is null as homeless
      from customer c
     where c.workspace_id = ${workspaceId} and c.id = any (${[...customers]}::uuid[]) and c.merged_into is null`);
