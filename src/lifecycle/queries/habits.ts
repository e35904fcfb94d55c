import { membersOf } from '../../customers/index.ts';
import { dayOfNumber } from '../../kernel/day.ts';
import { type CustomerId, NOBODY_SQL, type SubjectId, type WorkspaceId } from '../../kernel/ids.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { type RowReader, rowReader } from '../../kernel/clickhouse/rowReader.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Books } from '../core/assess.ts';
import { ofMine, orderSales, owned, ownedOfMine, purchaseLines, sales } from '../../kernel/readings.ts';
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


// A text that puts a number first and a name behind it: the least of them is the least number, and of equal ones the first name. The engine keeps the least text in a fifth of the
// time, and of the memory, of the least pair. Numbers are moved to where all of them are of one length and sign.
const ORDINAL = { offset: '4000000000000000000', digits: 19 };
const ordinal = (number: string): string => `leftPad(toString(${ORDINAL.offset} + (${number})), ${ORDINAL.digits}, '0')`;
const behind = (text: string): string => `substring(${text}, ${ORDINAL.digits + 1})`;

// What lines say of a day: the category of most money and what the goods cost. Of categories of the same money the first by name: what the engine happens to meet first would
// retell the stages of a fifth of all customers from one day to the next.
const LINES = (whom: Whom, filter: string): string => `
      select customer, toInt32(day) as d, 0 as pay, '' as promo, 0 as b2b, 0 as receivers, 0 as bought, toInt64(0) as net, toInt64(0) as ordered, '' as entrance,
             if(countIf(kind = 'goods') > 0, concat(${ordinal("-sumIf(amount, kind = 'goods')")}, toString(category)), '') as best, sum(cost) as spent, [] :: Array(String) as source
        from ${among(whom, purchaseLines)('customer', 'subject', 'day', 'category', 'kind', 'amount', 'cost')}
       where ${filter}
       group by customer, day, category`;

// Days of purchases, and money of every day: refunds and lines may stand on days of their own.
const DAYS = (whom: Whom, filter: string, { lines, apart, sources }: Pick<HabitQuery, 'sources'> & Pick<Kinds, 'lines' | 'apart'>): string => `
    select customer as id, d, sum(bought) as number, sum(pay) as paid, max(promo) as promotion, max(b2b) as business, max(receivers) as people, sum(net) as money, minIf(ordered, bought) as opened,
           ${behind('minIf(entrance, bought)')} as door, ${behind("minIf(best, best != '')")} as main, sum(spent) as goods, ${sources ? 'groupUniqArrayArray(source)' : '[] :: Array(String)'} as origins
      from (
        select customer, toInt32(day) as d, if(purchase, amount, 0) as pay, if(purchase, toString(promo), '') as promo, if(purchase, b2b, 0) as b2b, if(purchase, receivers, 0) as receivers, purchase as bought, net,
               toUnixTimestamp64Milli(ordered_at) as ordered, if(purchase, concat(${ordinal('toUnixTimestamp64Milli(ordered_at)')}, toString(channel)), '') as entrance, '' as best, toInt64(0) as spent,
               ${sources ? 'if(purchase, [toString(source)], [])' : '[] :: Array(String)'} as source
          from ${among(whom, apart ? sales : orderSales)('customer', 'subject', 'day', 'amount', 'net', 'purchase', 'promo', 'b2b', 'receivers', 'source', 'ordered_at', 'channel')}
         where customer != ${NOBODY_SQL} and day <= toDate({asOf:Int32}) and ${filter}
        ${lines ? `union all ${LINES(whom, filter)}` : ''}
      )
     group by customer, d`;

const HERE = 'workspace = {workspace:UUID}';
const STANDING = { events: ['kind'], orders: [], refunds: ['status'] } as const;
/** A table's rows as they stand now, everybody's or those of named customers. */
const standing = (whom: Whom, table: keyof typeof STANDING): string => `${'customers' in whom ? ofMine(table, ['workspace', 'subject', 'shop', 'day', ...STANDING[table]]) : `${table} final`} where ${HERE}`;
const SHOP_AND_DAY = (shops: boolean): string => `${shops ? 'toString(shop)' : "''"} as shop, toInt32(day) as d`;
const DEED = `kind != 'message' and subject != ${NOBODY_SQL}`;

type Events = { kinds: Kinds; quickly: boolean };
/**
 * Days and shops of events: an event told again is on the same day, so that only where shops are named, or events were taken back, it matters which telling is the newest.
 * `quickly`: what was told of one moment is taken for one, and where it does not say the same, the customer is `unsure`: to know the tellings of one event takes as long as all the rest.
 */
