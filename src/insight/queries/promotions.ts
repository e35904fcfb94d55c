import type { Day } from '../../kernel/day.ts';
import type { Id, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

export type PromotionId = Id<'promotion'>;
/** Named days of the calendar, both included; shop '' is every shop. */
export type Promotion = { id: PromotionId; name: string; shop: string; firstDay: Day; lastDay: Day };

export const allPromotions = (tx: Tx, workspaceId: WorkspaceId): Promise<Promotion[]> =>
  many(tx, sql<Promotion>`
    select id, name, shop, first_day as "firstDay", last_day as "lastDay"
      from promotion
     where workspace_id = ${workspaceId}
     order by first_day desc, id`);

/** The whole calendar of a workspace, one writer at a time: two at once could each miss the other's days. */
export async function lockedPromotions(tx: Tx, workspaceId: WorkspaceId): Promise<Promotion[]> {
  await run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`promotion:${workspaceId}`}, 0))`);
  return allPromotions(tx, workspaceId);
}

export const savePromotion = (tx: Tx, workspaceId: WorkspaceId, { id, name, shop, firstDay, lastDay }: Promotion, at: Date): Promise<number> =>
  run(tx, sql`
    insert into promotion (workspace_id, id, name, shop, first_day, last_day, created_at)
    values (${workspaceId}, ${id}, ${name}, ${shop}, ${firstDay}, ${lastDay}, ${at})
    on conflict (workspace_id, id) do update
       set name = excluded.name, shop = excluded.shop, first_day = excluded.first_day, last_day = excluded.last_day`);

export const dropPromotion = (tx: Tx, workspaceId: WorkspaceId, id: PromotionId): Promise<number> =>
  run(tx, sql`delete from promotion where workspace_id = ${workspaceId} and id = ${id}`);
