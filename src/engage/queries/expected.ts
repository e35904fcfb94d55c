import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { type Compiled, compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { activity } from '../../kernel/readings.ts';

/** How many fit a compiled filter. */
export async function countFitting(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled): Promise<number> {
  const [row] = await ch.rows<{ people: number }>(`SELECT count() AS people FROM ${from} WHERE ${where}`, { ...params, workspace: workspaceId });
  return Number(row?.people ?? 0);
}

/** How many different people did one of some events after an instant. */
export async function countDoing(ch: ClickHouse, workspaceId: WorkspaceId, filters: readonly EventFilter[], after: Date): Promise<number> {
  const { predicates, events, columns, params } = compileFilters(filters);
  const names = [...new Set(['customer', 'event', 'moment', ...columns])] as Parameters<typeof activity>;
  const [row] = await ch.rows<{ people: number }>(`
SELECT uniqExact(customer) AS people
FROM   ${activity(...names)}
WHERE  event IN ${events} AND (${predicates.map((one) => `(${one})`).join(' OR ')}) AND moment > {after:DateTime64(3)}`, { ...params, workspace: workspaceId, after: after.toISOString().replace('T', ' ').replace('Z', '') });
  return Number(row?.people ?? 0);
}
