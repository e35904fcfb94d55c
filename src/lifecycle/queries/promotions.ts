import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** A window of the promotion calendar; days as numbers since 1970-01-01. */
export type PromotionWindow = { id: string; shop: string; from: number; to: number };

export const promotionWindows = (tx: Tx, workspaceId: WorkspaceId): Promise<PromotionWindow[]> =>
  many(tx, sql<PromotionWindow>`
    select id, shop, first_day - date '1970-01-01' as "from", last_day - date '1970-01-01' as "to"
      from promotion_window
     where workspace_id = ${workspaceId}
     order by first_day, id`);
