import { decimalsOf, toMinor } from '../../kernel/money.ts';
import type { Field } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { isDamagedId, readNumber } from './numbers.ts';
import type { NoteCode, Reject, RejectCode } from './records.ts';
import { cleanText, isMasked, isNothing } from './text.ts';
import { makeTimeReader } from './times.ts';

export type Context = {
  /** Key of the source in the registry: part of every record's key, and scope of the source's own ids. */
  source: string;
  /** For files that name no shop. */
  shop: string;
  /** Zone of wall-clock times where neither the file nor its recipe names one. */
  zone: string;
  /** The workspace's zone: days are counted in it. */
  dayZone: string;
  currency: string;
  /** Whose phone numbers are written without a country code. */
  region?: string;
};

type Row = readonly string[];
export type Read<T> = (row: Row) => T;

/**
 * Readers of cells, one closure per mapped column, made once per file. A cell that cannot be read adds a fault to the row being
 * read (`faults`), so that one row tells everything that is wrong with it.
 */
export function makeReaders(mapping: Mapping, header: readonly string[], context: Context) {
  const columns = new Map<Field, number[]>();
  for (const { header: name, field } of mapping.columns) {
    const at = header.indexOf(name);
    if (at >= 0) columns.set(field, [...(columns.get(field) ?? []), at]);
  }
  const notes = new Map<NoteCode, number>();
  const state = { line: 0, faults: [] as Reject[] };
  const note = (code: NoteCode): void => void notes.set(code, (notes.get(code) ?? 0) + 1);
  const fault = (code: RejectCode, at: number, params: Record<string, string | number> = {}): void =>
    void state.faults.push({ line: state.line, code, column: at >= 0 ? (header[at] ?? '') : '', params });
  const at = (field: Field): number => columns.get(field)?.[0] ?? -1;
  const readTime = makeTimeReader(mapping.zone ?? context.zone, mapping.dates);
  const cell = (row: Row, index: number): string => {
    const text = cleanText(row[index] ?? '');
    return isNothing(text) ? '' : text;
  };
  const numberAt = (index: number, code: RejectCode): Read<number | null> => (row) => {
    const raw = row[index];
    if (raw === undefined || raw === '') return null;
    const value = readNumber(cleanText(raw), mapping.comma);
    if (value === null || value === value) return value;
    fault(code, index, { value: raw.slice(0, 60) });
    return null;
  };
  return {
    state, notes, note, fault, at, cell, columns, header,
    has: (...fields: Field[]): boolean => fields.some((field) => columns.has(field)),
    /** The first filled column of a field; '' when none is. */
    text(field: Field): Read<string> {
      const indexes = columns.get(field) ?? [];
      const [only] = indexes;
      if (only === undefined) return () => '';
      if (indexes.length === 1) return (row) => cell(row, only);
      return (row) => {
        for (const index of indexes) {
          const text = cell(row, index);
          if (text !== '') return text;
        }
        return '';
      };
    },
    /** An order number or the like: text, never a number; one whose digits a spreadsheet threw away is a fault. */
    id(field: Field, code: RejectCode): Read<string> {
      const index = at(field);
      if (index < 0) return () => '';
      return (row) => {
        const text = cell(row, index);
        if (text.length < 25 && isDamagedId(text)) fault(code, index, { value: text });
        return text;
      };
    },
    /** Instant in ms, null when empty. */
    time(field: Field): Read<number | null> {
      const index = at(field);
      if (index < 0) return () => null;
      return (row) => {
        const text = cell(row, index);
        if (text === '') return null;
        const value = readTime(text);
        if (value === value) return value;
        fault('time.unreadable', index, { value: text.slice(0, 60) });
        return null;
      };
    },
    number(field: Field): Read<number | null> {
      const index = at(field);
      return index < 0 ? () => null : numberAt(index, 'number.unreadable');
    },
    /** Minor units by the currency of the row. */
    money(field: Field): (row: Row, currency: string) => number | null {
      const index = at(field);
      if (index < 0) return () => null;
      const read = numberAt(index, 'amount.unreadable');
      return (row, currency) => {
        const value = read(row);
        return value === null ? null : minorOf(value, currency, () => fault('amount.too_large', index, { value: String(value) }));
      };
    },
    /** Kept columns under their own header; masked or not, they are only shown. */
    properties(): Read<Record<string, string>> {
      const kept = (columns.get('property') ?? []).map((index) => ({ index, name: header[index] ?? '' }));
      return (row) => {
        const found: Record<string, string> = {};
        for (const { index, name } of kept) {
          const text = cell(row, index);
          if (text !== '') found[name] = text;
        }
        return found;
      };
    },
    masked: (text: string): boolean => isMasked(text),
  };
}
export type Readers = ReturnType<typeof makeReaders>;

const CENTS_MAX = 9e15;

/** Major units to minor; beyond what an integer holds exactly `refuse` is called and 0 returned. */
export function minorOf(value: number, currency: string, refuse: () => void): number {
  if (Math.abs(value) * 10 ** decimalsOf(currency) < CENTS_MAX) return toMinor(value, currency);
  refuse();
  return 0;
}
