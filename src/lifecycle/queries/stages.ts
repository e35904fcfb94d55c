import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { rowReader } from '../../kernel/clickhouse/rowReader.ts';
import { RowWriter } from '../../kernel/clickhouse/rowWriter.ts';
import { dayNumber } from '../../kernel/day.ts';
import { type CustomerId, NOBODY, type WorkspaceId } from '../../kernel/ids.ts';
import { purchases, sales } from '../../kernel/readings.ts';
import type { Assessed, Before } from '../core/assess.ts';
import type { Stage } from '../core/rules.ts';
import { filterOf, isBefore, type Range, type Whom } from './habits.ts';

export const NEVER = '2299-12-31';
export const NO_DAY = '1900-01-01';

type BeforeRow = { customer: string; stages: Stage[]; entered: number[]; cycles: number[]; stage: Stage; cycle: number; asOf: number; rulesVersion: number; fingerprint: number };

const BEFORE_COLUMNS = { customer: 'UUID', version: 'UInt64', stages: 'Array(String)', entered: 'Array(Int32)', cycles: 'Array(UInt16)', stage: 'String', cycle: 'UInt16', asOf: 'Int32', rulesVersion: 'UInt32', fingerprint: 'UInt64' };

/** What is held true of customers, one after another in the order of their ids: `of` goes on to a customer, `rest` gives those nobody was asked for, once all are through. */
export type Befores = { of(customer: CustomerId): Before | undefined; rest(): CustomerId[] };

/**
 * What is held true of some customers before they are assessed again. Of rows under an `untold` version nobody but us has heard:
 * there the history told before counts, if there is one, and nothing is taken for published.
 */
export async function openBefores(ch: ClickHouse, workspaceId: WorkspaceId, whom: Whom, untold: readonly number[] = []): Promise<Befores> {
  const bytes = await ch.bytes(`
    select customer, version, stages, entered, cycles, stage, cycle, as_of as asOf, rules_version as rulesVersion, fingerprint
      from stage_now final
  prewhere workspace = {workspace:UUID} and ${filterOf(whom)}
     order by customer`, BEFORE_COLUMNS, { workspace: workspaceId, ...whom });
  const rows = beforeRows(bytes), suspects = untold.length === 0 ? [] : [...beforeRows(bytes)].flatMap(({ customer, version }) => (untold.includes(version) ? [customer] : []));
  const earlier = suspects.length === 0 ? [] : await toldBefore(ch, workspaceId, suspects, Math.min(...untold));
  const instead = new Map<CustomerId, Before | undefined>([...suspects.map((customer) => [customer, undefined] as const), ...earlier.map((row) => [row.customer, beforeOf(row)] as const)]);
  return beforesIn(rows, instead);
}

function beforesIn(rows: Iterator<BeforeRow>, instead: ReadonlyMap<CustomerId, Before | undefined>): Befores {
  const unasked: CustomerId[] = [];
  let next = rows.next();
  const passUpTo = (customer: CustomerId): void => {
    for (; !next.done && isBefore(next.value.customer, customer); next = rows.next()) unasked.push(next.value.customer);
  };
  return {
    of: (customer) => {
      passUpTo(customer);
      if (next.done || next.value.customer !== customer) return undefined;
      const { value } = next;
      next = rows.next();
      return instead.has(customer) ? instead.get(customer) : beforeOf(value);
    },
    rest: () => {
      for (; !next.done; next = rows.next()) unasked.push(next.value.customer);
      return unasked;
    },
  };
}

/** The cells of each row in the order of BEFORE_COLUMNS. */
function* beforeRows(bytes: Uint8Array): Generator<BeforeRow & { version: number }> {
  const read = rowReader(bytes), each = <T>(one: () => T): T[] => Array.from({ length: read.size() }, one);
  while (!read.isDone()) yield {
    customer: read.uuid(), version: read.int(), stages: each(read.text) as Stage[], entered: each(read.i32), cycles: each(read.u16), stage: read.text() as Stage, cycle: read.u16(),
    asOf: read.i32(), rulesVersion: read.u32(), fingerprint: read.int(),
  };
}

