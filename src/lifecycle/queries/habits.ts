import { membersOf } from '../../customers/index.ts';
import { dayOfNumber } from '../../kernel/day.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { type RowReader, rowReader } from '../../kernel/clickhouse/rowReader.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Books } from '../core/assess.ts';
import { ofMine, owned, ownedOfMine, purchaseLines, sales } from '../../kernel/readings.ts';
import type { Purchase } from '../core/habits.ts';

/** Whom to load: named customers with their subjects, one of several equal parts of everyone, or those between two ids as the engine orders them. */
export type Whom = Named | { part: number; parts: number } | Range;
export type Named = { customers: readonly CustomerId[]; subjects: readonly SubjectId[] };
/** After one id, up to and with the other. */
export type Range = { after: CustomerId; upTo: CustomerId };
export const FIRST_ID = '00000000-0000-0000-0000-000000000000' as CustomerId;
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff' as CustomerId;

/** Where the second half of an id begins, by which the engine orders ids before it looks at the first. */
const SECOND_HALF = 19;
const secondHalf = (id: CustomerId): string => id.slice(SECOND_HALF);
/** Whether an id comes before another as the engine orders them. */
export const isBefore = (id: CustomerId, other: CustomerId): boolean => {
  const [own, others] = [secondHalf(id), secondHalf(other)];
  return own === others ? id < other : own < others;
};

