import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';

/** The net value (minor units) of the last of the top `share` of customers who brought any; null where nobody did. */
export async function cutOf(ch: ClickHouse, workspaceId: WorkspaceId, share: number): Promise<number | null> {
  const [row] = await ch.rows<{ customers: number; cut: number }>(`
    select count() as customers, toInt64(arrayReverseSort(groupArray(net))[toUInt32(ceil({share:Float64} * count()))]) as cut
      from (select numbers['net_minor'] as net from customer_state final where workspace = {workspace:UUID} and numbers['net_minor'] > 0)`, { workspace: workspaceId, share });
  return row && row.customers > 0 ? Number(row.cut) : null;
}

export type Valued = { customer: CustomerId; valueMinor: number };

/** Those who fit a filter with at least so much value, among some customers or all. */
export const fitting = (ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, { cut, among }: { cut: number | null; among: readonly CustomerId[] | 'all' }): Promise<Valued[]> =>
  ch.rows(`
    SELECT c.customer AS customer, toInt64(c.numbers['net_minor']) AS valueMinor
    FROM   ${from}
    WHERE  ${where}
    AND    ({any_value:UInt8} OR c.numbers['net_minor'] >= {cut:Float64})
    ${among === 'all' ? '' : 'AND c.customer IN {among:Array(UUID)}'}
    ORDER  BY customer`, { ...params, workspace: workspaceId, any_value: cut === null ? 1 : 0, cut: cut ?? 0, ...(among !== 'all' && { among }) })
    .then((rows) => (rows as Valued[]).map(({ customer, valueMinor }) => ({ customer, valueMinor: Number(valueMinor) })));
