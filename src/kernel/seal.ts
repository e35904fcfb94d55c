import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { uuidOf } from './ids.ts';

/** The keys of one workspace: `data` by key id (newest last) seals, `index` makes blind indexes and never changes. */
export type WorkspaceKeys = { data: ReadonlyMap<number, Buffer>; newest: number; index: Buffer };

const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 4 + IV_BYTES;

const keyObjects = new WeakMap<Buffer, KeyObject>();
/** Node 24 prepares raw key bytes anew at every call, which costs five times the hashing itself. */
function prepared(key: Buffer): KeyObject {
  const known = keyObjects.get(key) ?? createSecretKey(key);
  keyObjects.set(key, known);
  return known;
}

const IV_POOL_BYTES = IV_BYTES * 1024;
let ivs = Buffer.alloc(0);
/** Random initialisation vectors, a thousand drawn at once: asking the system for twelve bytes costs as much as the cipher. */
function freshIv(): Buffer {
  if (ivs.length === 0) ivs = randomBytes(IV_POOL_BYTES);
  const iv = ivs.subarray(0, IV_BYTES);
  ivs = ivs.subarray(IV_BYTES);
  return iv;
}

/** AES-256-GCM; the key id stands in front, so that a reader knows which key opens it. `context` binds it to its place. */
export function sealWith(key: Buffer, keyId: number, plain: Uint8Array, context: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(keyId);
  freshIv().copy(head, 4);
  const cipher = createCipheriv('aes-256-gcm', prepared(key), head.subarray(4)).setAAD(Buffer.from(context));
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function openWith(keyOf: (keyId: number) => Buffer | undefined, sealed: Buffer, context: string): Buffer {
  const key = keyOf(sealed.readUInt32BE());
  if (!key) throw new Error(`no key ${sealed.readUInt32BE()} to open this with`);
  const decipher = createDecipheriv('aes-256-gcm', prepared(key), sealed.subarray(4, HEAD_BYTES)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** Seals text with the workspace's newest data key; `context` names where it belongs ("customer:<id>"). */
export const seal = (keys: WorkspaceKeys, plain: string, context: string): Buffer => {
  const key = keys.data.get(keys.newest);
  if (!key) throw new Error('a workspace without a data key');
  return sealWith(key, keys.newest, Buffer.from(plain), context);
};

export const open = (keys: WorkspaceKeys, sealed: Buffer, context: string): string =>
  openWith((keyId) => keys.data.get(keyId), sealed, context).toString();

/** A keyed digest (HMAC-SHA-256) of a value: equal values meet, nobody without the key can tell which. */
export const blindIndex = (keys: WorkspaceKeys, kind: string, value: string): Buffer =>
  createHmac('sha256', prepared(keys.index)).update(kind).update('\0').update(value).digest();

/** The same digest as an id, the subject of an identifier: a UUID of version 8 (RFC 9562, "custom"), so that every reader takes it for one. */
export function blindId(keys: WorkspaceKeys, kind: string, value: string): string {
  const digest = blindIndex(keys, kind, value);
  digest[6] = ((digest[6] as number) & 0x0f) | 0x80;
  digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
  return uuidOf(digest);
}

/** A key for one purpose, derived from the master key (HKDF-SHA-256, RFC 5869). */
export const deriveKey = (master: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', master, 'perennial', purpose, 32));
