import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { activity, purchaseLines } from '../../../kernel/readings.ts';
import type { Reader } from '../../queries/scope.ts';

/** Kinds of cost in the order of the life cycle. */
export const COST_KINDS = ['acquisition', 'incentive', 'product', 'fulfilment', 'service', 'retention'] as const;
export type CostKind = (typeof COST_KINDS)[number];

/** What each kind cost in some days, whoever it was for; goods sold count at their cost. */
export const costsByKind = (ch: Reader, workspaceId: WorkspaceId, { from, to }: { from: Day; to: Day }): Promise<{ key: CostKind; costMinor: number }[]> =>
  ch.rows<{ key: CostKind; costMinor: number }>(`
    select kind as key, toInt64(sum(minor)) as costMinor
      from (
        select toString(kind) as kind, amount as minor from costs final where workspace = {workspace:UUID} and day >= {from:Date32} and day <= {to:Date32}
        union all
        select 'product' as kind, cost as minor from ${purchaseLines('customer', 'day', 'cost')} where day >= {from:Date32} and day <= {to:Date32}
      )
     group by key
     order by key`, { workspace: workspaceId, from, to }).then((rows) => rows.map(({ key, costMinor }) => ({ key, costMinor: Number(costMinor) })));

export type Answers = { stage: string; engaged: number; mark: number; answers: number };

/**
 * Answers to satisfaction surveys by where the customer stood on the day: stage ('' where they are not known as anybody's yet),
 * whether they had been seen before that day, and the mark of 1–5. Other surveys and other marks are no satisfaction.
 */
export const satisfactionAnswers = (ch: ClickHouse, workspaceId: WorkspaceId, { event, shops, asOf }: { event: string; shops: readonly string[]; asOf: Day }): Promise<Answers[]> =>
  ch.rows<Answers>(`
    select if(empty(s.entered), '', s.stages[arrayLastIndex(day -> day <= a.on_day, s.entered)]) as stage, toUInt8(notEmpty(s.entered) and s.entered[1] < a.on_day) as engaged, a.mark as mark, count() as answers
      from (
        select customer, day as on_day, toFloat64OrNull(ifNull(getSubcolumn(properties, 'score')::Nullable(String), '')) as mark
          from ${activity('customer', 'event', 'day', 'properties', 'shop')}
         where event = {event:String} and ifNull(getSubcolumn(properties, 'kind')::Nullable(String), '') = 'csat' and day <= {asOf:Date32}
           and (empty({shops:Array(String)}) or shop in {shops:Array(String)})
      ) as a
      left join (select customer, arrayMap(stage -> toString(stage), stages) as stages, entered from stage_now final where workspace = {workspace:UUID}) as s on s.customer = a.customer
     where a.mark in (1, 2, 3, 4, 5)
     group by stage, engaged, mark`, { workspace: workspaceId, event, shops, asOf });
