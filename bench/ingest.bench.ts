import pg from 'pg';
import { EVENTS_PER_BODY, newPeople, type Plan } from './ingest/bodies.ts';
import { watchOrders } from './ingest/markers.ts';
import { rawSeconds } from './ingest/raw.ts';
import { heldRows, sameRows } from './ingest/rows.ts';
import type { Outcome } from './ingest/sender.ts';
import { answered, merged, openSender, openShop } from './ingest/shop.ts';
import { perItem, processor } from './processor.ts';
import { watchStatements } from './statements.ts';
import { percentile, report, type Timed, timed, watchMemory } from './support.ts';

/** `PERENNIAL_BENCH_SHARE`: so much of everything, to try the bench out; figures then say nothing. PERENNIAL_BENCH_STATEMENTS=1 tells what the engine's statements of each stretch take. */
const SHARE = Number(process.env.PERENNIAL_BENCH_SHARE ?? 1);
const bodies = (events: number): number => Math.max(20, Math.round((events * SHARE) / EVENTS_PER_BODY));
const PEOPLE = bodies(100_000) * EVENTS_PER_BODY;
const MIX = { people: PEOPLE, newShare: 0.05, orderShare: 0.1 } as const;

const ACKED_PER_SECOND = 40_000, SUSTAINED_PER_SECOND = 15_000, SUSTAINED_SHARE = 35, DRAIN_SECONDS = 60, WRITES_PER_100 = 1;
const ACK_P99_MS = 250, PROFILE_P95_MS = 2_000, ANALYTICS_P95_MS = 10_000, BURST_MB = 500;
const OFFERED_PER_SECOND = 16_500, QUIET_PER_SECOND = 3_000;
const MARKERS = Math.max(4, Math.round(24 * SHARE));

const shop = await openShop();
const sender = openSender(shop);

/** Statements that write, beside the body log, told by the driver. */
let writes = 0;
const ask = pg.Client.prototype.query;
pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]) {
  const text = typeof given[0] === 'string' ? given[0] : ((given[0] as { text?: string } | undefined)?.text ?? '');
  if (/^\s*(?:insert|update|delete)\b|\b(?:insert into|update|delete from)\s/i.test(text) && !/^\s*insert into ingest_body/.test(text)) writes++;
  return (ask as (...all: unknown[]) => unknown).apply(this, given);
} as typeof ask;

const statements = process.env.PERENNIAL_BENCH_STATEMENTS ? watchStatements(shop.stores.ch) : null;

/** A stretch of work with where its processor time went, per event. */
async function measured<T>(name: string, events: number, work: () => Promise<T>): Promise<Timed<T>> {
  const before = processor(shop.folder);
  const done = await timed(work);
  console.log(`  ${name}: ${done.seconds.toFixed(1)} s, ${Math.round(events / done.seconds)} events/s; an event: ${perItem(before, processor(shop.folder), events)}`);
  statements?.();
  return done;
}

let sent = 0, seed = 0, known = 0;
type Way = { connections: number; perSecond: number | null };
type Mix = Pick<Plan, 'people' | 'newShare' | 'orderShare'>;
/** Makes bodies with the next newcomers in them. */
async function ready(events: number, way: Way, mix: Mix = MIX): Promise<Plan> {
  const plan: Plan = { seed: ++seed, bodies: bodies(events), newFrom: known, ...mix };
  await sender.make({ ...plan, ...way });
  sent += eventsIn(plan);
  known += plan.bodies * newPeople(plan);
  return plan;
}
const eventsIn = ({ bodies: many }: Plan): number => many * EVENTS_PER_BODY;
const FAST: Way = { connections: 16, perSecond: null };
const demandAll = ({ otherwise, withoutRetryAfter }: Outcome): void => {
  if (otherwise + withoutRetryAfter > 0) throw new Error(`${otherwise} replies were neither 200 nor 429, ${withoutRetryAfter} of 429 named no time`);
};