const beforeOf = ({ stages, entered, cycles, stage, cycle, asOf, rulesVersion, fingerprint }: BeforeRow): Before => ({ stage, cycle, asOf, rulesVersion, fingerprint, history: { stages, enteredDays: entered, cycles } });

/** No fingerprint has this value: what it stands beside is published anew. */
const UNPUBLISHED = -1;

/** The newest histories recorded before an instant (ms), as if nothing had ever been published of them. */
const toldBefore = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[], before: number): Promise<BeforeRow[]> =>
  ch.rows<BeforeRow>(`
    select customer, stages, arrayMap(d -> toInt32(d), h.entered) as entered, cycles, stages[-1] as stage, cycles[-1] as cycle, toInt32(as_of) as asOf, rules_version as rulesVersion, ${UNPUBLISHED} as fingerprint
      from stage_history as h
     where workspace = {workspace:UUID} and customer in {customers:Array(UUID)} and recorded_at < fromUnixTimestamp64Milli({before:Int64})
     order by recorded_at desc
     limit 1 by customer`, { workspace: workspaceId, customers, before });

/** Whom a version is the newest of. */
export async function assessedAs(ch: ClickHouse, workspaceId: WorkspaceId, version: number): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: string }>('select customer from stage_now final where workspace = {workspace:UUID} and version = {version:UInt64} order by customer', { workspace: workspaceId, version });
  return rows.map(({ customer }) => customer);
}

/** Customers of a range whose place was written, or taken away, under a version newer than `since`. */
export async function assessedSince(ch: ClickHouse, workspaceId: WorkspaceId, range: Range, since: number): Promise<Set<CustomerId>> {
  const rows = await ch.rows<{ customer: string }>(`select distinct customer from stage_now where workspace = {workspace:UUID} and ${filterOf(range)} and version > {since:UInt64}`, { workspace: workspaceId, ...range, since });
  return new Set(rows.map(({ customer }) => customer));
}

/** Customers whose stage changes by silence alone on or before `day`. */
export async function loadDue(ch: ClickHouse, workspaceId: WorkspaceId, day: number): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: string }>(`
    select customer from stage_now final
     where workspace = {workspace:UUID} and due <= toDate32({day:Int32})
     order by customer`, { workspace: workspaceId, day });
  return rows.map(({ customer }) => customer);
}

/** Customers the mirror knows and nobody has assessed yet: those known by nothing they did. */
export async function loadUnassessed(ch: ClickHouse, workspaceId: WorkspaceId): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: string }>(`
    select customer from customer_state final
     where workspace = {workspace:UUID} and customer not in (select customer from stage_now final where workspace = {workspace:UUID})
     order by customer`, { workspace: workspaceId });
  return rows.map(({ customer }) => customer);
}

export type Stamp = { workspaceId: WorkspaceId; version: number; rulesVersion: number };

/** The columns of `stage_now` in the order they are written, with the type each is written in. */
const KEY_COLUMNS = { workspace: 'UUID', customer: 'UUID', version: 'UInt64', deleted: 'UInt8' };
const NOW_COLUMNS = {
  ...KEY_COLUMNS, as_of: 'Date32', rules_version: 'UInt32', stages: 'Array(String)', entered: 'Array(Date32)', cycles: 'Array(UInt16)', state: 'String', branch: 'String', category: 'String', due: 'Date32',
  occasions: 'UInt32', orders: 'UInt32', first_on: 'Date32', last_on: 'Date32', last_seen: 'Date32', net: 'Int64', gap_days: 'Float32', rfm: 'String', rfm_scores: 'UInt16', fingerprint: 'UInt64', told: 'UInt8',
  purchase_days: 'Array(Int32)', purchase_amounts: 'Array(Int64)', expected_from: 'Date32', expected_to: 'Date32', reason: 'String', reason_params: 'Map(String, Float64)',
  product: 'Int64', channel: 'String', order_months: 'Array(UInt32)', month_orders: 'Array(UInt32)',
};

