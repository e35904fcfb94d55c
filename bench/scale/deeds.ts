import type { WorkspaceId } from '../../src/kernel/ids.ts';
import type { Stores } from '../../src/kernel/stores.ts';

/** Events 0 … events − 1 of `people` customers over the days before `last`: one in ten is an order. */
export type Deeds = { events: number; people: number; days: number; last: string };
/** So few that no statement comes near the two minutes one may take, on a busy machine either. */
const PER_STATEMENT = 250_000;
const ORDER_EVERY = 10;
const NOBODYS_IMPORT = '00000000-0000-0000-0000-000000000000';

/**
 * Who did event `e`, when, where: few do much and most do little (the busiest of a million a few thousand things), each within a life of their own
 * between the day they came and the day they left. The same numbers give the same rows whichever table they are made for.
 */
const DEEDS = `
    select e, n, account, browser, day, toDateTime64(day, 3, 'Asia/Shanghai') + toIntervalSecond(28800 + cityHash64(e, 3) % 50000) as at, shop, price, sku
      from (
        select e, n, account, browser, cityHash64(n, 5) % {days:UInt32} as came, least({days:UInt32} - 1 - came, toUInt32(30 - 260 * log((cityHash64(n, 6) % 9999 + 1) / 10000))) as stayed,
               toDate({last:String}) - {days:UInt32} + 1 + came + cityHash64(e, 2) % (stayed + 1) as day,
               arrayElement(['tmall', 'youzan', 'pos', 'site'], 1 + cityHash64(n, 7) % 4) as shop, 1900 + cityHash64(e, 4) % 260 * 100 as price, cityHash64(e, 8) % 500 as sku
          from (select number as e, toUInt32({people:UInt32} * pow(cityHash64(number, 1) / 18446744073709551616., 1.6)) as n from numbers({from:UInt64}, {count:UInt64})) as drawn
         inner join bench_people as p on p.n = drawn.n
      )`;

/** As the door writes them: an order is an event too; before the sign-in the browser is all that is known. */
const EVENTS = `
  insert into events (workspace, subject, time, message_id, version, kind, event, source, shop, channel, day, received_at, url, campaign, amount, properties, backfill, import_id)
  select {workspace:UUID}, if(is_order or cityHash64(e, 11) % 2 = 0, account, browser), at, concat('m', toString(e)), 1,
         if(what = 'page', 'page', 'track'), multiIf(is_order, 'Order Completed', what = 'page', 'Home', what), 'shop', shop, shop, day, at + 1,
         if(what = 'page', concat('https://shop.example/p/', toString(sku)), ''), if(cityHash64(e, 12) % 5 = 0, concat('campaign ', toString(cityHash64(n) % 12)), ''),
         if(is_order or what = 'cart.added', price, null),
         multiIf(is_order, concat('{"order_id":"S', leftPad(toString(e), 9, '0'), '","total":', toString(price / 100), ',"currency":"CNY"}'),
                 what in ('product.viewed', 'cart.added'), concat('{"sku":"K', toString(sku), '","category":"C', toString(sku % 8), '","value":', toString(price / 100), '}'), '{}'), 0, {import:UUID}
    from (select *, e % ${ORDER_EVERY} = 0 as is_order,
                 multiIf(cityHash64(e, 13) % 100 < 45, 'page', cityHash64(e, 13) % 100 < 80, 'product.viewed', cityHash64(e, 13) % 100 < 91, 'cart.added', cityHash64(e, 13) % 1000 < 996, 'checkout.started', cityHash64(e, 13) % 1000 < 998, 'referral.made', 'user.signed_in') as what
            from (${DEEDS}))`;

const EVENT_IDS = `
  insert into event_ids (source, message_id, workspace) select 'shop', concat('m', toString(number)), {workspace:UUID} from numbers({from:UInt64}, {count:UInt64})`;