const EVENTS = (whom: Whom, { kinds: { shops, takenBack }, quickly }: Events): string => (quickly ? `
          select subject, ${shops ? 'toString(any(e.shop))' : "''"} as shop, toInt32(any(e.day)) as d, any(e.day) <= toDate({asOf:Int32}) as does,
                 max(e.deleted) or min(e.shop) != max(e.shop) or min(e.day) != max(e.day) or min(e.kind = 'message') != max(e.kind = 'message') as unsure
            from events as e where ${HERE} and subject in {subjects:Array(UUID)} group by subject, e.time having unsure or any(e.kind) != 'message'` : `
          select subject, ${SHOP_AND_DAY(shops)}, day <= toDate({asOf:Int32}) as does, 0 as unsure
            from ${shops || takenBack ? standing(whom, 'events') : `events where ${HERE}${'customers' in whom ? ' and subject in {subjects:Array(UUID)}' : ''}`} and ${DEED}`);

// What was done by subject and shop: `seen` marks whoever did anything but buy; orders are loaded beside this. There are far fewer subjects than deeds to be given to their owners.
const DONE = (whom: Whom, events: Events): string => `(
      select subject, shop, minIf(d, does) as since, maxIf(d, does) as until, max(does) as seen, max(unsure) as unsure
        from (${EVENTS(whom, events)}
          ${events.kinds.refunds ? `union all
          select subject, ${SHOP_AND_DAY(events.kinds.shops)}, status = 'done' and day <= toDate({asOf:Int32}) as does, 0 as unsure from ${standing(whom, 'refunds')} and subject != ${NOBODY_SQL}` : ''}
          ${events.kinds.shops ? `union all
          select subject, ${SHOP_AND_DAY(true)}, 0 as does, 0 as unsure from ${standing(whom, 'orders')} and subject != ${NOBODY_SQL}` : ''}
        )
       group by subject, shop
    )`;

// Also unpaid orders and mere visits count for shops: whoever a shop has ever dealt with is that shop's customer.
const SEEN = (whom: Whom, events: Events): string => `
    select customer, minIf(since, seen = 1) as first, maxIf(until, seen = 1) as last, maxIf(until, seen = 2) as made, countIf(seen = 1) > 0 as did, countIf(seen = 2) > 0 as recorded, arraySort(arrayDistinct(groupArrayIf(shop, shop != ''))) as shops, max(unsure) as unsure
    from (
      select customer, since, until, seen, shop, unsure
        from ${('customers' in whom ? ownedOfMine : owned)(DONE(whom, events), 'since', 'until', 'seen', 'shop', 'unsure')}
       where ${filterOf(whom)}
      union all
      select customer, toInt32(created_on) as since, since as until, 2 as seen, '' as shop, 0 as unsure
        from customer_state final
     prewhere workspace = {workspace:UUID} and ${filterOf(whom)}
    )
   group by customer`;

/** `sources`: whether it matters where purchases came from. */
export type HabitQuery = { workspaceId: WorkspaceId; asOf: number; whom: Whom; windowFrom: number; kinds: Kinds; sources: boolean };

const monthNumbers = new Map<number, number>();
/** The month of a day as YYYYMM: days are few and asked for by the million. */
function monthNumber(day: number): number {
  const known = monthNumbers.get(day) ?? Number(dayOfNumber(day).slice(0, 7).replace('-', ''));
  monthNumbers.set(day, known);
  return known;
}

/** Stands for a day that is not known. */
const NONE = -2_147_483_648;
/** A row a customer and day, in that order: nothing is gathered into arrays, nor joined. */
const DAY_COLUMNS = {
  id: 'UUID', d: 'Int32', number: 'UInt32', paid: 'Int64', promotion: 'String', business: 'UInt8', people: 'UInt16', money: 'Int64', opened: 'Int64', door: 'String', main: 'String', goods: 'Int64', origins: 'Array(String)',
};
/** A row a customer: when and where they were seen. */
const SEEN_COLUMNS = { id: 'UUID', since: 'Int32', until: 'Int32', made: 'Int32', places: 'Array(String)', doubtful: 'UInt8' };

/** Books of many people as the engine wrote them, in the order of ids, opened so many at a time and up to an id: a million never stand in memory as objects. None: none is left up to there. */
export type HabitReader = { take(most: number, upTo?: CustomerId): Books[] };
type QuickReader = HabitReader & { unsure: readonly CustomerId[] };

