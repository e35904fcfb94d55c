import { own } from '../../kernel/own.ts';
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Text of XML with its entities resolved; unknown ones stay as written. External entities do not exist here at all. */
export function unescapeXml(text: string): string {
  if (!text.includes('&') && !text.includes('_x')) return text;
  return text
    .replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole, name: string) => {
      if (name[0] !== '#') return own(ENTITIES, name) ?? whole;
      const code = name[1] === 'x' || name[1] === 'X' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The value of an attribute inside a tag's text, '' when absent. */
export function attribute(tag: string, name: string): string {
  let at = tag.indexOf(`${name}="`);
  while (at > 0 && !/\s/.test(tag[at - 1] ?? '')) at = tag.indexOf(`${name}="`, at + 1);
  if (at < 0) return '';
  const from = at + name.length + 2;
  return unescapeXml(tag.slice(from, tag.indexOf('"', from)));
}

/** An element as it stands in a text: its tag with attributes, what it holds, and where it and what follows it begin. */
export type Element = { tag: string; inner: string; at: number; end: number };

const NAME_MAX = 64;
const endOfName = (text: string, from: number): number => {
  for (let at = from; at < from + NAME_MAX; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 47 || code === 62 || Number.isNaN(code)) return at;
  }
  return -1;
};

/** Where a tag of this name begins from `from` on, whatever its prefix; -1 when there is none. */
export function tagStart(text: string, name: string, from = 0): number {
  for (let at = text.indexOf('<', from); at >= 0; at = text.indexOf('<', at + 1)) {
    if (text.startsWith(name, at + 1) && endOfName(text, at + 1) === at + 1 + name.length) return at;
    const end = endOfName(text, at + 1);
    if (end - name.length > at + 1 && text.charCodeAt(end - name.length - 1) === 58 && text.startsWith(name, end - name.length)) return at;
  }
  return -1;
}

/**
 * The next element of a name, undefined when none is whole. Each character is looked at once and what is not closed ends the
 * search: no text, however it is made, takes longer than its length.
 */
export function nextElement(text: string, name: string, from = 0): Element | undefined {
  const at = tagStart(text, name, from);
  const close = at < 0 ? -1 : text.indexOf('>', at);
  if (close < 0) return undefined;
  const tag = text.slice(at, close + 1);
  if (text.charCodeAt(close - 1) === 47) return { tag, inner: '', at, end: close + 1 };
  const ending = `</${text.slice(at + 1, endOfName(text, at + 1))}>`;
  const end = text.indexOf(ending, close);
  return end < 0 ? undefined : { tag, inner: text.slice(close + 1, end), at, end: end + ending.length };
}

/** Every whole element of a name, one after another. */
export function* elementsOf(text: string, name: string): Generator<Element> {
  for (let found = nextElement(text, name); found; found = nextElement(text, name, found.end)) yield found;
}

/** Every tag of a name with its attributes, whether or not it holds something. */
export function* tagsOf(text: string, name: string): Generator<string> {
  for (let at = tagStart(text, name); at >= 0; at = tagStart(text, name, at + 1)) {
    const close = text.indexOf('>', at);
    if (close < 0) return;
    yield text.slice(at, close + 1);
    at = close;
  }
}

/** Concatenated text of every `<t>` element, leaving phonetic readings (`<rPh>`) out. */
export function textOf(xml: string): string {
  let plain = xml;
  if (xml.includes('rPh')) {
    const kept: string[] = [];
    let from = 0;
    for (const { at, end } of elementsOf(xml, 'rPh')) {
      kept.push(xml.slice(from, at));
      from = end;
    }
    plain = kept.join('') + xml.slice(from);
  }
  let text = '';
  for (const { inner } of elementsOf(plain, 't')) text += unescapeXml(inner);
  return text;
}
