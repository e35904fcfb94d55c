import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';

/** Which of some customers fit a compiled filter. */
export async function fittingAmong(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, among: readonly CustomerId[]): Promise<Set<CustomerId>> {
  const rows = await ch.rows<{ customer: CustomerId }>(`
SELECT c.customer AS customer
FROM   ${from}
WHERE  ${where} AND c.customer IN {among:Array(UUID)}`, { ...params, workspace: workspaceId, among: [...among] });
  return new Set(rows.map(({ customer }) => customer));
}
