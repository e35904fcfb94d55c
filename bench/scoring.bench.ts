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
const MORE_EACH = 3;
/** How often the light route is asked: a page with some people on it. */
const EVERY_MS = 10;
/** With five more purchases each, about twenty million orders. */
const SUMMARY_CUSTOMERS = 5_400_000;
const SUMMARY_MORE_EACH = 5;
const SUMMARY_SECONDS = 10;
const LAST = '2026-01-14';

/** Orders made by the engine itself: each customer buys at a rate of their own, by chance, for a life of their own of `mean` more purchases. */
const madeOrders = ({ ch }: Stores, workspace: string, customers: number, mean: number): Promise<void> => ch.command(`
  insert into orders (workspace, source, shop, order_no, version, deleted, subject, status, ordered_at, day, currency, amount, original_amount, original_currency, channel)
  select {workspace:UUID}, 'bench', 'A', concat('N', leftPad(toString(who), 9, '0'), '-', toString(after)), 1, 0,
         reinterpretAsUUID(reverse(unhex(leftPad(hex(who + 1), 32, '0')))), 'paid', toDateTime64(first + after, 3, 'UTC'), first + after, 'CNY', 1000 + cityHash64(who, after) % 20000, 0, 'CNY', 'shop'
    from (
      select number as who, toDate({last:String}) - toUInt16(cityHash64(number) % 700) as first, arrayMap(k -> toUInt32(ceil(-log((cityHash64(number, k, 1) % 9999 + 1) / 10000) * (8 + cityHash64(number, 2) % 90))), range(60)) as gaps,
             arrayJoin(arrayConcat([toUInt64(0)], arraySlice(arrayCumSum(gaps), 1, toUInt32(-log((cityHash64(number, 4) % 9999 + 1) / 10000) * {mean:Float64})))) as after
        from numbers({customers:UInt64})
    )
   where after < 1500 and first + after <= toDate({last:String})`, { workspace, customers, mean, last: LAST });

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
  await madeOrders(stores, workspaceId, CUSTOMERS, MORE_EACH);
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
  await madeOrders(stores, workspaceId, SUMMARY_CUSTOMERS, SUMMARY_MORE_EACH);
  const asOf = dayNumber(LAST), summary = await timed(() => loadRfmColumns(stores.ch, { workspaceId, asOf, windowFrom: asOf - 364, b2bPurchaseMinor: null }));
  const [stored] = await stores.ch.rows<{ orders: number }>('select count() as orders from orders where workspace = {workspaceId:UUID}', { workspaceId });
  report({ name: `RFM of ${(stored?.orders ?? 0).toLocaleString('en')} orders and ${summary.result.recency.length.toLocaleString('en')} customers in the engine`, value: summary.seconds, unit: 's', threshold: SUMMARY_SECONDS, better: 'less' });
} finally {
  await close();
}
