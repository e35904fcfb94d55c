import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Freshness } from './sources.ts';

/** First and last day of each source that has any, and the 90th percentile of the gaps between its days with data. */
export const sourceDays = (ch: ClickHouse, workspace: WorkspaceId, keys: readonly string[]): Promise<Freshness[]> =>
  ch.rows(`
    with arraySort(groupUniqArray(day)) as days,
         arrayPopFront(arrayDifference(arrayMap(d -> toInt32(d), days))) as gaps
    select source as key, toString(days[1]) as firstDay, toString(days[-1]) as lastDay,
           if(empty(gaps), 1, arrayReduce('quantileExact(0.9)', gaps)) as intervalDays
      from (
        select distinct toString(source) as source, day from orders  final where workspace = {workspace:UUID} and source in {keys:Array(String)}
        union distinct
        select distinct toString(source) as source, day from refunds final where workspace = {workspace:UUID} and source in {keys:Array(String)}
        union distinct
        select distinct toString(source) as source, day from events  final where workspace = {workspace:UUID} and source in {keys:Array(String)})
     group by source`, { workspace, keys });
