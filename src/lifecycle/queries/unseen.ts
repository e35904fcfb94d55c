import type { Recorded } from '../../customers/index.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';

type Visit = Pick<Recorded, 'from' | 'to' | 'shops'>;

/**
 * Of some customers those whom visits may move: a day before the first or after the last that is known of them, or a shop they
 * were never in. Another visit on a day that is known changes nothing of where they stand, and most events are that.
 */
export async function unseen(ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[], visits: readonly Visit[]): Promise<CustomerId[]> {
  if (customers.length === 0) return [];
  const shops = [...new Set(visits.flatMap((visit) => visit.shops))], days = visits.flatMap(({ from, to }) => [from, to]).sort();
  const inShops = shops.length === 0 ? '' : ` and customer in (
        select customer from customer_state final prewhere workspace = {workspace:UUID} and customer in {customers:Array(UUID)} where hasAll(lists['shops'], {shops:Array(String)}))`;
  const known = new Set((await ch.rows<{ customer: CustomerId }>(`
    select customer from stage_now final
  prewhere workspace = {workspace:UUID} and customer in {customers:Array(UUID)}
     where first_seen <= {from:Date32} and last_seen >= {to:Date32}${inShops}`,
    { workspace: workspaceId, customers, shops, from: days[0], to: days.at(-1) })).map(({ customer }) => customer));
  return customers.filter((customer) => !known.has(customer));
}
