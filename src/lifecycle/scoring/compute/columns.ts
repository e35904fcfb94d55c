/** Columns of a known length, which threads may share: none of them is copied for another. */
export const sharedInts = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
export const sharedCounts = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
export const sharedShorts = (length: number): Uint16Array => new Uint16Array(new SharedArrayBuffer(length * Uint16Array.BYTES_PER_ELEMENT));
export const sharedBytes = (length: number): Uint8Array => new Uint8Array(new SharedArrayBuffer(length));
export const sharedFloats = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));

/** Sixteen bytes a customer, as the engine writes ids. */
export const ID_BYTES = 16;

/** Words as small codes, in order of appearance. */
export function coder(): { code(word: string): number; words: string[] } {
  const codes = new Map<string, number>(), words: string[] = [];
  return {
    code: (word) => {
      const known = codes.get(word);
      if (known !== undefined) return known;
      codes.set(word, words.length);
      return words.push(word) - 1;
    },
    words,
  };
}
