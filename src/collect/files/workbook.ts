import { read, type CellObject, type WorkSheet } from '@e965/xlsx';
import { Refusal } from '../../kernel/errors.ts';
import { cellOfNumber, dateCell, isDateFormat } from '../core/cells.ts';
import { LIMITS } from './limits.ts';
import { messageOf } from './zip.ts';

export type WholeBook = { sheets: string[]; rows(sheet: string): string[][] };

/** An old binary workbook (XLS), read whole. Formulas and macros are not read. Refuses `file.password_needed` for an encrypted one. */
export function openXls(bytes: Buffer): WholeBook {
  return whole(() => read(bytes, { type: 'buffer', dense: true, cellFormula: false, cellHTML: false, cellText: false, cellNF: true, bookVBA: false }));
}

/** Tables of an HTML page, one sheet each; every cell stays the text it is. Also XML spreadsheets of 2003, which bear the same ending. */
export function openHtml(text: string): WholeBook {
  // An attribute of another vendor may name a formula or a raw value of the cell: only what a person would see counts.
  const seen = /<(?:\w+:)?Workbook\b/.test(text.slice(0, 4096)) ? text : tablesOf(text);
  return whole(() => read(seen, { type: 'string', dense: true, raw: true, cellFormula: false, cellHTML: false }));
}

/** From the first table on: prologues, entities and scripts before and between are not looked at. Each character is looked at once. */
function tablesOf(text: string): string {
  const from = text.search(/<table\b/i);
  return plainCells(withoutScripts(text.slice(Math.max(from, 0))));
}

/** What no closing tag ends reaches to the end, as in a browser. */
function withoutScripts(text: string): string {
  const lower = text.toLowerCase();
  const kept: string[] = [];
  let from = 0;
  for (const opening of text.matchAll(/<(script|style)\b/gi)) {
    if (opening.index < from) continue;
    kept.push(text.slice(from, opening.index));
    const ending = `</${(opening[1] ?? '').toLowerCase()}>`;
    const end = lower.indexOf(ending, opening.index);
    if (end < 0) return kept.join('');
    from = end + ending.length;
  }
  return kept.join('') + text.slice(from);
}

/** Where a tag ends, a '>' inside quotes left out of account; -1 for one that does not end. */
function tagEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const mark = text[at];
    if (mark === '>') return at;
    if (mark === '"' || mark === "'") at = text.indexOf(mark, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}

/** Cells with nothing but their spans. */
function plainCells(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (const opening of text.matchAll(/<(t[dh])\b/gi)) {
    if (opening.index < from) continue;
    const end = tagEnd(text, opening.index);
    kept.push(text.slice(from, opening.index));
    if (end < 0) return kept.join('');
    kept.push(`<${opening[1]}${spans(text.slice(opening.index, end + 1))}>`);
    from = end + 1;
  }
  return kept.join('') + text.slice(from);
}

const spans = (tag: string): string => [...tag.matchAll(/\b(?:col|row)span\s*=\s*["']?\d{1,2}["']?/gi)].map(([span]) => ` ${span}`).join('');

function whole(parse: () => ReturnType<typeof read>): WholeBook {
  try {
    const book = parse();
    return { sheets: book.SheetNames, rows: (sheet) => rowsOf(book.Sheets[sheet]) };
  } catch (error) {
    const message = messageOf(error);
    if (/password|encrypt/i.test(message)) throw new Refusal('file.password_needed', {});
    throw new Refusal('file.unreadable', { detail: message });
  }
}

function rowsOf(sheet: WorkSheet | undefined): string[][] {
  const data = (sheet as { '!data'?: (CellObject | undefined)[][] } | undefined)?.['!data'] ?? [];
  return Array.from(data, (cells) => {
    const row = Array.from((cells ?? []).slice(0, LIMITS.columns), (cell) => (cell ? textOfCell(cell) : ''));
    return row.every((cell) => cell === '') ? [] : row;
  });
}

function textOfCell({ t, v, z }: CellObject): string {
  if (v === undefined || v === null) return '';
  if (t === 'n' && typeof v === 'number') return typeof z === 'string' && isDateFormat('', z) ? dateCell(v) : cellOfNumber(v);
  if (t === 'b') return v ? 'TRUE' : 'FALSE';
  if (v instanceof Date) return v.toISOString().slice(0, 19).replace('T', ' ');
  return String(v);
}
