import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { many, sql, type Tx } from '../../../kernel/sql.ts';

/** What a look changed of a customer: the segments they were in from then on, by their ids. `version` orders looks, `day` is the data's day. */
export type Membership = { customer: string; version: number; at: string; day: string; segments: string[] };
type Line = { customer: string; anchor: string; version: number; at: string; day: string; numbers: number[] };

/** Ids of segments by the numbers that stand for them, also of those put away. */
export const segmentNumbers = async (tx: Tx, workspaceId: WorkspaceId): Promise<Map<number, string>> =>
  new Map((await many(tx, sql<{ id: string; number: number }>`select id, number from segment where workspace_id = ${workspaceId}`)).map(({ id, number }) => [number, id]));

/** Looks at some customers, as who they are today, in the order of customers and then of looks; all of a customer's stand together. */
export const looksAfter = (ch: ClickHouse, workspace: WorkspaceId, after: string, people: number): Promise<Line[]> => ch.rows<Line>(`
select if(w.customer = ${NOBODY_SQL}, h.customer, w.customer) as customer, h.customer as anchor, h.version as version, toString(h.at) as at, toString(h.day) as day, h.segments as numbers
from      (select customer, version, at, day, segments from segment_history final where workspace = {workspace:UUID}) as h
left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = h.customer
where  customer > {after:UUID}
order  by customer
limit  {people:UInt32} with ties`, { workspace, after, people });

export async function putMemberships(ch: ClickHouse, workspace: WorkspaceId, rows: readonly Membership[], numberOf: ReadonlyMap<string, number>): Promise<void> {
  await ch.insert('segment_history', rows.map(({ customer, version, at, day, segments }) => ({ workspace, customer, version, at, day, segments: segments.flatMap((id) => numberOf.get(id) ?? []).sort((a, b) => a - b) })));
}
