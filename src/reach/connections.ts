import { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { audit } from '../kernel/audit.ts';
import { hideContacts } from '../kernel/contacts.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { registerSealed, sealedColumn } from '../kernel/rotation/index.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { configIn, sealConfig } from './accounts.ts';
import { allProviders, type Provider, providerOf } from './channels/channel.ts';
import type { accountChange, accountShape, newAccount, providerShape, tryReply } from './contract.ts';
import { accountById, archiveAccount, insertAccount, updateAccount } from './queries/accounts.ts';
import { type AccountRow, accountRows } from './queries/state.ts';
import { demandAllShops } from './rules.ts';

type View = z.input<typeof accountShape>;
const SANDBOX = 'sandbox';
const ACCOUNTS_MAX = 50;

/** Where connections are sealed, for rotations. */
export const registerReachSealed = (): void => registerSealed(sealedColumn({ table: 'channel_account', context: "'channel:' || id" }));

const viewOf = ({ sealed: _, createdAt, ...row }: AccountRow): View => ({ ...row, tested: providerOf(row.channel, row.provider)?.tested ?? null, sandbox: row.provider === SANDBOX, createdAt: createdAt.toISOString() });

/** Every way to send there is, with what it takes and what was proved of it. */
export const listProviders = (): z.input<typeof providerShape>[] => allProviders().map(({ name, channel, tested, address, config }) =>
  ({ name, channel, tested, sandbox: name === SANDBOX, address, config: z.toJSONSchema(config, { unrepresentable: 'any', io: 'input' }) as Record<string, unknown> }));

/** Connections of the workspace; what it takes to connect is never told. */
export const listAccounts = async (stores: Stores, { workspaceId }: Caller): Promise<View[]> => (await stores.pg.tx(workspaceId, (tx) => accountRows(tx, workspaceId))).map(viewOf);

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
export async function addAccount(stores: Stores, caller: Caller, { channel, provider, name, config, perSecond }: z.output<typeof newAccount>): Promise<View> {
  demandAllShops(caller);
  const { workspaceId, actor } = caller, id = newId(), createdAt = stores.clock.now();
  const [keys, fit] = [await stores.keys.of(workspaceId), await checked(stores, demandProvider(channel, provider), config)];
  return stores.pg.tx(workspaceId, async (tx) => {
    if ((await accountRows(tx, workspaceId)).length >= ACCOUNTS_MAX) throw new Refusal('reach.too_many_accounts', { most: ACCOUNTS_MAX });
    await insertAccount(tx, workspaceId, { id, channel, provider, name, sealed: sealConfig(keys, id, fit), perSecond, createdBy: `${actor.kind}:${actor.id}`, createdAt });
    await audit(tx, stores.clock, caller, { action: 'channel.add', target: id, detail: { channel, provider } });
    return viewOf(await need(tx, workspaceId, id));
  });
}

async function need(tx: Tx, workspaceId: string, id: string): Promise<AccountRow> {
  const row = await accountById(tx, workspaceId, id, { lock: true });
  if (!row) throw notFound('channel', { id });
  return row;
}

/** Changes a connection; settings that are not given stay. Refuses as `addAccount`, and `channel.not_found`. */
export async function changeAccount(stores: Stores, caller: Caller, id: string, { name, config, perSecond, state }: z.output<typeof accountChange>): Promise<View> {
  demandAllShops(caller);
  const { workspaceId } = caller, keys = await stores.keys.of(workspaceId);
  const before = await stores.pg.tx(workspaceId, (tx) => need(tx, workspaceId, id));
  // One whose settings stayed behind in another installation does not go on without them.
  const fit = config || state === 'on' ? await checked(stores, demandProvider(before.channel, before.provider), { ...(configIn(keys, before) as object), ...config }) : undefined;
  return stores.pg.tx(workspaceId, async (tx) => {
    const row = await need(tx, workspaceId, id);
    const paused = state === undefined ? {} : { state, pausedReason: state === 'paused' ? 'staff' : null };
    const after = { ...row, name: name ?? row.name, perSecond: perSecond === undefined ? row.perSecond : perSecond, sealed: fit === undefined ? row.sealed : sealConfig(keys, id, fit), ...paused };
    await updateAccount(tx, workspaceId, after);
    await audit(tx, stores.clock, caller, { action: 'channel.change', target: id, detail: { changed: Object.entries({ name, config, perSecond, state }).flatMap(([key, value]) => (value === undefined ? [] : [key])) } });
    return viewOf(after);
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

/** Connects and sends nothing: whether it went well, or by which code not. Refuses `channel.not_found`. */
export async function tryAccount(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof tryReply>> {
  demandAllShops(caller);
  const { workspaceId } = caller, keys = await stores.keys.of(workspaceId);
  const account = await stores.pg.tx(workspaceId, (tx) => need(tx, workspaceId, id)), provider = demandProvider(account.channel, account.provider);
  try {
    const config = await checked(stores, provider, configIn(keys, account));
    await (await provider.open(stores, workspaceId, config)).close();
    return { well: true, code: null, detail: '' };
  } catch (error) {
    return { well: false, code: error instanceof Refusal ? error.code : 'provider_unreachable', detail: error instanceof Refusal ? '' : hideContacts(String(error instanceof Error ? error.message : error)).slice(0, 300) };
  }
}
