/**
 * The readings of what happened that every report shares: one definition each, so that no two pages count differently.
 * Each gives a FROM part with only the columns asked for (the engine plans every column of a view, asked for or not), reads
 * the bound parameter `workspace`, and gives rows to the person who owns their subject now: merges and cuts are applied here.
 */
const NOBODY = "toUUID('00000000-0000-0000-0000-000000000000')";

type Branch = { from: string; where: string; group?: string };
/** A column's expression: the same in every branch, or one a branch. */
type Columns = Readonly<Record<string, string | readonly string[]>>;
/** Columns made of others above the branches. */
const MADE: Readonly<Record<string, { of: readonly string[]; sql: string }>> = {
  customer: { of: ['subject'], sql: `if(w.customer = ${NOBODY}, s.subject, w.customer)` },
  net: { of: ['amount', 'refunded'], sql: 's.amount - s.refunded' },
};
const OWNERS = '(select subject, customer from subject_owner final where workspace = {workspace:UUID})';

type Made<C extends Columns> = 'customer' | ('refunded' extends keyof C ? 'net' : never);
type Reading<C extends Columns> = (...names: ((keyof C & string) | Made<C>)[]) => string;

function reading<C extends Columns>(columns: C, branches: readonly Branch[]): Reading<C> {
  const columnIn = (name: string, at: number): string => {
    const given = columns[name] as string | readonly string[];
    return `${typeof given === 'string' ? given : given[at]} as ${name}`;
  };
  return (...names) => {
    const base = [...new Set(names.flatMap((name) => MADE[name]?.of ?? [name]))];
    const rows = branches.map(({ from, where, group }, at) => `select ${base.map((name) => columnIn(name, at)).join(', ')} from ${from} final where ${where}${group ? ` group by ${group}` : ''}`);
    const shown = names.map((name) => `${MADE[name]?.sql ?? `s.${name}`} as ${name}`).join(', ');
    return `(select ${shown} from (${rows.join('\n union all ')}) as s${names.includes('customer') ? ` left join ${OWNERS} as w on w.subject = s.subject` : ''})`;
  };
}

/** Rows that carry a `subject`, given to the person who owns it now: `columns` of theirs, and `customer`. */
export const owned = (rows: string, ...columns: readonly string[]): string =>
  `(select ${MADE.customer?.sql} as customer, ${columns.map((column) => `s.${column} as ${column}`).join(', ')} from ${rows} as s left join ${OWNERS} as w on w.subject = s.subject)`;

const PAID = "status in ('paid', 'shipped', 'done')";
const STANDS = "full_refund in ('', 'pending')";
const KNOWN = `subject != ${NOBODY}`;
const HERE = 'workspace = {workspace:UUID}';
/** An order that counts as a purchase: paid or later, not wholly refunded, more than free gifts. */
const isPurchase = (o: string): string => `${o}.${PAID} and ${o}.${STANDS} and not ${o}.free`;

/** Orders that count as a purchase, by somebody known. */
export const purchases = reading({
  subject: 'o.subject', source: 'o.source', shop: 'o.shop', channel: 'o.channel', order_no: 'o.order_no', day: 'o.day', ordered_at: 'o.ordered_at',
  amount: 'o.amount', refunded: 'o.refunded', discount: 'o.discount', promo: 'o.promo', coupon: 'o.coupon', receivers: 'o.receivers', b2b: 'o.b2b',
}, [{ from: 'orders as o', where: `o.${HERE} and ${isPurchase('o')} and o.${KNOWN}` }]);

/** Every order, and every refund and adjustment that no order holds, with its money, also those of nobody. `purchase` marks what `purchases` shows. */
export const sales = reading({
  subject: ['d.subject', 'r.subject', 'l.subject'], kind: ["'order'", "'refund'", "'adjustment'"],
  source: ['d.source', 'r.source', 'l.source'], shop: ['d.shop', 'r.shop', 'l.shop'], channel: ['d.channel', "''", "''"],
  document_no: ['d.order_no', 'r.document_no', 'l.order_no'], status: ['d.status', 'r.status', "'done'"],
  day: ['d.day', 'r.day', 'min(l.day)'],
  amount: [`if(d.${PAID}, d.amount, 0)`, '0', 'sum(l.amount)'], refunded: [`if(d.${PAID}, d.refunded, 0)`, "if(r.status = 'done', r.amount, 0)", '0'],
  purchase: [`toUInt8(${isPurchase('d')})`, '0', '0'], promo: ['d.promo', "''", "''"], b2b: ['d.b2b', '0', '0'], receivers: ['d.receivers', '0', '0'],
  import_id: ['d.import_id', 'r.import_id', 'any(l.import_id)'],
}, [
  { from: 'orders as d', where: `d.${HERE}` },
  { from: 'refunds as r', where: `r.${HERE} and r.order_no = ''` },
  // Nearly every line is held by an order: the few orders with a loose one are found first, or FINAL would read every line.
  { from: 'order_lines as l', where: `l.${HERE} and l.loose and (l.source, l.shop, l.order_no) in (select source, shop, order_no from order_lines where ${HERE} and loose)`, group: 'l.workspace, l.subject, l.source, l.shop, l.order_no' },
]);

/** Lines of purchases, for what people buy. */
export const purchaseLines = reading({
  subject: 'l.subject', shop: 'l.shop', order_no: 'l.order_no', day: 'l.day', sku: 'l.sku', category: 'l.category', kind: 'l.kind', amount: 'l.amount', refunded: 'l.refunded', cost: 'l.cost',
}, [{
  from: 'order_lines as l',
  where: `l.${HERE} and l.${KNOWN} and (l.source, l.shop, l.order_no) in (select o.source, o.shop, o.order_no from orders as o final where o.${HERE} and ${isPurchase('o')})`,
}]);

/** Everything a known person did, in one shape: tracked events, purchases as 'order.paid', refunds as 'order.refunded'. */
export const activity = reading({
  subject: ['e.subject', 'o.subject', 'r.subject'], time: ['e.time', 'o.ordered_at', 'r.refunded_at'], day: ['e.day', 'o.day', 'r.day'],
  kind: ['e.kind', "'order'", "'refund'"], event: ['e.event', "'order.paid'", "'order.refunded'"],
  source: ['e.source', 'o.source', 'r.source'], shop: ['e.shop', 'o.shop', 'r.shop'], channel: ['e.channel', 'o.channel', "''"],
  amount: ['e.amount', 'o.amount - o.refunded', 'r.amount'],
  properties: [
    'e.properties',
    "toJSONString(mapConcat(o.properties, map('order_no', o.order_no, 'coupon', o.coupon, 'promo', o.promo, 'province', o.province, 'city', o.city))) :: JSON",
    "toJSONString(map('order_no', r.order_no, 'sku', r.sku, 'reason', r.reason)) :: JSON",
  ],
}, [
  { from: 'events as e', where: `e.${HERE} and e.${KNOWN}` },
  { from: 'orders as o', where: `o.${HERE} and ${isPurchase('o')} and o.${KNOWN}` },
  { from: 'refunds as r', where: `r.${HERE} and r.status = 'done' and r.${KNOWN}` },
]);
