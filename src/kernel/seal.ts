import { createCipheriv, createDecipheriv, createSecretKey, hash, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';

/**
 * The keys of one workspace: `data` by key id, of which `newest` seals; `index` makes blind indexes and never changes. The object is alive:
 * a rotation changes `data` and `newest` under whoever holds it, so that work that lasts seals with the key of the moment.
 */
export type WorkspaceKeys = { readonly data: ReadonlyMap<number, Buffer>; readonly newest: number; readonly index: Buffer };

const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What stands in front of every blob: which key opens it, and a number that no other blob has. */
export const SEAL_BYTES = 4 + IV_BYTES;

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
export function freshIv(): Buffer {
  if (ivs.length === 0) ivs = randomBytes(IV_POOL_BYTES);
  const iv = ivs.subarray(0, IV_BYTES);
  ivs = ivs.subarray(IV_BYTES);
  return iv;
}

/** AES-256-GCM; the key id stands in front, so that a reader knows which key opens it. `context` binds it to its place. */
export function sealWith(key: Buffer, keyId: number, plain: Uint8Array, context: string): Buffer {
  const head = Buffer.alloc(SEAL_BYTES);
  head.writeUInt32BE(keyId);
  freshIv().copy(head, 4);
  const cipher = createCipheriv('aes-256-gcm', prepared(key), head.subarray(4)).setAAD(Buffer.from(context));
  return Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function openWith(keyOf: (keyId: number) => Buffer | undefined, sealed: Buffer, context: string): Buffer {
  const key = keyOf(sealed.readUInt32BE());
  if (!key) throw new Error(`no key ${sealed.readUInt32BE()} to open this with`);
  const decipher = createDecipheriv('aes-256-gcm', prepared(key), sealed.subarray(4, SEAL_BYTES)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(SEAL_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** Seals bytes with the workspace's newest data key; `context` names where they belong ("customer:<id>"). */
export function sealBytes(keys: WorkspaceKeys, plain: Uint8Array, context: string): Buffer {
  const key = keys.data.get(keys.newest);
  if (!key) throw new Error('a workspace without a data key');
  return sealWith(key, keys.newest, plain, context);
}

export const openBytes = (keys: WorkspaceKeys, sealed: Buffer, context: string): Buffer => openWith((keyId) => keys.data.get(keyId), sealed, context);

/** The same of text. */
export const seal = (keys: WorkspaceKeys, plain: string, context: string): Buffer => sealBytes(keys, Buffer.from(plain), context);
export const open = (keys: WorkspaceKeys, sealed: Buffer, context: string): string => openBytes(keys, sealed, context).toString();

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
type Pads = { inner: Buffer; outer: Buffer };
const pads = new WeakMap<Buffer, Pads>();

function padsOf(key: Buffer): Pads {
  if (key.length > BLOCK_BYTES) throw new Error(`a key of at most ${BLOCK_BYTES} bytes`);
  const padded = (with_: number, room: number): Buffer => Buffer.alloc(room, Buffer.from(Array.from({ length: BLOCK_BYTES }, (_, i) => (key[i] ?? 0) ^ with_)));
  const made = { inner: padded(0x36, 1024), outer: padded(0x5c, BLOCK_BYTES + DIGEST_BYTES) };
  pads.set(key, made);
  return made;
}

/** HMAC-SHA-256 (RFC 2104) of text, in hexadecimal, from two one-shot hashes: an import makes millions, and an Hmac object each costs three times as much. */
function hmacHex(key: Buffer, text: string): string {
  const own = pads.get(key) ?? padsOf(key);
  const most = BLOCK_BYTES + text.length * 3;
  if (own.inner.length < most) own.inner = Buffer.concat([own.inner.subarray(0, BLOCK_BYTES)], most);
  const end = BLOCK_BYTES + own.inner.write(text, BLOCK_BYTES);
  own.outer.write(hash('sha256', own.inner.subarray(0, end), 'binary'), BLOCK_BYTES, 'latin1');
  return hash('sha256', own.outer, 'hex');
}

/** A keyed digest of a value: equal values meet, nobody without the key can tell which. */
export const blindIndex = (keys: WorkspaceKeys, kind: string, value: string): Buffer => Buffer.from(hmacHex(keys.index, `${kind}\0${value}`), 'hex');

const VARIANT = ['8', '9', 'a', 'b'];

/** The same digest as an id, the subject of an identifier: a UUID of version 8 (RFC 9562, "custom"), so that every reader takes it for one. */
export function blindId(keys: WorkspaceKeys, kind: string, value: string): string {
  const hex = hmacHex(keys.index, `${kind}\0${value}`);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${VARIANT[Number.parseInt(hex.charAt(16), 16) & 3]}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A key for one purpose, derived from the master key (HKDF-SHA-256, RFC 5869). */
export const deriveKey = (master: Buffer, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', master, 'perennial', purpose, 32));
