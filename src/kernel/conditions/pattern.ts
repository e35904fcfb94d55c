import { RE2JS } from 're2js';
import { Refusal } from '../errors.ts';

/**
 * The regular expressions a condition may hold: the part of RE2 (github.com/google/re2/wiki/Syntax) that ClickHouse's `match` and the
 * evaluator read alike. Left out are Unicode classes (their tables differ by version), escapes of bytes, flags but a leading (?i), named groups, empty
 * alternatives and counts above a hundred. Anything else is refused before an engine sees it. A dot matches line breaks too, as in ClickHouse.
 */
const REPEAT_MAX = 100;
const DEPTH_MAX = 20;
const PUNCTUATION = /[!-/:-@[-`{-~]/;
const CLASSES = 'dDwWsS';
const EDGES = 'bB';
const BLANKS = 'ntr';
const SPECIAL = '\\^$.|?*+()[]{}';

/** Letters with case whose other case every Unicode version agrees on; the letters of other scripts have none. */
const foldsAlike = (code: number): boolean => code <= 0x17f || (code >= 0x370 && code <= 0x481);
const hasCase = (letter: string): boolean => letter.toLowerCase() !== letter.toUpperCase();
const rangeFoldsAlike = (from: number, to: number): boolean => to <= 0x17f || (from >= 0x2e80 && to <= 0x9fff);

class Reader {
  readonly #letters: readonly string[];
  readonly #folds: boolean;
  #at = 0;

  constructor(pattern: string) {
    this.#folds = pattern.startsWith('(?i)');
    this.#letters = [...(this.#folds ? pattern.slice(4) : pattern)];
  }

  readonly isWhole = (): boolean => this.#alternatives(0, 1) && this.#at === this.#letters.length;

  readonly #peek = (ahead = 0): string => this.#letters[this.#at + ahead] ?? '';
  readonly #takes = (letter: string): boolean => this.#peek() === letter && ++this.#at > 0;
  readonly #plain = (letter: string): boolean => letter !== '' && (!this.#folds || !hasCase(letter) || foldsAlike(letter.codePointAt(0) ?? 0));

  #alternatives(depth: number, times: number): boolean {
    if (depth > DEPTH_MAX) return false;
    do {
      if (!this.#sequence(depth, times)) return false;
    } while (this.#takes('|'));
    return true;
  }

  #sequence(depth: number, times: number): boolean {
    let pieces = 0;
    for (let next = this.#peek(); next !== '' && next !== '|' && next !== ')'; next = this.#peek(), pieces++) if (!this.#piece(depth, times)) return false;
    return pieces > 0;
  }

  #piece(depth: number, times: number): boolean {
    if (this.#takes('^') || this.#takes('$')) return true;
    if (this.#peek() === '\\' && this.#peek(1) !== '' && EDGES.includes(this.#peek(1))) return (this.#at += 2) > 0;
    const from = this.#at;
    if (!this.#atom(depth, times)) return false;
    const most = this.#count();
    if (most === null || most === 1) return most === 1;
    // What is inside is repeated so often: read once more, with that in mind, as engines bound the product.
    const to = this.#at;
    this.#at = from;
    const fits = times * most <= REPEAT_MAX && this.#atom(depth, times * most);
    this.#at = to;
    return fits;
  }

  /** How often a counted piece may come; 1 for one without a count in figures; null for one that cannot be read. */
  #count(): number | null {
    let most: number | null = 1;
    if (this.#peek() === '{') most = this.#counted();
    else if ('*+?'.includes(this.#peek()) && this.#peek() !== '') this.#at++;
    else return 1;
    this.#takes('?');
    return most !== null && !('*+?{'.includes(this.#peek()) && this.#peek() !== '') ? most : null;
  }

  #counted(): number | null {
    const [text, least, comma, most] = /^\{(\d{1,3})(,?)(\d{0,3})\}/.exec(this.#letters.slice(this.#at, this.#at + 9).join('')) ?? [];
    if (text === undefined || (comma === '' && most !== '')) return null;
    const [low, high] = [Number(least), most === '' || most === undefined ? Number(least) : Number(most)];
    this.#at += text.length;
    return low <= high && high >= 1 && high <= REPEAT_MAX ? high : null;
  }

  #atom(depth: number, times: number): boolean {
    const letter = this.#peek();
    if (letter === '(') return this.#group(depth, times);
    if (letter === '[') return this.#class();
    if (letter === '\\') return this.#escape(CLASSES + BLANKS);
    if (letter === '.') return ++this.#at > 0;
    return !SPECIAL.includes(letter) && this.#plain(letter) && ++this.#at > 0;
  }

  #group(depth: number, times: number): boolean {
    this.#at++;
    if (this.#takes('?') && !this.#takes(':')) return false;
    return this.#alternatives(depth + 1, times) && this.#takes(')');
  }

  #escape(letters: string): boolean {
    const letter = this.#peek(1);
    if (letter === '' || !(letters.includes(letter) || PUNCTUATION.test(letter))) return false;
    return (this.#at += 2) > 0;
  }

  #class(): boolean {
    this.#at++;
    this.#takes('^');
    let items = 0;
    for (; this.#peek() !== ']' && this.#peek() !== ''; items++) if (!this.#range()) return false;
    return items > 0 && this.#takes(']');
  }

  /** One letter of a class, or a range of two; a bare hyphen is neither. */
  #range(): boolean {
    const from = this.#member();
    if (from === null) return false;
    if (this.#peek() !== '-') return true;
    this.#at++;
    const to = this.#member();
    if (from === '' || to === null || to === '') return false;
    const [low, high] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
    return low <= high && (!this.#folds || rangeFoldsAlike(low, high));
  }

  /** The letter a class holds here, '' for a class inside it, null for what cannot stand there. */
  #member(): string | null {
    const letter = this.#peek();
    if (letter === '\\') {
      const escaped = this.#peek(1);
      if (!this.#escape(CLASSES + BLANKS)) return null;
      return CLASSES.includes(escaped) ? '' : BLANKS.includes(escaped) ? { n: '\n', t: '\t', r: '\r' }[escaped] ?? null : escaped;
    }
    if (letter === '' || '[]-'.includes(letter) || !this.#plain(letter)) return null;
    this.#at++;
    return letter;
  }
}

const KEPT_MAX = 1_000;
const compiled = new Map<string, RE2JS | null>();

function compile(pattern: string): RE2JS | null {
  if (!new Reader(pattern).isWhole()) return null;
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch {
    return null;
  }
}

function engineOf(pattern: string): RE2JS | null {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size >= KEPT_MAX) compiled.clear();
  const made = compile(pattern);
  compiled.set(pattern, made);
  return made;
}

/** Whether a pattern is one that both readings take, and take alike. */
export const isPattern = (pattern: string): boolean => engineOf(pattern) !== null;

/** An escape, a class, or a letter beyond ASCII that is counted. */
const COUNTED = /\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|([^\0-\x7f])(?=[*?{])/gu;

/**
 * The pattern as ClickHouse is given it. Before it asks RE2 it looks for a text that must be there, and takes a counted letter off that text by its last
 * byte alone: `会?` would need the first two bytes of 会. In a group of its own the letter is let alone. Refuses `condition.pattern`.
 */
export function demandPattern(pattern: string): string {
  if (!isPattern(pattern)) throw new Refusal('condition.pattern', { pattern });
  return pattern.replace(COUNTED, (all, letter?: string) => (letter === undefined ? all : `(?:${letter})`));
}

/** Whether the pattern is found anywhere in a text, capitals apart. A pattern that cannot be read is found nowhere: `check` refuses it. */
export const isFound = (pattern: string, text: string): boolean => engineOf(pattern)?.matcher(text).find() ?? false;