async function open(ch: ClickHouse, { workspaceId, asOf, whom, windowFrom, kinds, sources }: HabitQuery, quickly: boolean): Promise<QuickReader> {
  const params = { workspace: workspaceId, asOf, none: NONE, ...whom };
  const days = (): Promise<Uint8Array> => ch.bytes(`select * from (${DAYS(whom, rowsOf(whom), { ...kinds, sources })}) order by id, d`, DAY_COLUMNS, params);
  const seen = (): Promise<Uint8Array> => ch.bytes(`
  select customer as id, if(did, first, {none:Int32}) as since, if(did, last, {none:Int32}) as until, if(recorded, made, {none:Int32}) as made, shops as places, unsure as doubtful
    from (${SEEN(whom, { kinds, quickly })}) order by id`, SEEN_COLUMNS, params);
  // Of everybody one after the other: each holds a gigabyte or two while it is added up.
  const [dayBytes, seenBytes] = 'customers' in whom ? await Promise.all([days(), seen()]) : [await days(), await seen()], unsure: CustomerId[] = [], following = booksIn(dayBytes, seenBytes, windowFrom, unsure);
  let next = following();
  return {
    unsure,
    take: (most, upTo = LAST_ID) => {
      const taken: Books[] = [];
      for (; next && taken.length < most && !isBefore(upTo, next.customerId); next = following()) taken.push(next);
      return taken;
    },
  };
}

/** Everything the engine needs of some customers, read from the shared readings so that no page counts differently: bought anything, did anything or are on record. */
export const openHabits = (ch: ClickHouse, query: HabitQuery): Promise<HabitReader> => open(ch, query, false);

/** Named customers with those subjects alone that rows are given to them by: most identifiers stand on nothing. */
async function withOwn(ch: ClickHouse, workspace: WorkspaceId, whom: Named): Promise<Named> {
  const rows = await ch.rows<{ subject: SubjectId }>(`select subject from subject_owner final prewhere ${HERE} and subject in {subjects:Array(UUID)} where customer in {customers:Array(UUID)}`, { workspace, ...whom });
  return { customers: whom.customers, subjects: [...new Set([...whom.customers as readonly string[] as readonly SubjectId[], ...rows.map(({ subject }) => subject)])] };
}

/** The same of all of them at once. Of named ones the few whose events contradict each other are read once more, telling by telling. */
export async function loadHabits(ch: ClickHouse, query: HabitQuery): Promise<Books[]> {
  const { whom, workspaceId, kinds } = query, ALL = Number.MAX_SAFE_INTEGER;
  if (!('customers' in whom)) return (await openHabits(ch, query)).take(ALL);
  const own = await withOwn(ch, workspaceId, whom), reader = await open(ch, { ...query, whom: own }, kinds.shops || kinds.takenBack), books = reader.take(ALL);
  if (reader.unsure.length === 0) return books;
  const unsure = new Set<string>(reader.unsure), exact = await openHabits(ch, { ...query, whom: { customers: reader.unsure, subjects: own.subjects } });
  return [...books.filter(({ customerId }) => !unsure.has(customerId)), ...exact.take(ALL)].sort((a, b) => (isBefore(a.customerId, b.customerId) ? -1 : 1));
}

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

/** What is added up of a customer's days while their rows are read. */
type Added = { purchases: Purchase[]; months: { month: number; orders: number }[]; sources: Set<string>; openedAt: number; channel: string; windowFrequency: number; windowMinor: number; orders: number; netMinor: number; productMinor: number };

/** One day more: the cells of DAY_COLUMNS after the id. */
function addDay(added: Added, read: RowReader, windowFrom: number): void {
  const day = read.i32(), isInWindow = day >= windowFrom, orders = read.u32(), amountMinor = read.int(), promo = read.text(), b2b = read.u8() === 1, receivers = read.u16(), netMinor = read.int(), openedAt = read.int(), channel = read.text(), category = read.text();
  added.productMinor += read.int();
  for (const source of textsIn(read)) added.sources.add(source);
  added.netMinor += netMinor;
  if (isInWindow) added.windowMinor += netMinor;
  if (orders === 0) return;
  added.orders += orders;
  if (isInWindow) added.windowFrequency++;
  added.purchases.push({ day, amountMinor, promo, b2b, receivers, category });
  addOrders(added.months, day, orders);
  if (openedAt < added.openedAt || (openedAt === added.openedAt && channel < added.channel)) Object.assign(added, { openedAt, channel });
}

