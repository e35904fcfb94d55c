import { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { hideContacts } from '../kernel/contacts.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { newId, type WorkspaceId } from '../kernel/ids.ts';
import { registerSealed, sealedColumn } from '../kernel/rotation/index.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { configIn, sealConfig } from './accounts.ts';
import { allProviders, type Provider, providerOf } from './channels/channel.ts';
import type { accountChange, accountShape, newAccount, providerShape, tryReply } from './contract.ts';
import { todayOf } from './today.ts';
import { accountById, archiveAccount, insertAccount, updateAccount } from './queries/accounts.ts';
import { type AccountRow, accountRows } from './queries/state.ts';
import { demandAllShops } from './rules.ts';

type View = z.input<typeof accountShape>;
const SANDBOX = 'sandbox';
const ACCOUNTS_MAX = 50;
const DETAIL_CHARS = 300;

/** Where connections are sealed, for rotations. */
export const registerReachSealed = (): void => registerSealed(sealedColumn({ table: 'channel_account', context: "'channel:' || id" }));

async function viewsOf(tx: Tx, stores: Stores, workspaceId: WorkspaceId, rows: readonly AccountRow[]): Promise<View[]> {
  const today = await todayOf(tx, await stores.keys.of(workspaceId), workspaceId, rows, stores.clock.now());
  return rows.map(({ sealed: _, createdAt, ...row }) => ({ ...row, tested: providerOf(row.channel, row.provider)?.tested ?? null, sandbox: row.provider === SANDBOX, createdAt: createdAt.toISOString(), today: today.get(row.id) ?? null }));
}
const viewOf = async (tx: Tx, stores: Stores, workspaceId: WorkspaceId, row: AccountRow): Promise<View> => (await viewsOf(tx, stores, workspaceId, [row]))[0] as View;

/** Every way to send there is, with what it takes and what was proved of it. */
export const listProviders = (): z.input<typeof providerShape>[] => allProviders().map(({ name, channel, tested, address, config }) =>
  ({ name, channel, tested, sandbox: name === SANDBOX, address, config: z.toJSONSchema(config, { unrepresentable: 'any', io: 'input' }) as Record<string, unknown> }));

/** Connections of the workspace; what it takes to connect is never told. */
export const listAccounts = async (stores: Stores, { workspaceId }: Caller): Promise<View[]> =>
  stores.pg.tx(workspaceId, async (tx) => viewsOf(tx, stores, workspaceId, await accountRows(tx, workspaceId)));

function demandProvider(channel: AccountRow['channel'], name: string): Provider {
  const provider = providerOf(channel, name);
  if (!provider) throw new Refusal('reach.provider_unknown', { channel, provider: name });
  return provider;
}

/** Settings as the provider wants them. Refuses `reach.config_invalid` with the setting that does not fit, and what the provider's own look refuses. */
async function checked(stores: Stores, provider: Provider, given: unknown): Promise<unknown> {
  const read = provider.config.safeParse(given);
  if (!read.success) throw new Refusal('reach.config_invalid', { setting: read.error.issues[0]?.path.join('.') ?? '', provider: provider.name });
  await provider.check?.(stores, read.data);
  return read.data;
}

/** Adds a connection. Refuses `reach.provider_unknown`, `reach.config_invalid`, `reach.too_many_accounts`, `reach.all_shops`. */
export async function addAccount(stores: Stores, caller: Caller, { channel, provider, name, config, perSecond, perDay }: z.output<typeof newAccount>): Promise<View> {
  demandAllShops(caller);
  const { workspaceId, actor } = caller, id = newId(), createdAt = stores.clock.now();
  const [keys, fit] = [await stores.keys.of(workspaceId), await checked(stores, demandProvider(channel, provider), config)];
  return stores.pg.tx(workspaceId, async (tx) => {
    if ((await accountRows(tx, workspaceId)).length >= ACCOUNTS_MAX) throw new Refusal('reach.too_many_accounts', { most: ACCOUNTS_MAX });
    await insertAccount(tx, workspaceId, { id, channel, provider, name, sealed: sealConfig(keys, id, fit), perSecond, perDay, createdBy: `${actor.kind}:${actor.id}`, createdAt });
    await audit(tx, stores.clock, caller, { action: 'channel.add', target: id, detail: { channel, provider } });
    return viewOf(tx, stores, workspaceId, await need(tx, workspaceId, id));
  });
}

async function need(tx: Tx, workspaceId: string, id: string): Promise<AccountRow> {
  const row = await accountById(tx, workspaceId, id, { lock: true });
  if (!row) throw notFound('channel', { id });
  return row;
}

/** Changes a connection; settings that are not given stay. Refuses as `addAccount`, and `channel.not_found`. */
export async function changeAccount(stores: Stores, caller: Caller, id: string, { name, config, perSecond, perDay, state }: z.output<typeof accountChange>): Promise<View> {
  demandAllShops(caller);
  const { workspaceId } = caller, keys = await stores.keys.of(workspaceId);
  const before = await stores.pg.tx(workspaceId, (tx) => need(tx, workspaceId, id));
  // One whose settings stayed behind in another installation does not go on without them.
  const fit = config || state === 'on' ? await checked(stores, demandProvider(before.channel, before.provider), { ...(configIn(keys, before) as object), ...config }) : undefined;
  return stores.pg.tx(workspaceId, async (tx) => {
    const row = await need(tx, workspaceId, id);
    const paused = state === undefined ? {} : { state, pausedReason: state === 'paused' ? 'staff' : null };
    const after = { ...row, name: name ?? row.name, perSecond: perSecond === undefined ? row.perSecond : perSecond, perDay: perDay === undefined ? row.perDay : perDay, sealed: fit === undefined ? row.sealed : sealConfig(keys, id, fit), ...paused };
    await updateAccount(tx, workspaceId, after);
    await audit(tx, stores.clock, caller, { action: 'channel.change', target: id, detail: { changed: Object.entries({ name, config, perSecond, perDay, state }).flatMap(([key, value]) => (value === undefined ? [] : [key])) } });
    return viewOf(tx, stores, workspaceId, after);
  });
}

/** Ends a connection; what waits for it is decided anew. Refuses `channel.not_found`. */
export async function removeAccount(stores: Stores, caller: Caller, id: string): Promise<void> {
  demandAllShops(caller);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await need(tx, caller.workspaceId, id);
    await archiveAccount(tx, caller.workspaceId, id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'channel.remove', target: id });
  });
}

const hidden = (facts: Refusal['facts']): Record<string, unknown> => Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? hideContacts(value).slice(0, DETAIL_CHARS) : value]));

/**
 * Opens a session as for sending (of a mail server: greeting, TLS, login) and sends nothing: whether it went well, or by which code not, with what the
 * other side said. Refuses `channel.not_found`.
 */
export async function tryAccount(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof tryReply>> {
  demandAllShops(caller);
  const { workspaceId } = caller, keys = await stores.keys.of(workspaceId);
  const account = await stores.pg.tx(workspaceId, (tx) => need(tx, workspaceId, id)), provider = demandProvider(account.channel, account.provider);
  try {
    const config = await checked(stores, provider, configIn(keys, account));
    await (await provider.open(stores, workspaceId, config)).close();
    await provider.probe?.(stores, config);
    return { well: true, code: null, detail: '', facts: {} };
  } catch (error) {
    if (error instanceof Refusal) return { well: false, code: error.code, detail: '', facts: hidden(error.facts) };
    return { well: false, code: 'provider_unreachable', detail: hideContacts(String(error instanceof Error ? error.message : error)).slice(0, DETAIL_CHARS), facts: {} };
  }
}
