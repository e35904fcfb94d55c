import { loadavg } from 'node:os';
import { pino } from 'pino';
import { buildApp } from '../src/app.ts';
import { dayNumber } from '../src/kernel/day.ts';
import type { Stores } from '../src/kernel/stores.ts';
import { runScoring } from '../src/lifecycle/index.ts';
import { loadRfmColumns } from '../src/lifecycle/queries/stages.ts';
import { benchStores, percentile, report, stopwatch, timed } from './support.ts';

/** While everything of a shop is fitted, judged and scored, the rest of the product answers as if nothing were. */
const P99_MS = 100;
const CUSTOMERS = 100_000;
const MORE_EACH = 3;
/** How often the light route is asked: a page with some people on it. */
const EVERY_MS = 10;
const IDLE_MS = 3_000;
const SUMMARY_ORDERS = 20_000_000;
const ORDERS_PER_INSERT = 2_000_000;
const SUMMARY_SECONDS = 10;
/** Two orders of one day may pass it: such customers have to be looked at. */
const B2B_MINOR = 40_000;
const LAST = '2026-01-14';

/** Orders made by the engine itself: each customer buys at a rate of their own, by chance, for a life of their own of `mean` more purchases. */
const madeOrders = ({ ch }: Stores, workspace: string, customers: number, mean: number): Promise<void> => ch.command(`
  insert into orders (workspace, source, shop, order_no, version, subject, status, ordered_at, day, currency, amount, original_currency, channel)
  settings optimize_on_insert = 0
  select {workspace:UUID}, 'bench', 'A', concat('N', leftPad(toString(who), 9, '0'), '-', toString(after)), 1,
         reinterpretAsUUID(toUInt128(who + 1)), 'paid', toDateTime64(first + after, 3, 'UTC'), first + after, 'CNY', 1000 + cityHash64(who, after) % 20000, 'CNY', 'shop'
    from (
      select number as who, toDate({last:String}) - toUInt16(cityHash64(number) % 700) as first, arrayMap(k -> toUInt32(ceil(-log((cityHash64(number, k, 1) % 9999 + 1) / 10000) * (8 + cityHash64(number, 2) % 90))), range(60)) as gaps,
             arrayJoin(arrayConcat([toUInt64(0)], arraySlice(arrayCumSum(gaps), 1, toUInt32(-log((cityHash64(number, 4) % 9999 + 1) / 10000) * {mean:Float64})))) as after
        from numbers({customers:UInt64})
    )
   where after < 1500 and first + after <= toDate({last:String})`, { workspace, customers, mean, last: LAST });

/** Two years of orders in the order of time, as shops number them: some of the customers buy often, most rarely. Rows arrive as they do from an import. */
async function manyOrders({ ch }: Stores, workspace: string, orders: number): Promise<void> {
  for (let from = 0; from < orders; from += ORDERS_PER_INSERT) await ch.command(`
  insert into orders (workspace, source, shop, order_no, version, subject, status, day, amount)
  settings optimize_on_insert = 0
  select {workspace:UUID}, 'bench', 'A', concat('N', leftPad(toString(number), 9, '0')), 1,
         reinterpretAsUUID(toUInt128(1 + toUInt64({orders:UInt64} * 0.3 * pow(cityHash64(number) / 18446744073709551616., 1.5)))), 'paid',
         toDate({last:String}) - 729 + intDiv(number * 730, {orders:UInt64}), 1000 + cityHash64(number, 1) % 20000
    from numbers({from:UInt64}, {count:UInt64})`, { workspace, orders, from, count: Math.min(ORDERS_PER_INSERT, orders - from), last: LAST });
}

/** Merging what was just written is not what is measured. */
async function settled({ ch }: Stores): Promise<void> {
  for (let seconds = 0; seconds < 90; seconds++) {
    const [now] = await ch.rows<{ merges: number }>(`select count() as merges from system.merges where table = 'orders' and ${seconds} >= 0`);
    if (now?.merges === 0) return;
    await new Promise((again) => setTimeout(again, 1_000));
  }
}

