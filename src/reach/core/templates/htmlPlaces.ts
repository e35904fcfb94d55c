/**
 * Where a placeholder stands in HTML. `text`, `attribute` (quoted): escaping makes it harmless; `link`: it begins an address, which must be
 * looked at; `forbidden`: styles, scripts, unquoted attributes, names, the middle of a scheme.
 */
export type Place = 'text' | 'attribute' | 'link' | 'forbidden';
export type Scan = { places: { at: number; place: Place }[]; unsafe: string[] };

const LINKS = new Set(['href', 'src', 'background', 'poster', 'cite', 'longdesc', 'usemap']);
const REFUSED_TAGS = new Set(['script', 'iframe', 'object', 'embed', 'form', 'base', 'applet', 'frame', 'frameset', 'svg', 'math', 'template', 'portal']);
const REFUSED_ATTRIBUTES = /^(?:on.*|srcdoc|srcset|formaction|action|ping|xlink:href|imagesrcset)$/;
const GOOD_EQUIVS = new Set(['content-type', 'x-ua-compatible']);
const COMPLETE = /^\s*(?:https?:\/\/[^/\s]|mailto:|tel:|sms:|#|\/(?!\/)|cid:)/i;
const SCHEME = /^[\s\0-\x20]*([a-z][a-z0-9+.\-\s\0-\x20]*):/i;
const GOOD_SCHEMES = new Set(['http', 'https', 'mailto', 'tel', 'sms', 'cid']);

const RAW_TEXT = new Set(['style', 'script', 'xmp', 'plaintext', 'noembed', 'noframes']);

type Look = { html: string; mark: RegExp; scan: Scan };

const marksIn = ({ html, mark }: Look, from: number, to: number): number[] => [...html.slice(from, to).matchAll(mark)].map(({ index }) => from + index);
const note = (look: Look, from: number, to: number, place: Place): void => void look.scan.places.push(...marksIn(look, from, to).map((at) => ({ at, place })));

/** A quoted value that is an address: placeholders at its beginning are looked at later, the middle of a scheme is none of theirs. */
function noteLink(look: Look, from: number, to: number): void {
  const marks = marksIn(look, from, to);
  const first = marks[0];
  const before = look.html.slice(from, first ?? to);
  const scheme = SCHEME.exec(before)?.[1]?.replace(/[\s\0-\x20]/g, '').toLowerCase();
  if (scheme !== undefined && !GOOD_SCHEMES.has(scheme)) look.scan.unsafe.push(`${scheme}:`);
  const place = (at: number): Place => (before.trim() === '' ? (at === first || look.html.slice(first, at).replace(look.mark, '').trim() === '' ? 'link' : 'attribute') : COMPLETE.test(before) ? 'attribute' : 'forbidden');
  for (const at of marks) look.scan.places.push({ at, place: place(at) });
}

function noteAttribute(look: Look, name: string, quoted: boolean, from: number, to: number): void {
  if (REFUSED_ATTRIBUTES.test(name) || (name === 'http-equiv' && !GOOD_EQUIVS.has(look.html.slice(from, to).trim().toLowerCase()))) look.scan.unsafe.push(name);
  if (!quoted || name === 'style' || REFUSED_ATTRIBUTES.test(name)) note(look, from, to, 'forbidden');
  else if (LINKS.has(name)) noteLink(look, from, to);
  else note(look, from, to, 'attribute');
  if (!quoted && LINKS.has(name)) noteLink({ ...look, mark: /(?!)/g }, from, to);
}

const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?|[^\s]/gy;

/** Reads the attributes of a tag from `from`; where the tag ends. */
function readAttributes(look: Look, from: number): number {
  let at = from;
  for (;;) {
    while (/\s/.test(look.html[at] ?? '')) at++;
    if (at >= look.html.length) return at;
    if (look.html[at] === '>') return at + 1;
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(look.html);
    if (!found) return look.html.length;
    const [whole, name = '', double, single, bare] = found;
    note(look, at, at + name.length, 'forbidden');
    const value = double ?? single ?? bare;
    const end = at + whole.length;
    if (value !== undefined) noteAttribute(look, name.toLowerCase(), bare === undefined, end - value.length - (bare === undefined ? 1 : 0), end - (bare === undefined ? 1 : 0));
    else if (name) noteAttribute(look, name.toLowerCase(), true, end, end);
    at = end;
  }
}

/** What stands after `<`: where reading goes on. Conditional comments of Outlook are read as what they hold. */
function readMarkup(look: Look, at: number): number {
  const { html } = look;
  const rest = html.slice(at, at + 60);
  if (/^<!--\[if/i.test(rest)) return endOf(html, ']>', at);
  if (rest.startsWith('<!--')) return endOf(html, '-->', at + 4 - 2);
  if (/^<[!?]/.test(rest)) return endOf(html, '>', at);
  const name = /^<\/?([a-z][^\s/>]*)/i.exec(rest)?.[1]?.toLowerCase();
  if (name === undefined) return at + 1;
  const open = html[at + 1] !== '/';
  note(look, at, at + name.length + 2, 'forbidden');
  if (open && REFUSED_TAGS.has(name)) look.scan.unsafe.push(`<${name}>`);
  const end = readAttributes(look, at + name.length + (open ? 1 : 2));
  if (!open || !RAW_TEXT.has(name)) return end;
  const close = html.toLowerCase().indexOf(`</${name}`, end);
  const until = close === -1 ? html.length : close;
  note(look, end, until, 'forbidden');
  return until;
}

const endOf = (html: string, mark: string, from: number): number => {
  const found = html.indexOf(mark, from);
  return found === -1 ? html.length : found + mark.length;
};

/**
 * Where each placeholder (`mark`, a global expression) stands in HTML, and what does not belong into a message at all: scripts, frames,
 * handlers, addresses that run. A reading of HTML that is never more generous than a browser's: what it does not know is forbidden.
 */
export function scanHtml(html: string, mark: RegExp): Scan {
  const look: Look = { html, mark, scan: { places: [], unsafe: [] } };
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    const until = next === -1 ? html.length : next;
    note(look, at, until, 'text');
    if (next === -1) break;
    const end = readMarkup(look, next);
    at = Math.max(end, next + 1);
  }
  const seen = new Map(look.scan.places.map((one) => [one.at, one]));
  // What no rule above came to (inside a plain comment, a doctype) is harmless as text only where escaping holds it: nowhere there.
  const places = [...html.matchAll(mark)].map(({ index }) => seen.get(index) ?? { at: index, place: 'forbidden' as const });
  return { places, unsafe: [...new Set(look.scan.unsafe)] };
}
