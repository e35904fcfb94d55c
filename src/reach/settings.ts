import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import { DEFAULT_RULES, type Rules } from './core/rules.ts';
import { rulesRow } from './queries/state.ts';

/** A workspace's rules as they stand: its own words over the defaults; the draw of its control group is its own. */
export const rulesIn = (workspaceId: WorkspaceId, own: Record<string, unknown> | undefined): Rules => {
  const rules = { ...DEFAULT_RULES, ...own } as Rules;
  return { ...rules, control: { ...rules.control, salt: rules.control.salt || workspaceId } };
};

export const rulesOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<Rules> => rulesIn(workspaceId, (await rulesRow(tx, workspaceId))?.rules);
