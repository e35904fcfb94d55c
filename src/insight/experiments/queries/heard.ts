import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { tracked } from '../../../kernel/readings.ts';
import { COMPLAINT_PREFIX } from '../../../lifecycle/index.ts';

/** Complaint events that end a complaint; every other says that there is one. */
const CLOSING = ['complaint.closed', 'complaint.resolved', 'complaint.withdrawn'] as const;
/** What a sending tool reports of each message, where it reports at all. */
const SENT = 'message.sent';

/** From which day on complaints that nobody closed are open, and messages count against the cap; null: none do. */
export type Since = { complaining: Day | null; messaged: Day | null };

/** Parameters of the parts below. */
export const heardParams = ({ complaining, messaged }: Since): Record<string, unknown> => ({
  complaint: COMPLAINT_PREFIX, closing: [...CLOSING], complaining_since: complaining ?? '2299-01-01', message: SENT, messaged_since: messaged ?? '2299-01-01',
});

/** Customers whose last word in some complaint does not end it. A complaint is told apart by its `complaint_id`, where events carry one. */
export const COMPLAINING = `
  SELECT customer
  FROM (
    SELECT customer, argMax(event IN {closing:Array(String)}, (time, event IN {closing:Array(String)})) AS ended
    FROM   ${tracked.since('{complaining_since:Date32}', 'customer', 'event', 'time', 'day', 'properties')}
    WHERE  startsWith(event, {complaint:String}) AND day >= {complaining_since:Date32}
    GROUP  BY customer, ifNull(getSubcolumn(properties, 'complaint_id')::Nullable(String), ''))
  WHERE  NOT ended`;

/** Customers to whom a tool reports to have sent something lately. */
export const MESSAGED = `
  SELECT customer
  FROM   ${tracked.since('{messaged_since:Date32}', 'customer', 'event', 'day')}
  WHERE  event = {message:String} AND day >= {messaged_since:Date32}`;

/** Of the people of a draw: who has an open complaint, and who was lately sent something by a tool. */
export const heardOf = (ch: ClickHouse, workspaceId: WorkspaceId, drawId: string, since: Since): Promise<{ customer: CustomerId; what: 'complaint' | 'capped' }[]> =>
  ch.rows(`
SELECT DISTINCT customer, what
FROM (
  SELECT customer, 'complaint' AS what FROM (${COMPLAINING})
  UNION ALL
  SELECT customer, 'capped' FROM (${MESSAGED}))
WHERE  customer IN (SELECT owner FROM experiment_draw FINAL WHERE workspace = {workspace:UUID} AND draw = {draw:UUID})`, { workspace: workspaceId, draw: drawId, ...heardParams(since) });

/** Of the people of a draw: who complained from day to day. */
export const complainedIn = async (ch: ClickHouse, workspaceId: WorkspaceId, { drawId, from, to }: { drawId: string; from: Day; to: Day }): Promise<CustomerId[]> =>
  (await ch.rows<{ customer: CustomerId }>(`
SELECT DISTINCT customer
FROM   ${tracked.since('{from:Date32}', 'customer', 'event', 'day')}
WHERE  startsWith(event, {complaint:String}) AND event NOT IN {closing:Array(String)} AND day >= {from:Date32} AND day <= {to:Date32}
  AND  customer IN (SELECT owner FROM experiment_draw FINAL WHERE workspace = {workspace:UUID} AND draw = {draw:UUID})`,
  { workspace: workspaceId, draw: drawId, from, to, ...heardParams({ complaining: null, messaged: null }) })).map(({ customer }) => customer);
