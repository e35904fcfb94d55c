import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Stores } from '../../kernel/stores.ts';
import { type DoorSource, sourceOfKey } from '../queries/sources.ts';

/** A key that was revoked opens the door for so long at most. */
const REMEMBERED_MS = 3_000;
const KEYS_REMEMBERED = 10_000;
const BODY_KEYS_TRIED = 4;

/** How a write key is kept: looked up on every request, so a plain fast hash of a long random key. */
export const keyDigest = (key: string): Buffer => createHash('sha256').update(key).digest();

const BODY_KEY = /"(?:writeKey|api_key|token)"\s*:\s*"([^"\\]{1,200})"/g;

function headerKey({ headers, query }: FastifyRequest): string | undefined {
  const [scheme = '', credentials = ''] = (headers.authorization ?? '').split(' ');
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, 'base64').toString().split(':')[0] || undefined;
  if (/^bearer$/i.test(scheme)) return credentials || undefined;
  const { writeKey } = query as { writeKey?: unknown };
  return typeof writeKey === 'string' ? writeKey : undefined;
}

/** Keys of a body in the order they stand there: a property may be called like one. */
function* bodyKeys(text: string): Generator<string> {
  const seen = new Set<string>();
  for (const [, key = ''] of text.matchAll(BODY_KEY)) {
    if (!seen.has(key)) yield key;
    if (seen.add(key).size >= BODY_KEYS_TRIED) return;
  }
}

/** Looks keys up once in a while, not on every request. */
function keyReader(stores: Stores): (key: string) => Promise<DoorSource | undefined> {
  const known = new Map<string, { source: DoorSource | undefined; readMs: number }>();
  return async (key) => {
    const nowMs = stores.clock.now().getTime();
    const before = known.get(key);
    // A clock that was put back does not lengthen what is remembered.
    if (before && nowMs >= before.readMs && nowMs - before.readMs < REMEMBERED_MS) return before.source;
    const source = await sourceOfKey(stores.pg.global, keyDigest(key), stores.clock.now());
    if (known.size >= KEYS_REMEMBERED) known.clear();
    known.set(key, { source, readMs: nowMs });
    return source;
  };
}

/** Who may write here: the source of the key in the Authorization header (Basic `key:` or Bearer) or the address, else of one in the body, which is only asked for then. */
export function sourceFinder(stores: Stores): (request: FastifyRequest, text: () => Promise<string>) => Promise<DoorSource | undefined> {
  const sourceOf = keyReader(stores);
  return async (request, text) => {
    const key = headerKey(request);
    const source = key === undefined ? undefined : await sourceOf(key);
    if (source) return source;
    for (const said of bodyKeys(await text())) {
      const found = await sourceOf(said);
      if (found) return found;
    }
    return undefined;
  };
}
