import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { OrderRecord } from '../encode.ts';
import { sales } from '../../kernel/readings.ts';
import { forgetProperties } from './schema.ts';

/** Keys of one (source, shop) at a time: the order numbers are the tail of the sort key. */
export type Place = { source: string; shop: string };
export type StoredOrder = OrderRecord & { promo: string; digest: number; linesDigest: number; importId: string; version: number };
export type StoredLine = { orderNo: string; sku: string; occurrence: number; amount: number; digest: number; importId: string };
export type StoredRow = { key: string; digest: number; importId: string };

type OrderRow = Omit<StoredOrder, 'orderedAtMs' | 'paidAtMs' | 'b2b' | 'stated' | 'free'> & { orderedAtMs: number; paidAtMs: number | null; b2b: number; stated: number; free: number };

/** Current orders by number. Deleted ones are absent. */
export async function storedOrders(ch: ClickHouse, workspace: WorkspaceId, { source, shop }: Place, numbers: readonly string[]): Promise<StoredOrder[]> {
  const rows = await ch.rows<OrderRow>(`
    select toString(source) as source, toString(shop) as shop, order_no as orderNo, toString(subject) as subject, toString(status) as status,
           toUnixTimestamp64Milli(ordered_at) as orderedAtMs, toUnixTimestamp64Milli(paid_at) as paidAtMs, toString(day) as day, toString(currency) as currency,
           amount, original_amount as originalAmount, toString(original_currency) as originalCurrency, shipping, discount, refunded,
           toString(full_refund) as fullRefund, measures, toString(channel) as channel, toString(promo) as promo, coupon, toString(province) as province,
           toString(city) as city, receivers, b2b, stated, free, properties, digest, lines_digest as linesDigest, toString(import_id) as importId, version
      from orders final
     where workspace = {workspace:UUID}
       and source = {source:String}
       and shop = {shop:String}
       and order_no in {numbers:Array(String)}`, { workspace, source, shop, numbers });
  return rows.map((row) => ({ ...row, b2b: row.b2b === 1, stated: row.stated === 1, free: row.free === 1 }));
}

/** Current lines of orders, by what tells "unchanged". */
export const storedLines = (ch: ClickHouse, workspace: WorkspaceId, { source, shop }: Place, numbers: readonly string[]): Promise<StoredLine[]> =>
  ch.rows<StoredLine>(`
    select order_no as orderNo, sku, occurrence, amount, digest, toString(import_id) as importId
      from order_lines final
     where workspace = {workspace:UUID}
       and source = {source:String}
       and shop = {shop:String}
       and order_no in {numbers:Array(String)}`, { workspace, source, shop, numbers });

const KEYED = {
  refunds: { key: 'refund_no', where: 'and source = {source:String} and shop = {shop:String}' },
  costs: { key: 'cost_no', where: 'and source = {source:String}' },
} as const;

/** Current refunds or costs by number. */
export const storedByNumber = (ch: ClickHouse, workspace: WorkspaceId, table: keyof typeof KEYED, { source, shop }: Place, numbers: readonly string[]): Promise<StoredRow[]> =>
  ch.rows<StoredRow>(`
    select ${KEYED[table].key} as key, digest, toString(import_id) as importId
      from ${table} final
     where workspace = {workspace:UUID} ${KEYED[table].where}
       and ${KEYED[table].key} in {numbers:Array(String)}`, { workspace, source, shop, numbers });

/** Whether somebody else than this import has ever stored rows of these sources: if not, nothing can be updated. */
export async function storedBefore(ch: ClickHouse, workspace: WorkspaceId, table: 'orders' | 'order_lines' | 'refunds' | 'costs' | 'events', sources: readonly string[], importId: string): Promise<boolean> {
  const [row] = await ch.rows<{ found: number }>(`
    select count() as found
      from (select 1 from ${table}
             where workspace = {workspace:UUID} and source in {sources:Array(String)} and import_id != {importId:UUID}
             limit 1)`, { workspace, sources, importId });
  return (row?.found ?? 0) > 0;
}

