import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Books } from '../core/assess.ts';
import type { Purchase } from '../core/habits.ts';

/** Whom to load: named customers, or one of several equal parts of everyone. */
export type Whom = { customers: readonly CustomerId[] } | { part: number; parts: number };

/** The condition that picks them by a column `customer`. */
export const filterOf = (whom: Whom): string => ('customers' in whom ? 'customer in {customers:Array(UUID)}' : 'cityHash64(customer) % {parts:UInt32} = {part:UInt32}');

/** The same for rows that carry a subject: named customers are found by their subjects, which the tables are sorted and filtered by before owners are joined. */
export const rowsOf = (whom: Whom): string => ('customers' in whom ? `subject in (
         select arrayJoin({customers:Array(UUID)})
         union all
         select subject from subject_owner final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}) and ${filterOf(whom)}` : filterOf(whom));

type PurchaseRow = { customer: string; days: number[]; amounts: number[]; promos: string[]; b2bs: number[]; receivers: number[]; categories: string[]; sources: string[]; orders: number };
type SeenRow = { customer: string; first: number | null; last: number | null; created: number | null };
type ShopRow = { customer: string; shops: string[] };
type NetRow = { customer: string; money: number; recent: number };

const PURCHASE_DAYS = (filter: string, categories: boolean): string => `
  select p.customer as customer,
         groupArray(p.d)         as days,
         groupArray(p.money)     as amounts,
         groupArray(p.promotion) as promos,
         groupArray(p.business)  as b2bs,
         groupArray(p.people)    as receivers,
         ${categories ? 'groupArray(c.main)' : 'emptyArrayString()'} as categories,
         groupUniqArrayArray(p.origins) as sources,
         sum(p.number)           as orders
    from (
      select customer, toInt32(day) as d, sum(amount) as money, max(promo) as promotion, max(b2b) as business, max(receivers) as people, count() as number, groupUniqArray(source) as origins
        from purchases(workspace = {workspace:UUID})
       where day <= toDate({asOf:Int32}) and ${filter}
       group by customer, d
       order by customer, d
    ) as p
    ${categories ? `left join (
      select customer, toInt32(day) as d, argMax(category, money) as main
        from (select customer, day, category, sum(amount) as money from purchase_lines(workspace = {workspace:UUID}) where kind = 'goods' and ${filter} group by customer, day, category)
       group by customer, d
    ) as c on c.customer = p.customer and c.d = p.d` : ''}
   group by customer`;

const NETS = (filter: string): string => `
  select customer, sum(net) as money, sumIf(net, day >= toDate({windowFrom:Int32})) as recent
    from sales(workspace = {workspace:UUID})
   where customer != toUUID('00000000-0000-0000-0000-000000000000') and day <= toDate({asOf:Int32}) and ${filter}
   group by customer`;

// Also unpaid orders and mere visits: whoever a shop has ever dealt with is that shop's customer.
const SHOPS = (filter: string): string => `
  select customer, arraySort(groupUniqArray(toString(shop))) as shops
    from (
      select if(w.customer = toUUID('00000000-0000-0000-0000-000000000000'), f.subject, w.customer) as customer, f.shop as shop
        from (
          select subject, shop from orders final where workspace = {workspace:UUID} and shop != ''
          union all
          select subject, shop from refunds final where workspace = {workspace:UUID} and shop != ''
          union all
          select subject, shop from events final where workspace = {workspace:UUID} and shop != ''
        ) as f
        left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = f.subject
       where f.subject != toUUID('00000000-0000-0000-0000-000000000000')
    )
   where ${filter}
   group by customer`;

// Purchases are loaded beside this; here is only what else was seen of people.
const SEEN = (rows: string, filter: string): string => `
  select customer, min(seen_first) as first, max(seen_last) as last, min(made) as created
    from (
      select customer, toNullable(toInt32(min(day))) as seen_first, toNullable(toInt32(max(day))) as seen_last, null as made
        from activity(workspace = {workspace:UUID})
       where kind != 'order' and day <= toDate({asOf:Int32}) and ${rows}
       group by customer
      union all
      select customer, null as seen_first, null as seen_last, toNullable(toInt32(created_on)) as made
        from customer_state final
       where workspace = {workspace:UUID} and ${filter}
    )
   group by customer`;

export type HabitQuery = { workspaceId: WorkspaceId; asOf: number; whom: Whom; windowFrom: number; categories: boolean; shops: boolean };

