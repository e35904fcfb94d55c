import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

/** A promotion's days, both included; shop '' is every shop. */
export type PromotionWindow = { id: string; shop: string; firstDay: Day; lastDay: Day };

export const loadWindows = (tx: Tx, workspaceId: WorkspaceId): Promise<PromotionWindow[]> =>
  many(tx, sql<PromotionWindow>`
    select id, shop, first_day as "firstDay", last_day as "lastDay" from promotion_window
     where workspace_id = ${workspaceId}
     order by first_day, id`);

export async function replaceWindows(tx: Tx, workspaceId: WorkspaceId, windows: readonly PromotionWindow[]): Promise<void> {
  await run(tx, sql`delete from promotion_window where workspace_id = ${workspaceId}`);
  await run(tx, sql`
    insert into promotion_window (workspace_id, id, shop, first_day, last_day)
    select ${workspaceId}, w.id, w.shop, w."firstDay", w."lastDay"
      from jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w (id text, shop text, "firstDay" date, "lastDay" date)`);
}

/** Writes each order's window anew where it differs; the rest of the row stays as it is. */
export async function reassignOrders(ch: ClickHouse, workspace: WorkspaceId, windows: readonly PromotionWindow[], version: number): Promise<void> {
  const of = (pick: (window: PromotionWindow) => string): string[] => windows.map(pick);
  await ch.command(`
    insert into orders
    with {ids:Array(String)} as ids, {shops:Array(String)} as shops, {firsts:Array(Date)} as firsts, {lasts:Array(Date)} as lasts,
         arrayFirstIndex((s, f, l) -> (s = '' or s = shop) and day >= f and day <= l, shops, firsts, lasts) as hit,
         if(hit = 0, '', ids[hit]) as wanted
    select * replace (wanted as promo, {version:UInt64} as version)
      from orders final
     where workspace = {workspace:UUID} and orders.promo != wanted`,
  { workspace, version, ids: of((w) => w.id), shops: of((w) => w.shop), firsts: of((w) => w.firstDay), lasts: of((w) => w.lastDay) }, 'pass');
}

export type Rate = { currency: string; day: Day; rate: number };
export const loadRates = (tx: Tx, workspaceId: WorkspaceId): Promise<Rate[]> =>
  many(tx, sql<Rate>`select currency, day, rate from fx_rate where workspace_id = ${workspaceId} order by currency, day`);

export async function saveRates(tx: Tx, workspaceId: WorkspaceId, rates: readonly Rate[]): Promise<void> {
  await run(tx, sql`
    insert into fx_rate (workspace_id, currency, day, rate)
    select ${workspaceId}, r.currency, r.day, r.rate from jsonb_to_recordset(${JSON.stringify(rates)}::jsonb) as r (currency text, day date, rate numeric)
    on conflict (workspace_id, currency, day) do update set rate = excluded.rate`);
}
