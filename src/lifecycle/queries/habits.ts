import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Books } from '../core/assess.ts';
import { activity, purchaseLines, sales } from '../../kernel/readings.ts';
import type { Purchase } from '../core/habits.ts';

/** Whom to load: named customers with their subjects, or one of several equal parts of everyone. */
export type Whom = Named | { part: number; parts: number };
export type Named = { customers: readonly CustomerId[]; subjects: readonly SubjectId[] };

/** Names customers by their subjects, which the tables are sorted by: looked up once, before the statements that need them. */
export async function named(ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Named> {
  const rows = await ch.rows<{ subject: SubjectId }>(`
    select subject from subject_owner final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}`, { workspace: workspaceId, customers });
  return { customers, subjects: [...new Set([...rows.map(({ subject }) => subject), ...customers as readonly string[] as readonly SubjectId[]])] };
}

/** The condition that picks them by a column `customer`. */
export const filterOf = (whom: Whom): string => ('customers' in whom ? 'customer in {customers:Array(UUID)}' : 'cityHash64(customer) % {parts:UInt32} = {part:UInt32}');

/** The same for rows that carry a subject, so that named customers are found before owners are joined. */
export const rowsOf = (whom: Whom): string => ('customers' in whom ? `subject in {subjects:Array(UUID)} and ${filterOf(whom)}` : filterOf(whom));

type BookRow = { customer: string; days: number[]; amounts: number[]; promos: string[]; b2bs: number[]; receivers: number[]; categories: string[]; sources: string[]; orders: number; money: number; recent: number };
type SeenRow = { customer: string; first: number | null; last: number | null; created: number | null };
type ShopRow = { customer: string; shops: string[] };

// Days of purchases as arrays; money of every day, since refunds may stand on days of their own.
const BOOKS = (filter: string, categories: boolean): string => `
  select p.customer as customer,
         groupArrayIf(p.d, p.number > 0)         as days,
         groupArrayIf(p.paid, p.number > 0)      as amounts,
         groupArrayIf(p.promotion, p.number > 0) as promos,
         groupArrayIf(p.business, p.number > 0)  as b2bs,
         groupArrayIf(p.people, p.number > 0)    as receivers,
         ${categories ? 'groupArrayIf(c.main, p.number > 0)' : 'emptyArrayString()'} as categories,
         groupUniqArrayArray(p.origins) as sources,
         sum(p.number)                  as orders,
         sum(p.net)                     as money,
         sumIf(p.net, p.d >= {windowFrom:Int32}) as recent
    from (
      select customer, toInt32(day) as d, sumIf(amount, purchase) as paid, maxIf(promo, purchase) as promotion, maxIf(b2b, purchase) as business, maxIf(receivers, purchase) as people,
             countIf(purchase) as number, groupUniqArrayIf(source, purchase) as origins, sum(net) as net
        from ${sales('customer', 'subject', 'day', 'amount', 'net', 'purchase', 'promo', 'b2b', 'receivers', 'source')}
       where customer != toUUID('00000000-0000-0000-0000-000000000000') and day <= toDate({asOf:Int32}) and ${filter}
       group by customer, d
       order by customer, d
    ) as p
    ${categories ? `left join (
      select customer, toInt32(day) as d, argMax(category, money) as main
        from (select customer, day, category, sum(amount) as money from ${purchaseLines('customer', 'subject', 'day', 'category', 'kind', 'amount')} where kind = 'goods' and ${filter} group by customer, day, category)
       group by customer, d
    ) as c on c.customer = p.customer and c.d = p.d` : ''}
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
        from ${activity('customer', 'subject', 'day', 'kind')}
       where kind != 'order' and day <= toDate({asOf:Int32}) and ${rows}
       group by customer
      union all
      select customer, null as seen_first, null as seen_last, toNullable(toInt32(created_on)) as made
        from customer_state final
       where workspace = {workspace:UUID} and ${filter}
    )
   group by customer`;

export type HabitQuery = { workspaceId: WorkspaceId; asOf: number; whom: Whom; windowFrom: number; categories: boolean; shops: boolean };

/** Everything the engine needs of some customers, read from the shared readings so that no page counts differently. */
export async function loadHabits(ch: ClickHouse, { workspaceId, asOf, whom, windowFrom, categories, shops: hasShops }: HabitQuery): Promise<Books[]> {
  const params = { workspace: workspaceId, asOf, windowFrom, ...whom };
  const filter = rowsOf(whom);
  const [rows, seen, shops] = await Promise.all([
    ch.rows<BookRow>(BOOKS(filter, categories), params),
    ch.rows<SeenRow>(SEEN(filter, filterOf(whom)), params),
    hasShops ? ch.rows<ShopRow>(SHOPS(filterOf(whom)), params) : [],
  ]);
  const seenOf = new Map(seen.map((row) => [row.customer, row]));
  const shopsOf = new Map(shops.map((row) => [row.customer, row.shops]));
  const moneyOf = new Map(rows.map(({ customer, money, recent }) => [customer, { netMinor: money, windowMinor: recent }]));
  const bought = new Set<string>();
  const loaded: Books[] = [];
  for (const row of rows) {
    if (row.days.length === 0) continue;
    bought.add(row.customer);
    loaded.push({ ...purchasesOf(row, windowFrom), ...spanOf(seenOf.get(row.customer)), netMinor: row.money, windowMinor: row.recent, shops: shopsOf.get(row.customer) ?? [] });
  }
  for (const row of seen) {
    if (bought.has(row.customer)) continue;
    loaded.push({ customerId: row.customer, ...spanOf(row), orders: 0, ...(moneyOf.get(row.customer) ?? { netMinor: 0, windowMinor: 0 }), purchases: [], sources: [], shops: shopsOf.get(row.customer) ?? [], windowFrequency: 0 });
  }
  return loaded;
}

const spanOf = (row: SeenRow | undefined): { firstSeen: number | null; createdDay: number | null; lastSeen: number | null } =>
  ({ firstSeen: row?.first ?? null, createdDay: row?.created ?? null, lastSeen: row?.last ?? null });

function purchasesOf(row: BookRow, windowFrom: number): Omit<Books, 'firstSeen' | 'createdDay' | 'lastSeen' | 'netMinor' | 'windowMinor' | 'shops'> {
  let windowFrequency = 0;
  const purchases = row.days.map((day, at): Purchase => {
    if (day >= windowFrom) windowFrequency++;
    return { day, amountMinor: row.amounts[at] ?? 0, promo: row.promos[at] ?? '', b2b: row.b2bs[at] === 1, receivers: row.receivers[at] ?? 1, category: row.categories[at] ?? '' };
  });
  return { customerId: row.customer, orders: row.orders, purchases, sources: row.sources, windowFrequency };
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
