const LINE = 76;
const [LF, CR, SPACE, DOT, EQUALS] = [10, 13, 32, 46, 61] as const;
const DIGITS = Uint8Array.from(Buffer.from('0123456789ABCDEF'));
/** 2: stands for itself; 1: does in some places; 0: is written as a code. */
const STANDS = Uint8Array.from({ length: 256 }, (_, byte) => (byte === SPACE || byte === DOT ? 1 : byte > SPACE && byte <= 126 && byte !== EQUALS ? 2 : 0));

/** As many bytes as quoted-printable of so many can take: each a code, and a break after every 24 of them. */
export const quotedPrintableMost = (bytes: number): number => bytes * 3 + Math.ceil(bytes / 24) * 3;

/**
 * Writes bytes as quoted-printable (RFC 2045, section 6.7) into `out` from `to` on; the place behind. Lines end in CRLF however they ended before, have
 * at most 76 characters, no code cut in two, no blanks at their ends and no dot at their beginning; no two blanks follow each other and none is a tab, so that
 * what was written is relaxed as DKIM wants it and follows DATA as it is. One pass over bytes, into memory that is there: a letter is mostly this.
 */
export function quotedPrintable(bytes: Uint8Array, out: Uint8Array, to: number): number {
  const length = bytes.length;
  let room = LINE - 1, at = 0;
  for (;;) {
    for (const end = Math.min(length, at + room); at < end && STANDS[bytes[at] as number] === 2; room--) out[to++] = bytes[at++] as number;
    if (at >= length) return to;
    const byte = bytes[at++] as number, next = at < length ? bytes[at] : LF, isLast = next === CR || next === LF, stands = STANDS[byte] as number;
    if (byte === CR || byte === LF) {
      out[to++] = CR;
      out[to++] = LF;
      if (byte === CR && next === LF) at++;
      room = LINE - 1;
      continue;
    }
    let isPlain = stands === 2 || (stands === 1 && (byte === DOT ? room < LINE - 1 : !isLast && out[to - 1] !== SPACE));
    if ((isPlain ? 1 : 3) > (isLast ? room + 1 : room)) {
      out[to++] = EQUALS;
      out[to++] = CR;
      out[to++] = LF;
      room = LINE - 1;
      isPlain &&= byte !== DOT;
    }
    if (!isPlain) {
      out[to++] = EQUALS;
      out[to++] = DIGITS[byte >> 4] as number;
    }
    out[to++] = isPlain ? byte : (DIGITS[byte & 15] as number);
    room -= isPlain ? 1 : 3;
  }
}
