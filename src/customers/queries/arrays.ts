/** Postgres arrays as text: the driver's own conversion, element by element, costs more at 100,000 ids than the insert. Of these kinds of value only texts can hold a character that needs escaping. */
export const uuids = (ids: readonly (string | null)[]): string => `{${ids.map((id) => id ?? 'NULL').join(',')}}`;
export const plain = (values: readonly (number | boolean | null)[]): string => `{${values.map((value) => value ?? 'NULL').join(',')}}`;
export const bytes = (values: readonly (Buffer | null)[]): string => `{${values.map((value) => (value ? `"\\\\x${value.toString('hex')}"` : 'NULL')).join(',')}}`;
const MARK = /[\\"]/, MARKS = /[\\"]/g;
const quoted = (text: string): string => `"${MARK.test(text) ? text.replace(MARKS, '\\$&') : text}"`;
export const texts = (values: readonly (string | number | boolean | null)[]): string => `{${values.map((value) => (value === null ? 'NULL' : typeof value === 'string' ? quoted(value) : value)).join(',')}}`;
export const instants = (values: readonly Date[]): string => `{${values.map((value) => `"${value.toISOString()}"`).join(',')}}`;
