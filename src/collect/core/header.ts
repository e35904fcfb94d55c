import { cleanText } from './text.ts';

const PREAMBLE_ROWS = 20;

/** Header names as the rest of the code knows them: trimmed, unwrapped, and numbered when repeated ("分销员", "分销员 (2)"). */
export function headerNames(cells: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const width = cells.findLastIndex((cell) => cleanText(cell) !== '') + 1;
  return cells.slice(0, width).map((cell, index) => {
    const name = cleanText(cell).replace(/\s+/g, ' ') || `(${index + 1})`;
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    return nth === 1 ? name : `${name} (${nth})`;
  });
}

const isValue = (cell: string): boolean => /^[-+¥$€£]?\d[\d,.]*%?$/.test(cell) || /^\d{4}[-/.年]\d/.test(cell);

/**
 * Which row of the first ones is the header: titles and remarks may stand above it. The first row at least half as wide as
 * the widest whose cells are names, not values; -1 when the file begins with values (no header).
 */
export function headerRow(rows: readonly (readonly string[])[]): number {
  const head = rows.slice(0, PREAMBLE_ROWS).map((row) => row.map(cleanText).filter((cell) => cell !== ''));
  const widest = Math.max(0, ...head.map((row) => row.length));
  const first = head.findIndex((row) => row.length > 0 && row.length >= Math.min(widest, 2) && row.length * 2 >= widest);
  if (first < 0) return -1;
  return head[first]?.some(isValue) ? -1 : first;
}

const HEADERS_MOST = 2000;
const NAME_MOST = 500;
// Tabs and line breaks happen in names; the other control characters do not.
const CONTROL = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/** Can these be the names of columns? A picture or a program read as text has control characters or names without end. */
export const areNames = (header: readonly string[]): boolean => header.length <= HEADERS_MOST && header.every((name) => name.length <= NAME_MOST && !CONTROL.test(name));

/** Names for the columns of a file without a header: A, B, … as a spreadsheet calls them. */
export function letterNames(width: number): string[] {
  const nameOf = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : nameOf(Math.floor(index / 26) - 1) + nameOf(index % 26));
  return Array.from({ length: width }, (_, index) => nameOf(index));
}

/** A header in the form used for loose matching: width, case, spaces and brackets do not matter. */
export const looseName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\(\d+\)$/, '').replace(/[\s_\-/\\:：()（）[\]【】.·#*]/g, '');
