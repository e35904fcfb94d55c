/**
 * Postgres arrays as text. The driver's own conversion escapes element by element, which at 100,000 ids costs more than the insert;
 * none of these kinds of value can hold a character that needs escaping.
 */
export const uuids = (ids: readonly (string | null)[]): string => `{${ids.map((id) => id ?? 'NULL').join(',')}}`;
export const plain = (values: readonly (number | boolean | null)[]): string => `{${values.map((value) => value ?? 'NULL').join(',')}}`;
export const bytes = (values: readonly (Buffer | null)[]): string => `{${values.map((value) => (value ? `"\\\\x${value.toString('hex')}"` : 'NULL')).join(',')}}`;
export const instants = (values: readonly Date[]): string => `{${values.map((value) => `"${value.toISOString()}"`).join(',')}}`;
