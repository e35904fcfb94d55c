import type { Caller } from '../../kernel/access/caller.ts';
import { type CatalogueField, EVERYBODY } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Stores } from '../../kernel/stores.ts';
import { PORTRAIT_MIN, type Standing, standingOf } from '../core/portrait.ts';
import { fieldCatalogue } from './catalogue.ts';
import { compiledFor } from './compiledFor.ts';
import { categoriesOf, type Cell, cellsOf, valueCuts } from './queries/portrait.ts';
import { sizeOf } from './queries/members.ts';
import type { SegmentId } from './queries/store.ts';
import { segmentTree } from './segments.ts';
import { momentNow } from './writtenOut.ts';

/** Texts that are few words of many people. Other texts are names, remarks and addresses. */
const TEXTS = ['province', 'city', 'country', 'language', 'first_channel', 'group'];
const VALUES_MAX = 12;
const NOT_SHOWN = new Set(['name', 'reach', 'created_on']);

export type PortraitValue = { value: string; label: string; all: { people: number; share: number }; a: Standing; b: Standing | null };
export type PortraitPart = { dimension: string; label: string; values: PortraitValue[] };
export type Portrait = { asOf: Day; people: { all: number; a: number; b: number | null }; cuts: number[]; parts: PortraitPart[] };

const shown = (fields: readonly CatalogueField[], pick: (field: CatalogueField) => boolean): string[] =>
  fields.filter((field) => !field.masked && !field.encrypted && !NOT_SHOWN.has(field.key) && pick(field)).map(({ key }) => key);

type Words = { caller: Caller; fields: ReadonlyMap<string, CatalogueField> };
const wordOf = ({ caller }: Words, label: CatalogueField['label'], fallback: string): string => (label === undefined ? fallback : typeof label === 'string' ? label : label[caller.language]);
const valueWord = (words: Words, { dimension, value }: Cell): string => wordOf(words, words.fields.get(dimension)?.options?.find((option) => option.value === value)?.label, value);

/** How many of whom a dimension is known. Of lists a person may bear several values: those who bear any are at most the people of the group. */
type Known = { all: number; a: number; b: number };

function partOf(words: Words, dimension: string, cells: readonly Cell[], known: Known, hasB: boolean): PortraitPart {
  const values = cells.filter(({ all }) => all >= PORTRAIT_MIN).slice(0, VALUES_MAX).map((cell): PortraitValue => {
    const of = (people: number, group: number): Standing => standingOf({ people, known: group, all: cell.all, allKnown: known.all });
    return { value: cell.value, label: valueWord(words, cell), all: { people: cell.all, share: known.all > 0 ? cell.all / known.all : 0 }, a: of(cell.a, known.a), b: hasB ? of(cell.b, known.b) : null };
  });
  return { dimension, label: wordOf(words, words.fields.get(dimension)?.label, dimension), values };
}

const sumOf = (cells: readonly Cell[]): Known => cells.reduce((sum, { all, a, b }) => ({ all: sum.all + all, a: sum.a + a, b: sum.b + b }), { all: 0, a: 0, b: 0 });

/**
 * What sets the people of a segment apart from everybody, and from another segment: shares and TGI of fields, stages, RFM, channels, places, categories
 * and value. Masked and sealed fields never appear. Refuses `segment.not_found`, `portrait.too_few` (fewer than 10 people), and what `check` refuses.
 */
export async function portraitOf(stores: Stores, caller: Caller, id: SegmentId, beside: SegmentId | null): Promise<Portrait> {
  const { workspaceId } = caller, moment = await momentNow(stores, workspaceId);
  const of = async (segment: SegmentId, prefix: string) => compiledFor(stores, caller, await segmentTree(stores, caller, segment), moment, prefix);
  const [catalogue, everybody, a, b] = await Promise.all([fieldCatalogue(stores, caller), compiledFor(stores, caller, EVERYBODY, moment, 'e'), of(id, 'a'), beside ? of(beside, 'b') : null]);
  for (const one of [a, b]) {
    const count = one && (await sizeOf(stores.ch, workspaceId, one)).count;
    if (count !== null && count < PORTRAIT_MIN) throw new Refusal('portrait.too_few', { least: PORTRAIT_MIN }, 409);
  }
  const cuts = await valueCuts(stores.ch, workspaceId, everybody), { fields } = catalogue, lists = shown(fields, ({ type }) => type === 'multi');
  const asked = { a, b, everybody, bands: cuts, dimensions: { texts: shown(fields, ({ type, key }) => type === 'enum' || (type === 'text' && TEXTS.includes(key))), booleans: shown(fields, ({ type }) => type === 'boolean'), lists } };
  const [cells, categories] = await Promise.all([cellsOf(stores.ch, workspaceId, asked), categoriesOf(stores.ch, workspaceId, asked)]);
  const [whole] = cells.filter(({ dimension }) => dimension === ''), words = { caller, fields: new Map(fields.map((field) => [field.key, field])) };
  const everyone: Known = whole ?? { all: 0, a: 0, b: 0 }, many = new Set([...lists, 'reach', 'category']);
  const parts = [...Map.groupBy([...cells.filter(({ dimension }) => dimension !== ''), ...categories], ({ dimension }) => dimension)]
    .map(([dimension, own]) => partOf(words, dimension, own, many.has(dimension) ? everyone : sumOf(own), b !== null)).filter(({ values }) => values.length > 1);
  return { asOf: moment.day, people: { all: everyone.all, a: everyone.a, b: b ? everyone.b : null }, cuts, parts };
}
