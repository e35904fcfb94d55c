const LINE = 76;
const [TAB, LF, CR, SPACE, EQUALS] = [9, 10, 13, 32, 61] as const;
const DIGITS = Buffer.from('0123456789ABCDEF');
/** 2: stands for itself; 1: does, but not at the end of a line; 0: is written as a code. */
const STANDS = Uint8Array.from({ length: 256 }, (_, byte) => (byte === TAB || byte === SPACE ? 1 : byte > SPACE && byte <= 126 && byte !== EQUALS ? 2 : 0));

/**
 * Quoted-printable (RFC 2045, section 6.7), of bytes whose lines end in CRLF: lines of at most 76 characters, no code cut in two, no blanks at their ends.
 * One pass over bytes, since a letter is mostly this: by expressions, line by line, it took twice as long.
 */
export function quotedPrintable(bytes: Uint8Array): string {
  const out = Buffer.allocUnsafe(bytes.length * 3 + Math.ceil(bytes.length / 24) * 3);
  let to = 0, column = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number, stands = STANDS[byte] as number;
    if (stands === 2 && column < LINE - 1) {
      out[to++] = byte;
      column++;
      continue;
    }
    if (byte === CR && bytes[at + 1] === LF) {
      out[to++] = CR;
      out[to++] = LF;
      at++;
      column = 0;
      continue;
    }
    const isLast = at + 1 === bytes.length || (bytes[at + 1] === CR && bytes[at + 2] === LF), isPlain = stands === 2 || (stands === 1 && !isLast), width = isPlain ? 1 : 3;
    if (column + width > (isLast ? LINE : LINE - 1)) {
      out[to++] = EQUALS;
      out[to++] = CR;
      out[to++] = LF;
      column = 0;
    }
    if (!isPlain) {
      out[to++] = EQUALS;
      out[to++] = DIGITS[byte >> 4] as number;
    }
    out[to++] = isPlain ? byte : (DIGITS[byte & 15] as number);
    column += width;
  }
  return out.toString('latin1', 0, to);
}
