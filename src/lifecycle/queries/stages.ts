import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { tsvArray, tsvMap } from '../../kernel/clickhouse/tsv.ts';
import { dayOfNumber } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { purchases, sales } from '../../kernel/readings.ts';
import { type Assessed, type Before, fingerprintOf } from '../core/assess.ts';
import type { Stage } from '../core/rules.ts';
import { filterOf, type Whom } from './habits.ts';

export const NEVER = '2299-12-31';
export const NO_DAY = '1900-01-01';

const names = new Map<number, string>();
/** Days repeat across customers: each is written out once. */
function dayText(day: number): string {
  const known = names.get(day);
  if (known) return known;
  const made = dayOfNumber(day);
  names.set(day, made);
  return made;
}

type BeforeRow = { customer: string; stages: Stage[]; entered: number[]; cycles: number[]; stage: Stage; cycle: number; asOf: number; rulesVersion: number; fingerprint: number };

/** What is held true of some customers before they are assessed again. */
export async function loadBefore(ch: ClickHouse, workspaceId: WorkspaceId, whom: Whom): Promise<Map<CustomerId, Before>> {
  const rows = await ch.rows<BeforeRow>(`
    select customer, stages, arrayMap(d -> toInt32(d), entered) as entered, cycles, stage, cycle, toInt32(as_of) as asOf, rules_version as rulesVersion, fingerprint
      from stage_now final
     where workspace = {workspace:UUID} and ${filterOf(whom)}`, { workspace: workspaceId, ...whom });
  return new Map(rows.map(({ customer, stages, entered, cycles, ...rest }) => [customer, { ...rest, history: { stages, enteredDays: entered, cycles } }]));
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

const NOW_COLUMNS = ['workspace', 'customer', 'version', 'deleted', 'as_of', 'rules_version', 'stages', 'entered', 'cycles', 'state', 'branch', 'category', 'due', 'occasions', 'orders', 'first_on', 'last_on', 'last_seen', 'net', 'gap_days', 'rfm', 'rfm_scores', 'fingerprint', 'told',
  'purchase_days', 'purchase_amounts', 'expected_from', 'expected_to', 'reason', 'reason_params'];

/** One assessment and what it is against the one before: 0 the same history, 1 news, 2 a correction. */
export type ToldAs = { one: Assessed; as: 0 | 1 | 2 };

// Stage, state and branch are our own words without marks to escape; a category is somebody else's.
const escaped = (text: string): string => text.replace(/[\\\t\n\r\0]/g, ' ');
const dayArray = (days: readonly number[]): string => `[${days.map((day) => `'${dayText(day)}'`).join(',')}]`;

function nowLine({ workspaceId, version, rulesVersion }: Stamp, { one, as }: ToldAs): string {
  const { history: { stages, enteredDays, cycles }, rfm, purchases, expected, reason } = one;
  return [
    workspaceId, one.customerId, version, 0, dayText(one.asOf), rulesVersion, tsvArray(stages), dayArray(enteredDays), tsvArray(cycles),
    one.state, one.branch, escaped(one.category), one.dueDay === null ? NEVER : dayText(one.dueDay),
    one.occasions, one.orders, one.firstDay === null ? NO_DAY : dayText(one.firstDay), one.lastDay === null ? NO_DAY : dayText(one.lastDay), dayText(one.lastSeen),
    one.netMinor, one.gapDays ?? 0, rfm?.name ?? '', rfm ? rfm.recency * 100 + rfm.frequency * 10 + rfm.monetary : 0, fingerprintOf(one), as,
    tsvArray(purchases.map(({ day }) => day)), tsvArray(purchases.map(({ amountMinor }) => amountMinor)), expected ? dayText(expected.from) : NO_DAY, expected ? dayText(expected.to) : NO_DAY, reason.code, tsvMap(reason.params),
  ].join('\t');
}

/** Writes where customers stand now. */
export async function saveStages(ch: ClickHouse, stamp: Stamp, told: readonly ToldAs[]): Promise<void> {
  await ch.insertTsv('stage_now', NOW_COLUMNS, `${told.map((one) => nowLine(stamp, one)).join('\n')}\n`);
}

/** Appends the histories that `saveStages` told anew under this stamp: those are never overwritten. The engine copies them itself. */
export async function saveHistories(ch: ClickHouse, { workspaceId, version }: Stamp, recordedAt: Date, whom: Whom): Promise<void> {
  await ch.command(`
    insert into stage_history (workspace, customer, recorded_at, as_of, rules_version, stages, entered, cycles, correction)
    select workspace, customer, {at:DateTime64(3, 'UTC')}, as_of, rules_version, stages, entered, cycles, told = 2
      from stage_now final
     where workspace = {workspace:UUID} and version = {version:UInt64} and told > 0 and ${filterOf(whom)}`,
    { workspace: workspaceId, version, at: recordedAt.toISOString().replace('T', ' ').replace('Z', ''), ...whom });
}

/** Takes customers away who are no longer any: merged into another, or erased. */
export async function removeNow(ch: ClickHouse, { workspaceId, version }: Stamp, customers: readonly CustomerId[]): Promise<void> {
  if (customers.length === 0) return;
  await ch.insertTsv('stage_now', ['workspace', 'customer', 'version', 'deleted'], `${customers.map((customer) => `${workspaceId}\t${customer}\t${version}\t1`).join('\n')}\n`);
}

export type RfmColumns = { recency: Float64Array; frequency: Float64Array; monetary: Float64Array };

/** The three measures of every consumer who ever bought, for cutting them in bins. Business buyers stay outside. */
export async function loadRfmColumns(ch: ClickHouse, { workspaceId, asOf, windowFrom, b2bPurchaseMinor }: { workspaceId: WorkspaceId; asOf: number; windowFrom: number; b2bPurchaseMinor: number | null }): Promise<RfmColumns> {
  const rows = await ch.rows<{ recency: number; frequency: number; monetary: number; customers: number }>(`
    select recency, frequency, monetary, count() as customers
      from (
        select customer, {asOf:Int32} - toInt32(max(d)) as recency, countIf(d >= toDate({windowFrom:Int32})) as frequency
          from (select customer, day as d, sum(amount) as money, max(b2b) as business
                  from ${purchases('customer', 'day', 'amount', 'b2b')}
                 where day <= toDate({asOf:Int32})
                 group by customer, d)
         group by customer
        having max(business) = 0 and max(money) <= {most:Int64}
      ) as b
      left join (
        select customer, sumIf(net, day >= toDate({windowFrom:Int32})) as monetary
          from ${sales('customer', 'day', 'net')}
         where day <= toDate({asOf:Int32})
         group by customer
      ) as s on s.customer = b.customer
     group by recency, frequency, monetary`, { workspace: workspaceId, asOf, windowFrom, most: b2bPurchaseMinor ?? Number.MAX_SAFE_INTEGER });
  const total = rows.reduce((sum, row) => sum + row.customers, 0);
  const columns: RfmColumns = { recency: new Float64Array(total), frequency: new Float64Array(total), monetary: new Float64Array(total) };
  let at = 0;
  for (const row of rows) {
    columns.recency.fill(row.recency, at, at + row.customers);
    columns.frequency.fill(row.frequency, at, at + row.customers);
    columns.monetary.fill(row.monetary, at, at + row.customers);
    at += row.customers;
  }
  return columns;
}
