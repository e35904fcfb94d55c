import { rmSync } from 'node:fs';
import { pino } from 'pino';
import { openBrowser } from '../test/support/browser.ts';
import { person, type Person } from '../test/support/app.ts';
import { newWriteKey } from '../src/collect/index.ts';
import { sources } from '../src/collect/sources.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { readConfig } from '../src/kernel/config.ts';
import { addDays, dayNumber, dayOfNumber } from '../src/kernel/day.ts';
import { drain } from '../src/kernel/facts.ts';
import { maybe, sql } from '../src/kernel/sql.ts';
import { dataDay, reassess, recalibrate, runScoring } from '../src/lifecycle/index.ts';
import { settingOf } from '../src/lifecycle/store.ts';
import { loop } from '../src/loop.ts';
import { type Running, startServer } from '../src/server.ts';
import { PAGES } from '../web/src/pageList.ts';
import { askAll, type Answered, type Asked, askedBy, p95, patternOf } from './scale/asking.ts';
import { emailOf, nameOf, phoneOf } from './scale/people.ts';
import { memoryOfTree } from './scale/memory.ts';
import { openShop, type Shop } from './scale/shop.ts';
import { watchStatements } from './statements.ts';
import { percentile, report, stopwatch, timed } from './support.ts';

/**
 * A million customers and twenty million events on the running product. PERENNIAL_SCALE_DATA names a folder that keeps the shop between runs;
 * words after the file choose parts: recompute, incremental, pages, one, search. PERENNIAL_SCALE_STATEMENTS=1 tells what the engine's statements of a recompute take.
 */
const SIZE = { people: Number(process.env.PERENNIAL_SCALE_PEOPLE ?? 1_000_000), events: Number(process.env.PERENNIAL_SCALE_EVENTS ?? 20_000_000), days: 540 };
const LIMITS = { recomputeSeconds: 90, incrementalSeconds: 2, coldMs: 1_000, warmMs: 200, oneMs: 50, searchMs: 100, memoryMB: 4_000 };
const ROUNDS = { cold: Number(process.env.PERENNIAL_SCALE_ROUNDS ?? 3), warm: 4, one: 40, search: 25, orders: 20 };
/** Each recompute is a day later; further ahead of its data the server would tell everybody anew by itself, beside what is measured. */
const FAR_AHEAD_DAYS = 2;
const clock = { now: () => new Date() };
const wanted = process.argv.slice(2);
const isWanted = (part: string): boolean => wanted.length === 0 || wanted.includes(part);

type Setting = { running: Running; shop: Shop; owner: Person };

const assessedAsOf = ({ running: { stores }, shop: { workspaceId } }: Setting): Promise<number | null> =>
  stores.pg.tx(workspaceId, async (tx) => (await settingOf(tx, workspaceId)).assessedAsOf);

/** A look at the memory of all processes takes our own thread a tenth of a second. */
const LOOK_MS = 5_000;

/** Memory's most while something runs. */
async function watched<T>(work: () => Promise<T>): Promise<{ result: T; own: number; stores: number }> {
  const most = { own: 0, stores: 0 };
  const look = (): void => {
    const now = memoryOfTree();
    if (now.own + now.stores > most.own + most.stores) Object.assign(most, now);
  };
  const timer = setInterval(look, LOOK_MS);
  try {
    return { result: await work(), ...most };
  } finally {
    clearInterval(timer);
  }
}

/** Waits until reactions and the queue have nothing to do: what an earlier step asked for, as a look at all segments, is not part of what is measured. */
async function untilQuiet({ running: { stores } }: Setting): Promise<void> {
  const busy = async (): Promise<boolean> => (await stores.pg.jobsPool.query<{ jobs: number }>('select count(*)::int as jobs from graphile_worker.jobs where attempts < max_attempts')).rows[0]?.jobs !== 0;
  await drain(stores, loop);
  while (await busy()) await new Promise((again) => setTimeout(again, 500));
}