/** One assessment and what it is against the one before: 0 the same history, 1 news, 2 a correction. */
export type ToldAs = { one: Assessed; as: 0 | 1 | 2; fingerprint: number };

const [NEVER_DAY, NO_DAY_AT_ALL] = [dayNumber(NEVER), dayNumber(NO_DAY)];
const CYCLE_MAX = 65_535;

function writeKey(to: RowWriter, { workspaceId, version }: Pick<Stamp, 'workspaceId' | 'version'>, customer: CustomerId, deleted: 0 | 1): void {
  to.uuid(workspaceId); to.uuid(customer); to.int(version); to.u8(deleted);
}

/** Writes where a customer stands now behind what is there. */
export function writeNow(to: RowWriter, stamp: Stamp, { one, as, fingerprint }: ToldAs): void {
  const { history: { stages, enteredDays, cycles }, rfm, purchases, expected, reason, brought: { productMinor, channel, months } } = one;
  writeKey(to, stamp, one.customerId, 0);
  to.date32(one.asOf); to.u32(stamp.rulesVersion); to.texts(stages); to.array(enteredDays, (day) => to.date32(day)); to.array(cycles, (cycle) => to.u16(Math.min(cycle, CYCLE_MAX)));
  to.text(one.state); to.text(one.branch); to.text(one.category); to.date32(one.dueDay ?? NEVER_DAY);
  to.u32(one.occasions); to.u32(one.orders); to.date32(one.firstDay ?? NO_DAY_AT_ALL); to.date32(one.lastDay ?? NO_DAY_AT_ALL); to.date32(one.lastSeen);
  to.int(one.netMinor); to.f32(one.gapDays ?? 0); to.text(rfm?.name ?? ''); to.u16(rfm ? rfm.recency * 100 + rfm.frequency * 10 + rfm.monetary : 0); to.int(fingerprint); to.u8(as);
  to.array(purchases, ({ day }) => to.i32(day)); to.array(purchases, ({ amountMinor }) => to.int(amountMinor)); to.date32(expected?.from ?? NO_DAY_AT_ALL); to.date32(expected?.to ?? NO_DAY_AT_ALL);
  to.text(reason.code); to.map(reason.params, (value) => to.f64(value));
  to.int(productMinor); to.text(channel); to.array(months, ({ month }) => to.u32(month)); to.array(months, ({ orders }) => to.u32(orders));
}

export const saveNow = (ch: ClickHouse, block: RowWriter): Promise<void> => ch.insertRows('stage_now', NOW_COLUMNS, block.row());

/** Appends the histories that were told anew under this stamp: those are never overwritten. The engine copies them itself. Nothing is newer than the stamp, under the lock, and a block may have been written twice. */
export async function saveHistories(ch: ClickHouse, { workspaceId, version }: Stamp, recordedAt: Date, whom: Whom): Promise<void> {
  await ch.command(`
    insert into stage_history (workspace, customer, recorded_at, as_of, rules_version, stages, entered, cycles, correction)
    select workspace, customer, {at:DateTime64(3, 'UTC')}, as_of, rules_version, stages, entered, cycles, told = 2
      from stage_now
     where workspace = {workspace:UUID} and version = {version:UInt64} and told > 0 and ${filterOf(whom)}
     limit 1 by customer`,
    { workspace: workspaceId, version, at: recordedAt.toISOString().replace('T', ' ').replace('Z', ''), ...whom });
}

/** Takes customers away who are no longer any: merged into another, or erased. */
export async function removeNow(ch: ClickHouse, stamp: Pick<Stamp, 'workspaceId' | 'version'>, customers: readonly CustomerId[]): Promise<void> {
  const block = new RowWriter();
  for (const customer of customers) writeKey(block, stamp, customer, 1);
  await ch.insertRows('stage_now', KEY_COLUMNS, block.row());
}

export type RfmColumns = { recency: Float64Array; frequency: Float64Array; monetary: Float64Array };

