import { announce } from '../kernel/facts.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { builtInAccounts } from './accounts.ts';
import { type Asked, decideAll, decidedRow, gone } from './candidates.ts';
import type { ChannelName } from './core/message.ts';
import type { Decision } from './core/permit.ts';
import { accountFor, type Loaded, load, wayOver } from './load.ts';
import { channelsIn } from './templates/cache.ts';
import { dueMessages, lockDecisions, saveDecisions, type WorkRow } from './queries/messages.ts';

const AT_ONCE = 1_000;

/** The channels a message may take: of those in the workspace's order that are connected, the ones its template has a text for. */
const channelsOf = ({ scene: { rules }, accounts }: Loaded, asked: ChannelName | 'best', written: readonly ChannelName[] | undefined): readonly ChannelName[] =>
  (asked === 'best' ? rules.best.filter((channel) => accountFor(accounts, channel) && (written?.includes(channel) ?? true)) : [asked]);

type Written = Awaited<ReturnType<typeof channelsIn>>;
const askedOf = (loaded: Loaded, rows: readonly WorkRow[], written: Written): Asked[] => rows.flatMap((row): Asked[] => {
  const owner = loaded.owners.get(row.customer), channels = channelsOf(loaded, row.asked, written({ id: row.templateId, version: row.templateVersion }));
  return owner ? [{ row, owner, isWanted: true, mp: null, ways: channels.map((channel) => wayOver(loaded, owner, channel, accountFor(loaded.accounts, channel))) }] : [];
});

/** Tells, of messages that will not be sent, whose and why. */
export async function announceRefused(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, rows: readonly Pick<WorkRow, 'id' | 'customer'>[], reasons: ReadonlyMap<string, string>): Promise<void> {
  const refused = rows.filter(({ id }) => reasons.has(id));
  if (refused.length === 0) return;
  const counts = Object.fromEntries([...Map.groupBy(refused, ({ id }) => reasons.get(id) ?? '')].map(([reason, own]) => [reason, own.length]));
  await announce(tx, stores.clock, workspaceId, 'messages.refused', { messages: refused.map(({ id }) => id), customers: [...new Set(refused.map(({ customer }) => customer))], reasons: counts });
}

export const refusedIn = (decisions: ReadonlyMap<string, Decision>): Map<string, string> => new Map([...decisions].flatMap(([id, one]) => (one.act === 'refuse' ? [[id, one.reason]] : [])));

/**
 * Decides what is due in a workspace, up to a thousand messages and all that compete with them, in one transaction and alone: which go, wait or are
 * refused, with the reason in the ledger. Those that go wait for their channel. False when nothing was due.
 */
export async function decideSome(stores: Stores, workspaceId: WorkspaceId): Promise<boolean> {
  const now = stores.clock.now(), keys = await stores.keys.of(workspaceId);
  return stores.pg.tx(workspaceId, async (tx) => {
    await lockDecisions(tx, workspaceId);
    const rows = await dueMessages(tx, workspaceId, { now, most: AT_ONCE });
    if (rows.length === 0) return false;
    const loaded = await load(tx, stores, workspaceId, rows, { accountsNow: await builtInAccounts(tx, stores, keys, workspaceId, rows) });
    const written = await channelsIn(tx, workspaceId, rows.flatMap(({ asked, templateId: id, templateVersion: version }) => (asked === 'best' ? [{ id, version }] : [])));
    const decided = decideAll(loaded, askedOf(loaded, rows, written));
    for (const { id } of rows) if (!decided.has(id)) decided.set(id, gone(id));
    await saveDecisions(tx, workspaceId, [...decided.values()].map((one) => decidedRow(one, now.getTime())), now);
    await announceRefused(tx, stores, workspaceId, rows, refusedIn(decided));
    return true;
  });
}
