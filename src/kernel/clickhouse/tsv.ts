const SPECIAL = /[\\\t\n\r\0\b\f]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0', '\b': '\\b', '\f': '\\f' };

/** A text cell of ClickHouse's TabSeparated format. */
export const tsvText = (text: string): string => (SPECIAL.test(text) ? text.replace(/[\\\t\n\r\0\b\f]/g, (mark) => ESCAPES[mark] ?? mark) : text);

const SPECIAL_IN_QUOTES = /[\\'\t\n\r\0\b\f]/g;

/** A text inside an Array or Map cell: quoted, and escaped once, since the engine reads the quotes straight from the cell. */
export const tsvQuoted = (text: string): string => `'${text.replace(SPECIAL_IN_QUOTES, (mark) => ESCAPES[mark] ?? `\\${mark}`)}'`;

/** A Map(String, …) cell. Numbers are written bare. */
export const tsvMap = (map: Readonly<Record<string, string | number>>): string =>
  `{${Object.entries(map).map(([key, value]) => `${tsvQuoted(key)}:${typeof value === 'number' ? value : tsvQuoted(value)}`).join(',')}}`;

/** An Array cell. */
export const tsvArray = (items: readonly (string | number)[]): string => `[${items.map((item) => (typeof item === 'number' ? item : tsvQuoted(item))).join(',')}]`;

export const TSV_NULL = '\\N';
