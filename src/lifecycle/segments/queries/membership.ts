import { randomInt } from 'node:crypto';
import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { Day } from '../../../kernel/day.ts';
import { type CustomerId, NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { owned } from '../../../kernel/readings.ts';

const instant = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '');

export async function newestLook(ch: ClickHouse, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await ch.rows<{ newest: number }>('select max(version) as newest from segment_now where workspace = {workspace:UUID}', { workspace: workspaceId });
  return row?.newest ?? 0;
}

/** A draft's number, 64 bits in decimal digits: the instant it was begun at, and below that chance, since two looks may begin at one instant. */
const CHANCE_BITS = 22;
export const newRun = (at: Date): string => ((BigInt(at.getTime()) << BigInt(CHANCE_BITS)) + BigInt(randomInt(2 ** CHANCE_BITS))).toString();
const DAY_LONG = BigInt(86_400_000) << BigInt(CHANCE_BITS);

/** Works out for everybody which of many filters they fit; the nth filter is written down as the nth number. */
export const writeDraft = (ch: ClickHouse, workspaceId: WorkspaceId, run: string, many: Pick<Compiled, 'sql' | 'params'>, numbers: readonly number[]): Promise<void> =>
  ch.command(`
insert into segment_draft (workspace, run, customer, segments)
select {workspace:UUID}, {run:UInt64}, customer, arraySort(arrayMap(n -> arrayElement({numbers:Array(UInt32)}, n + 1), trees)) from (${many.sql})`, { ...many.params, workspace: workspaceId, run, numbers }, 'pass');

/** Drops a draft, and those that looks which were cut off have left lying for a day. */
export const dropDraft = (ch: ClickHouse, workspaceId: WorkspaceId, run: string): Promise<void> =>
  ch.command('alter table segment_draft delete where workspace = {workspace:UUID} and (run = {run:UInt64} or run < {left:UInt64})', { workspace: workspaceId, run, left: (BigInt(run) - DAY_LONG).toString() });

/**
 * Writes whoever's segments a draft changes: those of `asked` are as drafted, those of `held` as they were, others are gone without a word, also where they were drafted (`dropped`). Whoever was
 * looked at under a version after `since` is left as that says.
 */
export const applyDraft = (ch: ClickHouse, workspaceId: WorkspaceId, given: { run: string; version: number; since: number; asked: readonly number[]; dropped: readonly number[]; held: readonly number[] }): Promise<void> =>
  ch.command(`
insert into segment_now (workspace, customer, version, segments, entered, left)
select {workspace:UUID}, customer, {version:UInt64}, segments, arrayFilter(s -> not has(before, s), segments), arrayFilter(s -> has({asked:Array(UInt32)}, s) and not has(segments, s), before)
from (
  select if(d.customer = ${NOBODY_SQL}, n.customer, d.customer) as customer, n.segments as before, n.version as seen,
         if(empty({held:Array(UInt32)}) and empty({dropped:Array(UInt32)}), d.segments, arraySort(arrayConcat(arrayFilter(s -> not has({dropped:Array(UInt32)}, s), d.segments), arrayFilter(s -> has({held:Array(UInt32)}, s), before)))) as segments
  from      (select customer, segments from segment_draft where workspace = {workspace:UUID} and run = {run:UInt64}) as d
  full join (select customer, segments, version from segment_now final where workspace = {workspace:UUID}) as n on n.customer = d.customer)
where seen <= {since:UInt64} and segments != before`, { workspace: workspaceId, ...given }, 'pass');

/** Who was looked at after one look and before another. */
export const lookedBetween = async (ch: ClickHouse, workspaceId: WorkspaceId, between: { since: number; version: number }): Promise<CustomerId[]> =>
  (await ch.rows<{ customer: CustomerId }>('select distinct customer from segment_now where workspace = {workspace:UUID} and version > {since:UInt64} and version < {version:UInt64}', { workspace: workspaceId, ...between })).map(({ customer }) => customer);

export type Held = { customer: CustomerId; segments: number[] };
/** The segments some customers are held to be in; those without any have no row. */
export const segmentsHeld = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Held[]> =>
  ch.rows('select customer, segments from segment_now final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}', { workspace: workspaceId, customers });

export type Looked = Held & { entered: number[]; left: number[] };
export const writeLooked = (ch: ClickHouse, workspaceId: WorkspaceId, version: number, looked: readonly Looked[]): Promise<void> =>
  ch.insert('segment_now', looked.map((one) => ({ workspace: workspaceId, version, ...one })));

/** Appends what a look changed to the history; a second time changes nothing. */
export const writeHistory = (ch: ClickHouse, workspaceId: WorkspaceId, { version, at, day }: { version: number; at: Date; day: Day }): Promise<void> =>
  ch.command(`
insert into segment_history (workspace, customer, version, at, day, segments)
select workspace, customer, version, {at:DateTime64(3, 'UTC')}, {day:Date32}, segments
from   segment_now final
where  workspace = {workspace:UUID} and version = {version:UInt64} and (notEmpty(entered) or notEmpty(left))`, { workspace: workspaceId, version, at: instant(at), day }, 'pass');

export type Moved = { number: number; entered: number; left: number };
/** How many a look let in and out of each segment. */
export const countMoved = (ch: ClickHouse, workspaceId: WorkspaceId, version: number): Promise<Moved[]> =>
  ch.rows(`
select moved.1 as number, countIf(moved.2) as entered, countIf(not moved.2) as left
from (
  select arrayJoin(arrayConcat(arrayMap(s -> (s, true), entered), arrayMap(s -> (s, false), left))) as moved
  from   segment_now final
  where  workspace = {workspace:UUID} and version = {version:UInt64})
group by number
order by number`, { workspace: workspaceId, version });