/** Everybody told anew on the day after the last time, then scored: cuts, RFM bins, stages and values of all. */
async function recompute(setting: Setting): Promise<void> {
  const { running: { stores }, shop: { workspaceId, size, folder } } = setting, before = await assessedAsOf(setting);
  const parts = stopwatch(folder);
  if (before === null) {
    const first = await timed(async () => recalibrate(stores, { asOf: await dataDay(stores, workspaceId), caller: systemCaller(workspaceId) }));
    parts.mark('first assessment, cuts learned and everybody published');
    report({ name: `first assessment of ${size.people.toLocaleString('en')} customers`, value: first.seconds, unit: 's', better: 'less' });
    await timed(() => runScoring(stores, workspaceId, 'asked'));
    parts.mark('first scores');
    await drain(stores, loop);
    parts.mark('reactions to it');
  }
  const today = await dataDay(stores, workspaceId);
  if (((await assessedAsOf(setting)) as number) - dayNumber(today) >= FAR_AHEAD_DAYS) {
    await reassess(stores, workspaceId, 'all', today, { mode: 'backfill' });
    parts.mark('everybody told back as of the data’s own day');
  }
  await untilQuiet(setting);
  parts.mark('what that asked for');
  const statements = process.env.PERENNIAL_SCALE_STATEMENTS ? watchStatements(stores.ch) : () => undefined;
  const day = addDays(dayOfNumber((await assessedAsOf(setting)) as number), 1);
  const { result: [stages, values], own, stores: below } = await watched(async () => {
    const told = await timed(() => reassess(stores, workspaceId, 'all', day, { mode: 'backfill' }));
    parts.mark('stages and RFM of everybody, a day later');
    statements();
    const scored = await timed(() => runScoring(stores, workspaceId, 'asked'));
    parts.mark('value models and scores of everybody');
    statements();
    return [told, scored] as const;
  });
  parts.print();
  console.log(`  ${JSON.stringify(stages.result)}`);
  report({ name: 'stages and RFM of everybody', value: stages.seconds, unit: 's', better: 'less' });
  report({ name: 'value models and scores of everybody', value: values.seconds, unit: 's', better: 'less' });
  report({ name: 'stages, RFM and value, full recompute', value: stages.seconds + values.seconds, unit: 's', threshold: LIMITS.recomputeSeconds, better: 'less' });
  report({ name: 'most memory of it, ours and the stores’', value: (own + below) / 1e6, unit: 'MB', better: 'less' });
  await drain(stores, loop);
}

/** An order by HTTP of somebody known, until their stage stands. */
async function incremental({ running: { stores, url }, shop: { workspaceId, size }, owner }: Setting): Promise<void> {
  const [source] = await sources(stores, workspaceId), { key } = await newWriteKey(stores, systemCaller(workspaceId), source?.id ?? '');
  const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`, waits: number[] = [], run = clock.now().getTime();
  const ordersOf = async (id: string): Promise<number> => (await stores.pg.tx(workspaceId, (tx) => maybe(tx, sql<{ orders: number }>`select coalesce(order_count, 0) as orders from customer where workspace_id = ${workspaceId} and id = ${id}`)))?.orders ?? 0;
  for (let i = 0; i < ROUNDS.orders; i++) {
    const n = Math.floor((size.people * (i + 0.5)) / ROUNDS.orders), { rows: [customer] } = (await owner.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers?q=${phoneOf(n)}&limit=1`)).body;
    if (!customer) throw new Error(`nobody has the telephone of ${n}`);
    const body = { messageId: `bench-${run}-${i}`, userId: `u${n}`, event: 'Order Completed', timestamp: clock.now().toISOString(), properties: { order_id: `B${run}-${i}`, total: 120, currency: 'CNY' } };
    const before = await ordersOf(customer.id), began = performance.now();
    const reply = await fetch(`${url}/v1/track`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error(`the door refused: ${reply.status} ${await reply.text()}`);
    while ((await ordersOf(customer.id)) <= before && performance.now() - began < 60_000) await new Promise((again) => setTimeout(again, 10));
    waits.push(performance.now() - began);
  }
  console.log(`  order to stage: p50 ${percentile(waits, 0.5).toFixed(0)} ms, most ${Math.max(...waits).toFixed(0)} ms`);
  report({ name: 'order over HTTP to stage, RFM and field, p95', value: percentile(waits, 0.95) / 1000, unit: 's', threshold: LIMITS.incrementalSeconds, better: 'less' });
}

