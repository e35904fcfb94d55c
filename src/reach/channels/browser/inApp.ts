import { z } from 'zod';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { open, seal } from '../../../kernel/seal.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Outcome } from '../../core/message.ts';
import { recordReceipts } from '../../receipts.ts';
import type { Outgoing, Provider } from '../channel.ts';
import { endInApp, inAppFor, putInApp } from '../queries/browsers.ts';

const inAppConfig = z.strictObject({ days: z.int().min(1).max(365).default(30) });
type InAppConfig = z.output<typeof inAppConfig>;

export type Shown = { id: string; shape: 'message' | 'banner'; title: string; body: string; url: string };
export const inAppContext = (id: string): string => `in_app:${id}`;
const DAY_MS = 86_400_000;

async function layOut(stores: Stores, workspaceId: WorkspaceId, { days }: InAppConfig, messages: readonly Outgoing[]): Promise<Outcome[]> {
  const [keys, at] = [await stores.keys.of(workspaceId), stores.clock.now()];
  const rows = messages.flatMap(({ id, customer, content }) => {
    if (content.channel !== 'in_app') return [];
    const { shape, title, body, url } = content;
    return [{ id, customer, sealed: seal(keys, JSON.stringify({ shape, title, body, url }), inAppContext(id)) }];
  });
  await stores.pg.tx(workspaceId, (tx) => putInApp(tx, workspaceId, rows, { at, until: new Date(at.getTime() + days * DAY_MS) }));
  return messages.map(({ id, content }): Outcome => (content.channel === 'in_app' ? { state: 'accepted', providerId: id } : { state: 'failed', code: 'wrong_channel', detail: content.channel, suppress: false }));
}

/** Messages and banners on the site, shown by our browser snippet when their reader comes by. Nothing to set up. */
export const inAppProvider: Provider<InAppConfig> = {
  name: 'site', channel: 'in_app', tested: 'live', config: inAppConfig, address: null, builtIn: true,
  open: async (stores, workspaceId, config) => ({ send: (messages) => layOut(stores, workspaceId, config, messages), close: () => Promise.resolve() }),
};

/** What waits for whoever is at a browser. */
export async function waitingFor(stores: Stores, workspaceId: WorkspaceId, subject: string): Promise<Shown[]> {
  const rows = await stores.pg.tx(workspaceId, (tx) => inAppFor(tx, workspaceId, subject, stores.clock.now()));
  if (rows.length === 0) return [];
  const keys = await stores.keys.of(workspaceId);
  return rows.map(({ id, sealed }) => ({ id, ...(JSON.parse(open(keys, sealed, inAppContext(id))) as Omit<Shown, 'id'>) }));
}

export const SEEN = ['shown', 'clicked', 'dismissed'] as const;

/** What became of a message that lay there for this browser; nothing where it did not. */
export async function noteSeen(stores: Stores, workspaceId: WorkspaceId, { subject, id, what }: { subject: string; id: string; what: (typeof SEEN)[number] }): Promise<void> {
  const at = stores.clock.now();
  const known = await stores.pg.tx(workspaceId, async (tx) => {
    const lies = (await inAppFor(tx, workspaceId, subject, at)).some((row) => row.id === id);
    if (lies && what !== 'shown') await endInApp(tx, workspaceId, id, at);
    return lies;
  });
  if (!known || what === 'dismissed') return;
  await recordReceipts(stores, workspaceId, [{ message: id, kind: what === 'shown' ? 'opened' : 'clicked', at }]);
}
