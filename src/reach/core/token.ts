import { LANGUAGES, type Language } from '../../kernel/words/types.ts';
import { CHANNELS, type ChannelName } from './message.ts';

/** What an address in a message lets its holder do. */
export const TOKEN_KINDS = ['unsubscribe', 'preferences', 'open', 'click', 'web'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** What a token says: which message to whom, on which channel and in which language, and until when it is good. */
export type Claims = { kind: TokenKind; message: string; customer: string; channel: ChannelName; language: Language; until: Date };
export type Told = Claims & { workspaceId: string };

/** Numbers in addresses that have been sent: they are never given to another word, whatever the lists become. */
const KIND_CODES: Readonly<Record<TokenKind, number>> = { unsubscribe: 1, preferences: 2, open: 3, click: 4, web: 5 };
const CHANNEL_CODES: Readonly<Record<ChannelName, number>> = { email: 1, sms: 2, push: 3, in_app: 4, wecom: 5, mp: 6, webhook: 7, call: 8 };
const LANGUAGE_CODES: Readonly<Record<Language, number>> = { 'zh-CN': 1, 'zh-TW': 2, en: 3 };

const VERSION = 1;
const HEAD_BYTES = 8;
const ID_BYTES = 16;
/** Version, kind, channel, language, seconds of `until`, workspace, message, customer. */
export const CLAIM_BYTES = HEAD_BYTES + 3 * ID_BYTES;

/** Of a digit or a small or great letter, what it counts in base 16. */
const digitOf = (code: number): number => (code <= 57 ? code - 48 : (code & 31) + 9);

/** Writes an id's bytes at a place. */
function putId(bytes: Uint8Array, at: number, id: string): void {
  for (let from = 0, to = at; to < at + ID_BYTES; from += 2) {
    if (id[from] === '-') from++;
    bytes[to++] = (digitOf(id.charCodeAt(from)) << 4) | digitOf(id.charCodeAt(from + 1));
  }
}

function idOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Claims as 56 bytes, what is signed. Ids are UUIDs; `until` is kept to the second. */
export function packClaims({ kind, message, customer, channel, language, until, workspaceId }: Told): Uint8Array {
  const bytes = new Uint8Array(CLAIM_BYTES);
  bytes.set([VERSION, KIND_CODES[kind], CHANNEL_CODES[channel], LANGUAGE_CODES[language]]);
  new DataView(bytes.buffer).setUint32(4, Math.floor(until.getTime() / 1_000));
  for (const [place, id] of [workspaceId, message, customer].entries()) putId(bytes, HEAD_BYTES + place * ID_BYTES, id);
  return bytes;
}

/** What 56 bytes claim; undefined where they are none of ours. Whether it is true, only the signature tells. */
export function unpackClaims(bytes: Uint8Array): Told | undefined {
  if (bytes.length !== CLAIM_BYTES || bytes[0] !== VERSION) return undefined;
  const kind = TOKEN_KINDS.find((one) => KIND_CODES[one] === bytes[1]);
  const channel = CHANNELS.find((one) => CHANNEL_CODES[one] === bytes[2]);
  const language = LANGUAGES.find((one) => LANGUAGE_CODES[one] === bytes[3]);
  if (!kind || !channel || !language) return undefined;
  const id = (place: number): string => idOf(bytes.subarray(HEAD_BYTES + place * ID_BYTES, HEAD_BYTES + (place + 1) * ID_BYTES));
  const until = new Date(new DataView(bytes.buffer, bytes.byteOffset).getUint32(4) * 1_000);
  return { kind, channel, language, until, workspaceId: id(0), message: id(1), customer: id(2) };
}

/** RFC 4648 base32 in small letters: what survives mail servers that change the case of an address. */
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export function toBase32(bytes: Uint8Array): string {
  let text = '', bits = 0, held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(held >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + LETTERS[(held << (5 - bits)) & 31] : text;
}

/** Bytes of base32 in either case; undefined where a letter is none of it. */
export function fromBase32(text: string): Uint8Array | undefined {
  const places = [...text.toLowerCase()].map((letter) => LETTERS.indexOf(letter));
  if (places.includes(-1)) return undefined;
  const bits = places.map((place) => place.toString(2).padStart(5, '0')).join('');
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => Number.parseInt(bits.slice(i * 8, i * 8 + 8), 2));
}

export function idBytes(id: string): Uint8Array {
  const bytes = new Uint8Array(ID_BYTES);
  putId(bytes, 0, id);
  return bytes;
}
export const idFrom = idOf;