/** What each page of the app asks, by a browser that opens it. */
async function askedByPages({ running: { url }, owner }: Setting, one: string): Promise<Map<string, Asked[]>> {
  const { page, context, close } = await openBrowser({ baseURL: url }), [name, value] = owner.cookie.split('=') as [string, string];
  try {
    await context.addCookies([{ name, value, url }]);
    const found = new Map<string, Asked[]>();
    for (const { path } of PAGES.filter(({ path }) => !path.includes('$') || path === '/customers/$id')) found.set(path, await askedBy(page, () => page.goto(path.replace('$id', one))));
    return found;
  } finally {
    await close();
  }
}

const told = (path: string, cold: readonly Answered[], warm: readonly Answered[]): void => {
  const slowest = [...cold].sort((a, b) => b.ms - a.ms);
  console.log(`  ${p95(cold).toFixed(0).padStart(6)} ms cold  ${p95(warm).toFixed(0).padStart(6)} ms warm  ${path}`);
  for (const each of slowest.filter(({ ms }, at) => at < 3 * ROUNDS.cold && ms > 200)) console.log(`           ${each.ms.toFixed(0).padStart(6)} ms ${(each.bytes / 1e3).toFixed(0).padStart(5)} kB  ${patternOf(each)} ${each.body ?? ''}`.slice(0, 220));
};

/** Every page: its requests one after another, after a write and again. */
async function pages({ running: { stores }, owner }: Setting, asked: ReadonlyMap<string, Asked[]>): Promise<void> {
  // A write that changes nothing: answers kept until the next write are forgotten.
  const forget = (): Promise<void> => stores.ch.command('optimize table costs'), all: { cold: Answered[]; warm: Answered[] } = { cold: [], warm: [] };
  for (const [path, own] of asked) {
    const cold: Answered[] = [], warm: Answered[] = [];
    for (let round = 0; round < ROUNDS.cold; round++) {
      await forget();
      cold.push(...await askAll(own, owner.cookie));
    }
    for (let round = 0; round < ROUNDS.warm; round++) warm.push(...await askAll(own, owner.cookie));
    told(path, cold, warm);
    report({ name: `page ${path}, first after a write, p95`, value: p95(cold), unit: 'ms', threshold: LIMITS.coldMs, better: 'less' });
    report({ name: `page ${path}, again, p95`, value: p95(warm), unit: 'ms', threshold: LIMITS.warmMs, better: 'less' });
    all.cold.push(...cold);
    all.warm.push(...warm);
  }
  report({ name: 'requests of all pages, first after a write, p95', value: p95(all.cold), unit: 'ms', threshold: LIMITS.coldMs, better: 'less' });
  report({ name: 'requests of all pages, again, p95', value: p95(all.warm), unit: 'ms', threshold: LIMITS.warmMs, better: 'less' });
}

