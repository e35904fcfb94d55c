import { isAscii, isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import chardet from 'chardet';
import { Refusal } from '../../kernel/errors.ts';

const LATIN_CHECK_BYTES = 262_144;

/** The encoding a byte order mark or the pattern of zero bytes of UTF-16 gives away; '' when neither does. */
export function markedEncoding(head: Buffer): string {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const seen = Math.min(head.length & ~1, 4096);
  let even = 0;
  let odd = 0;
  for (let i = 0; i < seen; i += 2) {
    if (head[i] === 0) even++;
    if (head[i + 1] === 0) odd++;
  }
  if (odd > seen / 5 && even < odd / 4) return 'utf-16le';
  if (even > seen / 5 && odd < even / 4) return 'utf-16be';
  return '';
}

/**
 * The encoding of text that is not ASCII and bears no mark. UTF-8 proves itself. Else bytes from 0x80 up, taken in pairs, tell: second
 * bytes almost all below 0x80 are a Latin code page; a mixture is Big5 (or Shift_JIS, whose first bytes lie lower); second bytes all
 * above are GB, or Cyrillic where first bytes lie high, or Korean where they lie low. Short exports of a few Chinese words are right
 * by this, where letter statistics are not.
 */
export function guessedEncoding(bytes: Buffer): string {
  if (isUtf8(bytes)) return 'utf-8';
  const { pairs, lowSeconds, firsts } = pairsOf(bytes.subarray(0, LATIN_CHECK_BYTES));
  const share = (from: number, to: number): number => firsts.slice(from, to + 1).reduce((sum, count) => sum + count, 0) / Math.max(pairs, 1);
  if (lowSeconds > pairs * 0.75) return pairs > 200 ? latinPage(bytes) : 'windows-1252';
  if (share(0x80, 0x9f) > 0.3 && decodes(bytes, 'shift_jis')) return 'shift_jis';
  if (lowSeconds > pairs * 0.12 && decodes(bytes, 'big5')) return 'big5';
  if (share(0xe0, 0xff) > 0.5) return 'windows-1251';
  if (pairs > 100 && share(0xb0, 0xc8) > 0.93 && decodes(bytes, 'euc-kr')) return 'euc-kr';
  return decodes(bytes, 'gb18030') ? 'gb18030' : decodes(bytes, 'big5') ? 'big5' : latinPage(bytes);
}

function pairsOf(bytes: Buffer): { pairs: number; lowSeconds: number; firsts: number[] } {
  const firsts = Array.from({ length: 256 }, () => 0);
  let pairs = 0;
  let lowSeconds = 0;
  for (let i = 0; i + 1 < bytes.length; i++) {
    const first = bytes[i] ?? 0;
    if (first < 0x80) continue;
    pairs++;
    firsts[first] = (firsts[first] ?? 0) + 1;
    if ((bytes[i + 1] ?? 0) < 0x80) lowSeconds++;
    i++;
  }
  return { pairs, lowSeconds, firsts };
}

function latinPage(bytes: Buffer): string {
  const page = chardet.analyse(bytes.subarray(0, LATIN_CHECK_BYTES)).map(({ name }) => name.toLowerCase()).find((name) => /^windows-125\d$|^iso-8859-[12]$/.test(name));
  return page === 'windows-1250' || page === 'iso-8859-2' ? 'windows-1250' : 'windows-1252';
}

function decodes(bytes: Buffer, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

export type Decoder = { encoding(): string; decode(bytes: Buffer, last: boolean): string };

/**
 * Decodes a file chunk by chunk. Chunks of byte encodings are cut behind a line feed, which no multi-byte character of
 * UTF-8, GB18030, Big5 or Shift_JIS contains, so each chunk decodes alone; as long as only ASCII was seen the encoding is open
 * (a file may have its first £ in line 38,250). Refuses a name the runtime does not know (`file.encoding_unknown`).
 */
export function makeDecoder(head: Buffer, named = ''): Decoder {
  let encoding = named.toLowerCase() || markedEncoding(head);
  if (encoding === 'gbk' || encoding === 'gb2312') encoding = 'gb18030';
  let stream: TextDecoder | undefined;
  let held: Buffer = Buffer.alloc(0);
  const decoderOf = (name: string): TextDecoder => {
    try {
      return new TextDecoder(name);
    } catch {
      throw new Refusal('file.encoding_unknown', { encoding: name });
    }
  };
  if (encoding) stream = decoderOf(encoding);
  const whole = (bytes: Buffer): string => {
    if (isAscii(bytes)) return bytes.toString('latin1');
    encoding ||= guessedEncoding(bytes);
    if (encoding === 'utf-8') return bytes.toString('utf8');
    stream ??= decoderOf(encoding);
    return stream.decode(bytes);
  };
  return {
    encoding: () => encoding || 'utf-8',
    decode(bytes, last) {
      if (encoding.startsWith('utf-16')) return (stream ?? decoderOf(encoding)).decode(bytes, { stream: !last });
      const all = held.length > 0 ? Buffer.concat([held, bytes]) : bytes;
      const cut = last ? all.length : all.lastIndexOf(10) + 1 || (all.length > 4_194_304 ? all.length : 0);
      held = Buffer.from(all.subarray(cut));
      return whole(all.subarray(0, cut));
    },
  };
}
