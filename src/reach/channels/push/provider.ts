import { createECDH } from 'node:crypto';
import webPush from 'web-push';
import { z } from 'zod';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { open, type WorkspaceKeys } from '../../../kernel/seal.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { Outcome } from '../../core/message.ts';
import { refused, unanswered } from '../answers.ts';
import type { Outgoing, Provider } from '../channel.ts';
import { dropSubscriptions, subscriptionsOf, type SubscriptionRow } from '../queries/browsers.ts';
import { some } from '../some.ts';

const KEY = /^[\w-]+$/;
const PRIVATE_BYTES = 32;
const PUBLIC_BYTES = 65;

/** Whether two VAPID keys are a pair (RFC 8292: P-256, base64url). */
function arePair({ publicKey, privateKey }: { publicKey: string; privateKey: string }): boolean {
  const [own, secret] = [Buffer.from(publicKey, 'base64url'), Buffer.from(privateKey, 'base64url')];
  if (own.length !== PUBLIC_BYTES || secret.length !== PRIVATE_BYTES) return false;
  const curve = createECDH('prime256v1');
  try {
    curve.setPrivateKey(secret);
    return curve.getPublicKey().equals(own);
  } catch {
    return false;
  }
}

const pushConfig = z.strictObject({
  publicKey: z.string().max(100).regex(KEY), privateKey: z.string().max(60).regex(KEY), contact: z.string().max(254).regex(/^(?:mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/), ttlSeconds: z.int().min(0).max(2_419_200).default(86_400),
}).refine(arePair, { message: 'keys that belong together', path: ['privateKey'] });
type PushConfig = z.output<typeof pushConfig>;

export type Subscription = { endpoint: string; p256dh: string; auth: string };
export const subscriptionContext = (id: string): string => `push:${id}`;
export const subscriptionIn = (keys: WorkspaceKeys, { id, sealed }: Pick<SubscriptionRow, 'id' | 'sealed'>): Subscription => JSON.parse(open(keys, sealed, subscriptionContext(id))) as Subscription;

/** Push services take no more than 4,096 bytes, encrypted (RFC 8030, RFC 8291). */
const TEXT_BYTES = 3_000;
const GONE = [404, 410];
const AT_ONCE = 8;

function payloadOf({ id, content }: Outgoing): string | undefined {
  if (content.channel !== 'push') return undefined;
  const { title, body, url } = content;
  const text = (cut: number): string => JSON.stringify({ id, title: title.slice(0, 200), body: body.slice(0, cut), url });
  for (let cut = body.length; cut >= 0; cut = cut > 50 ? Math.floor(cut * 0.8) : cut - 50) if (Buffer.byteLength(text(cut)) <= TEXT_BYTES) return text(cut);
  return undefined;
}

type Told = { outcome: Outcome; gone: boolean };

/** One browser is told, by whoever its maker lets tell it; its address came from a browser, so it goes out like any other that strangers gave. */
async function tell({ egress, clock }: Stores, { publicKey, privateKey, contact, ttlSeconds }: PushConfig, { endpoint, p256dh, auth }: Subscription, { id, payload }: { id: string; payload: string }): Promise<Told> {
  try {
    const topic = id.replaceAll('-', '').slice(0, 32);
    const { headers, body } = webPush.generateRequestDetails({ endpoint, keys: { p256dh, auth } }, payload, { TTL: ttlSeconds, topic, vapidDetails: { subject: contact, publicKey, privateKey } });
    const answer = await egress.send({ url: endpoint, method: 'POST', headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])), body });
    if (answer.status >= 200 && answer.status < 300) return { gone: false, outcome: { state: 'accepted', providerId: answer.headers.location ?? id } };
    return { gone: GONE.includes(answer.status), outcome: refused(answer, { prefix: 'push', now: clock.now() }) };
  } catch (error) {
    // A topic replaces what waits under the same one, so that telling again shows it once.
    return { gone: false, outcome: unanswered(error, { prefix: 'push', again: true }) };
  }
}

const BEST: readonly Outcome['state'][] = ['accepted', 'unknown', 'retry', 'failed'];

/** All browsers of one person; one that was told is enough, and those that are gone are forgotten. */
async function sendOne(stores: Stores, workspaceId: WorkspaceId, config: PushConfig, message: Outgoing, browsers: readonly (Subscription & { id: string })[]): Promise<Outcome> {
  const payload = payloadOf(message);
  if (payload === undefined) return { state: 'failed', code: 'wrong_channel', detail: message.content.channel, suppress: false };
  if (browsers.length === 0) return { state: 'failed', code: 'push.no_subscription', detail: '', suppress: false };
  const told = await Promise.all(browsers.map((browser) => tell(stores, config, browser, { id: message.id, payload })));
  const gone = browsers.filter((_, i) => told[i]?.gone).map(({ id }) => id);
  if (gone.length > 0) await stores.pg.tx(workspaceId, (tx) => dropSubscriptions(tx, workspaceId, gone));
  if (gone.length === browsers.length) return { state: 'failed', code: 'push.gone', detail: '', suppress: true };
  return told.map(({ outcome }) => outcome).sort((a, b) => BEST.indexOf(a.state) - BEST.indexOf(b.state))[0] as Outcome;
}

/** New keys for `config`, base64url. */
export const newVapidKeys = (): { publicKey: string; privateKey: string } => webPush.generateVAPIDKeys();

/** Notifications in browsers (RFC 8030, 8291, 8292), by whichever push service a browser names. */
export const pushProvider: Provider<PushConfig> = {
  name: 'web-push', channel: 'push', tested: 'live', config: pushConfig, address: null,
  open: async (stores, workspaceId, config) => ({
    close: () => Promise.resolve(),
    send: async (messages) => {
      const keys = await stores.keys.of(workspaceId);
      const rows = await stores.pg.tx(workspaceId, (tx) => subscriptionsOf(tx, workspaceId, messages.map(({ customer }) => customer)));
      return some(messages, AT_ONCE, (message) => sendOne(stores, workspaceId, config, message, rows.filter(({ customer }) => customer === message.customer).map((row) => ({ id: row.id, ...subscriptionIn(keys, row) }))));
    },
  }),
};
