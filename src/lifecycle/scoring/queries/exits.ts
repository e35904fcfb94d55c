import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { activity, sales } from '../../../kernel/readings.ts';
import { type Audience, audienceFilter, audienceParams } from '../../queries/audience.ts';
import type { Stage } from '../../core/rules.ts';
import { COMPLAINT_PREFIX, EXIT_EVENT, EXIT_PROPERTY } from '../signals.ts';

export type GoneRow = { customerId: CustomerId; from: Stage; net: number; value: number; told: string; complaints: number; refundShare: number };

/** Complaints so many days before the last purchase's silence began, or since, are a hint; so is money given back. */
const HINT_DAYS = 120;

/** Customers who count as churned: the stage they left from, what they brought, what they said when leaving, and what may hint at why. */
export const goneCustomers = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<GoneRow[]> =>
  ch.rows(`
    select n.customer as customerId, n.from as from, n.net as net, s.value as value, t.told as told, h.complaints as complaints, if(m.paid > 0, least(1, m.refunded / m.paid), 0) as refundShare
      from (select customer, if(length(stages) > 1, stages[-2], stages[-1]) as from, net, last_on from stage_now final where ${audienceFilter(audience)} and stage = 'churned') as n
      left join (select customer, value from customer_score final where workspace = {workspace:UUID}) as s on s.customer = n.customer
      left join (
        select customer, argMax(toString(properties.${EXIT_PROPERTY}), time) as told from ${activity('customer', 'time', 'event', 'properties')} where event = {exit:String} group by customer
      ) as t on t.customer = n.customer
      left join (
        select e.customer as customer, countIf(e.day >= l.last_on - {hintDays:Int32}) as complaints
          from ${activity('customer', 'day', 'event')} as e
         inner join (select customer, last_on from stage_now final where workspace = {workspace:UUID} and stage = 'churned') as l on l.customer = e.customer
         where startsWith(e.event, {complaint:String})
         group by e.customer
      ) as h on h.customer = n.customer
      left join (select customer, sum(amount) as paid, sum(refunded) as refunded from ${sales('customer', 'amount', 'refunded')} group by customer) as m on m.customer = n.customer`,
    { ...audienceParams(workspaceId, audience), exit: EXIT_EVENT, complaint: COMPLAINT_PREFIX, hintDays: HINT_DAYS });
