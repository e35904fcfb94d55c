import { newId, type WorkspaceId } from '../kernel/ids.ts';
import { open, seal, type WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { allProviders, builtIn } from './channels/channel.ts';
import type { ChannelName } from './core/message.ts';
import { insertAccount } from './queries/accounts.ts';
import type { WorkRow } from './queries/messages.ts';
import { type AccountRow, accountRows } from './queries/state.ts';

const contextOf = (id: string): string => `channel:${id}`;

/** What it takes to connect, opened; it never leaves the server. */
export const configIn = (keys: WorkspaceKeys, { id, sealed }: Pick<AccountRow, 'id' | 'sealed'>): unknown => JSON.parse(open(keys, sealed, contextOf(id)));
export const sealConfig = (keys: WorkspaceKeys, id: string, config: unknown): Buffer => seal(keys, JSON.stringify(config), contextOf(id));

const isAsked = (rows: readonly WorkRow[], channel: ChannelName): boolean => rows.some(({ asked }) => asked === channel);

/** The workspace's connections; a channel that needs no setting up has one as soon as it is asked for. */
export async function builtInAccounts(tx: Tx, stores: Pick<Stores, 'clock'>, keys: WorkspaceKeys, workspaceId: WorkspaceId, rows: readonly WorkRow[]): Promise<readonly AccountRow[]> {
  const accounts = await accountRows(tx, workspaceId);
  const missing = allProviders().filter((one) => builtIn(one) && isAsked(rows, one.channel) && !accounts.some(({ channel }) => channel === one.channel));
  if (missing.length === 0) return accounts;
  for (const { channel, name } of missing) {
    const id = newId();
    await insertAccount(tx, workspaceId, { id, channel, provider: name, name, sealed: sealConfig(keys, id, {}), perSecond: null, perDay: null, createdBy: 'system:reach', createdAt: stores.clock.now() });
  }
  return accountRows(tx, workspaceId);
}
