/**
 * The readings of what happened that every report shares: one definition each, so that no two pages count differently.
 * Each gives a FROM part with only the columns asked for (the engine plans every column of a view, asked for or not), reads
 * the bound parameter `workspace`, and gives rows to the person who owns their subject now: merges and cuts are applied here.
 */
const NOBODY = "toUUID('00000000-0000-0000-0000-000000000000')";

/**
 * `since`: what leaves parts of the table unread where days before one are not wanted. `mine`: the conditions that give rows of `{subjects:Array(UUID)}` alone, by an index
 * where the table is not sorted by subject; `many`: the same in one pass over the table, where that is another way.
 */
type Branch = { from: string; where: string; mine: string; many?: string; group?: string; since?(day: string): string };
/** A column's expression: the same in every branch, or one a branch. */
type Columns = Readonly<Record<string, string | readonly string[]>>;
/** Columns made of others above the branches. */
const MADE: Readonly<Record<string, { of: readonly string[]; sql: string }>> = {
  customer: { of: ['subject'], sql: `if(w.customer = ${NOBODY}, s.subject, w.customer)` },
  net: { of: ['amount', 'refunded'], sql: 's.amount - s.refunded' },
};
const MINE = 'subject in {subjects:Array(UUID)}';
const OWNERS = '(select subject, customer from subject_owner final where workspace = {workspace:UUID})';
const OWNERS_OF_MINE = `(select subject, customer from subject_owner final where workspace = {workspace:UUID} and ${MINE})`;

type Made<C extends Columns> = 'customer' | ('refunded' extends keyof C ? 'net' : never);
type Name<C extends Columns> = (keyof C & string) | Made<C>;
/**
 * `mine` reads what the bound parameter `subjects` names and nothing else: for a few people out of many; `many` for more than `FEW` of them. `since` reads less where the asker wants no days before
 * one (an expression of a Date) and says so in its own condition on `day`.
 */
type Reading<C extends Columns> = ((...names: Name<C>[]) => string) & { mine(...names: Name<C>[]): string; many(...names: Name<C>[]): string; since(day: string, ...names: Name<C>[]): string };

function reading<C extends Columns>(columns: C, branches: readonly Branch[]): Reading<C> {
  const columnIn = (name: string, at: number): string => {
    const given = columns[name] as string | readonly string[];
    return `${typeof given === 'string' ? given : given[at]} as ${name}`;
  };
  const read = (names: readonly Name<C>[], { whose = 'all' as 'all' | 'mine' | 'many', since = null as string | null } = {}): string => {
    const base = [...new Set(names.flatMap((name) => MADE[name]?.of ?? [name]))];
    const rows = branches.map(({ from, where, mine, many = mine, group, since: begin }, at) => `select ${base.map((name) => columnIn(name, at)).join(', ')} from ${from} final where ${{ all: where, mine, many }[whose]}${since !== null && begin ? ` and ${begin(since)}` : ''}${group ? ` group by ${group}` : ''}`);
    const shown = names.map((name) => `${MADE[name]?.sql ?? `s.${name}`} as ${name}`).join(', ');
    const owners = whose === 'all' ? OWNERS : OWNERS_OF_MINE;
    return `(select ${shown} from (${rows.join('\n union all ')}) as s${names.includes('customer') ? ` left join ${owners} as w on w.subject = s.subject` : ''})`;
  };
  return Object.assign((...names: Name<C>[]) => read(names), { mine: (...names: Name<C>[]) => read(names, { whose: 'mine' }), many: (...names: Name<C>[]) => read(names, { whose: 'many' }), since: (day: string, ...names: Name<C>[]) => read(names, { since: day }) });
}

/** Ends a statement about one person: it reads some granules, and a second thread would cost more than it gives. */
export const OF_ONE = 'settings max_threads = 1';

/** A moment before anything of a day, in any zone: events lie in parts by their time. */
export const momentOf = (day: string): string => `toDateTime64(toDate32(${day}) - 1, 3, 'UTC')`;

const KEYS = { orders: ['source', 'shop', 'order_no'], refunds: ['source', 'shop', 'refund_no'], order_lines: ['source', 'shop', 'order_no'] } as const;
/**
 * Narrows a table under a name to rows of `{subjects:Array(UUID)}`. Reading with FINAL goes by the sorting key alone, so the keys are found first, by the table's
 * index of subjects.
 */
export const ofSubjects = (table: keyof typeof KEYS, as: string = table): string =>
  `(${KEYS[table].map((key) => `${as}.${key}`).join(', ')}) in (select ${KEYS[table].join(', ')} from ${table} where workspace = {workspace:UUID} and ${MINE}) and ${as}.${MINE}`;

/** Up to so many subjects are found by an index; of more, one pass over the table costs less than half. */
export const FEW = 10;

type Owned = (rows: string, ...columns: readonly string[]) => string;
const ownedBy = (owners: string): Owned => (rows, ...columns) =>
  `(select ${MADE.customer?.sql} as customer, ${columns.map((column) => `s.${column} as ${column}`).join(', ')} from ${rows} as s left join ${owners} as w on w.subject = s.subject)`;
/** Rows that carry a `subject`, given to the person who owns it now: `columns` of theirs, and `customer`. */
export const owned = ownedBy(OWNERS);
/** The same of rows of `{subjects:Array(UUID)}` alone. */
export const ownedOfMine = ownedBy(OWNERS_OF_MINE);

