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

/** Concatenated text of every `<t>` element, leaving phonetic readings (`<rPh>`) out. */
export function textOf(xml: string): string {
  const plain = xml.includes('rPh') ? xml.replace(/<(?:\w+:)?rPh\b[\s\S]*?<\/(?:\w+:)?rPh>/g, '') : xml;
  let text = '';
  for (const [, inner] of plain.matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?t>/g)) text += unescapeXml(inner ?? '');
  return text;
}
