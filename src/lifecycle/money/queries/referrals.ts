import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { type CustomerId, NOBODY_SQL, type SubjectId, type WorkspaceId } from '../../../kernel/ids.ts';
import { OF_ONE } from '../../../kernel/readings.ts';

const MINE = ' and subject in {subjects:Array(UUID)}';

/**
 * Referrals that count: made, and not marked as void, the same that the recommendation rate counts (R42); by whoever owns
 * their sender today. Only events: neither orders nor refunds make a referral. `mine`: of senders whose subjects are bound as {subjects:Array(UUID)}.
 */
export const referralsSql = ({ mine = false } = {}): string => `(
        select if(w.customer = ${NOBODY_SQL}, e.subject, w.customer) as customer, e.friend as friend, e.day as day
          from (select subject, day, ifNull(getSubcolumn(properties, 'friend')::Nullable(String), '') as friend
                  from events final
                 where workspace = {workspace:UUID} and event = 'referral.made' and ifNull(getSubcolumn(properties, 'valid')::Nullable(String), '') not in ('false', '0')
                   and subject != ${NOBODY_SQL}${mine ? MINE : ''}) as e
          left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}${mine ? MINE : ''}) as w on w.subject = e.subject
      )`;

export type ReferralRow = { by: CustomerId; friend: string; day: string };

/** Who recommended whom, as told: `friend` is any identifier of the person brought. Of some senders where they are named. */
export const referrals = (ch: ClickHouse, workspaceId: WorkspaceId, subjects?: readonly SubjectId[]): Promise<ReferralRow[]> =>
  ch.rows(`
    select customer as by, friend, toString(min(day)) as day
      from ${referralsSql({ mine: subjects !== undefined })}
     where friend != ''
     group by by, friend
     order by day, by, friend ${subjects ? OF_ONE : ''}`, { workspace: workspaceId, ...(subjects && { subjects }) });

/** Names of customers, for lists. */
export const namesOf = async (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Map<CustomerId, string>> => {
  const rows = await ch.rows<{ customer: string; name: string }>(`
    select customer, name from customer_state final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}`, { workspace: workspaceId, customers });
  return new Map(rows.map(({ customer, name }) => [customer, name]));
};
