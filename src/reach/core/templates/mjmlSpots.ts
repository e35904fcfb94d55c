import type { Part } from './liquidParts.ts';

/** Where a piece of Liquid stands in MJML: among the children of a container (its name), in words, or within a tag. */
export type Spot = (typeof CONTAINERS)[number] | 'words' | 'attribute';
const CONTAINERS = ['mj-body', 'mj-wrapper', 'mj-section', 'mj-group', 'mj-column', 'mj-hero'] as const;
const KNOWN: ReadonlySet<string> = new Set(CONTAINERS);

export const isContainer = (spot: Spot): spot is (typeof CONTAINERS)[number] => KNOWN.has(spot);

const MARKUP = /<!--[\s\S]*?(?:-->|$)|<(\/?)([a-z][\w-]*)(?:"[^"]*"|'[^']*'|[^"'>])*>/gi;

/** Where each wanted piece stands, in order. Outside everything is the body: a block's MJML is sections. */
export function spotsIn(parts: readonly Part[], isWanted: (part: Part) => boolean): Spot[] {
  // Liquid is hidden under as many characters, so that its quotes and brackets end no tag.
  const source = parts.map(({ kind, text }) => (kind === 'text' ? text : 'x'.repeat(text.length))).join('');
  const tags = [...source.matchAll(MARKUP)], open: string[] = [], spots: Spot[] = [];
  let at = 0, next = 0;
  for (const part of parts) {
    for (; tags[next] && (tags[next]?.index ?? 0) + (tags[next]?.[0].length ?? 0) <= at; next++) step(open, tags[next] as RegExpExecArray);
    const tag = tags[next], isWithin = tag !== undefined && tag.index <= at, inner = open.at(-1) ?? 'mj-body';
    if (isWanted(part)) spots.push(isWithin ? (tag[2] === undefined ? 'words' : 'attribute') : KNOWN.has(inner) ? (inner as Spot) : 'words');
    at += part.text.length;
  }
  return spots;
}

function step(open: string[], [whole, slash, name = '']: RegExpExecArray): void {
  const element = name.toLowerCase();
  if (!element.startsWith('mj')) return;
  if (slash === '/') open.length = Math.max(0, open.lastIndexOf(element));
  else if (!whole.endsWith('/>')) open.push(element);
}
