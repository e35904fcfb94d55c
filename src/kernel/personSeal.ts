import { createCipheriv, createDecipheriv, createSecretKey } from 'node:crypto';
import { freshIv } from './seal.ts';

/**
 * What is sealed under a key of its own, so that destroying 32 bytes destroys it: AES-256-GCM with the key's place in front. Keys lie in
 * blocks, which the workspace's data key wraps; the first bit tells such a blob from one sealed with a data key, whose ids stay below 2^31.
 */
export const PERSON_KEY_BYTES = 32;
export const KEYS_PER_BLOCK = 32;

/** `block` below 2^47, `slot` below KEYS_PER_BLOCK. */
export type KeyPlace = { block: number; slot: number };

const MARK = 0x80;
const PLACE_BYTES = 8;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = PLACE_BYTES + IV_BYTES;

/** Where the key of a blob lies; undefined where a data key sealed it. */
export const placeOf = (sealed: Buffer): KeyPlace | undefined =>
  (sealed.readUInt8() & MARK ? { slot: sealed.readUInt8(1), block: sealed.readUIntBE(2, 6) } : undefined);

/** Seals text with a person's key. `context` binds it to its place. */
export function sealPersonal(key: Uint8Array, { block, slot }: KeyPlace, plain: string, context: string): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt8(MARK);
  head.writeUInt8(slot, 1);
  head.writeUIntBE(block, 2, 6);
  freshIv().copy(head, PLACE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(key), head.subarray(PLACE_BYTES)).setAAD(Buffer.from(context));
  return Buffer.concat([head, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Throws where the key is another, or has been destroyed. */
export function openPersonal(key: Uint8Array, sealed: Buffer, context: string): string {
  const decipher = createDecipheriv('aes-256-gcm', createSecretKey(key), sealed.subarray(PLACE_BYTES, HEAD_BYTES)).setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return decipher.update(sealed.subarray(HEAD_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
}
