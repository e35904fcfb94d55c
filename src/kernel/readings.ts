import { NOBODY_SQL } from './ids.ts';
/**
 * The readings of what happened that every report shares: one definition each, so that no two pages count differently.
 * Each gives a FROM part with only the columns asked for (the engine plans every column of a view, asked for or not), reads
 * the bound parameter `workspace`, and gives rows to the person who owns their subject now: merges and cuts are applied here.
 */

const HERE = 'workspace = {workspace:UUID}';
const MINE = 'subject in {subjects:Array(UUID)}';

const DOCUMENT = ['source', 'shop'];
/**
 * What rows are one and the same by, as the table is sorted, and the part of it that leads to all versions of a row from one that is a subject's: a number alone, as a set of three
 * texts is compared at a third of the speed. None where the key holds the subject, so that no version can be another's.
 */
const TABLES = {
  orders: { key: [...DOCUMENT, 'order_no'], by: 'order_no' }, refunds: { key: [...DOCUMENT, 'refund_no'], by: 'refund_no' },
  order_lines: { key: [...DOCUMENT, 'order_no', 'sku', 'occurrence'], by: 'order_no' }, events: { key: ['subject', 'time', 'message_id', 'source'], by: null },
} as const;
type Table = keyof typeof TABLES;

/** Of rows of one key the newest, of equally new ones the one written last: parts are called by the blocks they were written from. */
const NEWEST_FIRST = "version desc, toUInt64(splitByChar('_', _part)[2]) desc, _part_offset desc";
/** A set of more keys than this lies in nearly every granule: to sort it, so as to leave some unread, costs more than reading them. */
const KEYS_TO_SKIP_BY = 5_000;
/**
 * The rows FINAL would give of those that are found, for a few out of millions: FINAL merges whatever lies in the same granules before it looks whose it is. What finds a row
 * has to find every version of it; `asked`: what the newest is asked, by which columns. The engine plans every column of every level: there are two.
 */
const newest = (table: Table, which: string, columns: readonly string[], asked = { of: [] as readonly string[], condition: '1' }): string => {
  const inner = [...new Set([...columns, ...asked.of])].join(', ');
  return `(select ${[...new Set(columns)].join(', ')} from (
    select ${inner}, deleted from ${table} where ${HERE} and ${which} order by ${NEWEST_FIRST} limit 1 by ${TABLES[table].key.join(', ')}
    settings use_index_for_in_with_subqueries_max_values = ${KEYS_TO_SKIP_BY}) where deleted = 0 and ${asked.condition})`;
};
const found = (by: string, table: Table, which: string): string => `${by} in (select ${by} from ${table} where ${HERE} and ${which})`;
/**
 * Columns of a table's rows of `{subjects:Array(UUID)}`, as they stand now. By keys, since the newest version of a row may be another's. `only`: a flag that all rows wanted
 * bear. A star over a wide table would cost more than what it finds.
 */
export function ofMine(table: Table, columns: readonly string[], only = ''): string {
  const { by } = TABLES[table], mine = `${MINE}${only && ` and ${only}`}`;
  return by === null ? newest(table, mine, columns) : newest(table, found(by, table, mine), columns, { of: ['subject', ...(only ? [only] : [])], condition: mine });
}

/** The columns of a table called `as` that some expressions name. */
const namedIn = (as: string, expressions: readonly string[]): string[] => [...new Set(expressions.flatMap((one) => [...one.matchAll(/\b(\w+)\.(\w+)/g)].flatMap(([, of, name]) => (of === as && name ? [name] : []))))];

/**
 * `since`: what leaves parts of the table unread where days before one are not wanted. `mine`: the conditions on rows of `{subjects:Array(UUID)}` alone, where they are
 * others, `only` as for `ofMine`.
 */
type Branch = { table: Table; as: string; where: string; mine?: string; only?: string; group?: string; since?(day: string): string };
/** A column's expression: the same in every branch, or one a branch. */
type Columns = Readonly<Record<string, string | readonly string[]>>;
/** Columns made of others above the branches. */
const MADE: Readonly<Record<string, { of: readonly string[]; sql: string }>> = {
  customer: { of: ['subject'], sql: `if(w.customer = ${NOBODY_SQL}, s.subject, w.customer)` },
  net: { of: ['amount', 'refunded'], sql: 's.amount - s.refunded' },
};
const OWNERS = '(select subject, customer from subject_owner final where workspace = {workspace:UUID})';
const OWNERS_OF_MINE = `(select subject, customer from subject_owner final prewhere workspace = {workspace:UUID} and ${MINE})`;

type Made<C extends Columns> = 'customer' | ('refunded' extends keyof C ? 'net' : never);
type Name<C extends Columns> = (keyof C & string) | Made<C>;
/**
 * `mine` reads what the bound parameter `subjects` names and nothing else: for some people out of many. `since` reads less where the asker wants no days before
 * one (an expression of a Date) and says so in its own condition on `day`.
 */