/** Whom a look let in and out of some segments. */
export const peopleMoved = (ch: ClickHouse, workspaceId: WorkspaceId, version: number, numbers: readonly number[]): Promise<{ customer: CustomerId; entered: number[]; left: number[] }[]> =>
  ch.rows(`
select customer, arrayFilter(s -> has({numbers:Array(UInt32)}, s), n.entered) as entered, arrayFilter(s -> has({numbers:Array(UInt32)}, s), n.left) as left
from   segment_now as n final
where  workspace = {workspace:UUID} and version = {version:UInt64} and (hasAny(n.entered, {numbers:Array(UInt32)}) or hasAny(n.left, {numbers:Array(UInt32)}))
order  by customer`, { workspace: workspaceId, version, numbers });

export type HeldByReach = { number: number; reach: string[]; people: number };
/** How many of some customers (`c`, a compiled filter) are in each segment, by the channels they may be reached by. Many are in the same ones: these are counted first. */
export const heldByReach = (ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled): Promise<HeldByReach[]> =>
  ch.rows(`
select arrayJoin(segments) as number, reach, sum(alike) as people
from (
  select n.segments as segments, m.reach as reach, count() as alike
  from (select customer, segments from segment_now final where workspace = {workspace:UUID}) as n
  join (select c.customer as customer, c.reach as reach from ${from} where ${where}) as m on n.customer = m.customer
  group by segments, reach)
group by number, reach`, { ...params, workspace: workspaceId });

/** How many are in each segment. */
export const sizesHeld = (ch: ClickHouse, workspaceId: WorkspaceId): Promise<{ number: number; people: number }[]> =>
  ch.rows('select arrayJoin(segments) as number, count() as people from segment_now final where workspace = {workspace:UUID} group by number', { workspace: workspaceId });

/** Everybody who was in a segment at the end of a day of the data, or is as of the last look: as who they are today. */
const THEN_AND_NOW = `(
select customer, max(was) as before, max(here) as inside
from   ${owned(`(
  select customer as subject, has(argMaxIf(segments, version, day <= {day:Date32}), {number:UInt32}) as was, has(argMax(segments, version), {number:UInt32}) as here
  from   segment_history final
  where  workspace = {workspace:UUID}
  group  by customer
  having was or here)`, 'was', 'here')}
group  by customer)`;

/** Of a day that is past: who was in it then, who has come since, who has left since. */
export const PASTS = ['was', 'came', 'left'] as const;
export type Past = (typeof PASTS)[number];
const FITS: Record<Past, string> = { was: 'before', came: 'inside and not before', left: 'before and not inside' };

/** Some of them by id, in the order of ids. */
export const peopleOfPast = async (ch: ClickHouse, workspaceId: WorkspaceId, { number, day, show, after, limit }: { number: number; day: Day; show: Past; after: CustomerId | null; limit: number }): Promise<CustomerId[]> =>
  (await ch.rows<{ customer: CustomerId }>(`
select customer
from   ${THEN_AND_NOW}
where  ${FITS[show]} and ({first:UInt8} or customer > {after:UUID})
order  by customer
limit  {most:UInt32}`, { workspace: workspaceId, number, day, first: after === null ? 1 : 0, after: after ?? '00000000-0000-0000-0000-000000000000', most: limit })).map(({ customer }) => customer);

/** How many there are of each. */
export async function countsOfPast(ch: ClickHouse, workspaceId: WorkspaceId, asked: { number: number; day: Day }): Promise<Record<Past, number>> {
  const [row] = await ch.rows<Record<Past, number>>(`select ${PASTS.map((show) => `countIf(${FITS[show]}) as ${show}`).join(', ')} from ${THEN_AND_NOW}`, { workspace: workspaceId, ...asked });
  return row ?? { was: 0, came: 0, left: 0 };
}

/** Since when a customer has been in each of their segments, as looks found it: the day of the data. */
export const sinceWhen = (ch: ClickHouse, workspaceId: WorkspaceId, customer: CustomerId): Promise<{ day: Day; segments: number[] }[]> =>
  ch.rows('select toString(day) as day, segments from segment_history final where workspace = {workspace:UUID} and customer = {customer:UUID} order by version', { workspace: workspaceId, customer });

/** Keeps whoever fits a filter now under a list. */
export const keepList = (ch: ClickHouse, workspaceId: WorkspaceId, list: string, { from, where, params }: Compiled): Promise<void> =>
  ch.command(`insert into segment_kept (workspace, list, anchor) select {workspace:UUID}, {list:UUID}, c.customer from ${from} where ${where}`, { ...params, workspace: workspaceId, list }, 'pass');

export async function keptCount(ch: ClickHouse, workspaceId: WorkspaceId, list: string): Promise<number> {
  const [row] = await ch.rows<{ people: number }>('select count() as people from segment_kept final where workspace = {workspace:UUID} and list = {list:UUID}', { workspace: workspaceId, list });
  return row?.people ?? 0;
}

/** Who did one of some events since a day, as who they are today; no more than `most`. */
export const doersSince = async (ch: ClickHouse, workspaceId: WorkspaceId, { activity, events, day, most }: { activity: string; events: readonly string[]; day: Day; most: number }): Promise<CustomerId[]> =>
  (await ch.rows<{ customer: CustomerId }>(`select distinct customer from ${activity} where event in {events:Array(String)} and day >= toDate({day:Date32}) limit {most:UInt32}`, { workspace: workspaceId, events, day, most })).map(({ customer }) => customer);
