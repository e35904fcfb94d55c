import { CSV_MARK, csvLine, type CsvCell } from '../../../src/kernel/csv.ts';

export type Cell = Exclude<CsvCell, boolean>;

/** A table as CSV that no spreadsheet will execute. */
export const csvOf = (header: readonly string[], rows: readonly (readonly Cell[])[]): string => CSV_MARK + [header, ...rows].map(csvLine).join('');

/** Hands a file to the browser. */
export function download(name: string, content: string | Blob, type = 'text/csv;charset=utf-8'): void {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
