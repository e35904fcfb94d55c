import { LIMITS } from './limits.ts';
import { afterString, type Fault, faultIn, keysIn, mayHoldDoubtfulText, outlineOf } from './poison.ts';
import { isObject, type JsonObject } from './wire.ts';

/** One event of a request, read or with the reason why it cannot be. `text` is kept where the value alone would not show the fault. */
export type BodyItem = { value: unknown } | { fault: Fault; text: string };
/** A request body: what stands around its events, and the events. `around`: what stood around them could not be read, and why. */
export type ReadBody = { shell: JsonObject; items: BodyItem[]; /** No event is longer than the limit, so none need be measured. */ small: boolean; around?: { fault: Fault; text: string } } | { fault: Fault };

const LIST = 'batch';
/** A character is at most three bytes of UTF-8. */
const SAFE_CHARS = LIMITS.eventBytes / 3;

const shellOf = (body: unknown): JsonObject => (isObject(body) ? Object.fromEntries(Object.entries(body).filter(([key]) => key !== LIST)) : {});
const valuesOf = (body: unknown): unknown[] => (Array.isArray(body) ? body : isObject(body) && Array.isArray(body[LIST]) ? body[LIST] : [body]);

/** The usual body, read as a whole; undefined when anything in it wants a closer look. */
function readWhole(text: string, isUtf8: boolean): ReadBody | undefined {
  if (!isUtf8 || mayHoldDoubtfulText(text)) return undefined;
  const { depth, keys, longest } = outlineOf(text);
  if (depth > LIMITS.depth) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (keysIn(body) !== keys) return undefined;
  const longestItem = Array.isArray(body) ? longest[1] : isObject(body) && Array.isArray(body[LIST]) ? longest[2] : text.length;
  return { shell: shellOf(body), items: valuesOf(body).map((value) => ({ value })), small: longestItem <= SAFE_CHARS };
}

/** Where the elements of the list that opens at `open` begin and end, and where the list closes; undefined when it never does. */
function elementsAt(text: string, open: number): { parts: string[]; end: number } | undefined {
  const parts: string[] = [];
  let depth = 0, begun = open + 1;
  for (let i = open; i < text.length; i++) {
    const mark = text[i];
    if (mark === '"') i = afterString(text, i) - 1;
    else if (mark === '{' || mark === '[') depth++;
    else if ((mark === ',' && depth === 1) || ((mark === ']' || mark === '}') && --depth === 0)) {
      const part = text.slice(begun, i).trim();
      if (part !== '' || mark === ',' || parts.length > 0) parts.push(part);
      begun = i + 1;
      if (depth === 0) return { parts, end: i + 1 };
    }
  }
  return undefined;
}

/** Where the list of a `batch` on the top level opens; -1 when there is none, -2 when there are two. */
function listAt(text: string): number {
  let depth = 0, found = -1;
  for (let i = 0; i < text.length; i++) {
    const mark = text[i];
    if (mark === '"') {
      const end = afterString(text, i);
      const open = depth === 1 && text.slice(i, end) === `"${LIST}"` ? /^\s*:\s*\[/.exec(text.slice(end, end + 100)) : null;
      if (open && found >= 0) return -2;
      if (open) found = end + open[0].length - 1;
      i = end - 1;
    } else if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
  }
  return found;
}

const readItem = (text: string, isUtf8: boolean): BodyItem => {
  const fault = faultIn(text, isUtf8);
  return fault ? { fault, text } : { value: JSON.parse(text) as unknown };
};

/** A body with something wrong in it is cut into its events by its brackets alone, so that each stands or falls by itself. */
function readApart(text: string, isUtf8: boolean): ReadBody {
  const trimmed = text.trim();
  const open = trimmed.startsWith('[') ? 0 : listAt(trimmed);
  if (open === -1) return { shell: {}, items: [readItem(trimmed, isUtf8)], small: false };
  const list = open >= 0 ? elementsAt(trimmed, open) : undefined;
  if (!list) return { fault: { code: open === -2 ? 'event.key_repeated' : 'event.json_invalid', pointer: '' } };
  const shell = `${trimmed.slice(0, open)}[]${trimmed.slice(list.end)}`;
  const fault = faultIn(shell, isUtf8), items = list.parts.map((part) => readItem(part, isUtf8));
  return fault ? { shell: {}, items, small: false, around: { fault, text: shell } } : { shell: shellOf(JSON.parse(shell)), items, small: false };
}

/**
 * Reads a request body: an object with a `batch`, a list of events, or one event. What no store would keep as it was said
 * (NUL, half characters, bytes that are no UTF-8, keys said twice, integers beyond 2^53, a hundred thousand brackets) is
 * found per event with a pointer; the other events of the body are read as if it were not there, as are all where it stands around them.
 */
export const readBody = (text: string, isUtf8 = true): ReadBody => {
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text;
  return readWhole(plain, isUtf8) ?? readApart(plain, isUtf8);
};

/** Bytes of a text as UTF-8. */
export function bytesOf(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff ? (unit >= 0xd800 && unit <= 0xdfff ? 1 : 2) : 1;
  }
  return bytes;
}
