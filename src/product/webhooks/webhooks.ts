import { type Caller, demand } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { type Facts, notFound, Refusal } from '../../kernel/errors.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import { registerSealed, sealedColumn } from '../../kernel/rotation/index.ts';
import { open, seal, type WorkspaceKeys } from '../../kernel/seal.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { NewWebhook, WebhookView } from './contract.ts';
import { FORMER_MS } from './schedule.ts';
import { newSecret } from '../../kernel/webhookSignature.ts';
import { deleteWebhook, insertWebhook, type Tally, talliesOf, tryAgain, updateWebhook, webhookById, type WebhookRow, webhookRows } from './store.ts';

/** What of an address is sealed. */
export type Place = { url: string; secret: string; former?: { secret: string; until: string } };

const WEBHOOKS_MAX = 20;
const contextOf = (id: string): string => `webhook:${id}`;

export const placeIn = (keys: WorkspaceKeys, { id, sealed }: Pick<WebhookRow, 'id' | 'sealed'>): Place => JSON.parse(open(keys, sealed, contextOf(id))) as Place;
const sealPlace = (keys: WorkspaceKeys, id: string, place: Place): Buffer => seal(keys, JSON.stringify(place), contextOf(id));

/** Secrets that sign now, the newest first. */
export const secretsOf = ({ secret, former }: Place, now: Date): string[] => (former && new Date(former.until) > now ? [secret, former.secret] : [secret]);

/** Where webhooks are sealed, for rotations. */
export const registerWebhooksSealed = (): void => registerSealed(sealedColumn({ table: 'webhook', context: "'webhook:' || id" }));

const nothing = (id: string): Tally => ({ id, waiting: 0, delivered: 0, failed: 0, lastAt: null });

function viewOf(keys: WorkspaceKeys, row: WebhookRow, { waiting, delivered, failed, lastAt }: Tally, now: Date): WebhookView {
  const { url, former } = placeIn(keys, row);
  const { id, name, kinds, state, pausedReason } = row;
  const told = (at: Date | null): string | null => at?.toISOString() ?? null;
  return {
    id, name, url, kinds: [...kinds], state, pausedReason, pausedAt: told(row.pausedAt), failingSince: told(row.failingSince), createdAt: row.createdAt.toISOString(),
    formerUntil: former && new Date(former.until) > now ? former.until : null, waiting, delivered, failed, lastAt: told(lastAt),
  };
}

/** Addresses are told of every shop: whoever sees some shops only may not give them away. Refuses `webhook.all_shops` (403). */
function demandAll(caller: Caller): void {
  demand(caller, 'settings.write');
  if (caller.shops.length > 0) throw new Refusal('webhook.all_shops', {}, 403);
}

async function demandAddress({ egress }: Stores, url: string): Promise<void> {
  await egress.check(url);
  if (!url.startsWith('https:') && !egress.isAllowed(url)) throw new Refusal('webhook.https_needed');
}

/** Addresses with how they fare, the oldest first. */
export async function listWebhooks(stores: Stores, caller: Caller): Promise<WebhookView[]> {
  demandAll(caller);
  const { workspaceId } = caller;
  const keys = await stores.keys.of(workspaceId);
  const [rows, tallies] = await stores.pg.tx(workspaceId, async (tx) => [await webhookRows(tx, workspaceId), await talliesOf(tx, workspaceId)] as const);
  return rows.map((row) => viewOf(keys, row, tallies.find(({ id }) => id === row.id) ?? nothing(row.id), stores.clock.now()));
}

/**
 * Subscribes an address. The secret is given once. Refuses what `egress.check` refuses, `webhook.https_needed`, `webhook.too_many`,
 * `webhook.all_shops`.
 */
export async function makeWebhook(stores: Stores, caller: Caller, { name, url, kinds }: NewWebhook): Promise<{ webhook: WebhookView; secret: string }> {
  demandAll(caller);
  await demandAddress(stores, url);
  const { workspaceId, actor } = caller;
  const [keys, id, secret, createdAt] = [await stores.keys.of(workspaceId), newId(), newSecret(), stores.clock.now()];
  const row = await stores.pg.tx(workspaceId, async (tx) => {
    if ((await webhookRows(tx, workspaceId)).length >= WEBHOOKS_MAX) throw new Refusal('webhook.too_many', { most: WEBHOOKS_MAX });
    await insertWebhook(tx, workspaceId, { id, name, sealed: sealPlace(keys, id, { url, secret }), kinds: [...new Set(kinds)], createdBy: `${actor.kind}:${actor.id}`, createdAt });
    await audit(tx, stores.clock, caller, { action: 'webhook.create', target: id, detail: { kinds } });
    return need(tx, workspaceId, id);
  });
  return { webhook: viewOf(keys, row, nothing(id), createdAt), secret };
}