/** Names customers by their subjects, which the tables are sorted by: looked up once, where identities are kept, before the statements that need them. */
export async function named(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Named> {
  const members = [...(await membersOf(stores, workspaceId, customers)).values()].flat();
  return { customers, subjects: [...new Set([...members, ...customers as readonly string[] as readonly SubjectId[]])] };
}

/** The condition that picks them by a column `customer`. */
export const filterOf = (whom: Whom): string =>
  'customers' in whom ? 'customer in {customers:Array(UUID)}' : 'after' in whom ? 'customer > {after:UUID} and customer <= {upTo:UUID}' : 'cityHash64(customer) % {parts:UInt32} = {part:UInt32}';

/** The same for rows that carry a subject, so that named customers are found before owners are joined. */
export const rowsOf = (whom: Whom): string => ('customers' in whom ? `subject in {subjects:Array(UUID)} and ${filterOf(whom)}` : filterOf(whom));

type Read<N extends string> = ((...names: N[]) => string) & { mine(...names: N[]): string; since(day: string, ...names: N[]): string };
/** A reading of some people alone, by their subjects where they are named, before owners are joined. `since`: no day before it is wanted. */
export const among = <N extends string>(whom: Whom | 'all', reading: Read<N>, since?: string): ((...names: N[]) => string) =>
  (whom !== 'all' && 'customers' in whom ? reading.mine : since === undefined ? reading : (...names) => reading.since(since, ...names));

const NOBODY = `toUUID('${FIRST_ID}')`;

// What lines say of a day: its main category and what the goods cost. A line may have a day of its own, so that either side may stand alone. Of categories of the
// same money the first by name: what the engine happens to meet first would retell the stages of a fifth of all customers from one day to the next.
const LINES = (whom: Whom, filter: string): string => `
      select customer, toInt32(day) as d, argMinIf(category, (-money, category), goods > 0) as main, sum(spent) as cost
        from (
          select customer, day, category, sumIf(amount, kind = 'goods') as money, countIf(kind = 'goods') as goods, sum(cost) as spent
            from ${among(whom, purchaseLines)('customer', 'subject', 'day', 'category', 'kind', 'amount', 'cost')}
           where ${filter}
           group by customer, day, category
        )
       group by customer, d`;

// Days of purchases as arrays; money of every day, since refunds may stand on days of their own.
const BOOKS = (whom: Whom, filter: string, lines: boolean): string => `
  select ${lines ? `if(p.customer = ${NOBODY}, c.customer, p.customer)` : 'p.customer'} as customer,
         arraySort(groupArrayIf((p.d, p.paid, p.promotion, p.business, p.people, ${lines ? 'c.main' : "''"}, p.number), p.number > 0)) as purchases,
         groupUniqArrayArray(p.origins) as sources,
         minIf(p.door, p.number > 0).2  as door,
         ${lines ? 'sum(c.cost)' : 'toInt64(0)'} as cost,
         sum(p.number)                  as orders,
         sum(p.net)                     as money,
         sumIf(p.net, p.d >= {windowFrom:Int32}) as recent
    from (
      select customer, toInt32(day) as d, sumIf(amount, purchase) as paid, maxIf(promo, purchase) as promotion, maxIf(b2b, purchase) as business, maxIf(receivers, purchase) as people,
             countIf(purchase) as number, groupUniqArrayIf(source, purchase) as origins, sum(net) as net, minIf((ordered_at, toString(channel)), purchase) as door
        from ${among(whom, sales)('customer', 'subject', 'day', 'amount', 'net', 'purchase', 'promo', 'b2b', 'receivers', 'source', 'ordered_at', 'channel')}
       where customer != toUUID('${FIRST_ID}') and day <= toDate({asOf:Int32}) and ${filter}
       group by customer, d
    ) as p
    ${lines ? `full join (${LINES(whom, filter)}
    ) as c on c.customer = p.customer and c.d = p.d` : ''}
   group by customer`;

const HERE = 'workspace = {workspace:UUID}';
/** A table's rows as they stand now, everybody's or those of named customers. */
const standing = (whom: Whom, table: 'events' | 'orders' | 'refunds'): string => `${'customers' in whom ? ofMine(table) : `${table} final`} where ${HERE}`;
/** Events as they were told, each telling for itself. */
const tellings = (whom: Whom): string => `events where ${HERE}${'customers' in whom ? ' and subject in {subjects:Array(UUID)}' : ''}`;

// What was done by subject and shop: `seen` marks whoever did anything but buy; orders are loaded beside this. There are far fewer subjects than deeds to be given to their owners.
// An event told again is on the same day; only where shops are named, or events were taken back, does it matter which telling is the newest.
const DONE = (whom: Whom, { shops, takenBack }: Kinds): string => `(
      select subject, shop, minIf(d, does) as since, maxIf(d, does) as until, max(does) as seen
        from (
          select subject, ${shops ? 'toString(shop)' : "''"} as shop, toInt32(day) as d, day <= toDate({asOf:Int32}) as does from ${shops || takenBack ? standing(whom, 'events') : tellings(whom)} and kind != 'message' and subject != ${NOBODY}
          union all
          select subject, ${shops ? 'toString(shop)' : "''"} as shop, toInt32(day) as d, status = 'done' and day <= toDate({asOf:Int32}) as does from ${standing(whom, 'refunds')} and subject != ${NOBODY}
          ${shops ? `union all
          select subject, toString(shop) as shop, toInt32(day) as d, 0 as does from ${standing(whom, 'orders')} and subject != ${NOBODY}` : ''}
        )
       group by subject, shop
    )`;

// Also unpaid orders and mere visits count for shops: whoever a shop has ever dealt with is that shop's customer.
const SEEN = (whom: Whom, kinds: Kinds): string => `
  select customer, minIf(since, seen = 1) as first, maxIf(until, seen = 1) as last, maxIf(until, seen = 2) as made, countIf(seen = 1) > 0 as did, countIf(seen = 2) > 0 as recorded, arraySort(groupUniqArrayIf(shop, shop != '')) as shops
    from (
      select customer, since, until, seen, shop
        from ${('customers' in whom ? ownedOfMine : owned)(DONE(whom, kinds), 'since', 'until', 'seen', 'shop')}
       where ${filterOf(whom)}
      union all
      select customer, toInt32(created_on) as since, since as until, 2 as seen, '' as shop
        from customer_state final
       where workspace = {workspace:UUID} and ${filterOf(whom)}
    )
   group by customer`;

export type HabitQuery = { workspaceId: WorkspaceId; asOf: number; whom: Whom; windowFrom: number; kinds: Kinds };

const monthNumbers = new Map<number, number>();
/** The month of a day as YYYYMM: days are few and asked for by the million. */
function monthNumber(day: number): number {
  const known = monthNumbers.get(day) ?? Number(dayOfNumber(day).slice(0, 7).replace('-', ''));
  monthNumbers.set(day, known);
  return known;
}

/** Stands for a day that is not known. */
const NONE = -2_147_483_648;
const COLUMNS = {
  id: 'UUID', bought: 'Array(Tuple(Int32, Int64, String, UInt8, UInt16, String, UInt32))', origins: 'Array(String)', entrance: 'String', goods: 'Int64', number: 'UInt32', net: 'Int64', late: 'Int64', since: 'Int32', until: 'Int32', made: 'Int32', places: 'Array(String)',
};

/** Books of many people as the engine wrote them, in the order of ids, opened so many at a time and up to an id: a million never stand in memory as objects. None: none is left up to there. */
export type HabitReader = { take(most: number, upTo?: CustomerId): Books[] };

/** Everything the engine needs of some customers, read from the shared readings so that no page counts differently: bought anything, did anything or are on record. */
export async function openHabits(ch: ClickHouse, { workspaceId, asOf, whom, windowFrom, kinds }: HabitQuery): Promise<HabitReader> {
  const bytes = await ch.bytes(`
  select if(b.customer = toUUID('${FIRST_ID}'), s.customer, b.customer) as id, b.purchases as bought, b.sources as origins, b.door as entrance, b.cost as goods, b.orders as number, b.money as net, b.recent as late,
         if(s.did, s.first, {none:Int32}) as since, if(s.did, s.last, {none:Int32}) as until, if(s.recorded, s.made, {none:Int32}) as made, s.shops as places
    from (${BOOKS(whom, rowsOf(whom), kinds.lines)}) as b
    full join (${SEEN(whom, kinds)}) as s on s.customer = b.customer
   where notEmpty(b.purchases) or s.did or s.recorded
   ${'parts' in whom ? '' : 'order by id'}`, COLUMNS, { workspace: workspaceId, asOf, windowFrom, none: NONE, ...whom });
  const read = rowReader(bytes), following = (): Books | null => (read.isDone() ? null : booksIn(read, windowFrom));
  let next = following();
  return {
    take: (most, upTo = LAST_ID) => {
      const taken: Books[] = [];
      for (; next && taken.length < most && !isBefore(upTo, next.customerId); next = following()) taken.push(next);
      return taken;
    },
  };
}

/** The same of all of them at once. */
export const loadHabits = async (ch: ClickHouse, query: HabitQuery): Promise<Books[]> => (await openHabits(ch, query)).take(Number.MAX_SAFE_INTEGER);

const textsIn = (read: RowReader): string[] => Array.from({ length: read.size() }, read.text);
const dayIn = (read: RowReader): number | null => {
  const day = read.i32();
  return day === NONE ? null : day;
};

/** One more purchase day, days rising. */
function addOrders(months: { month: number; orders: number }[], day: number, orders: number): void {
  const month = monthNumber(day), last = months.at(-1);
  if (last?.month === month) last.orders += orders;
  else months.push({ month, orders });
}

/** The cells of one row in the order of COLUMNS. */
function booksIn(read: RowReader, windowFrom: number): Books {
  const customerId = read.uuid(), purchases: Purchase[] = [], months: { month: number; orders: number }[] = [];
  let windowFrequency = 0;
  for (let left = read.size(); left > 0; left--) {
    const day = read.i32(), amountMinor = read.int(), promo = read.text(), b2b = read.u8() === 1, receivers = read.u16(), category = read.text();
    if (day >= windowFrom) windowFrequency++;
    purchases.push({ day, amountMinor, promo, b2b, receivers, category });
    addOrders(months, day, read.u32());
  }
  const sources = textsIn(read), brought = { channel: read.text(), productMinor: read.int(), months }, orders = read.u32(), netMinor = read.int(), windowMinor = read.int();
  return { customerId, purchases, windowFrequency, sources, brought, orders, netMinor, windowMinor, firstSeen: dayIn(read), lastSeen: dayIn(read), createdDay: dayIn(read), shops: textsIn(read) };
}

/** Whether any order line says what it is or what it cost, whether anything names a shop, and whether events were taken back: decides joins. */
export type Kinds = { lines: boolean; shops: boolean; takenBack: boolean };
export type Size = { kinds: Kinds; customers: number; orders: number };

export async function kindsOf(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Kinds> {
  const [row] = await ch.rows<{ lines: number; shops: number; takenBack: number }>(`
    select (select count() > 0 from (select 1 from order_lines where workspace = {workspace:UUID} and (category != '' and kind = 'goods' or cost != 0) limit 1)) as lines,
           (select count() > 0 from (select 1 from orders where workspace = {workspace:UUID} and shop != '' limit 1))
        or (select count() > 0 from (select 1 from refunds where workspace = {workspace:UUID} and shop != '' limit 1))
        or (select count() > 0 from (select 1 from events where workspace = {workspace:UUID} and shop != '' limit 1)) as shops,
           (select count() > 0 from (select 1 from events where workspace = {workspace:UUID} and deleted limit 1)) as takenBack`, { workspace: workspaceId });
  return { lines: row?.lines === 1, shops: row?.shops === 1, takenBack: row?.takenBack === 1 };
}

/** The same, and about how many customers and orders there are to load: decides parts. */
export async function sizeOf(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Size> {
  const counted = ch.rows<{ customers: number; orders: number }>(`
    select greatest((select uniq(subject) from orders where workspace = {workspace:UUID}),
                    (select uniq(customer) from customer_state where workspace = {workspace:UUID})) as customers,
           (select count() from orders where workspace = {workspace:UUID}) as orders`, { workspace: workspaceId });
  const [[row], kinds] = await Promise.all([counted, kindsOf(ch, workspaceId)]);
  return { kinds, customers: row?.customers ?? 0, orders: row?.orders ?? 0 };
}

/** Ids that cut everybody's into so many ranges of about the same size, drawn from whoever is known. */
export async function rangesOf(ch: ClickHouse, workspaceId: WorkspaceId, count: number): Promise<Range[]> {
  if (count === 1) return [{ after: FIRST_ID, upTo: LAST_ID }];
  const [row] = await ch.rows<{ ids: CustomerId[] }>('select arraySort(groupArraySample(4096, 1)(customer)) as ids from customer_state where workspace = {workspace:UUID}', { workspace: workspaceId });
  const ids = row?.ids ?? [], cuts = [...new Set(Array.from({ length: count - 1 }, (_, at) => ids[Math.floor(((at + 1) * ids.length) / count)] ?? LAST_ID))];
  return [...cuts, LAST_ID].map((upTo, at) => ({ after: cuts[at - 1] ?? FIRST_ID, upTo })).filter(({ after, upTo }) => after !== upTo);
}
