import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { SHOPPING_EVENTS } from '../core/shopping.ts';
import type { JsonObject } from '../core/wire.ts';
import type { Place } from './stored.ts';

/** When events spoke of an order, in milliseconds. */
export type Told = { orderNo: string; firstMs: number; lastMs: number };

const AT_ORDERS = 'workspace = {workspace:UUID} and source = {source:String} and shop = {shop:String} and order_no in {numbers:Array(String)}';

/** The orders among these that events have spoken of before. */
export const toldBefore = (ch: ClickHouse, workspace: WorkspaceId, place: Place, numbers: readonly string[]): Promise<Told[]> => ch.rows(`
    select order_no as orderNo, toUnixTimestamp64Milli(first_at) as firstMs, toUnixTimestamp64Milli(last_at) as lastMs
      from order_told final
     where ${AT_ORDERS}`, { workspace, ...place, numbers });

const instant = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

export const noteTold = (ch: ClickHouse, workspace: WorkspaceId, { source, shop }: Place, version: number, told: readonly Told[]): Promise<void> =>
  ch.insert('order_told', told.map(({ orderNo, firstMs, lastMs }) => ({ workspace, source, shop, order_no: orderNo, version, first_at: instant(firstMs), last_at: instant(lastMs) })));

/** The orders among these that a file has spoken of, too. */
export async function toldByFiles(ch: ClickHouse, workspace: WorkspaceId, place: Place, numbers: readonly string[], nobodysImport: string): Promise<Set<string>> {
  const rows = await ch.rows<{ orderNo: string }>(`
    select order_no as orderNo from orders final where ${AT_ORDERS} and import_id != {nobodysImport:UUID}
    union distinct
    select order_no as orderNo from orders_before where ${AT_ORDERS} and import_id != {nobodysImport:UUID}`, { workspace, ...place, numbers, nobodysImport });
  return new Set(rows.map(({ orderNo }) => orderNo));
}

export type Telling = { event: string; messageId: string; atMs: number; subject: SubjectId; channel: string; properties: JsonObject };

/** What events said of orders between two moments, but for those of one batch. */
export async function tellingsOf(ch: ClickHouse, workspace: WorkspaceId, place: Place, numbers: readonly string[], { fromMs, toMs, version }: { fromMs: number; toMs: number; version: number }): Promise<Telling[]> {
  const rows = await ch.rows<Omit<Telling, 'properties'> & { text: string }>(`
    select toString(event) as event, message_id as messageId, toUnixTimestamp64Milli(time) as atMs, toString(subject) as subject, toString(channel) as channel, toJSONString(properties) as text
      from events final
     where workspace = {workspace:UUID} and source = {source:String} and shop = {shop:String} and kind = 'track' and version != {version:UInt64}
       and time between fromUnixTimestamp64Milli({fromMs:Int64}) and fromUnixTimestamp64Milli({toMs:Int64})
       and lower(event) in {names:Array(String)}
       and (ifNull(toString(properties.order_id), '') in {numbers:Array(String)} or ifNull(toString(properties.orderId), '') in {numbers:Array(String)})`,
  { workspace, ...place, numbers, fromMs, toMs, version, names: [...SHOPPING_EVENTS] });
  return rows.map(({ text, ...row }) => ({ ...row, properties: JSON.parse(text) as JsonObject }));
}