type Reading<C extends Columns> = ((...names: Name<C>[]) => string) & { mine(...names: Name<C>[]): string; since(day: string, ...names: Name<C>[]): string };

type Wanted = { whose: 'all' | 'mine'; since: string | null };
function reading<C extends Columns>(columns: C, branches: readonly Branch[]): Reading<C> {
  const columnIn = (name: string, at: number): string => {
    const given = columns[name] as string | readonly string[];
    return `${typeof given === 'string' ? given : given[at]} as ${name}`;
  };
  const selectOf = ({ table, as, where, mine = where, only, group = '', since: begin }: Branch, shown: readonly string[], { whose, since }: Wanted): string => {
    const some = whose === 'mine' ? `${ofMine(table, namedIn(as, [...shown, mine, group]), only)} as ${as} where ${mine}` : `${table} as ${as} final where ${where}`;
    return `select ${shown.join(', ')} from ${some}${since !== null && begin ? ` and ${begin(since)}` : ''}${group && ` group by ${group}`}`;
  };
  const read = (names: readonly Name<C>[], wanted: Wanted): string => {
    const base = [...new Set(names.flatMap((name) => MADE[name]?.of ?? [name]))];
    const rows = branches.map((branch, at) => selectOf(branch, base.map((name) => columnIn(name, at)), wanted));
    const shown = names.map((name) => `${MADE[name]?.sql ?? `s.${name}`} as ${name}`).join(', ');
    const owners = wanted.whose === 'all' ? OWNERS : OWNERS_OF_MINE;
    return `(select ${shown} from (${rows.join('\n union all ')}) as s${names.includes('customer') ? ` left join ${owners} as w on w.subject = s.subject` : ''})`;
  };
  return Object.assign((...names: Name<C>[]) => read(names, { whose: 'all', since: null }), {
    mine: (...names: Name<C>[]) => read(names, { whose: 'mine', since: null }), since: (day: string, ...names: Name<C>[]) => read(names, { whose: 'all', since: day }),
  });
}

/** Ends a statement about one person: it reads some granules, and a second thread would cost more than it gives. */
export const OF_ONE = 'settings max_threads = 1';

/** A moment before anything of a day, in any zone: events lie in parts by their time. */
export const momentOf = (day: string): string => `toDateTime64(toDate32(${day}) - 1, 3, 'UTC')`;

type Owned = (rows: string, ...columns: readonly string[]) => string;
const ownedBy = (owners: string): Owned => (rows, ...columns) =>
  `(select ${MADE.customer?.sql} as customer, ${columns.map((column) => `s.${column} as ${column}`).join(', ')} from ${rows} as s left join ${owners} as w on w.subject = s.subject)`;
/** Rows that carry a `subject`, given to the person who owns it now: `columns` of theirs, and `customer`. */
export const owned = ownedBy(OWNERS);
/** The same of rows of `{subjects:Array(UUID)}` alone. */
export const ownedOfMine = ownedBy(OWNERS_OF_MINE);

const PAID = "status in ('paid', 'shipped', 'done')";
const STANDS = "full_refund in ('', 'pending')";
const KNOWN = `subject != ${NOBODY_SQL}`;
/** An order that counts as a purchase: paid or later, not wholly refunded, more than free gifts. */
const isPurchase = (o: string): string => `${o}.${PAID} and ${o}.${STANDS} and not ${o}.free`;

/** Orders that count as a purchase, by somebody known. */
export const purchases = reading({
  subject: 'o.subject', source: 'o.source', shop: 'o.shop', channel: 'o.channel', order_no: 'o.order_no', day: 'o.day', ordered_at: 'o.ordered_at',
  amount: 'o.amount', refunded: 'o.refunded', discount: 'o.discount', promo: 'o.promo', coupon: 'o.coupon', receivers: 'o.receivers', b2b: 'o.b2b',
}, [{ table: 'orders', as: 'o', where: `o.${HERE} and ${isPurchase('o')} and o.${KNOWN}` }]);

