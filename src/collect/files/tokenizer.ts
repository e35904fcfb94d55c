import { Refusal } from '../../kernel/errors.ts';
import { LIMITS } from './limits.ts';

const QUOTED_MAX = 262_144;

/**
 * Splits text into rows of strings, chunk by chunk: `push(text, last)` gives the rows that are complete so far.
 * Understands RFC 4180 quoting, CR, LF and CRLF, and Excel's `="…"`. Damage is contained: a quote that does not end
 * within 256 K characters is taken as a plain character, a quote inside a quoted field as part of it.
 * A blank line is `[]`, so that row i of a file stays line i + 1.
 * Lines without any quote are cut by the engine's own `split`, which is what makes it fast (bench/clean.bench.ts).
 */
export function makeTokenizer(delimiter: string): { push(text: string, last: boolean): string[][] } {
  let rest = '';
  let newline = '';
  return {
    push(text, last) {
      const whole = rest === '' ? text : rest + text;
      const rows: string[][] = [];
      newline ||= newlineOf(whole, last);
      rest = whole.slice(cutRows(whole, delimiter, newline || '\n', last, rows));
      if (rest.length > LIMITS.cellChars * 16) throw new Refusal('file.unreadable', { detail: 'a line without end' });
      return rows;
    },
  };
}

/** '\n' (also for CRLF), '\r' for a file that knows only that, '' while neither is sure. */
function newlineOf(text: string, last: boolean): string {
  if (text.includes('\n')) return '\n';
  const carriage = text.indexOf('\r');
  return carriage >= 0 && (last || carriage < text.length - 1) ? '\r' : '';
}

/** Appends the complete rows of `text` to `rows`; returns where the first incomplete row begins. */
function cutRows(text: string, delimiter: string, newline: string, last: boolean, rows: string[][]): number {
  let start = 0;
  let quote = text.indexOf('"');
  while (start < text.length) {
    let end = text.indexOf(newline, start);
    if (end < 0) {
      if (!last) break;
      end = text.length;
    }
    if (quote >= 0 && quote < start) quote = text.indexOf('"', start);
    if (quote < 0 || quote > end) {
      rows.push(plainRow(text, start, end, delimiter));
      start = end + 1;
      continue;
    }
    const row: string[] = [];
    const next = quotedRow(text, start, delimiter, newline, last, row);
    if (next < 0) break;
    rows.push(row);
    start = next;
  }
  return Math.min(start, text.length);
}

function plainRow(text: string, start: number, end: number, delimiter: string): string[] {
  const stop = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
  return stop === start ? [] : text.slice(start, stop).split(delimiter);
}

/** Reads one row that holds a quote somewhere; returns where the next row begins, or -1 when more text is needed. */
function quotedRow(text: string, from: number, delimiter: string, newline: string, last: boolean, row: string[]): number {
  let at = from;
  for (;;) {
    const opens = text.startsWith('"', at) ? at + 1 : text.startsWith('="', at) ? at + 2 : -1;
    const close = opens < 0 ? -1 : closing(text, opens, delimiter, last);
    if (close === MORE) return -1;
    let end: number;
    if (close >= 0) {
      const inner = text.slice(opens, close);
      row.push(inner.includes('""') ? inner.replaceAll('""', '"') : inner);
      end = close + 1;
    } else {
      end = plainEnd(text, at, delimiter, newline);
      if (end < 0) {
        if (!last) return -1;
        end = text.length;
      }
      const stop = end > at && text.charCodeAt(end - 1) === 13 && !text.startsWith(delimiter, end) ? end - 1 : end;
      row.push(text.slice(at, stop));
    }
    if (text.startsWith(delimiter, end)) {
      at = end + delimiter.length;
      continue;
    }
    if (text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10) end++;
    return end + 1;
  }
}

const MORE = -2;

/** Where the quote opened before `from` closes: the first quote that a delimiter, a line's end or the text's end follows. */
function closing(text: string, from: number, delimiter: string, last: boolean): number {
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || quote - from > QUOTED_MAX) return !last && text.length - from <= QUOTED_MAX ? MORE : -1;
    const next = text.charCodeAt(quote + 1);
    if (next === 34) {
      at = quote + 2;
      continue;
    }
    if (Number.isNaN(next)) return last ? quote : MORE;
    if (next === 13 || next === 10 || text.startsWith(delimiter, quote + 1)) return quote;
    at = quote + 1;
  }
}

function plainEnd(text: string, from: number, delimiter: string, newline: string): number {
  const cut = text.indexOf(delimiter, from);
  const line = text.indexOf(newline, from);
  if (cut < 0) return line;
  return line < 0 ? cut : Math.min(cut, line);
}

/** Cuts a line of columns held apart by runs of spaces, as CDNOW_master.txt. */
export const spacedCells = (line: string): string[] => {
  const trimmed = line.trim();
  return trimmed === '' ? [] : trimmed.split(/ +/);
};
