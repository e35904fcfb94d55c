import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';

/** Reasons of everybody whose score rests on one of some. */
export const reasonsWith = (ch: ClickHouse, workspace: WorkspaceId, codes: readonly string[]): Promise<{ customer: CustomerId; reasons: string }[]> =>
  ch.rows('select s.customer as customer, s.reason_params as reasons from customer_score as s final where s.workspace = {workspace:UUID} and hasAny(s.reasons, {codes:Array(String)}) order by s.customer', { workspace, codes: [...codes] });
