import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Refusal } from '../../kernel/errors.ts';

/** What a request says, and whether its bytes were UTF-8: where they were not, replacement marks stand in the text. */
export type Said = { text: string; isUtf8: boolean };

const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;
/** So many bodies are unpacked at once; the others wait, so that packed bodies cannot fill the memory. */
const AT_ONCE = 3;

const inflate = promisify(gunzip);

let running = 0;
const waiting: (() => void)[] = [];
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((go) => waiting.push(go));
  else running++;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Gzip by its magic bytes, whatever the headers say. Refuses `event.body_unreadable` (400) and `event.body_unpacks_too_far` (413). */
async function plain(bytes: Uint8Array): Promise<Uint8Array> {
  if (!isPacked(bytes)) return bytes;
  return inTurn(() => inflate(bytes, { maxOutputLength: UNPACKED_BYTES_MAX })).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw new Refusal('event.body_unpacks_too_far', { most: UNPACKED_BYTES_MAX }, 413);
    throw new Refusal('event.body_unreadable', {}, 400);
  });
}

/** A form field `data` in base64: how PostHog's browser client sends when a page is left. */
function fromForm(given: Uint8Array): Buffer {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  if (bytes.toString('latin1', 0, 5) !== 'data=') return bytes;
  const data = new URLSearchParams(bytes.toString('latin1')).get('data') ?? '';
  return Buffer.from(data.replaceAll(' ', '+'), 'base64');
}

/** JSON whatever the Content-Type says. */
export async function unpack(bytes: Uint8Array): Promise<Said> {
  const open = fromForm(await plain(bytes));
  return { text: open.toString('utf8'), isUtf8: isUtf8(open) };
}
