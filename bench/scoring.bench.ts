import { pino } from 'pino';
import { buildApp } from '../src/app.ts';
import { dayNumber } from '../src/kernel/day.ts';
import type { Stores } from '../src/kernel/stores.ts';
import { runScoring } from '../src/lifecycle/index.ts';
import { loadRfmColumns } from '../src/lifecycle/queries/stages.ts';
import { benchStores, percentile, report, timed } from './support.ts';

/** While everything of a shop is fitted, judged and scored, the rest of the product answers as if nothing were. */
const P99_MS = 100;
const CUSTOMERS = 100_000;
const ORDERS_EACH = 3;
/** How often the light route is asked: a page with some people on it. */
const EVERY_MS = 10;
const SUMMARY_ORDERS = 20_000_000;
const SUMMARY_SECONDS = 10;
const LAST = '2026-01-14';

/** Orders made by the engine itself: customer n of `customers` buys again and again at a pace of their own, most of them for a while only. */
const madeOrders = ({ ch }: Stores, workspace: string, orders: number, customers: number): Promise<void> => ch.command(`
  insert into orders (workspace, source, shop, order_no, version, deleted, subject, status, ordered_at, day, currency, amount, original_amount, original_currency, channel)
  select {workspace:UUID}, 'bench', 'A', concat('N', leftPad(toString(number), 9, '0')), 1, 0,
         reinterpretAsUUID(reverse(unhex(leftPad(hex(number % {customers:UInt64} + 1), 32, '0')))) as customer, 'paid', toDateTime64(bought, 3, 'UTC'), bought, 'CNY', 1000 + cityHash64(number) % 20000, 0, 'CNY', 'shop'
    from (
      select number, number % {customers:UInt64} as who, intDiv(number, {customers:UInt64}) as nth,
             toDate({last:String}) - toUInt16(least(toUInt64(729), cityHash64(who) % 700 )) + toUInt16(nth * (5 + cityHash64(who, 1) % 90) + if(nth = 0, 0, cityHash64(number, 3) % 60)) as planned,
             least(toDate({last:String}), planned) as bought
        from numbers({orders:UInt64})
    )
   where nth = 0 or (planned <= toDate({last:String}) and cityHash64(who, 2) % 100 < 60)`, { workspace, orders, customers, last: LAST });

/** Milliseconds of a light route, asked again and again until told to end. */
async function askedMeanwhile(url: string, isOver: () => boolean): Promise<number[]> {
  const waits: number[] = [];
  while (!isOver()) {
    const began = performance.now();
    await (await fetch(`${url}/api/v1/session`)).arrayBuffer();
    waits.push(performance.now() - began);
    await new Promise((again) => setTimeout(again, EVERY_MS));
  }
  return waits;
}

const { stores, workspaceId, close } = await benchStores();
try {
  await madeOrders(stores, workspaceId, CUSTOMERS * ORDERS_EACH, CUSTOMERS);
  const app = await buildApp(stores, { log: pino({ level: 'silent' }), readiness: { ready: true } }), url = await app.listen({ port: 0 });
  let over = false;
  const asking = askedMeanwhile(url, () => over), { seconds } = await timed(() => runScoring(stores, workspaceId, 'asked'));
  over = true;
  const waits = await asking;
  await app.close();
  console.log(`  ${CUSTOMERS.toLocaleString('en')} customers read, fitted, judged and scored in ${seconds.toFixed(1)} s; meanwhile ${waits.length} requests, p50 ${percentile(waits, 0.5).toFixed(1)} ms, most ${Math.max(...waits).toFixed(0)} ms`);
  report({ name: `a light route while ${CUSTOMERS.toLocaleString('en')} customers are fitted and scored, p99`, value: percentile(waits, 0.99), unit: 'ms', threshold: P99_MS, better: 'less' });
  report({ name: `read, fit, judge and score ${CUSTOMERS.toLocaleString('en')} customers, all laws and trained models`, value: seconds, unit: 's' });
  await stores.ch.command('truncate table orders');
  await madeOrders(stores, workspaceId, SUMMARY_ORDERS, SUMMARY_ORDERS / 8);
  const asOf = dayNumber(LAST), summary = await timed(() => loadRfmColumns(stores.ch, { workspaceId, asOf, windowFrom: asOf - 364, b2bPurchaseMinor: null }));
  const [stored] = await stores.ch.rows<{ orders: number }>('select count() as orders from orders where workspace = {workspaceId:UUID}', { workspaceId });
  report({ name: `RFM of ${(stored?.orders ?? 0).toLocaleString('en')} orders and ${summary.result.recency.length.toLocaleString('en')} customers in the engine`, value: summary.seconds, unit: 's', threshold: SUMMARY_SECONDS, better: 'less' });
} finally {
  await close();
}
