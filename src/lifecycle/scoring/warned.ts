import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ScoreReason } from './contract.ts';
import { reasonsWith } from './queries/warned.ts';

/** Early warnings against somebody's own weeks before (R125). */
export const WARNINGS = ['churn.activity_fell', 'churn.spend_fell', 'churn.satisfaction_fell', 'churn.complaints_rose'] as const;

/** One warning of somebody as their newest score tells it: `recent` and `usual` a week. */
export type Warned = { customer: CustomerId; code: (typeof WARNINGS)[number]; recent: number; usual: number };

const isWarning = (code: string): code is Warned['code'] => WARNINGS.some((one) => one === code);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** Everybody who is warned of by the newest scores, the weightiest warning of each first. */
export async function warnedNow(stores: Stores, workspaceId: WorkspaceId): Promise<Warned[]> {
  return (await reasonsWith(stores.ch, workspaceId, WARNINGS)).flatMap(({ customer, reasons }) =>
    (JSON.parse(reasons) as ScoreReason[]).flatMap(({ code, params }): Warned[] => (isWarning(code) ? [{ customer, code, recent: numberOf(params.recent), usual: numberOf(params.usual) }] : [])));
}