/** The address's row, held until the transaction ends. Refuses `webhook.not_found`. */
export async function need(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<WebhookRow> {
  const row = await webhookById(tx, workspaceId, id, { lock: true });
  if (!row) throw notFound('webhook', { id });
  return row;
}

type Changed = { row: WebhookRow; detail?: Facts; after?: (tx: Tx) => Promise<unknown> };

/** One change of an address, with its line in the audit log. */
async function change(stores: Stores, caller: Caller, id: string, action: 'change' | 'pause' | 'resume' | 'secret', decide: (row: WebhookRow, keys: WorkspaceKeys) => Changed): Promise<WebhookView> {
  demandAll(caller);
  const { workspaceId } = caller;
  const keys = await stores.keys.of(workspaceId);
  return stores.pg.tx(workspaceId, async (tx) => {
    const { row, detail, after } = decide(await need(tx, workspaceId, id), keys);
    await updateWebhook(tx, workspaceId, row);
    await after?.(tx);
    await audit(tx, stores.clock, caller, { action: `webhook.${action}`, target: id, ...(detail ? { detail } : {}) });
    return viewOf(keys, row, (await talliesOf(tx, workspaceId)).find((one) => one.id === id) ?? nothing(id), stores.clock.now());
  });
}

/** Changes name, address or kinds. Refuses as `makeWebhook`, and `webhook.not_found`. */
export async function changeWebhook(stores: Stores, caller: Caller, id: string, { name, url, kinds }: Partial<NewWebhook>): Promise<WebhookView> {
  if (url !== undefined) await demandAddress(stores, url);
  return change(stores, caller, id, 'change', (row, keys) => ({
    row: { ...row, name: name ?? row.name, kinds: kinds ?? row.kinds, sealed: url === undefined ? row.sealed : sealPlace(keys, id, { ...placeIn(keys, row), url }) },
    detail: { changed: Object.entries({ name, url, kinds }).flatMap(([key, value]) => (value === undefined ? [] : [key])) },
  }));
}

/** Stops telling: what waits stays, what happens meanwhile is not kept. */
export const pauseWebhook = (stores: Stores, caller: Caller, id: string): Promise<WebhookView> =>
  change(stores, caller, id, 'pause', (row) => ({ row: { ...row, state: 'paused', pausedReason: 'staff', pausedAt: stores.clock.now() } }));

/** Goes on: what waits is tried at once, with all its attempts before it. */
export const resumeWebhook = (stores: Stores, caller: Caller, id: string): Promise<WebhookView> => change(stores, caller, id, 'resume', (row) => ({
  row: { ...row, state: 'on', pausedReason: null, pausedAt: null, failingSince: null, restUntil: null },
  after: (tx) => tryAgain(tx, caller.workspaceId, { webhookId: id, messageId: null, now: stores.clock.now() }),
}));

/** A new secret, given once; the one before signs as well for a day, so that the receiver can change over in peace. */
export async function renewSecret(stores: Stores, caller: Caller, id: string): Promise<{ webhook: WebhookView; secret: string }> {
  const secret = newSecret();
  const until = new Date(stores.clock.now().getTime() + FORMER_MS).toISOString();
  const webhook = await change(stores, caller, id, 'secret', (row, keys) => {
    const { url, secret: former } = placeIn(keys, row);
    return { row: { ...row, sealed: sealPlace(keys, id, { url, secret, former: { secret: former, until } }) }, detail: { until } };
  });
  return { webhook, secret };
}

/** Ends a subscription, with everything that was told. Refuses `webhook.not_found`. */
export async function removeWebhook(stores: Stores, caller: Caller, id: string): Promise<void> {
  demandAll(caller);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    if ((await deleteWebhook(tx, caller.workspaceId, id)) === 0) throw notFound('webhook', { id });
    await audit(tx, stores.clock, caller, { action: 'webhook.remove', target: id });
  });
}

export { demandAll };
