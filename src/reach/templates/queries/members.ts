import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';

/** Which of these customers fit a filter. */
export async function fittingAmong(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, customers: readonly CustomerId[]): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: CustomerId }>(`
SELECT c.customer AS customer
FROM   ${from}
WHERE  ${where}
AND    c.customer IN (SELECT arrayJoin(JSONExtract({template_readers:String}, 'Array(UUID)')))`, { ...params, workspace: workspaceId, template_readers: JSON.stringify(customers) });
  return rows.map(({ customer }) => customer);
}