/** What refund documents give back on orders, by order number. Only money that has gone back counts. */
export const refundedOnOrders = (ch: ClickHouse, workspace: WorkspaceId, { source, shop }: Place, numbers: readonly string[]): Promise<{ orderNo: string; amount: number }[]> =>
  ch.rows(`
    select order_no as orderNo, sum(amount) as amount
      from refunds final
     where workspace = {workspace:UUID}
       and source = {source:String}
       and shop = {shop:String}
       and status = 'done'
       and order_no in {numbers:Array(String)}
     group by order_no`, { workspace, source, shop, numbers });

/** A list of them fits in a field of a request to a server, whatever their length. */
const IDS_PER_LIST = 200;
/** Texts as JSON that the engine makes a set of first: bound as a list, it would look at them once a granule. */
const IN_LISTS = "(select arrayJoin(JSONExtract(arrayJoin({lists:Array(String)}), 'Array(String)')))";
const listsOf = (ids: readonly string[]): string[] => Array.from({ length: Math.ceil(ids.length / IDS_PER_LIST) }, (_, nth) => JSON.stringify(ids.slice(nth * IDS_PER_LIST, (nth + 1) * IDS_PER_LIST)));

export type EventKey = { subject: string; atMs: number; messageId: string };

/** Which of these events of a source are stored already. */
export async function storedEvents(ch: ClickHouse, workspace: WorkspaceId, source: string, events: readonly EventKey[], importId: string): Promise<Set<string>> {
  const rows = await ch.rows<{ id: string }>(`
    select message_id as id
      from events final
     where workspace = {workspace:UUID}
       and subject in {subjects:Array(UUID)}
       and message_id in {ids:Array(String)}
       and source = {source:String}
       and import_id != {importId:UUID}`,
  { workspace, importId, source, subjects: [...new Set(events.map((event) => event.subject))], ids: events.map((event) => event.messageId) });
  return new Set(rows.map((row) => row.id));
}

/**
 * Which message ids of a source the HTTP door has stored already: compared as a set, since forty thousand texts bound as a list took
 * two minutes over half a million rows.
 */
export async function storedMessages(ch: ClickHouse, workspace: WorkspaceId, source: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await ch.rows<{ id: string }>(`
    select message_id as id
      from event_ids
     where workspace = {workspace:UUID} and source = {source:String} and message_id in ${IN_LISTS}`, { workspace, source, lists: listsOf(ids) });
  return new Set(rows.map((row) => row.id));
}

/**
 * Which message ids of a source other batches of the HTTP door than this one have stored. Asked only after a flusher was killed in the
 * middle of its batch: the list of ids may hold those of the batch itself, whose events are not there yet.
 */
export async function messagesOfOthers(ch: ClickHouse, workspace: WorkspaceId, source: string, ids: readonly string[], { version, importId }: { version: number; importId: string }): Promise<Set<string>> {
  const rows = await ch.rows<{ id: string }>(`
    select message_id as id
      from events
     where workspace = {workspace:UUID} and source = {source:String} and version != {version:UInt64} and import_id = {importId:UUID}
       and message_id in ${IN_LISTS}`, { workspace, source, version, importId, lists: listsOf(ids) });
  return new Set(rows.map((row) => row.id));
}

/** Whether the event store can take all of these texts as properties. */
export const castable = (ch: ClickHouse, texts: readonly string[]): Promise<boolean> =>
  ch.command('select count() from (select cast(arrayJoin({texts:Array(String)}), \'JSON\') as properties) where not ignore(properties)', { texts }).then(() => true, () => false);

const BEFORE = {
  orders: '(source, shop, order_no)', order_lines: '(source, shop, order_no)', refunds: '(source, shop, refund_no)', costs: '(source, cost_no)',
} as const;