try {
  const people = eventsIn(await ready(PEOPLE / SHARE, FAST, { people: 0, newShare: 1, orderShare: 0 }));
  await sender.send();
  await shop.work();
  await measured('everybody for the first time', people, () => answered(shop));
  await shop.rest();

  const backlog = eventsIn(await ready(540_000, FAST));
  const { result: taken } = await measured('taken in alone', backlog, () => sender.send());
  demandAll(taken);
  report({ name: 'durably acknowledged', value: backlog / taken.seconds, unit: 'events/s', threshold: ACKED_PER_SECOND });
  await shop.work();
  const { seconds: drained } = await measured('backlog', backlog, () => answered(shop));
  report({ name: 'backlog of 540,000 events to reactions', value: drained, unit: 's', threshold: DRAIN_SECONDS, better: 'less' });

  const plan = await ready(OFFERED_PER_SECOND * 30, { connections: 64, perSecond: OFFERED_PER_SECOND / EVENTS_PER_BODY }), steady = eventsIn(plan);
  const before = await heldRows(shop);
  writes = 0;
  const { seconds: working } = await measured('sustained', steady, async () => {
    demandAll(await sender.send());
    await answered(shop);
  });
  report({ name: 'Postgres writes per 100 events beside the body log', value: (writes / steady) * 100, unit: 'statements', threshold: WRITES_PER_100, better: 'less' });
  const after = await heldRows(shop);

  const quiet = eventsIn(await ready(QUIET_PER_SECOND * 25, { connections: 64, perSecond: QUIET_PER_SECOND / EVENTS_PER_BODY }));
  await merged(shop);
  const { result: [acks, seen] } = await measured('3,000 a second', quiet, () => Promise.all([sender.send(), watchOrders(shop, MARKERS, 1_000)]));
  sent += MARKERS;
  demandAll(acks);
  report({ name: 'acknowledged at 3,000 events/s, p99', value: percentile(acks.acks, 0.99), unit: 'ms', threshold: ACK_P99_MS, better: 'less' });
  report({ name: 'seen on the profile, p95', value: percentile(seen.profile, 0.95), unit: 'ms', threshold: PROFILE_P95_MS, better: 'less' });
  report({ name: 'seen in analytics, p95', value: percentile(seen.analytics, 0.95), unit: 'ms', threshold: ANALYTICS_P95_MS, better: 'less' });
  await answered(shop);

  const burst = eventsIn(await ready(300_000, { connections: bodies(300_000), perSecond: null }));
  const held = process.memoryUsage.rss();
  const { result: { result: all, peakBytes } } = await measured('burst', burst, () => watchMemory(async () => sender.send()));
  demandAll(all);
  console.log(`  ${all.refused} requests of the burst were told to wait`);
  report({ name: 'memory of 300,000 events at once, beyond before', value: (peakBytes - held) / 1e6, unit: 'MB', threshold: BURST_MB, better: 'less' });
  await answered(shop);

  const [stored] = await shop.stores.ch.rows<{ events: number; distinct: number }>('select count() as events, uniqExact(message_id) as distinct from events');
  if (stored?.events !== sent || stored.distinct !== sent) throw new Error(`acknowledged ${sent}, stored ${JSON.stringify(stored)}`);
  await shop.rest();
  const bare = await rawSeconds(shop, plan), same = await sameRows(shop, before, after);
  console.log(`  the events alone as bare rows: COPY ${bare.copy.toFixed(1)} s, TSV ${bare.insert.toFixed(1)} s; all rows of the stretch in tables alike: COPY ${same.copy.toFixed(1)} s, TSV ${same.insert.toFixed(1)} s`);
  report({ name: 'sustained end to end', value: steady / working, unit: 'events/s', ratioToRaw: (same.copy + same.insert) / working, threshold: SUSTAINED_PER_SECOND });
  report({ name: 'sustained as a share of COPY and TSV of the same rows', value: ((same.copy + same.insert) / working) * 100, unit: '%', threshold: SUSTAINED_SHARE });
  report({ name: 'sustained as a share of COPY and TSV of the events alone', value: ((bare.copy + bare.insert) / working) * 100, unit: '%', threshold: null });
} finally {
  sender.stop();
  await shop.close();
}
