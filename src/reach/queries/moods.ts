import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { activity } from '../../kernel/readings.ts';
import { COMPLAINT_PREFIX, SURVEY_EVENT } from '../../lifecycle/index.ts';

/** Complaint events that end a complaint; every other says that there is one. */
const CLOSING = ['complaint.closed', 'complaint.resolved', 'complaint.withdrawn'];
const among = (customers: readonly CustomerId[] | 'all'): string => (customers === 'all' ? '' : ' AND customer IN {customers:Array(UUID)}');
const paramsOf = (workspace: WorkspaceId, customers: readonly CustomerId[] | 'all'): Record<string, unknown> => ({ workspace, customers: customers === 'all' ? [] : customers, complaint: COMPLAINT_PREFIX, closing: CLOSING, survey: SURVEY_EVENT });

/** Of those who ever complained, whether a complaint of theirs is open. One is told apart by its `complaint_id`, where events carry one. */
export const complaining = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[] | 'all'): Promise<{ customer: CustomerId; open: boolean }[]> => ch.rows(`
SELECT customer, max(NOT ended) AS open
FROM (
  SELECT customer, argMax(event IN {closing:Array(String)}, (time, event IN {closing:Array(String)})) AS ended
  FROM   ${activity('customer', 'event', 'time', 'properties')}
  WHERE  startsWith(event, {complaint:String})${among(customers)}
  GROUP  BY customer, ifNull(getSubcolumn(properties, 'complaint_id')::Nullable(String), ''))
GROUP  BY customer`, paramsOf(workspaceId, customers)).then((rows) => (rows as { customer: CustomerId; open: unknown }[]).map(({ customer, open }) => ({ customer, open: Boolean(open) })));

export type Answered = { customer: CustomerId; csat: number | null; nps: number | null };
const property = (name: string): string => `ifNull(toString(properties.${name}), '')`;
const last = (kind: string, most: number): string => {
  const fits = `${property('kind')} = '${kind}' AND toFloat64OrNull(${property('score')}) BETWEEN 0 AND ${most}`;
  return `if(countIf(${fits}) = 0, null, argMaxIf(toFloat64OrNull(${property('score')}), time, ${fits}))`;
};

/** The last CSAT (1 to 5) and NPS (0 to 10) that customers answered since an instant. */
export const lastAnswers = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[] | 'all', since: Date): Promise<Answered[]> => ch.rows(`
SELECT customer, ${last('csat', 5)} AS csat, ${last('nps', 10)} AS nps
FROM   ${activity('customer', 'event', 'time', 'properties')}
WHERE  event = {survey:String} AND time >= {since:DateTime64(3)}${among(customers)}
GROUP  BY customer`, { ...paramsOf(workspaceId, customers), since: since.toISOString().replace('T', ' ').replace('Z', '') });
