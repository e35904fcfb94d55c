const MARKS = new Set(['', '-', '--', '—', '——', '/', '\\', 'null', 'NULL', 'None', 'N/A', 'n/a', '#N/A', '无', '暂无', 'undefined', 'NaN', 'nan']);

/**
 * A cell as meant: outer blanks, Excel's `="…"`, a leading ' or tab and invisible marks are gone.
 * The first test lets almost every cell through untouched; this runs once per cell of every import.
 */
export function cleanText(cell: string): string {
  const length = cell.length;
  if (length === 0) return cell;
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(length - 1);
  if (first > 61 && first < 127 && last > 32 && last < 127) return cell;
  if (first > 47 && first < 58 && last > 32 && last < 127) return cell;
  return unwrapped(cell);
}

const BLANK = /[\uFEFF\u200B-\u200F\u202A-\u202E\s]/;

function unwrapped(cell: string): string {
  let [from, to] = [0, cell.length];
  while (from < to && BLANK.test(cell[from] as string)) from++;
  while (to > from && BLANK.test(cell[to - 1] as string)) to--;
  let text = cell.slice(from, to);
  if (text.startsWith('=') && /^=\s*".*"$/s.test(text)) text = text.slice(text.indexOf('"') + 1, -1).replaceAll('""', '"').trim();
  while (text.startsWith("'") || text.startsWith('`')) text = text.slice(1).trim();
  return text;
}

/** Whether a cleaned cell says "nothing": empty, a dash, 无, null. */
export const isNothing = (text: string): boolean => text.length < 10 && MARKS.has(text);

/** A value partly hidden by its platform (138****0000, 张**): shown, never used to know someone. */
export const isMasked = (text: string): boolean => text.includes('*') || text.includes('＊');

/** A text free of the chunk it was cut from, for maps that outlive the batch (a slice would keep 256 KB alive). */
export const copyText = (text: string): string => (text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string));

/** Remembers what a pure function said about repeated cells (dates, statuses, shops). Forgets everything when full. */
export function remembered<T>(decide: (cell: string) => T, max = 20_000): (cell: string) => T {
  let known = new Map<string, T>();
  return (cell) => {
    const found = known.get(cell);
    if (found !== undefined) return found;
    const copy = copyText(cell);
    const made = decide(copy);
    if (known.size >= max) known = new Map();
    known.set(copy, made);
    return made;
  };
}
