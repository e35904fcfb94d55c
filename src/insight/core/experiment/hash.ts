const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const scramble = (block: number): number => Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);

/**
 * MurmurHash3 x86_32 (Austin Appleby, public domain): a well-mixed, non-cryptographic hash, an unsigned 32-bit number.
 * ClickHouse's `murmurHash3_32` is the same function with seed 0, so a statement can repeat an assignment.
 * Test vectors and SMHasher's verification value 0xB0F57EE3: hash.test.ts.
 */
export function murmur3(bytes: Uint8Array, seed = 0): number {
  const whole = bytes.length & ~3;
  const at = (index: number): number => bytes[index] ?? 0;
  let hash = seed | 0;
  for (let i = 0; i < whole; i += 4) hash = (Math.imul(rotate(hash ^ scramble(at(i) | (at(i + 1) << 8) | (at(i + 2) << 16) | (at(i + 3) << 24)), 13), 5) + 0xe6546b64) | 0;
  // Bytes past the end read as 0, which leaves the rest of the last block as the reference has it.
  if (whole < bytes.length) hash ^= scramble(at(whole) | (at(whole + 1) << 8) | (at(whole + 2) << 16));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const encoder = new TextEncoder();

/** A customer's place in [0, 1) under a salt: MurmurHash3 x86_32 of the UTF-8 bytes of `salt:customer`, over 2³². */
export const bucketOf = (salt: string, customer: string): number => murmur3(encoder.encode(`${salt}:${customer}`)) / 4294967296;
