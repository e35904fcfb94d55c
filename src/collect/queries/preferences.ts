import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { purchases } from '../../kernel/readings.ts';

/** So many of the newest purchases say what somebody likes now. */
const NEWEST = 3;

/** Named customers with all their subjects, or everybody. */
export type Buyers = { customers: readonly CustomerId[]; subjects: readonly SubjectId[] } | 'all';

/** The category each customer bought most among their newest three purchases; of two alike the newer. */
export const preferredCategories = (ch: ClickHouse, workspace: WorkspaceId, whom: Buyers): Promise<{ customer: CustomerId; category: string }[]> => {
  const everybody = whom === 'all', read = everybody ? purchases : purchases.mine;
  return ch.rows(`
    with bought as (
      select customer, source, shop, order_no, ordered_at from ${read('customer', 'source', 'shop', 'order_no', 'ordered_at')}
       ${everybody ? '' : 'where customer in {customers:Array(UUID)}'}),
    lines as (
      select distinct source, shop, order_no, category from order_lines final
       where workspace = {workspace:UUID} and kind = 'goods' and category != ''
       ${everybody ? '' : 'and (source, shop, order_no) in (select source, shop, order_no from bought)'}),
    ranked as (
      select b.customer as customer, l.category as category, dense_rank() over (partition by b.customer order by b.ordered_at desc, b.order_no desc) as nth
        from lines l inner join bought b using (source, shop, order_no))
    select toString(customer) as customer, argMax(category, (times, -newest)) as category
      from (select customer, category, count() as times, min(toInt32(nth)) as newest from ranked where nth <= ${NEWEST} group by customer, category)
     group by customer`, { workspace, ...(everybody ? {} : whom) });
};
