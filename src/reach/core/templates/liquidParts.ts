/** A piece of a template: plain text, an output `{{ … }}` or a tag `{% … %}`. */
export type Part = { kind: 'text' | 'output' | 'tag'; text: string };

/** Ends of outputs and tags are not looked for inside quotes, as Liquid itself reads them. */
const LIQUID = /\{\{(?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}))*\}\}|\{%(?:"[^"]*"|'[^']*'|[^"'%]|%(?!\}))*%\}/g;

/** Cuts a template into its pieces; together they are the template again. */
export function liquidParts(source: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  const text = (until: number): void => void (until > from && parts.push({ kind: 'text', text: source.slice(from, until) }));
  for (const { 0: found, index } of source.matchAll(LIQUID)) {
    text(index);
    parts.push({ kind: found.startsWith('{{') ? 'output' : 'tag', text: found });
    from = index + found.length;
  }
  text(source.length);
  return parts;
}

/** Whether something that begins like Liquid never ends. */
export const isBroken = (parts: readonly Part[]): boolean => parts.some(({ kind, text }) => kind === 'text' && /\{\{|\{%/.test(text));

/** The words of a template without its Liquid. */
export const wordsOf = (source: string): string => liquidParts(source).map(({ kind, text }) => (kind === 'text' ? text : '')).join('');

/** The template with its plain text changed and its Liquid as it stands. */
export const mapText = (source: string, change: (text: string) => string): string => liquidParts(source).map(({ kind, text }) => (kind === 'text' ? change(text) : text)).join('');

const FIRST = /^\{\{-?\s*([\p{L}_][\p{L}\p{N}_.[\]"'-]*)\s*(?:\|\s*default\s*:\s*(?:"([^"]*)"|'([^']*)'|([^|}\s]+)))?/u;

/** The variable an output begins with; `fallback` is the text given for where it is missing, null where none is given; a fallback that is itself a variable counts as given. */
export function outputOf(text: string): { path: string; fallback: string | null } | undefined {
  const found = FIRST.exec(text);
  if (!found?.[1]) return undefined;
  return { path: found[1].replace(/-$/, ''), fallback: found[2] ?? found[3] ?? found[4] ?? null };
}

const ASKING = /^\{%-?\s*(?:if|elsif|unless|case|for)\b/;
const NAMES = /"[^"]*"|'[^']*'|([\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}\p{N}_]+)*)/gu;

/** Variables that a template asks about before it says them. */
export const askedFor = (parts: readonly Part[]): ReadonlySet<string> =>
  new Set(parts.filter(({ kind, text }) => kind === 'tag' && ASKING.test(text)).flatMap(({ text }) => [...text.matchAll(NAMES)].flatMap(([, name]) => name ?? [])));