/** Keeps the current versions of rows about to be replaced, so that undoing the import can bring them back. Repeating it changes nothing. */
export async function keepBefore(ch: ClickHouse, workspace: WorkspaceId, table: keyof typeof BEFORE, { source, shop }: Place, numbers: readonly string[], importId: string): Promise<void> {
  const key = table === 'refunds' ? 'refund_no' : table === 'costs' ? 'cost_no' : 'order_no';
  await ch.command(`
    insert into ${table}_before
    select * from ${table} final
     where workspace = {workspace:UUID}
       and source = {source:String} ${table === 'costs' ? '' : 'and shop = {shop:String}'}
       and ${key} in {numbers:Array(String)}
       and import_id != {importId:UUID}`, { workspace, source, shop, numbers, importId });
}

/**
 * Takes an import out again: rows it replaced come back in the newest version that no undone import wrote; rows it brought
 * are deleted. Every step leaves nothing to do for a second run.
 */
export async function takeOut(ch: ClickHouse, workspace: WorkspaceId, importId: string, undone: readonly string[], version: number): Promise<void> {
  for (const table of ['orders', 'order_lines', 'refunds', 'costs'] as const) {
    const key = table === 'order_lines' ? 'source, shop, order_no, sku, occurrence' : BEFORE[table].slice(1, -1);
    await ch.command(`
      insert into ${table}
      select * replace ({version:UInt64} as version)
        from (select * from ${table}_before
               where workspace = {workspace:UUID}
                 and import_id not in {undone:Array(UUID)}
                 and (${key}) in (select ${key} from ${table} final where workspace = {workspace:UUID} and import_id = {importId:UUID})
               order by version desc
               limit 1 by ${key})`, { workspace, importId, undone, version }, 'pass');
    await ch.command(`
      insert into ${table}
      select * replace ({version:UInt64} as version, 1 as deleted)
        from ${table} final
       where workspace = {workspace:UUID} and import_id = {importId:UUID}`, { workspace, importId, version }, 'pass');
  }
  await ch.command(`
    insert into events
    select * replace ({version:UInt64} as version, 1 as deleted)
      from events final
     where workspace = {workspace:UUID} and import_id = {importId:UUID}`, { workspace, importId, version }, 'pass');
  await forgetProperties(ch, workspace);
}

/** Imports whose rows now stand where rows of another import stood. */
export async function replacersOf(ch: ClickHouse, workspace: WorkspaceId, importId: string): Promise<string[]> {
  const found = new Set<string>();
  for (const table of ['orders', 'order_lines', 'refunds', 'costs'] as const) {
    const key = BEFORE[table];
    const rows = await ch.rows<{ id: string }>(`
      select distinct toString(import_id) as id
        from ${table} final
       where workspace = {workspace:UUID}
         and import_id != {importId:UUID}
         and ${key} in (select ${key.slice(1, -1)} from ${table}_before where workspace = {workspace:UUID} and import_id = {importId:UUID})`, { workspace, importId });
    for (const { id } of rows) found.add(id);
  }
  return [...found];
}

export type Brought = { from: string; to: string; orders: number; lines: number; refunds: number; events: number; netMinor: number };

/** What an import left in the stores, counted there. */
export async function broughtBy(ch: ClickHouse, workspace: WorkspaceId, importId: string): Promise<Brought> {
  const [row] = await ch.rows<Brought>(`
    with s as (select * from ${sales('kind', 'day', 'net', 'import_id')} where import_id = {importId:UUID}),
         e as (select day from events final where workspace = {workspace:UUID} and import_id = {importId:UUID})
    select toString(least((select if(count() = 0, toDate('2149-06-06'), min(day)) from s), (select if(count() = 0, toDate('2149-06-06'), min(day)) from e))) as from,
           toString(greatest((select max(day) from s), (select max(day) from e))) as to,
           (select countIf(kind = 'order') from s) as orders,
           (select count() from order_lines final where workspace = {workspace:UUID} and import_id = {importId:UUID}) as lines,
           (select count() from refunds final where workspace = {workspace:UUID} and import_id = {importId:UUID}) as refunds,
           (select count() from e) as events,
           (select sum(net) from s) as netMinor`, { workspace, importId });
  return row ?? { from: '', to: '', orders: 0, lines: 0, refunds: 0, events: 0, netMinor: 0 };
}
