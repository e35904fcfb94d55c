import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { activity } from '../../kernel/readings.ts';

/** `from`: the stage before, '' where it was the first. */
export type StageEntered = { customer: CustomerId; day: Day; to: string; from: string; cycle: number };
/** Who came into one of some stages between two days, by the history as it is known now. */
export const stagesEntered = (ch: ClickHouse, workspaceId: WorkspaceId, { to, from, first, last, limit }: { to: readonly string[]; from: readonly string[]; first: string; last: string; limit: number }): Promise<StageEntered[]> =>
  ch.rows(`
SELECT customer, toString(step.2) AS day, step.1 AS "to", step.3 AS "from", step.4 AS cycle
FROM (
  SELECT customer, arrayJoin(arrayZip(stages, entered, arrayPushFront(arrayPopBack(stages), ''), cycles)) AS step
  FROM   stage_now FINAL
  WHERE  workspace = {workspace:UUID})
WHERE  step.2 >= {first:Date32} AND step.2 <= {last:Date32} AND step.1 IN {to:Array(String)} AND (empty({from:Array(String)}) OR step.3 IN {from:Array(String)})
ORDER  BY day, customer
LIMIT  {most:UInt32}`, { workspace: workspaceId, to: [...to], from: [...from], first, last, most: limit });

/** When messages were sent to some people, as tools and this product reported. */
export const sentBefore = (ch: ClickHouse, workspaceId: WorkspaceId, subjects: readonly string[], after: Date): Promise<{ customer: CustomerId; ms: number; channel: string }[]> =>
  (subjects.length === 0 ? Promise.resolve([]) : ch.rows(`
SELECT customer, toUnixTimestamp64Milli(toDateTime64(moment, 3)) AS ms, channel
FROM   ${activity.mine('customer', 'event', 'moment', 'channel')}
WHERE  event = 'message.sent' AND moment > {after:DateTime64(3)}`, { workspace: workspaceId, subjects: [...subjects], after: after.toISOString().replace('T', ' ').replace('Z', '') }));
