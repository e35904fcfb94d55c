import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { RowWriter } from '../../../kernel/clickhouse/rowWriter.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import { type Day, dayNumber } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { purchases } from '../../../kernel/readings.ts';
import type { Anchor } from './experiments.ts';
import { COMPLAINING, heardParams, MESSAGED, type Since } from './heard.ts';

/** Of the people of a filter only these. */
export function onlyNamed(all: Compiled, named: readonly string[]): Compiled {
  const where = `${all.where} AND c.customer IN {named:Array(UUID)}`;
  return { ...all, where, sql: `SELECT c.customer AS customer FROM ${all.from} WHERE ${where}`, params: { ...all.params, named } };
}

const COLUMNS = { workspace: 'UUID', draw: 'UUID', anchor: 'UUID', version: 'UInt64', owner: 'UUID', arm: 'String', sent_on: 'Date32', starts_on: 'Date32' };
const NEVER = dayNumber('1900-01-01');
const ROWS_PER_BLOCK = 50_000;

/** Copies draws for counting. The newest version of an anchor stands. */
export async function mirrorAnchors(ch: ClickHouse, workspaceId: WorkspaceId, version: number, anchors: readonly Omit<Anchor, 'experimentId'>[]): Promise<void> {
  for (let at = 0; at < anchors.length; at += ROWS_PER_BLOCK) {
    const block = new RowWriter();
    for (const { drawId, anchor, owner, arm, sentOn, startsOn } of anchors.slice(at, at + ROWS_PER_BLOCK)) {
      block.uuid(workspaceId); block.uuid(drawId); block.uuid(anchor); block.int(version); block.uuid(owner); block.text(arm); block.date32(sentOn === null ? NEVER : dayNumber(sentOn)); block.date32(startsOn === null ? NEVER : dayNumber(startsOn));
    }
    await ch.insertRows('experiment_draw', COLUMNS, block.row());
  }
}

/** Whom a draw leaves out, beside the audience: those with an open complaint, those no channel is open to, sent to lately, or held out elsewhere. */
export type Bars = { workspaceId: WorkspaceId; channels: readonly string[]; withoutTags: readonly string[]; since: Since; cappedSince: Day; draws: readonly string[]; heldOutIn: readonly string[] };

const barParams = ({ workspaceId, channels, withoutTags, since, cappedSince, draws, heldOutIn }: Bars): Record<string, unknown> =>
  ({ workspace: workspaceId, channels, without_tags: withoutTags, capped_since: cappedSince, draws, held_out_in: heldOutIn, ...heardParams(since) });

const DRAWN = 'SELECT owner FROM experiment_draw FINAL WHERE workspace = {workspace:UUID}';
const BAR = `multiIf(
         hasAny(c.tags, {without_tags:Array(String)}) OR c.customer IN (${COMPLAINING}), 'complaint',
         NOT hasAny(c.reach, {channels:Array(String)}), 'unreachable',
         c.customer IN (${DRAWN} AND draw IN {draws:Array(UUID)} AND sent_on >= {capped_since:Date32}) OR c.customer IN (${MESSAGED}), 'capped',
         c.customer IN (${DRAWN} AND draw IN {held_out_in:Array(UUID)} AND arm = 'control'), 'held_out', '')`;

export type Sorted = { bar: string; assigned: string; people: number; open: number[] };

/** The audience by why somebody is left out ('' for those who may be drawn), and by the channel each would be sent to. People are grouped by a bit a channel: lists of texts a row cost ten times as much. */
export async function sortAudience(ch: ClickHouse, { from, where, params }: Compiled, bars: Bars): Promise<Sorted[]> {
  const { channels } = bars, bits = channels.map((_, at) => `${2 ** at} * has(c.reach, {channels:Array(String)}[${at + 1}])`);
  const rows = await ch.rows<{ bar: string; open_to: number; people: number }>(`
SELECT ${BAR} AS bar, toUInt32(${['0', ...bits].join(' + ')}) AS open_to, count() AS people
FROM   ${from}
WHERE  ${where}
GROUP  BY bar, open_to`, { ...params, ...barParams(bars) });
  return rows.map(({ bar, open_to: reach, people }) => {
    const isOpen = channels.map((_, at) => ((reach >> at) & 1) === 1);
    return { bar, assigned: channels[isOpen.indexOf(true)] ?? '', people, open: isOpen.map((one) => (one ? people : 0)) };
  });
}

