import type { WorkspaceId } from '../../kernel/ids.ts';
import { run, sql, type Tx } from '../../kernel/sql.ts';

export const saveRules = (tx: Tx, workspaceId: WorkspaceId, { version, rules, at, by }: { version: number; rules: object; at: Date; by: string }): Promise<number> => run(tx, sql`
  insert into reach_rules (workspace_id, version, rules, changed_at, changed_by) values (${workspaceId}, ${version}, ${JSON.stringify(rules)}::jsonb, ${at}, ${by})
  on conflict (workspace_id) do update set version = excluded.version, rules = excluded.rules, changed_at = excluded.changed_at, changed_by = excluded.changed_by where reach_rules.version = excluded.version - 1`);
