import { decimalsOf, toMinor } from '../../kernel/money.ts';
import type { Field } from './fields.ts';
import type { Mapping } from './mapping.ts';
import { isDamagedId, readNumber } from './numbers.ts';
import type { NoteCode, Reject, RejectCode } from './records.ts';
import { cleanText, isMasked, isNothing, remembered } from './text.ts';
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
  /** What stands for an identifier in an order number made of who bought and when, so that analytics name nobody; unset: as it is written, for what is not stored. */
  nameless?(kind: string, value: string): string;
};

type Row = readonly string[];
export type Read<T> = (row: Row) => T;

type Base = {
  state: { line: number; faults: Reject[] };
  notes: Map<NoteCode, number>;
  note(code: NoteCode): void;
  /** Adds a reason to the row being read; `index` is the column, -1 the row as a whole. */
  fault(code: RejectCode, index: number, params?: Record<string, string | number>): void;
  header: readonly string[];
  columns: ReadonlyMap<Field, readonly number[]>;
  /** The first column of a field, -1 when there is none. */
  at(field: Field): number;
  has(...fields: Field[]): boolean;
  /** A cell as meant: '' for every way of saying "nothing". */
  cell(row: Row, index: number): string;
};

/**
 * Readers of cells, one closure per mapped column, made once per file. A cell that cannot be read adds a fault to the row being
 * read, so that one row tells everything that is wrong with it.
 */
export type Readers = Base & {
  masked(text: string): boolean;
  /** The first filled column of a field; '' when none is. */
  text(field: Field): Read<string>;
  /** `text` for columns that repeat themselves: equal cells come back as the very same string, so that a million of them weigh nothing. */
  word(field: Field): Read<string>;
  /** An order number or the like: text, never a number; one whose digits a spreadsheet threw away is a fault. */
  id(field: Field, code: RejectCode): Read<string>;
  /** Instant in ms, null when empty. */
  time(field: Field): Read<number | null>;
  number(field: Field): Read<number | null>;
  /** Minor units by the currency of the row. */
  money(field: Field): (row: Row, currency: string) => number | null;
  /** Kept columns under their own header. */
  properties(): Read<Record<string, string>>;
};

export function makeReaders(mapping: Mapping, header: readonly string[], context: Context): Readers {
  const base = makeBase(mapping, header);
  const readTime = makeTimeReader(mapping.zone ?? context.zone, mapping.dates);
  const number = (field: Field, code: RejectCode): Read<number | null> => numberReader(base, base.at(field), code, mapping.comma);
  return {
    ...base,
    masked: isMasked,
    text: (field) => textReader(base, base.columns.get(field) ?? []),
    word: (field) => wordReader(base, base.columns.get(field) ?? []),
    id: (field, code) => idReader(base, base.at(field), code),
    time: (field) => timeReader(base, base.at(field), readTime),
    number: (field) => number(field, 'number.unreadable'),
    money(field) {
      const read = number(field, 'amount.unreadable');
      return (row, currency) => {
        const value = read(row);
        return value === null ? null : minorOf(value, currency, () => base.fault('amount.too_large', base.at(field), { value: String(value) }));
      };
    },
    properties: () => propertiesReader(base),
  };
}

function makeBase(mapping: Mapping, header: readonly string[]): Base {
  const columns = new Map<Field, number[]>();
  for (const { header: name, field } of mapping.columns) {
    const at = header.indexOf(name);
    if (at >= 0) columns.set(field, [...(columns.get(field) ?? []), at]);
  }
  const notes = new Map<NoteCode, number>();
  const state = { line: 0, faults: [] as Reject[] };
  return {
    state, notes, header, columns,
    note: (code) => void notes.set(code, (notes.get(code) ?? 0) + 1),
    fault: (code, index, params = {}) => void state.faults.push({ line: state.line, code, column: header[index] ?? '', params }),
    at: (field) => columns.get(field)?.[0] ?? -1,
    has: (...fields) => fields.some((field) => columns.has(field)),
    cell(row, index) {
      const text = cleanText(row[index] ?? '');
      return isNothing(text) ? '' : text;
    },
  };
}

function textReader({ cell }: Base, indexes: readonly number[]): Read<string> {
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
}

function wordReader(base: Base, indexes: readonly number[]): Read<string> {
  const read = textReader(base, indexes);
  if (indexes.length === 0) return read;
  const shared = remembered((text: string) => text);
  return (row) => {
    const text = read(row);
    return text === '' ? text : shared(text);
  };
}

function idReader({ cell, fault }: Base, index: number, code: RejectCode): Read<string> {
  if (index < 0) return () => '';
  return (row) => {
    const text = cell(row, index);
    if (text.length < 25 && isDamagedId(text)) fault(code, index, { value: text });
    return text;
  };
}

function timeReader({ cell, fault }: Base, index: number, readTime: (text: string) => number): Read<number | null> {
  if (index < 0) return () => null;
  return (row) => {
    const text = cell(row, index);
    if (text === '') return null;
    const value = readTime(text);
    if (!Number.isNaN(value)) return value;
    fault('time.unreadable', index, { value: text.slice(0, 60) });
    return null;
  };
}

function numberReader({ fault }: Base, index: number, code: RejectCode, comma: boolean): Read<number | null> {
  if (index < 0) return () => null;
  return (row) => {
    const raw = row[index];
    if (raw === undefined || raw === '') return null;
    const value = readNumber(cleanText(raw), comma);
    if (value === null || !Number.isNaN(value)) return value;
    fault(code, index, { value: raw.slice(0, 60) });
    return null;
  };
}

const NO_TEXTS: Record<string, string> = Object.freeze({});

function propertiesReader({ columns, header, cell }: Base): Read<Record<string, string>> {
  const kept = (columns.get('property') ?? []).map((index) => ({ index, name: header[index] ?? '' }));
  if (kept.length === 0) return () => NO_TEXTS;
  return (row) => {
    const found: Record<string, string> = {};
    for (const { index, name } of kept) {
      const text = cell(row, index);
      if (text !== '') found[name] = text;
    }
    return found;
  };
}

const CENTS_MAX = 9e15;

/** Major units to minor; beyond what an integer holds exactly `refuse` is called and 0 returned. */
export function minorOf(value: number, currency: string, refuse: () => void): number {
  if (Math.abs(value) * 10 ** decimalsOf(currency) < CENTS_MAX) return toMinor(value, currency);
  refuse();
  return 0;
}
