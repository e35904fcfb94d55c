import { createHash } from 'node:crypto';

/** A UUID made from a name (RFC 9562, version 5 under a namespace of our own): the same name gives the same id. */
export function idFrom(...parts: readonly (string | number)[]): string {
  const digest = createHash('sha1').update(`perennial.engage\n${parts.join('\n')}`).digest().subarray(0, 16);
  digest[6] = ((digest[6] ?? 0) & 0x0f) | 0x50;
  digest[8] = ((digest[8] ?? 0) & 0x3f) | 0x80;
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What stands for a definition, to the letter: an approval is of exactly one. */
export const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');
