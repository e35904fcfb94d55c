import { tsvText } from './tsv.ts';

const TAB = 9;
const BACKSLASH = 92;
const SPACE = 32;
const ASCII = 128;
/** A character of JavaScript takes at most so many bytes of UTF-8, and an escaped one two. */
const BYTES_PER_CHAR = 3;

/**
 * Writes the cells of one TabSeparated row as bytes, again and again into the same room: joined as strings they cost a short-lived
 * object a cell, and are read twice more, to digest and to encode them. `row()` is good until the next `begin()`.
 */
export class RowWriter {
  #bytes = Buffer.allocUnsafeSlow(16_384);
  #at = 0;

  begin(): void {
    this.#at = 0;
  }

  /** The row so far, without the tab behind its last cell. */
  row(): Uint8Array {
    return this.#bytes.subarray(0, this.#at - 1);
  }

  /** A text, escaped. */
  text(text: string): void {
    const bytes = this.#room(text.length);
    let at = this.#at;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code >= ASCII || code < SPACE || code === BACKSLASH) return this.written(tsvText(text));
      bytes[at++] = code;
    }
    bytes[at++] = TAB;
    this.#at = at;
  }

  /** A cell that is written out already. */
  written(cell: string): void {
    const bytes = this.#room(cell.length);
    this.#at += bytes.write(cell, this.#at);
    bytes[this.#at++] = TAB;
  }

  number(value: number): void {
    if (value < 0 || value > 999_999_999 || !Number.isInteger(value)) return this.written(String(value));
    const bytes = this.#room(9);
    let end = this.#at + 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) end++;
    this.#at = end;
    let rest = value;
    do {
      const tens = (rest / 10) | 0;
      bytes[--end] = 48 + rest - tens * 10;
      rest = tens;
    } while (rest > 0);
    bytes[this.#at++] = TAB;
  }

  #room(chars: number): Buffer {
    const needed = this.#at + chars * BYTES_PER_CHAR + 1;
    if (needed <= this.#bytes.length) return this.#bytes;
    const more = Buffer.allocUnsafeSlow(2 * needed);
    more.set(this.#bytes.subarray(0, this.#at));
    return (this.#bytes = more);
  }
}