const SALES = {
  subject: ['d.subject', 'r.subject', 'l.subject'], kind: ["'order'", "'refund'", "'adjustment'"],
  source: ['d.source', 'r.source', 'l.source'], shop: ['d.shop', 'r.shop', 'l.shop'], channel: ['d.channel', "''", "''"],
  document_no: ['d.order_no', 'r.document_no', 'l.order_no'], status: ['d.status', 'r.status', "'done'"],
  day: ['d.day', 'r.day', 'min(l.day)'], ordered_at: ['d.ordered_at', "toDateTime64(0, 3, 'UTC')", "toDateTime64(0, 3, 'UTC')"],
  amount: [`if(d.${PAID}, d.amount, 0)`, '0', 'sum(l.amount)'], refunded: [`if(d.${PAID}, d.refunded, 0)`, "if(r.status = 'done', r.amount, 0)", '0'],
  purchase: [`toUInt8(${isPurchase('d')})`, '0', '0'], promo: ['d.promo', "''", "''"], b2b: ['d.b2b', '0', '0'], receivers: ['d.receivers', '0', '0'],
  import_id: ['d.import_id', 'r.import_id', 'any(l.import_id)'],
} as const;
const OF_ORDERS: Branch = { table: 'orders', as: 'd', where: `d.${HERE}` };
/** Every order, and every refund and adjustment that no order holds, with its money, also those of nobody. `purchase` marks what `purchases` shows. */
export const sales = reading(SALES, [
  OF_ORDERS,
  { table: 'refunds', as: 'r', where: `r.${HERE} and r.order_no = ''` },
  // Nearly every line is held by an order: the few orders with a loose one are found first, or FINAL would read every line.
  { table: 'order_lines', as: 'l', where: `l.${HERE} and l.loose and (l.source, l.shop, l.order_no) in (select source, shop, order_no from order_lines where ${HERE} and loose)`, mine: 'l.loose', only: 'loose', group: 'l.workspace, l.subject, l.source, l.shop, l.order_no' },
]);
/** The same where every refund and every line is held by an order. */
export const orderSales = reading(SALES, [OF_ORDERS]);

/** An order's three texts as one number of 128 bits: a set of those is made and asked at two thirds of the cost, and two orders share one as good as never. */
const orderOf = (o: string): string => `murmurHash3_128(${o}.source, ${o}.shop, ${o}.order_no)`;
const inPurchases = (orders: string): string => `${orderOf('l')} in (select ${orderOf('o')} from ${orders} where o.${HERE} and ${isPurchase('o')})`;

/** Lines of purchases, for what people buy. */
export const purchaseLines = reading({
  subject: 'l.subject', shop: 'l.shop', order_no: 'l.order_no', day: 'l.day', sku: 'l.sku', category: 'l.category', kind: 'l.kind', amount: 'l.amount', refunded: 'l.refunded', cost: 'l.cost',
}, [{
  table: 'order_lines', as: 'l',
  where: `l.${HERE} and l.${KNOWN} and ${inPurchases('orders as o final')}`,
  mine: inPurchases(`${newest('orders', found('order_no', 'order_lines', MINE), [...TABLES.orders.key, 'workspace', 'status', 'full_refund', 'free'])} as o`),
}]);

const EVENTS = {
  subject: 'e.subject', time: 'e.time', moment: 'e.time', day: 'e.day', kind: 'e.kind', event: 'e.event', source: 'e.source', shop: 'e.shop', channel: 'e.channel', amount: 'e.amount', properties: 'e.properties',
};
const ofEvents: Branch = { table: 'events', as: 'e', where: `e.${HERE} and e.${KNOWN}`, since: (day) => `e.time >= ${momentOf(day)}` };

/** What known people did and said, without what they bought and gave back: for askers who leave that out, and would have it read in vain. */
export const tracked = reading(EVENTS, [ofEvents]);

/** Everything a known person did, in one shape: tracked events, purchases as 'order.paid', refunds as 'order.refunded'. */
export const activity = reading({
  subject: [EVENTS.subject, 'o.subject', 'r.subject'], time: [EVENTS.time, 'o.ordered_at', 'r.refunded_at'], moment: [EVENTS.moment, 'ifNull(o.paid_at, o.ordered_at)', 'r.refunded_at'], day: [EVENTS.day, 'o.day', 'r.day'],
  kind: [EVENTS.kind, "'order'", "'refund'"], event: [EVENTS.event, "'order.paid'", "'order.refunded'"],
  source: [EVENTS.source, 'o.source', 'r.source'], shop: [EVENTS.shop, 'o.shop', 'r.shop'], channel: [EVENTS.channel, 'o.channel', "''"],
  amount: [EVENTS.amount, 'o.amount - o.refunded', 'r.amount'],
  properties: [
    EVENTS.properties,
    "toJSONString(mapConcat(o.properties, map('order_no', o.order_no, 'coupon', o.coupon, 'promo', o.promo, 'province', o.province, 'city', o.city))) :: JSON",
    "toJSONString(map('order_no', r.order_no, 'sku', r.sku, 'reason', r.reason)) :: JSON",
  ],
}, [
  ofEvents,
  { table: 'orders', as: 'o', where: `o.${HERE} and ${isPurchase('o')} and o.${KNOWN}` },
  { table: 'refunds', as: 'r', where: `r.${HERE} and r.status = 'done' and r.${KNOWN}` },
]);
