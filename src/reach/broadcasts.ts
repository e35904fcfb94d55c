import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { eachApart } from '../kernel/tick.ts';
import { configIn } from './accounts.ts';
import { providerOf, type StaffResult } from './channels/channel.ts';
import type { broadcastShape } from './contract.ts';
import { accountById } from './queries/accounts.ts';
import { type Given, tasksGiven, workspacesWith } from './queries/broadcasts.ts';
import { type AccountRow, accountRows } from './queries/state.ts';
import { type ReceiptIn, recordReceipts } from './receipts.ts';
import { demandAllShops } from './rules.ts';

/** Staff may confirm a task for so long; what they have not by then stays as it is. */
const OPEN_MS = 30 * 86_400_000;
const TASKS_MOST = 50;
/** A connection's tasks are asked about so often: providers count what they are asked. */
const EVERY_MS = 600_000;

/** What staff made of tasks of one connection, asked of its provider now; undefined where it does not say. */
async function asked(stores: Stores, workspaceId: WorkspaceId, account: AccountRow, tasks: readonly Given[]): Promise<StaffResult[] | undefined> {
  const provider = providerOf(account.channel, account.provider);
  return provider?.results?.(stores, provider.config.parse(configIn(await stores.keys.of(workspaceId), account)), tasks.map(({ task }) => task));
}

/** What was heard, as receipts: sent by staff is delivered; no friend any more, or full by the provider's limit, is failed. */
const receiptsOf = (results: readonly StaffResult[], { channel, id }: AccountRow, now: Date): ReceiptIn[] => results.flatMap(({ reference, state, at }): ReceiptIn[] => {
  if (state === 'pending') return [];
  return [{ reference, accountId: id, at: at ?? now, ...(state === 'sent' ? { kind: 'delivered' } : { kind: 'failed', code: `${channel}.${state === 'failed' ? 'no_friend' : 'over_limit'}` }) }];
});

/** Connections whose provider gives tasks to staff, with the tasks of the last thirty days. */
const withTasks = (stores: Stores, workspaceId: WorkspaceId, { openOnly }: { openOnly: boolean }): Promise<{ account: AccountRow; tasks: Given[] }[]> => stores.pg.tx(workspaceId, async (tx) => {
  const accounts = (await accountRows(tx, workspaceId)).filter(({ channel, provider, state }) => state === 'on' && providerOf(channel, provider)?.results);
  const since = new Date(stores.clock.now().getTime() - OPEN_MS), found: { account: AccountRow; tasks: Given[] }[] = [];
  for (const account of accounts) found.push({ account, tasks: await tasksGiven(tx, workspaceId, { accounts: [account.id], since, most: TASKS_MOST, openOnly }) });
  return found.filter(({ tasks }) => tasks.length > 0);
});

/** Asks about every task that something is open of, and notes what was heard of its messages. */
export async function hearOfBroadcasts(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  await eachApart(await withTasks(stores, workspaceId, { openOnly: true }), async ({ account, tasks }) => {
    const results = await asked(stores, workspaceId, account, tasks);
    if (results) await recordReceipts(stores, workspaceId, receiptsOf(results, account, stores.clock.now()));
  });
}

const lately = new WeakMap<Stores['pg']['pool'], number>();

/** Every ten minutes, for every workspace. */
export async function broadcastsTick(stores: Stores): Promise<void> {
  const nowMs = stores.clock.now().getTime(), last = lately.get(stores.pg.pool);
  if (last !== undefined && Math.abs(nowMs - last) < EVERY_MS) return;
  lately.set(stores.pg.pool, nowMs);
  await eachApart(await workspacesWith(stores.pg.global), (workspaceId) => hearOfBroadcasts(stores, workspaceId));
}

type View = z.input<typeof broadcastShape>;
const countOf = (own: readonly StaffResult[], state: StaffResult['state']): number => own.filter((one) => one.state === state).length;

/** D8: how far each of staff is with the tasks they were given, asked of the provider now. Refuses `channel.not_found`, `reach.no_answer` where it does not say, `reach.all_shops`. */
export async function broadcastsOf(stores: Stores, caller: Caller, id: string): Promise<View[]> {
  demandAllShops(caller);
  const { workspaceId } = caller, since = new Date(stores.clock.now().getTime() - OPEN_MS);
  const found = await stores.pg.tx(workspaceId, async (tx) => {
    const account = await accountById(tx, workspaceId, id);
    return account && { account, tasks: await tasksGiven(tx, workspaceId, { accounts: [id], since, most: TASKS_MOST, openOnly: false }) };
  });
  if (!found || !providerOf(found.account.channel, found.account.provider)?.results) throw notFound('channel', { id });
  const results = found.tasks.length === 0 ? [] : await asked(stores, workspaceId, found.account, found.tasks);
  if (!results) throw new Refusal('reach.no_answer', { provider: found.account.provider }, 502);
  return found.tasks.map(({ task, sentAt }) => ({
    task, at: sentAt.toISOString(),
    staff: [...Map.groupBy(results.filter((one) => one.task === task), ({ staff }) => staff)].map(([staff, own]) => ({ staff, pending: countOf(own, 'pending'), sent: countOf(own, 'sent'), failed: countOf(own, 'failed'), overLimit: countOf(own, 'over_limit') })),
  }));
}