const ORDERS = `
  insert into orders (workspace, source, shop, order_no, version, subject, status, ordered_at, paid_at, day, currency, amount, original_amount, original_currency, refunded, full_refund, measures, channel, promo, province, city, stated, digest, lines_digest, import_id, received_at)
  select {workspace:UUID}, 'shop', shop, concat('S', leftPad(toString(e), 9, '0')), 1, account, if(cityHash64(e, 21) % 50 = 0, 'closed', 'paid'), at, at, day, 'CNY', price, price, 'CNY',
         if(cityHash64(e, 22) % 40 = 0, price, 0), if(cityHash64(e, 22) % 40 = 0, 'after_shipping', ''), map('paid', price), shop, '', '浙江省', '杭州市', 1, cityHash64(e, 23) % 4503599627370496, 0, {import:UUID}, at + 1
    from (${DEEDS}) where e % ${ORDER_EVERY} = 0`;

const LINES = `
  insert into order_lines (workspace, source, shop, order_no, sku, occurrence, version, subject, day, name, category, kind, quantity, amount, cost, digest, import_id)
  select {workspace:UUID}, 'shop', shop, concat('S', leftPad(toString(e), 9, '0')), concat('K', toString((sku + 7 * at_line) % 500)), 0, 1, account, day, concat('茶 ', toString((sku + 7 * at_line) % 500)), concat('C', toString((sku + 7 * at_line) % 8)),
         'goods', 1, intDiv(price, lines), intDiv(price * 55, 100 * lines), cityHash64(e, at_line) % 4503599627370496, {import:UUID}
    from (select *, 1 + cityHash64(e, 24) % 3 as lines, arrayJoin(range(lines)) as at_line from (${DEEDS}) where e % ${ORDER_EVERY} = 0)`;

const REFUNDS = `
  insert into refunds (workspace, source, shop, refund_no, version, order_no, subject, day, refunded_at, amount, status, reason, digest, import_id)
  select {workspace:UUID}, 'shop', shop, concat('R', toString(e)), 1, concat('S', leftPad(toString(e), 9, '0')), account, day, at, price, 'done', '', cityHash64(e, 25) % 4503599627370496, {import:UUID}
    from (${DEEDS}) where e % ${ORDER_EVERY} = 0 and cityHash64(e, 22) % 40 = 0`;

const COSTS = `
  insert into costs (workspace, source, cost_no, version, day, kind, channel, campaign, amount, digest, import_id)
  select {workspace:UUID}, 'shop', concat('c', toString(number)), 1, toDate({last:String}) - number % {days:UInt32}, arrayElement(['acquisition', 'retention', 'service'], 1 + number % 3),
         arrayElement(['tmall', 'youzan', 'pos', 'site'], 1 + number % 4), concat('campaign ', toString(number % 12)), 100000 + cityHash64(number) % 400000, number, {import:UUID}
    from numbers(5000)`;

/** Everything that happened, made by the engine itself in the product's own tables. */
export async function writeDeeds({ ch }: Stores, workspace: WorkspaceId, deeds: Deeds, tell: (done: number) => void): Promise<void> {
  const { events, people, days, last } = deeds, all = { workspace, people, days, last, import: NOBODYS_IMPORT };
  for (let from = 0; from < events; from += PER_STATEMENT) {
    const params = { ...all, from, count: Math.min(PER_STATEMENT, events - from) };
    for (const statement of [EVENTS, EVENT_IDS, ORDERS, LINES, REFUNDS]) await ch.command(statement, params);
    tell(from + params.count);
  }
  await ch.command(COSTS, all);
}

/** Waits until the engine has merged what was just written, two minutes at most: merging is not what is measured. */
export async function settled({ ch }: Stores): Promise<void> {
  for (let seconds = 0; seconds < 240; seconds++) {
    const [now] = await ch.rows<{ merges: number }>(`select count() as merges from system.merges where ${seconds} >= 0`);
    if (now?.merges === 0) return;
    await new Promise((again) => setTimeout(again, 1_000));
  }
}
