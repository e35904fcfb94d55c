import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { purchaseLines, purchases, sales } from '../../../kernel/readings.ts';
import type { PeriodUnit } from '../../core/money/periods.ts';
import type { Rates } from '../../core/money/sharing.ts';
import { type Audience, audienceFilter, audienceParams } from '../../queries/audience.ts';
import { namedCosts } from '../../queries/worth.ts';
import { COHORT } from './heads.ts';
import { rateParams, shareOfDay } from './ledger.ts';

const MONTH = 'substring(toString(day), 1, 7)';

export type MonthProfit = { cohort: string; month: string; minor: number };

/**
 * What customers brought by month of first purchase and month of the entry: sales less refunds, goods, costs on their
 * orders or on themselves and their shares of the bills of each order's month. Acquisition, and the shares of retention
 * bills, which need no orders, are left to the caller.
 */
export const profitByMonth = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, rates: Rates): Promise<MonthProfit[]> =>
  ch.rows(`
    select n.cohort as cohort, e.month as month, sum(e.minor) as minor
      from (
        select customer, ${MONTH} as month, sum(net) as minor from ${sales('customer', 'day', 'net')} group by customer, month
        union all
        select customer, ${MONTH} as month, -sum(cost) as minor from ${purchaseLines('customer', 'day', 'cost')} group by customer, month
        union all
        select customer, ${MONTH} as month, -sum(amount) as minor from ${namedCosts('kind', 'day', 'amount')} where kind != 'acquisition' group by customer, month
        union all
        select customer, ${MONTH} as month, -sum(${shareOfDay(rates)}) as minor from ${purchases('customer', 'day')} group by customer, month
      ) as e
      inner join (select customer, ${COHORT} as cohort from stage_now final where ${audienceFilter(audience)} and occasions > 0) as n on n.customer = e.customer
     group by cohort, month
     order by cohort, month`, { ...audienceParams(workspaceId, audience), ...rateParams(rates) });

/** Buyers by month of first purchase. */
export const cohortSizes = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<{ cohort: string; customers: number }[]> =>
  ch.rows(`
    select ${COHORT} as cohort, count() as customers from stage_now final where ${audienceFilter(audience)} and occasions > 0 group by cohort order by cohort`, audienceParams(workspaceId, audience));

/** Buyers of each period, and how many of them bought in the next one too. `period`: its first month. */
export const stayedBy = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, unit: PeriodUnit): Promise<{ period: string; buyers: number; stayed: number }[]> => {
  const start = { month: 'toStartOfMonth', quarter: 'toStartOfQuarter', year: 'toStartOfYear' }[unit];
  const next = { month: 'addMonths(period, 1)', quarter: 'addQuarters(period, 1)', year: 'addYears(period, 1)' }[unit];
  return ch.rows(`
    select substring(toString(period_start), 1, 7) as period, count() as buyers, countIf(has(own, next)) as stayed
      from (
        select own, period as period_start, ${next} as next
          from (select groupUniqArray(${start}(day)) as own
                  from ${purchases('customer', 'day')}
                 where customer in (select customer from stage_now final where ${audienceFilter(audience)})
                 group by customer)
         array join own as period
      )
     group by period
     order by period`, audienceParams(workspaceId, audience));
};
