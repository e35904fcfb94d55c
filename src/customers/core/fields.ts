import { type FieldType, SLOTS } from '../../kernel/conditions/catalogue.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { FieldValue } from './fold.ts';

export const SECTIONS = ['public', 'private'] as const;
export type Section = (typeof SECTIONS)[number];

/** The five blocks of a portrait (基本信息、使用场景、消费习惯、痛点、需求). */
export const BLOCKS = ['basic', 'scene', 'habit', 'pain', 'need'] as const;
export type Block = (typeof BLOCKS)[number];

export const UNITS = ['money', 'days', 'percent', 'times'] as const;
export type Unit = (typeof UNITS)[number];

/**
 * A typed field of the customer record. `source`: the module that publishes it, or 'own' for one the workspace added.
 * `label` only for own fields; the word of any other is `field.<key>`. `optionWords`: the prefix under which its options are worded.
 * `ttlDays`: older than this it is shown as stale. `sealed`: kept encrypted, never filtered or sorted.
 */
export type Field = {
  key: string; type: FieldType; source: string; section: Section; block: Block | null;
  label: string | null; options: readonly string[]; optionWords: string | null; unit: Unit | null; ttlDays: number | null; sealed: boolean;
};
export type FieldDeclaration = Pick<Field, 'key' | 'type' | 'source'> & Partial<Omit<Field, 'key' | 'type' | 'source' | 'label'>>;

export const declared = (field: FieldDeclaration): Field => ({
  section: 'public', block: null, options: [], optionWords: null, unit: null, ttlDays: null, sealed: false, ...field, label: null,
});

/** A key is a word a filter can name and a map can hold: lower-case Latin letters or any other script, digits and _. */
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_]{0,59}$/u;
/** What every object inherits is no field. */
const RESERVED = new Set(['name', 'id', 'tags', 'constructor', 'prototype', 'valueof', 'tostring', '__proto__', 'hasownproperty']);

export const isFieldKey = (key: string): boolean => KEY.test(key) && !RESERVED.has(key);

/** A trait name as it comes (First Name, firstName) as a key; undefined when nothing usable is left. */
export function keyFrom(name: string): string | undefined {
  const key = name.trim().replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1_$2').toLowerCase().replace(/[^\p{Ll}\p{Lo}\p{N}]+/gu, '_').replace(/^[_\p{N}]+|_+$/gu, '').slice(0, 60);
  return isFieldKey(key) ? key : undefined;
}

const TEXT_MAX = 2_000;
const LIST_MAX = 100;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const YES = new Set(['true', 'yes', 'y', '1', '是', '有', 'on']);
const NO = new Set(['false', 'no', 'n', '0', '否', '无', 'off']);

const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0') && text.length <= TEXT_MAX;
const textOf = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
  return text !== undefined && storable(text) ? text : undefined;
};
const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value.replace(/,/g, '')) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};
/** Whether the calendar has it: the 30th of February is read as a day of March, or not at all. */
function isDay(day: string): boolean {
  const number = dayNumber(day);
  return Number.isFinite(number) && dayOfNumber(number) === day;
}
function dayOf(value: unknown): string | undefined {
  const text = value instanceof Date ? value.toISOString() : textOf(value);
  const day = text?.slice(0, 10).replace(/[/.]/g, '-');
  return day !== undefined && DAY.test(day) && day >= '1900-01-01' && day <= '2299-12-31' && isDay(day) ? day : undefined;
}
function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textOf(value)?.toLowerCase();
  return text === undefined ? undefined : YES.has(text) ? true : NO.has(text) ? false : undefined;
}
function listOf(value: unknown): string[] | undefined {
  const items = Array.isArray(value) ? value : typeof value === 'string' ? value.split(/[,;，；、|]/) : undefined;
  const texts = items?.map(textOf);
  if (!texts || texts.length > LIST_MAX || texts.some((text) => text === undefined)) return undefined;
  return [...new Set((texts as string[]).filter((text) => text !== ''))];
}

const READERS: Readonly<Record<FieldType, (value: unknown) => FieldValue | undefined>> = {
  text: textOf, enum: textOf, file: textOf, number: numberOf, money: (value) => { const n = numberOf(value); return n === undefined ? undefined : Math.round(n); },
  boolean: booleanOf, day: dayOf, multi: listOf,
};

/** The value in the field's own type; null for "no value"; undefined when it does not fit. */
export function readValue(field: Pick<Field, 'type' | 'options'>, value: unknown): FieldValue | null | undefined {
  if (value === null || value === undefined || value === '') return null;
  const read = READERS[field.type](value);
  if (read === undefined) return undefined;
  if (field.options.length === 0) return read;
  const fits = (one: string): boolean => field.options.includes(one);
  if (field.type === 'enum') return fits(read as string) ? read : undefined;
  return field.type === 'multi' && !(read as string[]).every(fits) ? undefined : read;
}

/** Like readValue, but refuses `field.value_invalid`. */
export function demandValue(field: Pick<Field, 'key' | 'type' | 'options'>, value: unknown): FieldValue | null {
  const read = readValue(field, value);
  if (read === undefined) throw new Refusal('field.value_invalid', { field: field.key, type: field.type });
  return read;
}

/** The type a value asks for when nobody declared its field. */
export function guessType(value: unknown): FieldType | undefined {
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : undefined;
  if (Array.isArray(value)) return listOf(value) ? 'multi' : undefined;
  if (typeof value !== 'string') return undefined;
  return DAY.test(value.slice(0, 10)) && dayOf(value) ? 'day' : 'text';
}

/** A customer as the analytics store mirrors it: the maps conditions read. */
export type Mirrored = { texts: Record<string, string>; numbers: Record<string, number>; days: Record<string, string>; lists: Record<string, string[]> };

/** Sorts values into the maps by their declared types; sealed and unknown fields stay out. */
export function mirrored(fields: ReadonlyMap<string, Field>, values: Readonly<Record<string, FieldValue | null>>): Mirrored {
  const maps: Mirrored = { texts: {}, numbers: {}, days: {}, lists: {} };
  for (const [key, value] of Object.entries(values)) {
    const field = fields.get(key);
    if (!field || field.sealed || value === null || value === undefined) continue;
    const map = maps[SLOTS[field.type]] as Record<string, unknown>;
    map[key] = typeof value === 'boolean' ? Number(value) : value;
  }
  return maps;
}