/** What the engine alone takes to add up the same orders by customer: seconds. */
async function rawSeconds({ ch }: Stores, workspace: string): Promise<number> {
  const { seconds } = await timed(() => ch.rows('select count() as customers, sum(net) as money from (select subject, max(day), count(), sum(amount) as net from orders where workspace = {workspace:UUID} group by subject)', { workspace }));
  return seconds;
}

type Measured<T> = { result: T; seconds: number; wall: number; own: number; others: number };

/** Seconds of work with two cores to itself: by the clock, or, where other work holds it up, the processor's of our thread and half of the engine's, which has two. */
async function onTwoCores<T>(work: () => Promise<T>): Promise<Measured<T>> {
  const [own, all] = [process.threadCpuUsage(), process.cpuUsage()], { result, seconds: wall } = await timed(work), mine = process.threadCpuUsage(own), both = process.cpuUsage(all);
  const [ownSeconds, allSeconds] = [(mine.user + mine.system) / 1e6, (both.user + both.system) / 1e6], others = allSeconds - ownSeconds;
  return { result, seconds: Math.min(wall, ownSeconds + others / 2), wall, own: ownSeconds, others };
}

const told = ({ wall, own, others }: Measured<unknown>): string => `${wall.toFixed(2)} s by the clock, ${own.toFixed(2)} s of our thread and ${others.toFixed(2)} s of others`;

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

async function scoringMeanwhile(stores: Stores, workspaceId: string): Promise<void> {
  await madeOrders(stores, workspaceId, CUSTOMERS, MORE_EACH);
  const app = await buildApp(stores, { log: pino({ level: 'silent' }), readiness: { ready: true } }), url = await app.listen({ port: 0 }), idleUntil = performance.now() + IDLE_MS;
  const idle = await askedMeanwhile(url, () => performance.now() > idleUntil), raw = await rawSeconds(stores, workspaceId), parts = stopwatch();
  let over = false;
  const asking = askedMeanwhile(url, () => over), { seconds } = await timed(() => runScoring(stores, workspaceId, 'asked'));
  over = true;
  parts.mark('scoring and the light route beside it');
  parts.print();
  const waits = await asking, p99 = percentile(waits, 0.99);
  await app.close();
  console.log(`  load ${loadavg()[0]?.toFixed(1)}; ${waits.length} requests meanwhile: p50 ${percentile(waits, 0.5).toFixed(1)} ms, most ${Math.max(...waits).toFixed(0)} ms; without it p99 ${percentile(idle, 0.99).toFixed(1)} ms`);
  report({ name: `a light route while ${CUSTOMERS.toLocaleString('en')} customers are fitted and scored, p99 (ratio to the same without)`, value: p99, unit: 'ms', ratioToRaw: p99 / percentile(idle, 0.99), threshold: P99_MS, better: 'less' });
  report({ name: `read, fit, judge and score ${CUSTOMERS.toLocaleString('en')} customers, all laws and trained models`, value: seconds, unit: 's', ratioToRaw: seconds / raw });
}

async function summary(stores: Stores, workspaceId: string): Promise<void> {
  await stores.ch.command('truncate table orders');
  await manyOrders(stores, workspaceId, SUMMARY_ORDERS);
  await settled(stores);
  const asOf = dayNumber(LAST), raw = await onTwoCores(() => rawSeconds(stores, workspaceId)), ours = await onTwoCores(() => loadRfmColumns(stores.ch, { workspaceId, asOf, windowFrom: asOf - 364, b2bPurchaseMinor: B2B_MINOR }));
  console.log(`  load ${loadavg()[0]?.toFixed(1)}; ${ours.result.recency.length.toLocaleString('en')} customers; ${told(ours)}; the engine alone adds up the same in ${told(raw)}`);
  report({ name: `RFM of ${SUMMARY_ORDERS.toLocaleString('en')} orders in the engine`, value: ours.seconds, unit: 's', ratioToRaw: ours.seconds / raw.seconds, threshold: SUMMARY_SECONDS, better: 'less' });
}

const { stores, workspaceId, close } = await benchStores();
try {
  await scoringMeanwhile(stores, workspaceId);
  await summary(stores, workspaceId);
} finally {
  await close();
}