const PAID = "status in ('paid', 'shipped', 'done')";
const STANDS = "full_refund in ('', 'pending')";
const KNOWN = `subject != ${NOBODY}`;
const HERE = 'workspace = {workspace:UUID}';
const narrowed = (table: keyof typeof KEYS, as: string, where: string): Branch => ({ from: `${table} as ${as}`, where, mine: `${where} and ${ofSubjects(table, as)}`, many: `${where} and ${as}.${MINE}` });
/** An order that counts as a purchase: paid or later, not wholly refunded, more than free gifts. */
const isPurchase = (o: string): string => `${o}.${PAID} and ${o}.${STANDS} and not ${o}.free`;

/** Orders that count as a purchase, by somebody known. */
export const purchases = reading({
  subject: 'o.subject', source: 'o.source', shop: 'o.shop', channel: 'o.channel', order_no: 'o.order_no', day: 'o.day', ordered_at: 'o.ordered_at',
  amount: 'o.amount', refunded: 'o.refunded', discount: 'o.discount', promo: 'o.promo', coupon: 'o.coupon', receivers: 'o.receivers', b2b: 'o.b2b',
}, [narrowed('orders', 'o', `o.${HERE} and ${isPurchase('o')} and o.${KNOWN}`)]);

/** Every order, and every refund and adjustment that no order holds, with its money, also those of nobody. `purchase` marks what `purchases` shows. */
export const sales = reading({
  subject: ['d.subject', 'r.subject', 'l.subject'], kind: ["'order'", "'refund'", "'adjustment'"],
  source: ['d.source', 'r.source', 'l.source'], shop: ['d.shop', 'r.shop', 'l.shop'], channel: ['d.channel', "''", "''"],
  document_no: ['d.order_no', 'r.document_no', 'l.order_no'], status: ['d.status', 'r.status', "'done'"],
  day: ['d.day', 'r.day', 'min(l.day)'], ordered_at: ['d.ordered_at', "toDateTime64(0, 3, 'UTC')", "toDateTime64(0, 3, 'UTC')"],
  amount: [`if(d.${PAID}, d.amount, 0)`, '0', 'sum(l.amount)'], refunded: [`if(d.${PAID}, d.refunded, 0)`, "if(r.status = 'done', r.amount, 0)", '0'],
  purchase: [`toUInt8(${isPurchase('d')})`, '0', '0'], promo: ['d.promo', "''", "''"], b2b: ['d.b2b', '0', '0'], receivers: ['d.receivers', '0', '0'],
  import_id: ['d.import_id', 'r.import_id', 'any(l.import_id)'],
}, [
  narrowed('orders', 'd', `d.${HERE}`),
  narrowed('refunds', 'r', `r.${HERE} and r.order_no = ''`),
  // Nearly every line is held by an order: the few orders with a loose one are found first, or FINAL would read every line.
  { ...narrowed('order_lines', 'l', `l.${HERE} and l.loose and (l.source, l.shop, l.order_no) in (select source, shop, order_no from order_lines where ${HERE} and loose)`), group: 'l.workspace, l.subject, l.source, l.shop, l.order_no' },
]);

// As a number: a set of three texts is compared at a third of the speed, and looked for in the sorting key besides.
const ORDER = (as: string): string => `cityHash64(${as}.source, ${as}.shop, ${as}.order_no)`;
const inPurchases = (which: string): string => `(l.source, l.shop, l.order_no) in (select o.source, o.shop, o.order_no from orders as o final where o.${HERE} and ${isPurchase('o')} and ${which})`;

/** Lines of purchases, for what people buy. */
export const purchaseLines = reading({
  subject: 'l.subject', shop: 'l.shop', order_no: 'l.order_no', day: 'l.day', sku: 'l.sku', category: 'l.category', kind: 'l.kind', amount: 'l.amount', refunded: 'l.refunded', cost: 'l.cost',
}, [{
  from: 'order_lines as l',
  where: `l.${HERE} and l.${KNOWN} and ${inPurchases('true')}`,
  mine: `l.${HERE} and l.${KNOWN} and ${ofSubjects('order_lines', 'l')} and ${inPurchases(`(o.source, o.shop, o.order_no) in (select source, shop, order_no from order_lines where ${HERE} and ${MINE})`)}`,
  many: `l.${HERE} and l.${KNOWN} and l.${MINE} and ${ORDER('l')} in (select ${ORDER('o')} from orders as o final where o.${HERE} and ${isPurchase('o')} and ${ORDER('o')} in (select ${ORDER('k')} from order_lines as k where k.${HERE} and k.${MINE}))`,
}]);

const EVENTS = {
  subject: 'e.subject', time: 'e.time', moment: 'e.time', day: 'e.day', kind: 'e.kind', event: 'e.event', source: 'e.source', shop: 'e.shop', channel: 'e.channel', amount: 'e.amount', properties: 'e.properties',
};
const ofEvents: Branch = { from: 'events as e', where: `e.${HERE} and e.${KNOWN}`, mine: `e.${HERE} and e.${MINE}`, since: (day) => `e.time >= ${momentOf(day)}` };

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
  narrowed('orders', 'o', `o.${HERE} and ${isPurchase('o')} and o.${KNOWN}`),
  narrowed('refunds', 'r', `r.${HERE} and r.status = 'done' and r.${KNOWN}`),
]);
