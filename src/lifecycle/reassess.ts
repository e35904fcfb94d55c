import { flushMirror, type Published, publishIn } from '../customers/index.ts';
import { type Day, dayNumber, dayOfNumber } from '../kernel/day.ts';
import type { Facts } from '../kernel/errors.ts';
import { announce, announceAll } from '../kernel/facts.ts';
import { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { stoppedSources } from './asOf.ts';
import { assess, changeOf, fingerprintOf, firstSeenOf, judgedOn, type Assessed, type Before, type Books, type Change } from './core/assess.ts';
import { rfmScales, type RfmScales } from './core/rfm.ts';
import { judgeWith, type Judge } from './core/stage.ts';
import { FIRST_ID, type Kinds, kindsOf, LAST_ID, loadHabits, type Named, named, openHabits, type Range, rangesOf, sizeOf, type Whom } from './queries/habits.ts';
import { assessedAs, assessedSince, type Befores, loadDue, loadRfmColumns, loadUnassessed, openBefores, removeNow, saveHistories, saveNow, type Stamp, writeNow } from './queries/stages.ts';
import { newestVersion, versionAfter } from './queries/versions.ts';
import { forgetUntold, lockStages, noteUntold, rfmRulesInForce, rulesInForce, saveSetting, settingOf, type Untold, untoldOf } from './store.ts';

/** live: what moved is news, one fact each. backfill: builds everything, triggers nothing, one fact in all. */
export type ReassessMode = 'live' | 'backfill';
export type Reassessed = { customers: number; moved: number; corrected: number };

type Setting = { workspaceId: WorkspaceId; asOf: number; mode: ReassessMode; judge: Judge; rulesVersion: number; scales: RfmScales | null; windowFrom: number; kinds: Kinds; stopped: ReadonlyMap<string, number> };

/** Orders read in one pass over everything; the engine adds them up by customer and day, about half a kilobyte each while it does. */
const ORDERS_PER_PASS = 4_000_000;
/** Saved in one transaction, so that others wait a second or two. */
const CUSTOMERS_PER_PART = 40_000;
/** Written to the stores together, while the next ones are judged. */
const CUSTOMERS_PER_BLOCK = 25_000;
/** Opened at a time, as objects of about 3 KB a customer of five purchases: of each nothing but what is written is kept, so that they die young. */
const CUSTOMERS_PER_LOT = 1_000;
const CUSTOMERS_PER_SET = 5_000;

/**
 * Tells where customers stand on `asOf`: load → decide → save, for a set or for everyone, in parts so that a million never
 * stand in memory at once. Saves histories, publishes fields and announces, each part in one transaction. Safe to repeat.
 */
export async function reassess(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[] | 'all', asOf: Day, { mode = 'live' as ReassessMode } = {}): Promise<Reassessed> {
  const size = customers === 'all' ? await sizeOf(stores.ch, workspaceId) : undefined;
  const [setting, untold] = await Promise.all([settingFor(stores, workspaceId, { asOf, mode, kinds: size?.kinds ?? kindsOf(stores.ch, workspaceId), measureRfm: size !== undefined }), leftUntold(stores, workspaceId)]);
  const sum: Reassessed = { customers: 0, moved: 0, corrected: 0 };
  for (const one of untold) await retell(stores, setting, one);
  const assessNamed = async (some: readonly CustomerId[]): Promise<void> => {
    for (const whom of await setsOf(stores, workspaceId, some)) add(sum, await reassessNamed(stores, setting, whom));
    await flushMirror(stores, workspaceId);
  };
  if (customers !== 'all') await assessNamed(customers);
  else if (size) {
    const passes = Math.max(1, Math.ceil(size.orders / ORDERS_PER_PASS)), each = Math.max(1, Math.ceil(size.customers / passes / CUSTOMERS_PER_PART)), parts = await rangesOf(stores.ch, workspaceId, passes * each);
    for (let at = 0; at < parts.length; at += each) add(sum, await reassessRanges(stores, setting, parts.slice(at, at + each)));
    await flushMirror(stores, workspaceId);
    // An import leaves the mirror to the end, so that only now those are seen who are known by nothing they did.
    await assessNamed(await loadUnassessed(stores.ch, workspaceId));
  }
  await stores.pg.tx(workspaceId, async (tx) => {
    if (customers === 'all') await saveSetting(tx, workspaceId, { assessedAsOf: asOf });
    if (mode === 'backfill') await announce(tx, stores.clock, workspaceId, 'stages.backfilled', { ...sum, asOf, all: customers === 'all' });
  });
  return sum;
}

function add(sum: Reassessed, { customers, moved, corrected }: Reassessed): void {
  sum.customers += customers;
  sum.moved += moved;
  sum.corrected += corrected;
}

async function setsOf(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Named[]> {
  const distinct = [...new Set(customers)];
  return Promise.all(Array.from({ length: Math.ceil(distinct.length / CUSTOMERS_PER_SET) }, (_, at) => named(stores, workspaceId, distinct.slice(at * CUSTOMERS_PER_SET, (at + 1) * CUSTOMERS_PER_SET))));
}

/** Under the lock nobody is telling anything: what stands there was cut off. */
const leftUntold = (stores: Stores, workspaceId: WorkspaceId): Promise<Untold[]> => stores.pg.tx(workspaceId, async (tx) => {
  await lockStages(tx, workspaceId);
  return untoldOf(tx, workspaceId);
});

/** Tells the others of everybody whom a run that was cut off told analytics about. */
async function retell(stores: Stores, setting: Setting, { version, mode }: Untold): Promise<void> {
  const { workspaceId } = setting;
  for (const whom of await setsOf(stores, workspaceId, await assessedAs(stores.ch, workspaceId, version))) await reassessNamed(stores, { ...setting, mode }, whom);
  await stores.pg.tx(workspaceId, (tx) => forgetUntold(tx, workspaceId, version));
}

type Asked = { asOf: Day; mode: ReassessMode; kinds: Kinds | Promise<Kinds>; measureRfm: boolean };

async function settingFor(stores: Stores, workspaceId: WorkspaceId, { asOf, mode, kinds: asked, measureRfm }: Asked): Promise<Setting> {
  const day = dayNumber(asOf), inForce = stores.pg.tx(workspaceId, async (tx) => {
    const { version, rules } = await rulesInForce(tx, workspaceId);
    const { scales } = await settingOf(tx, workspaceId);
    return { version, rules, scales, rfm: await rfmRulesInForce(tx, workspaceId) };
  });
  const [{ version, rules, scales, rfm }, kinds, stopped] = await Promise.all([inForce, asked, stoppedSources(stores, workspaceId)]);
  const windowFrom = rfm.windowDays === null ? 0 : day - rfm.windowDays + 1;
  const setting = { workspaceId, asOf: day, mode, judge: judgeWith(rules), rulesVersion: version, windowFrom, kinds, stopped };
  if (!measureRfm) return { ...setting, scales };
  const columns = await loadRfmColumns(stores.ch, { workspaceId, asOf: day, windowFrom, b2bPurchaseMinor: rules.b2bPurchaseMinor });
  const measured = rfmScales(columns, rfm);
  await stores.pg.tx(workspaceId, (tx) => saveSetting(tx, workspaceId, { scales: measured, rfmAsOf: asOf }));
  return { ...setting, scales: measured };
}

type Told = { one: Assessed; before: Before | undefined; change: Change; fingerprint: number };

/** Customers with their books, some at a time and in the order of their ids, and what is held of them; `newer`: of whom something newer than both was told. */
type Part = { whom: Whom; stamp: Stamp; books: Iterable<readonly Books[]>; before: Befores; newer: ReadonlySet<CustomerId> };

/** Versions of runs that were cut off before they told everybody. */
const untoldIn = async (tx: Tx, workspaceId: WorkspaceId): Promise<number[]> => (await untoldOf(tx, workspaceId)).map(({ version }) => version);

/** Named customers are read where they are saved, under the lock. */
const reassessNamed = (stores: Stores, setting: Setting, whom: Named): Promise<Reassessed> => {
  const { workspaceId, asOf, windowFrom, kinds, stopped } = setting;
  return stores.pg.tx(workspaceId, async (tx) => {
    await lockStages(tx, workspaceId);
    const untold = await untoldIn(tx, workspaceId), [stamp, own, before] = await Promise.all([
      stampOf(stores, setting), loadHabits(stores.ch, { workspaceId, asOf, whom, windowFrom, kinds, sources: stopped.size > 0 }), openBefores(stores.ch, workspaceId, whom, untold),
    ]);
    return judgeAndSave({ tx, stores, setting }, { whom, stamp, books: [own], before, newer: new Set() });
  });
};

/**
 * Everybody of ranges that follow each other in one pass over what happened, saved range by range. The books, and what is held of the next range, are read before
 * the lock is taken: whoever was assessed by something newer meanwhile is left as that says.
 */
async function reassessRanges(stores: Stores, setting: Setting, ranges: readonly Range[]): Promise<Reassessed> {
  const { workspaceId, asOf, windowFrom, kinds, stopped } = setting, readAt = await newestVersion(stores, 'stage_now', workspaceId), sum: Reassessed = { customers: 0, moved: 0, corrected: 0 };
  const whole: Range = { after: ranges[0]?.after ?? FIRST_ID, upTo: ranges.at(-1)?.upTo ?? LAST_ID }, reader = await openHabits(stores.ch, { workspaceId, asOf, whom: whole, windowFrom, kinds, sources: stopped.size > 0 });
  function* lotsUpTo(id: CustomerId): Generator<Books[]> {
    for (let lot = reader.take(CUSTOMERS_PER_LOT, id); lot.length > 0; lot = reader.take(CUSTOMERS_PER_LOT, id)) yield lot;
  }
  const held = (range: Range, untold: readonly number[] = []): Promise<Befores> => openBefores(stores.ch, workspaceId, range, untold);
  let ahead: Promise<Befores> | undefined;
  for (const [at, range] of ranges.entries()) add(sum, await stores.pg.tx(workspaceId, async (tx) => {
    await lockStages(tx, workspaceId);
    const untold = await untoldIn(tx, workspaceId), reading = untold.length === 0 && ahead ? ahead : held(range, untold);
    const [stamp, newer, before] = await Promise.all([stampOf(stores, setting), assessedSince(stores.ch, workspaceId, range, readAt), reading]), next = ranges[at + 1];
    ahead = next && held(next);
    ahead?.catch(() => undefined);
    return judgeAndSave({ tx, stores, setting }, { whom: range, stamp, books: lotsUpTo(range.upTo), before, newer });
  }));
  return sum;
}

type Place = { tx: Tx; stores: Stores; setting: Setting };

/** Decides and saves, under the lock. Customers held to stand somewhere who have no books any more are removed, but for `newer`. */
async function judgeAndSave({ tx, stores, setting }: Place, { whom, stamp, books, before, newer }: Part): Promise<Reassessed> {
  const { workspaceId, mode } = setting, sum: Reassessed = { customers: 0, moved: 0, corrected: 0 };
  // On the disk before analytics hears anything, gone with the commit that tells everybody else.
  await stores.pg.tx(workspaceId, (note) => noteUntold(note, workspaceId, { version: stamp.version, mode }));
  let [block, isRetold, saving] = [newBlock(), false, Promise.resolve()];
  // The stores write these while the next ones are judged. Analytics too, inside the transaction, so that whoever waits for the lock reads what we wrote.
  const send = async (): Promise<void> => {
    const full = block;
    block = newBlock();
    await saving;
    saving = save({ tx, stores, setting }, full);
    saving.catch(() => undefined);
  };
  for (const lot of books) {
    for (const own of lot) {
      const held = before.of(own.customerId);
      if (newer.has(own.customerId)) continue;
      const told = tell(setting, own, held);
      count(sum, told);
      isRetold ||= told.change.historyChanged;
      gather(block, told, { stamp, mode });
    }
    if (block.customers >= CUSTOMERS_PER_BLOCK) await send();
  }
  await send();
  await saving;
  if (isRetold) await saveHistories(stores.ch, stamp, stores.clock.now(), whom);
  await removeNow(stores.ch, stamp, before.rest().filter((customer) => !newer.has(customer)));
  await forgetUntold(tx, workspaceId, stamp.version);
  return sum;
}

function count(sum: Reassessed, { change }: Told): void {
  sum.customers++;
  if (change.stageMoved) sum.moved++;
  if (change.kind === 'correction') sum.corrected++;
}

/** What is to be written of some customers: their rows as bytes, and of those of whom there is news what others are told. */
type Block = { customers: number; rows: RowWriter; published: Published[]; news: Facts[]; corrections: Facts[] };
const newBlock = (): Block => ({ customers: 0, rows: new RowWriter(), published: [], news: [], corrections: [] });

function gather(block: Block, { one, before, change, fingerprint }: Told, { stamp, mode }: { stamp: Stamp; mode: ReassessMode }): void {
  block.customers++;
  writeNow(block.rows, stamp, { one, fingerprint, as: change.historyChanged ? (change.kind === 'correction' ? 2 : 1) : 0 });
  if (!before || fingerprint !== before.fingerprint) block.published.push(publishedOf(one, before !== undefined));
  if (mode === 'live' && change.stageMoved) (change.kind === 'correction' ? block.corrections : block.news).push(factsOf(one, before));
}

function tell({ asOf, judge, scales, stopped, rulesVersion }: Setting, own: Books, before: Before | undefined): Told {
  const day = judgedOn(own, stopped, asOf);
  const one = assess(judge, scales, { ...own, firstSeen: firstSeenOf(own, before, day) }, day);
  return { one, before, change: changeOf(before, one, rulesVersion), fingerprint: fingerprintOf(one) };
}

const stampOf = async (stores: Stores, { workspaceId, rulesVersion }: Setting): Promise<Stamp> => ({ workspaceId, rulesVersion, version: await versionAfter(stores, 'stage_now', workspaceId) });

async function save({ tx, stores, setting: { workspaceId } }: Place, { rows, published, news, corrections }: Block): Promise<void> {
  const tellOthers = async (): Promise<void> => {
    if (published.length > 0) await publishIn(tx, stores, workspaceId, published);
    await announceAll(tx, stores.clock, workspaceId, 'stage.changed', news);
    await announceAll(tx, stores.clock, workspaceId, 'stage.corrected', corrections);
  };
  await Promise.all([tellOthers(), saveNow(stores.ch, rows)]);
}

const factsOf = (one: Assessed, before: Before | undefined): Facts => ({
  customerId: one.customerId, from: before?.stage ?? null, to: one.stage, cycle: one.cycle, since: dayOfNumber(one.since), state: one.state, branch: one.branch, reason: one.reason,
});

const dayOrNull = (day: number | null): Day | null => (day === null ? null : dayOfNumber(day));

const publishedOf = (one: Assessed, isKnown: boolean): Published => ({
  customer: one.customerId,
  values: {
    stage: one.stage, stage_since: dayOfNumber(one.since), branch: one.branch, cycle: one.cycle, order_count: one.orders, first_on: dayOrNull(one.firstDay), last_on: dayOrNull(one.lastDay),
    net_minor: one.netMinor, gap_days: one.gapDays === null ? null : Math.round(one.gapDays * 10) / 10, rfm: one.rfm?.name ?? null, b2b: one.b2b,
    // Where no shop has ever been named there is nothing to say, and nothing to take back the first time.
    ...(one.shops.length > 0 ? { shops: [...one.shops] } : isKnown ? { shops: null } : {}),
  },
});

/**
 * Lets silence speak: whoever changes stage on or before `asOf` without any event is assessed, first and by themselves.
 * On a new day everyone follows, since RFM moves with the calendar.
 */
export async function tick(stores: Stores, workspaceId: WorkspaceId, asOf: Day): Promise<Reassessed> {
  const due = await loadDue(stores.ch, workspaceId, dayNumber(asOf));
  const moved = await reassess(stores, workspaceId, due, asOf);
  const { assessedAsOf } = await stores.pg.tx(workspaceId, (tx) => settingOf(tx, workspaceId));
  if (assessedAsOf !== null && assessedAsOf >= dayNumber(asOf)) return moved;
  const all = await reassess(stores, workspaceId, 'all', asOf);
  return { customers: all.customers, moved: moved.moved + all.moved, corrected: moved.corrected + all.corrected };
}