/** Everything the engine needs of some customers, read from the shared views so that no page counts differently. */
export async function loadHabits(ch: ClickHouse, { workspaceId, asOf, whom, windowFrom, categories, shops: hasShops }: HabitQuery): Promise<Books[]> {
  const params = { workspace: workspaceId, asOf, windowFrom, ...whom };
  const filter = rowsOf(whom);
  const [purchases, nets, seen, shops] = await Promise.all([
    ch.rows<PurchaseRow>(PURCHASE_DAYS(filter, categories), params),
    ch.rows<NetRow>(NETS(filter), params),
    ch.rows<SeenRow>(SEEN(filter, filterOf(whom)), params),
    hasShops ? ch.rows<ShopRow>(SHOPS(filterOf(whom)), params) : [],
  ]);
  const netOf = new Map(nets.map((row) => [row.customer, row]));
  const seenOf = new Map(seen.map((row) => [row.customer, row]));
  const shopsOf = new Map(shops.map((row) => [row.customer, row.shops]));
  const bought = new Set<string>();
  const loaded = purchases.map((row): Books => {
    bought.add(row.customer);
    return { ...loadedOf(row, windowFrom), ...spanOf(seenOf.get(row.customer)), ...moneyOf(netOf.get(row.customer)), shops: shopsOf.get(row.customer) ?? [] };
  });
  for (const row of seen) {
    if (!bought.has(row.customer)) loaded.push({ customerId: row.customer, ...spanOf(row), orders: 0, ...moneyOf(netOf.get(row.customer)), purchases: [], sources: [], shops: shopsOf.get(row.customer) ?? [], windowFrequency: 0 });
  }
  return loaded;
}

const moneyOf = (row: NetRow | undefined): { netMinor: number; windowMinor: number } => ({ netMinor: row?.money ?? 0, windowMinor: row?.recent ?? 0 });
const spanOf = (row: SeenRow | undefined): { firstSeen: number | null; createdDay: number | null; lastSeen: number | null } =>
  ({ firstSeen: row?.first ?? null, createdDay: row?.created ?? null, lastSeen: row?.last ?? null });

function loadedOf(row: PurchaseRow, windowFrom: number): Omit<Books, 'firstSeen' | 'createdDay' | 'lastSeen' | 'netMinor' | 'windowMinor' | 'shops'> {
  let windowFrequency = 0;
  const purchases = row.days.map((day, at): Purchase => {
    if (day >= windowFrom) windowFrequency++;
    return { day, amountMinor: row.amounts[at] ?? 0, promo: row.promos[at] ?? '', b2b: row.b2bs[at] === 1, receivers: row.receivers[at] ?? 1, category: row.categories[at] ?? '' };
  });
  return { customerId: row.customer, orders: row.orders, purchases, sources: row.sources, windowFrequency };
}

/** Whether any order line says what it is, so that categories are worth joining. */
export async function hasCategories(ch: ClickHouse, workspaceId: WorkspaceId): Promise<boolean> {
  const rows = await ch.rows("select 1 from order_lines where workspace = {workspace:UUID} and category != '' and kind = 'goods' limit 1", { workspace: workspaceId });
  return rows.length > 0;
}

/** About how many customers there are to load, whether any order line says what it is, and whether anything names a shop: decides parts and joins. */
export async function sizeOf(ch: ClickHouse, workspaceId: WorkspaceId): Promise<{ customers: number; categories: boolean; shops: boolean }> {
  const [row] = await ch.rows<{ customers: number; categories: number; shops: number }>(`
    select greatest((select uniq(subject) from orders where workspace = {workspace:UUID}),
                    (select uniq(customer) from customer_state where workspace = {workspace:UUID})) as customers,
           (select count() > 0 from (select 1 from order_lines where workspace = {workspace:UUID} and category != '' and kind = 'goods' limit 1)) as categories,
           (select count() > 0 from (select 1 from orders where workspace = {workspace:UUID} and shop != '' limit 1))
        or (select count() > 0 from (select 1 from refunds where workspace = {workspace:UUID} and shop != '' limit 1))
        or (select count() > 0 from (select 1 from events where workspace = {workspace:UUID} and shop != '' limit 1)) as shops`, { workspace: workspaceId });
  return { customers: row?.customers ?? 0, categories: row?.categories === 1, shops: row?.shops === 1 };
}