/** What days and sightings say, both in the order of ids, customer by customer: of whoever bought or did anything, is on record, or is `unsure`, who are told apart as they are met. Null at the end. */
function booksIn(dayBytes: Uint8Array, seenBytes: Uint8Array, windowFrom: number, unsure: CustomerId[]): () => Books | null {
  const days = rowReader(dayBytes), sightings = rowReader(seenBytes), idIn = (read: RowReader): CustomerId | null => (read.isDone() ? null : (read.uuid() as CustomerId));
  let [bought, seen] = [idIn(days), idIn(sightings)];
  const daysOf = (id: CustomerId): Added => {
    const added: Added = { purchases: [], months: [], sources: new Set(), openedAt: Infinity, channel: '', windowFrequency: 0, windowMinor: 0, orders: 0, netMinor: 0, productMinor: 0 };
    if (bought !== id) return added;
    do addDay(added, days, windowFrom); while (days.isSame());
    bought = idIn(days);
    return added;
  };
  const sightingOf = (id: CustomerId): { firstSeen: number | null; lastSeen: number | null; createdDay: number | null; shops: string[]; isUnsure: boolean } => {
    if (seen !== id) return { firstSeen: null, lastSeen: null, createdDay: null, shops: [], isUnsure: false };
    const sighting = { firstSeen: dayIn(sightings), lastSeen: dayIn(sightings), createdDay: dayIn(sightings), shops: textsIn(sightings), isUnsure: sightings.u8() === 1 };
    seen = idIn(sightings);
    return sighting;
  };
  return () => {
    for (;;) {
      const customerId = bought === null || (seen !== null && isBefore(seen, bought)) ? seen : bought;
      if (customerId === null) return null;
      const { purchases, months, sources, channel, windowFrequency, windowMinor, orders, netMinor, productMinor } = daysOf(customerId), { isUnsure, ...sighting } = sightingOf(customerId);
      if (isUnsure) unsure.push(customerId);
      if (isUnsure || purchases.length > 0 || sighting.firstSeen !== null || sighting.createdDay !== null)
        return { customerId, purchases, windowFrequency, sources: [...sources], brought: { channel, productMinor, months }, orders, netMinor, windowMinor, ...sighting };
    }
  };
}

/**
 * Whether any order line says what it is or what it cost, whether anything names a shop, whether events were taken back, whether anything was refunded, and whether any refund or line stands
 * apart from orders: decides what is joined and read.
 */
export type Kinds = Readonly<Record<'lines' | 'shops' | 'takenBack' | 'refunds' | 'apart', boolean>>;
export type Size = { kinds: Kinds; customers: number; orders: number };

const ANY: Readonly<Record<keyof Kinds, readonly string[]>> = {
  lines: [`order_lines where ${HERE} and (category != '' and kind = 'goods' or cost != 0)`],
  shops: ['orders', 'refunds', 'events'].map((table) => `${table} where ${HERE} and shop != ''`),
  takenBack: [`events where ${HERE} and deleted`],
  refunds: [`refunds where ${HERE}`],
  apart: [`refunds where ${HERE} and order_no = ''`, `order_lines where ${HERE} and loose`],
};
const NOTHING_KNOWN: Kinds = { lines: false, shops: false, takenBack: false, refunds: false, apart: false };
/** What was once found is not looked for again: at worst a join finds nothing. */
const found = new WeakMap<ClickHouse, Map<WorkspaceId, Kinds>>();

export async function kindsOf(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Kinds> {
  const known = found.get(ch)?.get(workspaceId) ?? NOTHING_KNOWN;
  // Where shops are named it matters anyway which telling is the newest.
  const sought = (Object.keys(ANY) as (keyof Kinds)[]).filter((kind) => !known[kind] && !(kind === 'takenBack' && known.shops));
  if (sought.length === 0) return known;
  const [row] = await ch.rows<Record<keyof Kinds, number>>(`select ${sought.map((kind) => `${ANY[kind].map((from) => `(select count() > 0 from (select 1 from ${from} limit 1))`).join(' or ')} as ${kind}`).join(', ')}`, { workspace: workspaceId });
  const kinds = { ...known, ...Object.fromEntries(sought.map((kind) => [kind, row?.[kind] === 1])) };
  found.set(ch, (found.get(ch) ?? new Map()).set(workspaceId, kinds));
  return kinds;
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
