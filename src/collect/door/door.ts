import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../kernel/errors.ts';
import { storeDown } from '../../kernel/http/problem.ts';
import type { Stores } from '../../kernel/stores.ts';
import { ENDPOINTS, POSTHOG, POSTHOG_ENDPOINTS } from '../core/wire.ts';
import { openAppender } from './append.ts';
import { openGate } from './gate.ts';
import { serveGreetings } from './greetings.ts';
import { unpack } from './unpack.ts';
import { sourceFinder } from './writeKey.ts';

export type DoorOptions = { bodyBytesMax?: number; /** Bytes of requests under way at once; beyond them senders are asked to wait. */ bytesAtOnce?: number; /** Told after every accepted body, so that the flusher need not wait. */ onAppend?: () => void };

const BODY_BYTES_MAX = 8 * 1024 * 1024;
const BYTES_AT_ONCE = 96 * 1024 * 1024;
const ANSWER_MS = 30_000;
const HEADERS = 'Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId, SentAt';

/** One address of the door: what a body that comes there is called at rest, and what is answered. */
type Entry = { urls: readonly string[]; endpoint: string; busyStatus: 429 | 503; answer(text: () => Promise<string>): Promise<object> };

const succeeded = async (): Promise<object> => ({ success: true });
const captured = async (): Promise<object> => ({ status: 1 });

const EVENT_ID = /"uuid"\s*:\s*"([^"\\]{1,100})"/g;
/** PostHog's newer protocol wants to hear of each event. */
const eachCaptured = async (text: () => Promise<string>): Promise<object> =>
  ({ results: Object.fromEntries([...(await text()).matchAll(EVENT_ID)].map(([, id = '']) => [id, { result: 'ok' }])) });

const ENTRIES: readonly Entry[] = [
  ...Object.keys(ENDPOINTS).map((endpoint): Entry => ({ urls: [`/v1/${endpoint}`], endpoint, busyStatus: 429, answer: succeeded })),
  // RudderStack's browser client when it is told to use beacons: the key stands in the address.
  { urls: ['/beacon/v1/batch'], endpoint: 'batch', busyStatus: 429, answer: succeeded },
  ...POSTHOG_ENDPOINTS.map((url): Entry => ({ urls: url.endsWith('/') ? [url, url.slice(0, -1)] : [url], endpoint: POSTHOG, busyStatus: 503, answer: url.startsWith('/i/v1') ? eachCaptured : captured })),
];

/** Pages of any site may send: what counts is the key. No cookie is ever looked at here. */
function allowAnyOrigin(request: FastifyRequest, reply: FastifyReply): void {
  const asked = request.headers['access-control-request-headers'];
  void reply.header('access-control-allow-origin', '*').header('access-control-allow-methods', 'GET, POST, OPTIONS').header('access-control-max-age', '86400')
    .header('access-control-allow-headers', asked ? `${HEADERS}, ${asked}` : HEADERS).header('access-control-expose-headers', 'Retry-After');
}

const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
};

const isPacked = (body: Buffer): boolean => body[0] === 0x1f;

/** A store that says nothing is as good as away: its sender is told to come again, before it gives up on us. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => { timer = setTimeout(() => refuse(storeDown()), ANSWER_MS); });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The wire routes of Segment, RudderStack and PostHog: the body is appended durably as it came, then answered. What is wrong
 * with single events is found later and put into quarantine, since an error reply to a batch makes clients drop all of it. Only
 * a key that opens nothing (401), a body that cannot be unpacked (400, 413) and too much at once (429, 503) are refused.
 */
export async function openDoor(app: FastifyInstance, stores: Stores, { bodyBytesMax = BODY_BYTES_MAX, bytesAtOnce = BYTES_AT_ONCE, onAppend = () => undefined }: DoorOptions = {}): Promise<void> {
  const append = openAppender(stores);
  const sourceOf = sourceFinder(stores);
  const letIn = openGate(bytesAtOnce);
  const store = async (endpoint: string, request: FastifyRequest, body: Buffer, text: () => Promise<string>): Promise<void> => {
    const source = await sourceOf(request, text);
    if (!source) throw new Refusal('source.key_unknown', {}, 401);
    // What was acknowledged can be unpacked: a broken archive or one that unpacks without end is refused here.
    if (isPacked(body)) await text();
    await append(source.workspaceId, { sourceId: source.id, endpoint, body, receivedAt: stores.clock.now() }).catch((error: unknown) => {
      request.log.error({ err: error }, 'a body could not be stored; its sender is told to send again');
      throw storeDown();
    });
    onAppend();
  };
  const accept = async ({ endpoint, answer }: Entry, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const text = once(async () => (await unpack(body)).text);
    await inTime(store(endpoint, request, body, text));
    return reply.code(200).send(await answer(text));
  };
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_, body, done) => done(null, body));
    door.addHook('onRequest', async (request, reply) => allowAnyOrigin(request, reply));
    for (const entry of ENTRIES) for (const url of entry.urls) {
      door.post(url, { bodyLimit: bodyBytesMax, onRequest: async (request, reply) => letIn(request, reply, entry.busyStatus) }, (request, reply) => accept(entry, request, reply));
      door.options(url, async (_, reply) => reply.code(204).send());
    }
    for (const url of ['/v1/projects/:key/settings', '/sourceConfig', '/sourceConfig/', '/array/:key/config', '/flags', '/flags/']) door.options(url, async (_, reply) => reply.code(204).send());
    serveGreetings(door);
  });
}
