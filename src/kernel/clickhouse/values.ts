export type ChParams = Readonly<Record<string, unknown>>;
/** A statement and what is bound to it. */
export type Asked = { query: string; params: ChParams };

/** What a statement is read as: comments, quoted texts and names, and places where a value is bound, by its name and the type it is read in. What is quoted binds nothing, whatever it holds. */
const PIECES = /--[^\n]*|\/\*[\s\S]*?\*\/|'[^'\\]*(?:\\[\s\S][^'\\]*)*'|`[^`\\]*(?:\\[\s\S][^`\\]*)*`|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|\{\s*(\w+)\s*:([^}]*)\}/g;
/** A statement with something else, where that is given, instead of its places. */
export const atPlaces = (query: string, instead: (name: string, type: string) => string | undefined): string =>
  query.replace(PIECES, (whole, name: string | undefined, type: string | undefined) => (name === undefined || type === undefined ? whole : (instead(name, type.trim()) ?? whole)));

const MARKS: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' };
// The engine would read a statement up to its first NUL.
const escaped = (text: string): string => text.replace(/[\t\n\r\0\\']/g, (mark) => MARKS[mark] ?? `\\${mark}`);

/** A text as it stands in a statement. */
export const quoted = (text: string): string => `'${escaped(text)}'`;

/** A value as the protocol writes it: texts inside lists are quoted, alone they are not. */
export function written(value: unknown, inside = false): string {
  if (value === null || value === undefined) return inside ? 'NULL' : '\\N';
  if (typeof value === 'string') return inside ? quoted(value) : escaped(value);
  if (typeof value === 'boolean') return inside ? String(value).toUpperCase() : String(Number(value));
  if (Array.isArray(value)) return `[${value.map((one: unknown) => written(one, true)).join(',')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([key, one]) => `${written(key, true)}:${written(one, true)}`).join(',')}}`;
  return String(value);
}

const isMap = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const literal = (value: unknown): string => (isMap(value) ? `map(${Object.entries(value).flat().map(literal).join(', ')})` : written(value, true));
const made = (value: unknown, type: string): string => (typeof value === 'string' && type === 'String' ? quoted(value) : `_CAST(${literal(value)}, ${quoted(type)})`);

/**
 * A statement with its values in it, each a literal made into its type: what the engine itself makes of bound values. For the engine in process alone, which
 * has one place for the values of all its sessions, so that statements with values of their own would wait for each other, whatever they ask.
 */
export const bound = ({ query, params }: Asked): string => atPlaces(query, (name, type) => (Object.hasOwn(params, name) ? made(params[name], type) : undefined));
