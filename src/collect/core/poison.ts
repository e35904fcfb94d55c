import { LIMITS } from './limits.ts';

/** What a text holds that no store keeps as it was said; `pointer` is RFC 6901, into the event. */
export type FaultCode =
  | 'event.json_invalid' | 'event.too_deep' | 'event.key_repeated' | 'event.key_forbidden' | 'event.number_inexact' | 'event.text_unstorable' | 'event.text_not_utf8';
export type Fault = { code: FaultCode; pointer: string };

const QUOTE = 34, COMMA = 44, COLON = 58, OPEN_LIST = 91, BACKSLASH = 92, CLOSE_LIST = 93, OPEN = 123, CLOSE = 125;

/** Where the string that opens at `at` ends, behind its closing quote; the text's length when it never does. */
export function afterString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let back = end;
    while (text.charCodeAt(back - 1) === BACKSLASH) back--;
    if ((end - back) % 2 === 0) return end + 1;
  }
  return text.length;
}

/** What one pass over a JSON text tells without reading it: how deep it nests, how many keys stand in it, and the longest object by depth. */
export type Outline = { depth: number; keys: number; longest: readonly [number, number, number, number] };

const SIZED_DEPTHS = 4;

/** Counted without recursion, so that no depth can exhaust the stack. */
export function outlineOf(text: string): Outline {
  const longest: [number, number, number, number] = [0, 0, 0, 0];
  const begun: [number, number, number, number] = [0, 0, 0, 0];
  let depth = 0, deepest = 0, keys = 0;
  for (let i = 0; i < text.length; i++) {
    const mark = text.charCodeAt(i);
    if (mark === QUOTE) i = afterString(text, i) - 1;
    else if (mark === COLON) keys++;
    else if (mark === OPEN || mark === OPEN_LIST) {
      if (depth < SIZED_DEPTHS) begun[depth as 0] = i;
      if (++depth > deepest) deepest = depth;
    } else if (mark === CLOSE || mark === CLOSE_LIST) {
      if (--depth >= 0 && depth < SIZED_DEPTHS) longest[depth as 0] = Math.max(longest[depth as 0], i + 1 - begun[depth as 0]);
    }
  }
  return { depth: deepest, keys, longest };
}

/** A NUL or half a character, as such or escaped. May cry wolf (an escaped pair of halves is a character); never stays silent. */
const DOUBTFUL = /\0|\\u0000|\\u[dD][89a-fA-F]/;
export const mayHoldDoubtfulText = (text: string): boolean => DOUBTFUL.test(text) || !text.isWellFormed();

/** A name that assigning to replaces what an object is; every other name is a name like any other. */
const FORBIDDEN = '__proto__';
/** Integers beyond 2^53 have lost digits by the time they are read, and some of them no column takes. */
const isExact = (value: number): boolean => Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));

/** How many keys a value holds; -1 as soon as a key or a number in it is not to be kept. A text of more keys than its value says one of them twice. */
export function keysIn(value: unknown): number {
  if (typeof value === 'number') return isExact(value) ? 0 : -1;
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      const inner = keysIn(item);
      if (inner < 0) return -1;
      count += inner;
    }
    return count;
  }
  for (const key of Object.keys(value)) {
    const inner = key === FORBIDDEN ? -1 : keysIn((value as Record<string, unknown>)[key]);
    if (inner < 0) return -1;
    count += 1 + inner;
  }
  return count;
}

type Level = { keys: Set<string> | undefined; at: string | number };

const pointerOf = (path: readonly Level[]): string => path.map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 60)}`).join('').slice(0, 200);

const textFault = (text: string, isUtf8: boolean): FaultCode | undefined =>
  text.includes('\0') || !text.isWellFormed() ? 'event.text_unstorable' : !isUtf8 && text.includes('\ufffd') ? 'event.text_not_utf8' : undefined;

const keyFault = (key: string, { keys }: Level, isUtf8: boolean): FaultCode | undefined =>
  keys?.has(key) ? 'event.key_repeated' : key === FORBIDDEN ? 'event.key_forbidden' : textFault(key, isUtf8);

/** The first fault of an event's text, read piece by piece; undefined when there is none. `isUtf8`: whether the bytes were, so that a replacement mark is the sender's own. */
export function faultIn(text: string, isUtf8 = true): Fault | undefined {
  if (outlineOf(text).depth > LIMITS.depth) return { code: 'event.too_deep', pointer: '' };
  try {
    JSON.parse(text);
  } catch {
    return { code: 'event.json_invalid', pointer: '' };
  }
  const path: Level[] = [];
  let isKey = false;
  for (let i = 0; i < text.length; i++) {
    const mark = text.charCodeAt(i);
    const top = path.at(-1);
    if (mark === OPEN || mark === OPEN_LIST) path.push({ keys: mark === OPEN ? new Set() : undefined, at: mark === OPEN ? '' : 0 });
    else if (mark === CLOSE || mark === CLOSE_LIST) path.pop();
    else if (mark === COMMA && top && !top.keys) top.at = Number(top.at) + 1;
    else if (mark === QUOTE) {
      const end = afterString(text, i);
      const said = JSON.parse(text.slice(i, end)) as string;
      const code = isKey && top ? keyFault(said, top, isUtf8) : textFault(said, isUtf8);
      if (isKey && top) top.at = said;
      if (code) return { code, pointer: pointerOf(path).toWellFormed().replaceAll('\0', '') };
      if (isKey) top?.keys?.add(said);
      i = end - 1;
    } else if (mark === 45 || (mark >= 48 && mark <= 57)) {
      const number = /[-\d.eE+]+/y;
      number.lastIndex = i;
      const said = number.exec(text)?.[0] ?? '0';
      if (!isExact(Number(said))) return { code: 'event.number_inexact', pointer: pointerOf(path) };
      i += said.length - 1;
    }
    isKey = (mark === OPEN || mark === COMMA || (isKey && mark <= 32)) && path.at(-1)?.keys !== undefined;
  }
  return undefined;
}

/** A path that two keys of an object spell ("a.b" beside b in a): the event store keeps one value a path. */
function pathSaidTwice(value: unknown): string | undefined {
  const seen = new Set<string>();
  const walk = (inner: unknown, path: string): string | undefined => {
    if (Array.isArray(inner)) return inner.map(pathSaidTwice).find((found) => found !== undefined);
    if (typeof inner === 'object' && inner !== null && (path === '' || Object.keys(inner).length > 0)) {
      for (const [key, of] of Object.entries(inner)) {
        const found = walk(of, path === '' ? `.${key}` : `${path}.${key}`);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    if (seen.has(path)) return path.slice(1);
    seen.add(path);
    return undefined;
  };
  return walk(value, '');
}

const hasDottedKey = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Array.isArray(value) ? value.some(hasDottedKey) : Object.keys(value).some((key) => key.includes('.') || hasDottedKey((value as Record<string, unknown>)[key])));

/** The same, asked only of what could: without a dot in a key no path is spelt twice. */
export const repeatedPath = (value: unknown): string | undefined => (hasDottedKey(value) ? pathSaidTwice(value) : undefined);
