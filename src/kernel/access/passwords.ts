import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Refusal } from '../errors.ts';
import { semaphore } from '../clickhouse/semaphore.ts';

/** scrypt at OWASP's N = 2^15, r = 8, p = 3 (32 MB, about 0.2 s); written into each hash, so that it can be raised later. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MAX_MEMORY_BYTES = 128 * 2 ** 20;
export const PASSWORD_LENGTH = { min: 10, max: 200 } as const;

type Cost = typeof COST;

// Two at a time: a flood of sign-ins may take memory and threads from nobody else.
const gate = semaphore(['first', 'second']);

const derive = (password: string, salt: Buffer, cost: Cost): Promise<Buffer> =>
  gate(() => new Promise((done, failed) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, { ...cost, maxmem: MAX_MEMORY_BYTES }, (error, key) => (error ? failed(error) : done(key)));
  }));

const written = (hash: Buffer, salt: Buffer, { N, r, p }: Cost): string => `scrypt$${N}$${r}$${p}$${salt.toString('base64')}$${hash.toString('base64')}`;

/** Refuses `password.too_short` and `password.too_long`; length is the only rule (NIST SP 800-63B, 5.1.1.2). */
export function checkPassword(password: string): void {
  const { min, max } = PASSWORD_LENGTH;
  if ([...password].length < min) throw new Refusal('password.too_short', { min });
  if (password.length > max) throw new Refusal('password.too_long', { max });
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  return written(await derive(password, salt, COST), salt, COST);
}

const nobodysSalt = randomBytes(SALT_BYTES);

/** Whether the password fits. Without a hash it works as long and answers no, so that time does not tell which accounts exist. */
export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  if (!stored) {
    await derive(password, nobodysSalt, COST);
    return false;
  }
  const [, N, r, p, salt = '', hash = ''] = stored.split('$');
  const expected = Buffer.from(hash, 'base64');
  const given = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return given.length === expected.length && timingSafeEqual(given, expected);
}

// Without 0, O, 1, l and I, which people misread from a terminal.
const READABLE = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A password to print once: 20 characters, about 115 bits. */
export const generatePassword = (): string =>
  Array.from(randomBytes(20), (byte) => READABLE[byte % READABLE.length]).join('').replace(/(.{5})(?=.)/g, '$1-');
