import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { RowWriter } from '../../../kernel/clickhouse/rowWriter.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import { type Day, dayNumber } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { purchases } from '../../../kernel/readings.ts';
import type { Anchor } from './experiments.ts';

/** Of the people of a filter only these. */
export function onlyNamed(all: Compiled, named: readonly string[]): Compiled {
  const where = `${all.where} AND c.customer IN {named:Array(UUID)}`;
  return { ...all, where, sql: `SELECT c.customer AS customer FROM ${all.from} WHERE ${where}`, params: { ...all.params, named } };
}

const COLUMNS = { workspace: 'UUID', draw: 'UUID', anchor: 'UUID', version: 'UInt64', owner: 'UUID', arm: 'String', sent_on: 'Date32' };
const NEVER = dayNumber('1900-01-01');
const ROWS_PER_BLOCK = 50_000;

/** Copies draws for counting. The newest version of an anchor stands. */
export async function mirrorAnchors(ch: ClickHouse, workspaceId: WorkspaceId, version: number, anchors: readonly Anchor[]): Promise<void> {
  for (let at = 0; at < anchors.length; at += ROWS_PER_BLOCK) {
    const block = new RowWriter();
    for (const { drawId, anchor, owner, arm, sentOn } of anchors.slice(at, at + ROWS_PER_BLOCK)) {
      block.uuid(workspaceId); block.uuid(drawId); block.uuid(anchor); block.int(version); block.uuid(owner); block.text(arm); block.date32(sentOn === null ? NEVER : dayNumber(sentOn));
    }
    await ch.insertRows('experiment_draw', COLUMNS, block.row());
  }
}

/** Whom a draw leaves out, beside the audience: bearers of tags, those no channel is open to, sent to lately, or held out elsewhere. */
export type Bars = { workspaceId: WorkspaceId; channels: readonly string[]; withoutTags: readonly string[]; cappedSince: Day; draws: readonly string[]; heldOutIn: readonly string[] };

const barParams = ({ workspaceId, channels, withoutTags, cappedSince, draws, heldOutIn }: Bars): Record<string, unknown> =>
  ({ workspace: workspaceId, channels, without_tags: withoutTags, capped_since: cappedSince, draws, held_out_in: heldOutIn });

const DRAWN = 'SELECT owner FROM experiment_draw FINAL WHERE workspace = {workspace:UUID}';
const BAR = `multiIf(
         hasAny(c.tags, {without_tags:Array(String)}), 'complaint',
         NOT hasAny(c.reach, {channels:Array(String)}), 'unreachable',
         c.customer IN (${DRAWN} AND draw IN {draws:Array(UUID)} AND sent_on >= {capped_since:Date32}), 'capped',
         c.customer IN (${DRAWN} AND draw IN {held_out_in:Array(UUID)} AND arm = 'control'), 'held_out', '')`;

export type Sorted = { bar: string; assigned: string; people: number; open: number[] };

/** The audience by why somebody is left out ('' for those who may be drawn), and by the channel each would be sent to. */
export const sortAudience = (ch: ClickHouse, { from, where, params }: Compiled, bars: Bars): Promise<Sorted[]> =>
  ch.rows<Sorted>(`
SELECT ${BAR} AS bar, arrayFirst(channel -> has(c.reach, channel), {channels:Array(String)}) AS assigned, count() AS people,
       sumForEach(arrayMap(channel -> toUInt64(has(c.reach, channel)), {channels:Array(String)})) AS open
FROM   ${from}
WHERE  ${where}
GROUP  BY bar, assigned`, { ...params, ...barParams(bars) });

/** Those who may be drawn, in one fixed order. */
export async function drawable(ch: ClickHouse, { from, where, params }: Compiled, bars: Bars, limit: number): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: CustomerId }>(`
SELECT c.customer AS customer
FROM   ${from}
WHERE  ${where} AND ${BAR} = ''
ORDER  BY customer
LIMIT  {most:UInt32}`, { ...params, ...barParams(bars), most: limit });
  return rows.map(({ customer }) => customer);
}

/** Share of the audience who bought in a stretch of so many days, on average over the year before `asOf`. */
export async function usualShare(ch: ClickHouse, { sql, params }: Compiled, { workspaceId, windowDays, asOf }: { workspaceId: WorkspaceId; windowDays: number; asOf: Day }): Promise<number | null> {
  const stretches = Math.max(1, Math.floor(365 / windowDays));
  const [row] = await ch.rows<{ people: number; bought: number }>(`
WITH people AS (${sql})
SELECT (SELECT count() FROM people) AS people, count() AS bought
FROM (
  SELECT customer, intDiv(dateDiff('day', day, {as_of:Date32}), {window:Int32}) AS stretch
  FROM   ${purchases('customer', 'day')}
  WHERE  day <= {as_of:Date32} AND day > {as_of:Date32} - {window:Int32} * {stretches:Int32} AND customer IN (SELECT customer FROM people)
  GROUP  BY customer, stretch)`, { ...params, workspace: workspaceId, as_of: asOf, window: windowDays, stretches });
  return row && row.people > 0 ? row.bought / (row.people * stretches) : null;
}
