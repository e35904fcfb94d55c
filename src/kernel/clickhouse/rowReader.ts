const TWO_32 = 4_294_967_296;
const UUID_BYTES = 16;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** Where the bytes of a UUID stand in RowBinary: two numbers of eight bytes, the lower byte first each. */
const PLACES = [7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8] as const;
const DASHES = new Set([4, 6, 8, 10]);

/** The UUID whose sixteen bytes stand at `at`, as text. */
export function uuidAt(bytes: Uint8Array, at: number): string {
  let text = '';
  PLACES.forEach((place, nth) => { text += (DASHES.has(nth) ? '-' : '') + (HEX[bytes[at + place] as number] as string); });
  return text;
}

/** Texts up to so many bytes, most of which are words that come again and again: stages, shops, categories. */
const WORD_BYTES = 32;
const WORDS = 4_096;
const ASCII = 128;

/** Decodes texts. A short one of plain letters that was met before is given again: it is compared in place, and no string is made. */
function wordsIn(bytes: Uint8Array): (from: number, length: number) => string {
  const decoder = new TextDecoder(), words: (string | undefined)[] = Array(WORDS).fill(undefined);
  const decode = (from: number, length: number): string => decoder.decode(bytes.subarray(from, from + length));
  const isAt = (word: string, from: number): boolean => {
    for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) !== bytes[from + at]) return false;
    return true;
  };
  return (from, length) => {
    if (length > WORD_BYTES) return decode(from, length);
    let [hash, marks] = [length, 0];
    for (let at = from; at < from + length; at++) {
      const byte = bytes[at] as number;
      hash = Math.imul(hash, 31) + byte;
      marks |= byte;
    }
    if (marks >= ASCII) return decode(from, length);
    const place = (hash ^ (hash >>> 12)) & (WORDS - 1), known = words[place];
    if (known !== undefined && known.length === length && isAt(known, from)) return known;
    return (words[place] = decode(from, length));
  };
}

/** Reads rows in ClickHouse's RowBinary format, cell after cell in the order of the columns: the counterpart of RowWriter. */
export type RowReader = {
  isDone(): boolean;
  /** Leaves so many bytes unread. */
  skip(bytes: number): void;
  /** The sixteen bytes of a UUID as they stand, into `room` at `at`. */
  id(room: Uint8Array, at: number): void;
  uuid(): string;
  /** Whether the UUID that stands here is the one `uuid` read last; if so, it is read too. */
  isSame(): boolean;
  u8(): number; u16(): number; u32(): number; i32(): number; f32(): number; f64(): number;
  /** Int64 and UInt64, exact up to 2⁵³. */
  int(): number;
  /** How many items of an array, or bytes of a text, follow. */
  size(): number;
  text(): string;
};

export function rowReader(bytes: Uint8Array): RowReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), word = wordsIn(bytes);
  let at = 0, lastAt = 0;
  const next = (width: number): number => {
    at += width;
    return at - width;
  };
  const size = (): number => {
    let [sum, factor] = [0, 1];
    for (;;) {
      const byte = bytes[at++] as number;
      sum += (byte & 127) * factor;
      if (byte < 128) return sum;
      factor *= 128;
    }
  };
  return {
    isDone: () => at >= bytes.length,
    skip: (width) => { at += width; },
    id: (room, to) => { room.set(bytes.subarray(at, at + UUID_BYTES), to); at += UUID_BYTES; },
    uuid: () => uuidAt(bytes, (lastAt = next(UUID_BYTES))),
    isSame: () => {
      if (at >= bytes.length) return false;
      for (let byte = 0; byte < UUID_BYTES; byte++) if (bytes[at + byte] !== bytes[lastAt + byte]) return false;
      at += UUID_BYTES;
      return true;
    },
    u8: () => view.getUint8(next(1)), u16: () => view.getUint16(next(2), true), u32: () => view.getUint32(next(4), true), i32: () => view.getInt32(next(4), true),
    f32: () => view.getFloat32(next(4), true), f64: () => view.getFloat64(next(8), true),
    int: () => {
      const from = next(8);
      return view.getInt32(from + 4, true) * TWO_32 + view.getUint32(from, true);
    },
    size,
    text: () => {
      const length = size(), from = next(length);
      return length === 0 ? '' : word(from, length);
    },
  };
}
