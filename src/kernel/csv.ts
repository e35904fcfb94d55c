export type CsvCell = string | number | boolean | null | undefined;

/** What a spreadsheet may take for the beginning of a formula or a command, wide forms and leading blanks too. */
const FORMULA = /^\s*[=+\-@\t\r\n|%＝＋－＠]|^[\t\r\n]/u;
const NEGATIVE = /^-\d[\d,]*(?:\.\d+)?%?$/;

/** A text that no spreadsheet runs: a leading apostrophe, which our own import takes off again. A negative number stays a number. */
const harmless = (text: string): string => (FORMULA.test(text) && !NEGATIVE.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** One cell of a CSV file (RFC 4180), for every file this product writes for people. */
export function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return quoted(harmless(value));
  return typeof value === 'number' && !Number.isFinite(value) ? '' : String(value);
}

/** One line with its end. */
export const csvLine = (cells: readonly CsvCell[]): string => `${cells.map(csvCell).join(',')}\r\n`;

/** The byte order mark lets Excel read Chinese. */
export const CSV_MARK = '\uFEFF';
