import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { activity } from '../../../kernel/readings.ts';

/** A referral that counts: made, and not marked as void. The same that the recommendation rate counts (R42). */
export const REFERRED = "event = 'referral.made' and ifNull(getSubcolumn(properties, 'valid')::Nullable(String), '') not in ('false', '0')";

export type ReferralRow = { by: CustomerId; friend: string; day: string };

/** Who recommended whom, as told: `friend` is any identifier of the person brought. One customer's own where one is named. */
export const referrals = (ch: ClickHouse, workspaceId: WorkspaceId, customer?: CustomerId): Promise<ReferralRow[]> =>
  ch.rows(`
    select customer as by, ifNull(getSubcolumn(properties, 'friend')::Nullable(String), '') as friend, toString(min(day)) as day
      from ${activity('customer', 'day', 'event', 'properties')}
     where ${REFERRED} and friend != ''${customer === undefined ? '' : ' and customer = {customer:UUID}'}
     group by by, friend
     order by day, by, friend`, { workspace: workspaceId, ...(customer !== undefined && { customer }) });

/** Names of customers, for lists. */
export const namesOf = async (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Map<CustomerId, string>> => {
  const rows = await ch.rows<{ customer: string; name: string }>(`
    select customer, name from customer_state final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}`, { workspace: workspaceId, customers });
  return new Map(rows.map(({ customer, name }) => [customer, name]));
};
