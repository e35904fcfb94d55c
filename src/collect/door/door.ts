import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { ENDPOINTS } from '../core/wire.ts';
import { type DoorSource, sourceOfKey } from '../queries/sources.ts';
import { openAppender } from './append.ts';

export type DoorOptions = { bodyBytesMax?: number; /** Told after every accepted body, so that the flusher need not wait. */ onAppend?: () => void };

const BODY_BYTES_MAX = 8 * 1024 * 1024;
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
const KEY_REMEMBERED_MS = 30_000;
const KEYS_REMEMBERED = 10_000;
const HEADERS = 'Authorization, Content-Type, Content-Encoding, X-Retry-Count, AnonymousId, SentAt';

const unpack = promisify(gunzip);

/** How a write key is kept: looked up on every request, so a plain fast hash of a long random key. */
export const keyDigest = (key: string): Buffer => createHash('sha256').update(key).digest();

/** JSON whatever the Content-Type says; gzip by its magic bytes, whatever Content-Encoding says. */
async function textOf(body: unknown): Promise<string> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : '');
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const plain = packed ? await unpack(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).catch(() => undefined) : bytes;
  if (!plain) throw new Refusal('event.body_unreadable', {}, 400);
  return plain.toString('utf8');
}

const BODY_KEY = /"(?:writeKey|api_key)"\s*:\s*"([^"\\]{1,200})"/;

/** Basic `key:`, Bearer, or a key in the body. */
function writeKeyOf(request: FastifyRequest, text: string): string | undefined {
  const [scheme = '', credentials = ''] = (request.headers.authorization ?? '').split(' ');
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, 'base64').toString().split(':')[0] || undefined;
  const inBody = BODY_KEY.exec(text)?.[1];
  return inBody ?? (/^bearer$/i.test(scheme) ? credentials || undefined : undefined);
}

/** Looks keys up once in a while, not on every request. */
function keyReader(stores: Stores): (key: string) => Promise<DoorSource | undefined> {
  const known = new Map<string, { source: DoorSource | undefined; untilMs: number }>();
  return async (key) => {
    const nowMs = stores.clock.now().getTime();
    const before = known.get(key);
    if (before && before.untilMs > nowMs) return before.source;
    const source = await sourceOfKey(stores.pg.global, keyDigest(key), stores.clock.now());
    if (known.size >= KEYS_REMEMBERED) known.clear();
    known.set(key, { source, untilMs: nowMs + KEY_REMEMBERED_MS });
    return source;
  };
}

const allowAnyOrigin = (reply: FastifyReply): FastifyReply =>
  reply.header('access-control-allow-origin', '*').header('access-control-allow-methods', 'GET, POST, OPTIONS').header('access-control-allow-headers', HEADERS).header('access-control-max-age', '86400');

/**
 * The wire routes `/v1/{identify,track,page,screen,group,alias,batch}` with their short forms: the body is appended durably,
 * then answered `{"success":true}`. What is wrong with single events is found later and put into quarantine, since an error
 * reply to a batch makes clients drop all of it. Only a key that opens nothing is refused (401).
 */
export async function openDoor(app: FastifyInstance, stores: Stores, { bodyBytesMax = BODY_BYTES_MAX, onAppend = () => undefined }: DoorOptions = {}): Promise<void> {
  const append = openAppender(stores);
  const sourceOf = keyReader(stores);
  const accept = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    allowAnyOrigin(reply);
    const { endpoint } = request.params as { endpoint: string };
    const text = await textOf(request.body);
    const key = writeKeyOf(request, text);
    const source = key === undefined ? undefined : await sourceOf(key);
    if (!source) throw new Refusal('source.key_unknown', {}, 401);
    await append(source.workspaceId, { sourceId: source.id, endpoint, text, receivedAt: stores.clock.now() });
    onAppend();
    return reply.code(200).send({ success: true });
  };
  await app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: bodyBytesMax }, (_, body, done) => done(null, body));
    door.options('/v1/*', async (_, reply) => allowAnyOrigin(reply).code(204).send());
    for (const endpoint of Object.keys(ENDPOINTS)) {
      door.post(`/v1/${endpoint}`, { bodyLimit: bodyBytesMax }, (request, reply) => {
        request.params = { endpoint };
        return accept(request, reply);
      });
    }
    door.get('/v1/projects/:key/settings', async (_, reply) => allowAnyOrigin(reply).send({ integrations: { 'Segment.io': { apiKey: '', unbundledIntegrations: [] } }, plan: { track: { __default: { enabled: true } } } }));
  });
}