/** Writes down whom a draw leaves out, and why. */
export const leaveOut = (ch: ClickHouse, { from, where, params }: Compiled, bars: Bars, drawId: string): Promise<void> =>
  ch.command(`
INSERT INTO experiment_left_out (workspace, list, customer, bar)
SELECT {workspace:UUID}, {list:UUID}, customer, bar
FROM  (SELECT c.customer AS customer, ${BAR} AS bar FROM ${from} WHERE ${where})
WHERE  bar != ''`, { ...params, ...barParams(bars), list: drawId }, 'pass');

const LEFT_OUT = 'SELECT customer FROM experiment_left_out FINAL WHERE workspace = {workspace:UUID} AND list = {list:UUID}';

/** How many a list left out, by why. */
export const leftOutBy = async (ch: ClickHouse, workspaceId: WorkspaceId, list: string): Promise<Record<string, number>> =>
  Object.fromEntries((await ch.rows<{ bar: string; people: number }>(
    'SELECT bar, count() AS people FROM experiment_left_out FINAL WHERE workspace = {workspace:UUID} AND list = {list:UUID} GROUP BY bar ORDER BY bar', { workspace: workspaceId, list })).map(({ bar, people }) => [bar, people]));

/** Those of the audience whom a draw did not leave out, in one fixed order. */
export async function drawable(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, drawId: string, limit: number): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: CustomerId }>(`
SELECT c.customer AS customer
FROM   ${from}
WHERE  ${where} AND c.customer NOT IN (${LEFT_OUT})
ORDER  BY customer
LIMIT  {most:UInt32}`, { ...params, workspace: workspaceId, list: drawId, most: limit });
  return rows.map(({ customer }) => customer);
}

const LEFT_COLUMNS = { workspace: 'UUID', list: 'UUID', customer: 'UUID', bar: 'String' };

/** Writes down whom a file leaves out, and why. */
export async function putLeftOut(ch: ClickHouse, workspaceId: WorkspaceId, list: string, people: readonly { customer: CustomerId; bar: string }[]): Promise<void> {
  for (let at = 0; at < people.length; at += ROWS_PER_BLOCK) {
    const block = new RowWriter();
    for (const { customer, bar } of people.slice(at, at + ROWS_PER_BLOCK)) {
      block.uuid(workspaceId); block.uuid(list); block.uuid(customer); block.text(bar);
    }
    await ch.insertRows('experiment_left_out', LEFT_COLUMNS, block.row());
  }
}

/** How often people of the audience bought in a stretch of so many days before `asOf`, each person once a stretch. */
export async function stretchesBought(ch: ClickHouse, { sql, params }: Compiled, { workspaceId, windowDays, stretches, asOf }: { workspaceId: WorkspaceId; windowDays: number; stretches: number; asOf: Day }): Promise<number> {
  const [row] = await ch.rows<{ bought: number }>(`
SELECT count() AS bought
FROM (
  SELECT customer, intDiv(dateDiff('day', day, {as_of:Date32}), {window:Int32}) AS stretch
  FROM   ${purchases('customer', 'day')}
  WHERE  day <= {as_of:Date32} AND day > {as_of:Date32} - {window:Int32} * {stretches:Int32} AND customer IN (${sql})
  GROUP  BY customer, stretch)`, { ...params, workspace: workspaceId, as_of: asOf, window: windowDays, stretches });
  return row?.bought ?? 0;
}
