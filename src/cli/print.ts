/** What a command found: columns and rows for people, the same as JSON for scripts. */
export type Table = { columns: readonly string[]; rows: readonly (readonly (string | number | null)[])[] };

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Terminal columns a text takes: a Chinese character takes two. */
export const widthOf = (text: string): number => [...text].reduce((sum, mark) => sum + (WIDE.test(mark) ? 2 : 1), 0);

const pad = (text: string, width: number, right: boolean): string => {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return right ? space + text : text + space;
};

const cellText = (value: string | number | null): string =>
  value === null ? '–' : typeof value === 'number' ? value.toLocaleString('en', { maximumFractionDigits: 4 }) : value;

/** Lines of an aligned table; numbers to the right. */
export function tableLines({ columns, rows }: Table): string[] {
  const texts = rows.map((row) => row.map(cellText));
  const widths = columns.map((column, i) => Math.max(widthOf(column), ...texts.map((row) => widthOf(row[i] ?? ''))));
  const isNumber = columns.map((_, i) => rows.length > 0 && rows.every((row) => typeof row[i] === 'number' || row[i] === null));
  const line = (cells: readonly string[]): string => `  ${cells.map((cell, i) => pad(cell, widths[i] ?? 0, isNumber[i] ?? false)).join('  ')}`.trimEnd();
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...texts.map(line)];
}