/** The routes of a customer's page, one after another, for customers nobody has looked at. */
async function one({ owner }: Setting, asked: readonly Asked[], like: string, others: readonly string[]): Promise<void> {
  const own = asked.filter(({ url }) => url.includes(like)), times = new Map<string, Answered[]>();
  for (const id of others) for (const each of own) {
    const [answer] = await askAll([{ ...each, url: each.url.replaceAll(like, id) }], owner.cookie) as [Answered];
    times.set(patternOf(each), [...(times.get(patternOf(each)) ?? []), answer]);
  }
  for (const [pattern, answered] of [...times].sort(([, a], [, b]) => p95(b) - p95(a))) console.log(`  ${p95(answered).toFixed(0).padStart(6)} ms p95 ${percentile(answered.map(({ ms }) => ms), 0.5).toFixed(0).padStart(6)} ms p50  ${pattern}`);
  const first = [...times].filter(([pattern]) => /\/customers\/\$id(?:\?|$)|timeline/.test(pattern)).flatMap(([, answered]) => answered);
  report({ name: 'customer 360, routes of the first screen, p95', value: p95(first), unit: 'ms', threshold: LIMITS.oneMs, better: 'less' });
  report({ name: 'customer 360, every route of the page, p95', value: p95([...times.values()].flat()), unit: 'ms', threshold: LIMITS.oneMs, better: 'less' });
}

async function searching({ running: { url }, owner, shop: { size } }: Setting): Promise<void> {
  const kinds = { name: nameOf, telephone: phoneOf, 'telephone tail': (n: number) => phoneOf(n).slice(-4), 'e-mail': emailOf, 'order number': (n: number) => `S${String(n - (n % 10)).padStart(9, '0')}` };
  const all: Answered[] = [];
  for (const [kind, of] of Object.entries(kinds)) {
    const asked = Array.from({ length: ROUNDS.search }, (_, i) => `${url}/api/v1/customers?q=${encodeURIComponent(of(Math.floor((size.people * (i + 0.37)) / ROUNDS.search)))}&limit=8`);
    const answered: Answered[] = [];
    for (const each of asked) answered.push(...await askAll([{ method: 'GET', url: each, body: null }], owner.cookie));
    console.log(`  ${p95(answered).toFixed(0).padStart(6)} ms p95 ${percentile(answered.map(({ ms }) => ms), 0.5).toFixed(0).padStart(6)} ms p50  search by ${kind}, ${(answered.reduce((sum, { bytes }) => sum + bytes, 0) / answered.length).toFixed(0)} bytes`);
    all.push(...answered);
  }
  report({ name: 'search, p95', value: p95(all), unit: 'ms', threshold: LIMITS.searchMs, better: 'less' });
}

async function looked(setting: Setting): Promise<void> {
  const { rows } = (await setting.owner.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers?limit=${ROUNDS.one + 1}&sort=name`)).body, [like = '', ...others] = rows.map(({ id }) => id);
  if (isWanted('pages') || isWanted('one')) {
    const asked = await askedByPages(setting, like);
    if (isWanted('one')) await one(setting, asked.get('/customers/$id') ?? [], like, others);
    if (isWanted('pages')) await pages(setting, asked);
  }
  if (isWanted('search')) await searching(setting);
}

const shop = await openShop(SIZE);
const running = await startServer(readConfig(['--data', shop.folder, '--port', '0']), { clock, log: pino({ level: 'error' }), pid: process.pid });
try {
  running.setReady();
  const setting: Setting = { running, shop, owner: await person(running.stores, running.app, shop.workspaceId, 'owner') };
  if (isWanted('recompute')) await recompute(setting);
  if (isWanted('incremental')) await incremental(setting);
  await looked(setting);
  await new Promise((rest) => setTimeout(rest, 5_000));
  const { own, stores } = memoryOfTree();
  console.log(`  memory: our process with ClickHouse in it ${(own / 1e6).toFixed(0)} MB, Postgres ${(stores / 1e6).toFixed(0)} MB`);
  report({ name: 'memory when all is done, ours and Postgres’', value: (own + stores) / 1e6, unit: 'MB', threshold: LIMITS.memoryMB, better: 'less' });
} finally {
  await running.stop();
  if (!shop.kept) rmSync(shop.folder, { recursive: true, force: true });
}
