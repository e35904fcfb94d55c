import { z } from 'zod';
import { Refusal } from '../../../kernel/errors.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { signedHeaders } from '../../../kernel/webhookSignature.ts';
import type { Outcome } from '../../core/message.ts';
import { refused, unanswered } from '../answers.ts';
import type { Outgoing, Provider } from '../channel.ts';
import { some } from '../some.ts';

const SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;
const webhookConfig = z.strictObject({ url: z.url({ protocol: /^https?$/ }).max(2_000), secret: z.string().regex(SECRET, 'whsec_ and the base64 of 24 to 64 bytes') });
type WebhookConfig = z.output<typeof webhookConfig>;

const TIMEOUT_MS = 15_000;
const AT_ONCE = 8;
const GONE = 410;

async function sendOne(stores: Stores, { url, secret }: WebhookConfig, { id, customer, purpose, content }: Outgoing): Promise<Outcome> {
  if (content.channel !== 'webhook') return { state: 'failed', code: 'wrong_channel', detail: content.channel, suppress: false };
  const now = stores.clock.now();
  const body = JSON.stringify({ type: 'message', timestamp: now.toISOString(), data: { message: id, customer, purpose, ...content.body } });
  const headers = { 'content-type': 'application/json', ...signedHeaders({ id, body, atSeconds: Math.floor(now.getTime() / 1_000), secrets: [secret] }) };
  try {
    const answer = await stores.egress.send({ url, method: 'POST', headers, body, timeoutMs: TIMEOUT_MS });
    if (answer.status >= 200 && answer.status < 300) return { state: 'accepted', providerId: id };
    return answer.status === GONE ? { state: 'failed', code: 'webhook.gone', detail: '', suppress: false } : refused(answer, { prefix: 'webhook', now });
  } catch (error) {
    // The id is the message's: who is told twice knows it.
    return unanswered(error, { prefix: 'webhook', again: true });
  }
}

/** Another program is told, as the Standard Webhooks specification says. */
export const webhookProvider: Provider<WebhookConfig> = {
  name: 'standard', channel: 'webhook', tested: 'live', config: webhookConfig, address: null,
  check: async ({ egress }, { url }) => {
    await egress.check(url);
    if (!url.startsWith('https:') && !egress.isAllowed(url)) throw new Refusal('webhook.https_needed');
  },
  open: async (stores, _, config) => ({ send: (messages) => some(messages, AT_ONCE, (message) => sendOne(stores, config, message)), close: () => Promise.resolve() }),
};
