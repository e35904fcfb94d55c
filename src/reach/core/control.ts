/** 32 bits of a text, spread evenly (FNV-1a, then the finaliser of MurmurHash3). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Whether somebody is in the group that never gets marketing (D4): by a hash of who they are, so that it needs no list and stays the same; a
 * larger share keeps everybody who was in it. `share` from 0 to 1.
 */
export const inControl = (customer: string, { share, salt }: { share: number; salt: string }): boolean => spread(`${salt}\0${customer}`) / 4294967296 < share;
