import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { RfmName } from '../core/rfm.ts';
import { type Audience, audienceFilter, audienceParams } from './audience.ts';

export type RfmLine = { name: RfmName; customers: number; netMinor: number; reachable: number };

/** People, money and reach of each of the eight names. */
export const rfmLines = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<RfmLine[]> =>
  ch.rows(`
    select s.rfm as name, count() as customers, sum(s.net) as netMinor, countIf(arrayExists(channel -> channel != 'platform_only', c.reach)) as reachable
      from (select customer, rfm, net from stage_now final where ${audienceFilter(audience)} and rfm != '') as s
      left join (select customer, reach from customer_state final where workspace = {workspace:UUID}) as c on c.customer = s.customer
     group by s.rfm`, audienceParams(workspaceId, audience));

export type RfmCell = { recency: number; frequency: number; monetary: number; customers: number };

/** How many customers have each triple of scores. */
export const rfmCells = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<RfmCell[]> =>
  ch.rows(`
    select intDiv(rfm_scores, 100) as recency, intDiv(rfm_scores, 10) % 10 as frequency, rfm_scores % 10 as monetary, count() as customers
      from stage_now final
     where ${audienceFilter(audience)} and rfm != ''
     group by recency, frequency, monetary
     order by recency desc, frequency desc, monetary desc`, audienceParams(workspaceId, audience));
