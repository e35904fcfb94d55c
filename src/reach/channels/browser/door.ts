import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sourceFinder } from '../../../collect/index.ts';
import { subjectIds } from '../../../customers/index.ts';
import { Refusal } from '../../../kernel/errors.ts';
import { checkText } from '../../../kernel/http/text.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { blindId, seal } from '../../../kernel/seal.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { subscriptionContext } from '../push/provider.ts';
import { putSubscription } from '../queries/browsers.ts';
import { noteSeen, SEEN, waitingFor } from './inApp.ts';

const BODY_MAX = 16 * 1024;
const LIMIT = { max: 300, timeWindow: 60_000 };

/** The browser's own id, a random one that only it knows: messages are shown to whoever has it, never to whoever names a user. */
const anonymousId = z.string().min(16).max(100);
const asking = z.object({ anonymousId });
const seen = z.object({ anonymousId, id: z.uuid(), what: z.enum(SEEN) });
const key = z.string().min(8).max(200).regex(/^[\w+/=-]+$/);
const subscribing = z.object({ anonymousId, subscription: z.object({ endpoint: z.url({ protocol: /^https?$/ }).max(1_000), keys: z.object({ p256dh: key, auth: key }) }) });

function read<T>(shape: z.ZodType<T>, given: unknown): T {
  checkText(given);
  const { success, data } = shape.safeParse(given);
  if (!success) throw new Refusal('body.invalid', { detail: 'body' }, 400);
  return data;
}

const textOf = ({ body }: FastifyRequest): string => (Buffer.isBuffer(body) ? body.toString() : '');
function jsonOf(request: FastifyRequest): unknown {
  try {
    return JSON.parse(textOf(request));
  } catch {
    throw new Refusal('body.invalid', { detail: 'body' }, 400);
  }
}

function allowAnyOrigin(reply: FastifyReply): void {
  void reply.header('access-control-allow-origin', '*').header('access-control-allow-methods', 'GET, POST, OPTIONS').header('access-control-allow-headers', 'content-type').header('access-control-max-age', '86400').header('cache-control', 'no-store');
}

/**
 * What pages of the workspace's sites ask with their write key: which messages wait for this browser, what became of them, and that it lets itself be
 * notified. No cookie is looked at.
 */
export async function openBrowserDoor(app: FastifyInstance, stores: Stores): Promise<void> {
  const sourceOf = sourceFinder(stores);
  const workspaceOf = async (request: FastifyRequest): Promise<WorkspaceId> => {
    const source = await sourceOf(request, async () => textOf(request));
    if (!source) throw new Refusal('source.key_unknown', {}, 401);
    return source.workspaceId;
  };
  const subjectOf = async (workspaceId: WorkspaceId, value: string): Promise<string> => (await subjectIds(stores, workspaceId, [{ kind: 'anonymous_id', value }]))[0] ?? '';
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_MAX }, (_, body, done) => done(null, body));
    door.addHook('onRequest', async (_, reply) => allowAnyOrigin(reply));
    const config = { rateLimit: LIMIT };
    for (const url of ['/v1/messages', '/v1/push']) door.options(url, async (_, reply) => reply.code(204).send());
    door.get('/v1/messages', { config }, async (request) => {
      const workspaceId = await workspaceOf(request);
      const subject = await subjectOf(workspaceId, read(asking, request.query).anonymousId);
      return { messages: subject ? await waitingFor(stores, workspaceId, subject) : [] };
    });
    door.post('/v1/messages', { config }, async (request) => {
      const workspaceId = await workspaceOf(request);
      const { anonymousId: browser, id, what } = read(seen, jsonOf(request));
      const subject = await subjectOf(workspaceId, browser);
      if (subject) await noteSeen(stores, workspaceId, { subject, id, what });
      return { success: true };
    });
    door.post('/v1/push', { config }, async (request) => {
      const workspaceId = await workspaceOf(request);
      const { anonymousId: browser, subscription: { endpoint, keys: { p256dh, auth } } } = read(subscribing, jsonOf(request));
      await stores.egress.check(endpoint);
      const [keys, subject] = [await stores.keys.of(workspaceId), await subjectOf(workspaceId, browser)];
      const id = blindId(keys, 'push', endpoint);
      if (subject) await stores.pg.tx(workspaceId, (tx) => putSubscription(tx, workspaceId, { id, subject, sealed: seal(keys, JSON.stringify({ endpoint, p256dh, auth }), subscriptionContext(id)) }, stores.clock.now()));
      return { success: true };
    });
  });
}
