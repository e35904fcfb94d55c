import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { SubjectId, WorkspaceId } from '../../../kernel/ids.ts';

export type RecordedOrder = { source: string; shop: string; orderNo: string; status: string; subject: SubjectId; day: string; amountMinor: number; currency: string; refundedMinor: number };

const MOST = 1_000;

/** Orders of some people that came in since an instant, as they stand now; at most a thousand. */
export const ordersSince = (ch: ClickHouse, workspace: WorkspaceId, { subjects, since }: { subjects: readonly SubjectId[]; since: Date }): Promise<RecordedOrder[]> => ch.rows<RecordedOrder>(`
  select toString(o.source) as source, toString(o.shop) as shop, o.order_no as orderNo, toString(o.status) as status, toString(o.subject) as subject, toString(o.day) as day,
         o.amount as amountMinor, toString(o.currency) as currency, o.refunded as refundedMinor
    from orders as o final
   where o.workspace = {workspace:UUID} and o.subject in {subjects:Array(UUID)} and o.received_at >= fromUnixTimestamp64Milli({since:Int64})
   order by o.source, o.shop, o.order_no
   limit ${MOST}`, { workspace, subjects: [...subjects], since: since.getTime() });
