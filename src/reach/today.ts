import type { WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import { configIn } from './accounts.ts';
import { providerOf } from './channels/channel.ts';
import { usedOf } from './channels/queries/allowances.ts';
import { dayLimit } from './core/pacing.ts';
import type { AccountRow } from './queries/state.ts';

type Limit = { account: string; scope: string; most: number; warmUp: { day: number; days: number } | null };
export type Today = { used: number; most: number; warmUp: { day: number; days: number } | null };

/** What limits a connection's day: its own allowance, and what its settings say of a new sender. */
function limitsOf(keys: WorkspaceKeys, account: AccountRow, now: Date): Limit[] {
  const { id, channel, provider: name, perDay } = account, provider = providerOf(channel, name);
  const read = provider?.day && provider.config.safeParse(configIn(keys, account));
  const day = read?.success ? provider?.day?.(read.data, now) : null;
  return [...(perDay === null ? [] : [{ account: id, scope: `account:${id}`, most: perDay, warmUp: null }]), ...(day ? [{ account: id, ...day }] : [])];
}

/** How much of today's allowance each connection has used, by the limit with the least left. Absent: nothing limits its day. */
export async function todayOf(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, accounts: readonly AccountRow[], now: Date): Promise<ReadonlyMap<string, Today>> {
  const limits = accounts.flatMap((account) => limitsOf(keys, account, now)), { since } = dayLimit(0, now);
  const used = new Map((await usedOf(tx, workspaceId, limits.map(({ scope }) => ({ scope, since })))).map((one) => [one.scope, one.used]));
  const today = limits.map(({ account, scope, most, warmUp }) => ({ account, used: used.get(scope) ?? 0, most, warmUp })).sort((a, b) => (b.most - b.used) - (a.most - a.used));
  return new Map(today.map(({ account, ...one }) => [account, one]));
}