const RFM_COLUMNS = { recency: 'Int32', frequency: 'UInt32', monetary: 'Int64', unsure: 'Array(UUID)' };
/** At least so many: one in doubt brings its id. */
const RFM_ROW_BYTES = 17;
/** Stands for what a business buyer's largest order was: above every limit. */
const BUSINESS = Number.MAX_SAFE_INTEGER;
/** More names than this are not written into a question: everybody's days are added up instead. */
const UNSURE_MOST = 50_000;

type RfmQuestion = { workspaceId: WorkspaceId; asOf: number; windowFrom: number; b2bPurchaseMinor: number | null };

/**
 * Adds everything up by customer in one pass. Where every order has a day of its own, the largest tells whether a day passed the limit. Where n orders fell
 * on fewer days u, none holds more than n − u + 1 of them; who may have passed the limit by several of one day is marked as unsure.
 */
const readRfm = (ch: ClickHouse, { workspaceId, asOf, windowFrom }: RfmQuestion, most: number): Promise<Uint8Array> =>
  ch.bytes(`
    select {asOf:Int32} - toInt32(arrayMax(days)) as recency, arrayUniq(arrayFilter(d -> d >= toDate({windowFrom:Int32}), days)) as frequency, kept as monetary,
           if(length(days) > own_days and (length(days) - own_days + 1) * largest > {most:Int64}, [customer], []) as unsure
      from (
        select customer, groupArrayIf(day, purchase) as days, arrayUniq(days) as own_days, maxIf(if(b2b = 1, {business:Int64}, amount), purchase) as largest, sumIf(net, day >= toDate({windowFrom:Int32})) as kept
          from ${sales('customer', 'day', 'amount', 'net', 'purchase', 'b2b')}
         where customer != {nobody:UUID} and day <= toDate({asOf:Int32})
         group by customer
        having notEmpty(days) and largest < {business:Int64} and (length(days) > own_days or largest <= {most:Int64})
      )`, RFM_COLUMNS, { workspace: workspaceId, asOf, windowFrom, most, nobody: NOBODY, business: BUSINESS });

/** Which of some customers bought for more than the limit on one day. */
async function beyondInADay(ch: ClickHouse, { workspaceId, asOf }: RfmQuestion, most: number, customers: readonly string[]): Promise<Set<string>> {
  if (customers.length === 0) return new Set();
  const isMany = customers.length > UNSURE_MOST, rows = await ch.rows<{ customer: string }>(`
    select distinct customer
      from (
        select customer
          from ${purchases('customer', 'day', 'amount')}
         where ${isMany ? '1' : 'customer in {customers:Array(UUID)}'} and day <= toDate({asOf:Int32})
         group by customer, day
        having sum(amount) > {most:Int64}
      )`, { workspace: workspaceId, asOf, most, ...(isMany ? {} : { customers }) });
  return new Set(rows.map(({ customer }) => customer));
}

/** The three measures of every consumer who ever bought, for cutting them in bins, in no order. Business buyers stay outside. */
export async function loadRfmColumns(ch: ClickHouse, question: RfmQuestion): Promise<RfmColumns> {
  const most = question.b2bPurchaseMinor ?? BUSINESS - 1, bytes = await readRfm(ch, question, most), read = rowReader(bytes), room = Math.floor(bytes.length / RFM_ROW_BYTES);
  const [recency, frequency, monetary, unsure] = [new Float64Array(room), new Float64Array(room), new Float64Array(room), new Map<number, string>()];
  let count = 0;
  for (; !read.isDone(); count++) {
    recency[count] = read.i32();
    frequency[count] = read.u32();
    monetary[count] = read.int();
    if (read.size() > 0) unsure.set(count, read.uuid());
  }
  const beyond = await beyondInADay(ch, question, most, [...unsure.values()]);
  // The last row takes the place of one that is left out.
  for (const [row] of [...unsure].filter(([, customer]) => beyond.has(customer)).reverse()) {
    count--;
    for (const column of [recency, frequency, monetary]) column[row] = column[count] as number;
  }
  return { recency: recency.subarray(0, count), frequency: frequency.subarray(0, count), monetary: monetary.subarray(0, count) };
}
