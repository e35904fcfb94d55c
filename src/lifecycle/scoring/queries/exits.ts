import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { activity, sales } from '../../../kernel/readings.ts';
import { type Audience, audienceFilter, audienceParams } from '../../queries/audience.ts';
import type { Stage } from '../../core/rules.ts';
import { EXIT_REASONS, type ExitReason, type ExitSource } from '../codes.ts';
import { COMPLAINT_PREFIX, EXIT_EVENT, EXIT_PROPERTY } from '../signals.ts';

/** Churned customers who are alike in why they left, who says so, the stage they left from and which third they belong to by what they brought. */
export type GoneRow = { reason: ExitReason; source: ExitSource | ''; from: Stage; band: 'high' | 'middle' | 'low'; customers: number; net: number; value: number };
/** What staff coded: by their word a customer left for this. */
export type Coded = { customer: CustomerId; reason: ExitReason; source: string };

/** Complaints so many days before the last purchase's silence began, or since, are a hint; so is money given back. */
const HINT_DAYS = 120;
/** Money given back from which on the product is the likely reason. */
const REFUND_HINT = 0.3;

// Rows of everybody who left: counted where they are, since there may be hundreds of thousands.
const GONE = (audience: Audience): string => `
      select n.from as from, n.net as net, s.value as value, c.reason as coded, c.source as coder, t.told as told, h.complaints as complaints, if(m.paid > 0, least(1, m.refunded / m.paid), 0) as share,
             row_number() over (order by n.net desc, toString(n.customer)) - 1 as place, count() over () as people
        from (select customer, if(length(stages) > 1, stages[-2], stages[-1]) as from, net, last_on from stage_now final where ${audienceFilter(audience)} and stage = 'churned') as n
        left join (select customer, value from customer_score final where workspace = {workspace:UUID}) as s on s.customer = n.customer
        left join (select tupleElement(each, 1) as customer, tupleElement(each, 2) as reason, tupleElement(each, 3) as source from (select arrayJoin(arrayZip({coded:Array(UUID)}, {reasons:Array(String)}, {coders:Array(String)})) as each)) as c on c.customer = n.customer
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
        left join (
          select customer, sum(amount) as paid, sum(refunded) as refunded from ${sales('customer', 'amount', 'refunded')}
           where customer in (select customer from stage_now final where workspace = {workspace:UUID} and stage = 'churned') group by customer
        ) as m on m.customer = n.customer`;

/** Staff's word first, then the customer's own in a survey, then a hint in what they did; else unknown. Thirds are by what they brought, of equal ones by id. */
export const goneCustomers = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, coded: readonly Coded[]): Promise<GoneRow[]> =>
  ch.rows(`
    select multiIf(coded != '', coded, told != 'unknown' and told in {known:Array(String)}, told, complaints > 0, 'service', share >= {refundHint:Float64}, 'product', 'unknown') as reason,
           multiIf(coded != '', coder, told != 'unknown' and told in {known:Array(String)}, 'survey', complaints > 0 or share >= {refundHint:Float64}, 'hint', '') as source,
           from, multiIf(place * 3 < people, 'high', place * 3 < 2 * people, 'middle', 'low') as band, count() as customers, sum(net) as net, sum(value) as value
      from (${GONE(audience)})
     group by reason, source, from, band
     order by reason, from, band, source`,
    {
      ...audienceParams(workspaceId, audience), exit: EXIT_EVENT, complaint: COMPLAINT_PREFIX, hintDays: HINT_DAYS, refundHint: REFUND_HINT, known: EXIT_REASONS,
      coded: coded.map(({ customer }) => customer), reasons: coded.map(({ reason }) => reason), coders: coded.map(({ source }) => source),
    });
