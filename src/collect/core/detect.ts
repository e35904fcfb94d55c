import { own } from '../../kernel/own.ts';
import { type Field, isMeasure, type Role } from './fields.ts';
import { looseName } from './header.ts';
import type { Column, Mapping } from './mapping.ts';
import { mappingShape } from './mapping.ts';
import { usesDecimalComma } from './numbers.ts';
import { RECIPES } from './recipes/all.ts';
import type { Recipe } from './recipes/types.ts';
import { byGeneric, fieldOfName, fieldOfValues, rolesOf } from './synonyms.ts';
import { cleanText, isNothing } from './text.ts';
import { orderOf } from './times.ts';

export type { Recipe } from './recipes/types.ts';
export { RECIPES } from './recipes/all.ts';

type Rows = readonly (readonly string[])[];
export type Proposal = { mapping: Mapping; /** 0–1 per header: 1 an exact name of a recipe, 0 unknown and kept as a property. */ confidence: Record<string, number> };

const COVERAGE_MIN = 0.4;

/** The ready recipe a header belongs to: all it needs is there (exact names before loose ones), and most columns are known to it; null when none is. */
export function detectRecipe(headers: readonly string[]): { recipe: Recipe; score: number } | null {
  let best: { recipe: Recipe; score: number; known: number } | null = null;
  for (const recipe of RECIPES) {
    const known = knownColumns(recipe, headers);
    const exact = recipe.needs.every((need) => need.split('|').some((name) => headers.includes(name)));
    const loose = exact || recipe.needs.every((need) => need.split('|').some((name) => headers.some((header) => looseName(header) === looseName(name))));
    const score = (known / Math.max(headers.length, 1)) * (exact ? 1 : 0.8);
    if (loose && score >= COVERAGE_MIN && (best === null || known > best.known || (known === best.known && score > best.score))) best = { recipe, score, known };
  }
  return best && { recipe: best.recipe, score: best.score };
}

const knownColumns = (recipe: Recipe, headers: readonly string[]): number => {
  const find = finder(recipe);
  return headers.filter((header) => find(header) !== undefined).length;
};

/** Looks a header up among a recipe's columns: as written first, loosely second. */
function finder(recipe: Recipe): (header: string) => { at: Recipe['columns'][string]; exact: boolean } | undefined {
  const loose = new Map(Object.entries(recipe.columns).map(([name, at]) => [looseName(name), at]));
  return (header) => {
    const exact = own(recipe.columns, header);
    if (exact !== undefined) return { at: exact, exact: true };
    const near = loose.get(looseName(header));
    return near === undefined ? undefined : { at: near, exact: false };
  };
}

/** A recipe laid over a file's own header. Columns it does not know are kept as properties; a second column for a single-valued field too. */
export function mappingOf(recipe: Recipe, headers: readonly string[], sample: Rows = []): Proposal {
  const find = finder(recipe);
  const confidence: Record<string, number> = {};
  const columns = headers.map((header): Column => {
    const found = find(header);
    confidence[header] = found === undefined ? 0 : found.exact ? 1 : 0.8;
    if (found === undefined) return { header, field: 'property' };
    return columnOf(header, found.at);
  });
  return { mapping: finished(recipe, singled(columns, confidence), headers, sample), confidence };
}

function columnOf(header: string, at: Recipe['columns'][string]): Column {
  const colon = at.indexOf(':');
  return colon < 0 ? { header, field: at as Field } : { header, field: at.slice(0, colon) as Field, as: at.slice(colon + 1) };
}

const REPEATABLE = (field: Field): boolean => field === 'property' || field === 'ignore' || field.startsWith('id.') || field.startsWith('customer.');

/** Keeps one column for each field that can have only one: the more certain, then the first. */
function singled(columns: Column[], confidence: Record<string, number>): Column[] {
  const winner = new Map<Field, Column>();
  for (const column of columns) {
    const held = winner.get(column.field);
    if (!held || (own(confidence, column.header) ?? 0) > (own(confidence, held.header) ?? 0)) winner.set(column.field, column);
  }
  return columns.map((column) => (REPEATABLE(column.field) || winner.get(column.field) === column ? column : { header: column.header, field: 'property' }));
}

function finished(recipe: Partial<Recipe> & Pick<Recipe, 'platform' | 'roles'>, columns: Column[], headers: readonly string[], sample: Rows): Mapping {
  const measures = columns.map(({ field }) => field).filter(isMeasure).map((field) => field.slice(6));
  const measure = recipe.measure && measures.includes(recipe.measure) ? recipe.measure : (MEASURE_ORDER.find((name) => measures.includes(name)) ?? measures[0] ?? null);
  const samples = (isOne: (field: Field) => boolean): string[] => columns.flatMap(({ header, field }) => (isOne(field) ? cellsOf(headers, header, sample) : []));
  const { statuses = {}, statusDefault = 'done', zone = null, currency = null, buyerScope = 'source', refundPrefix = '', stockAdjustments = false, derivedOrderNo = false, costKind = 'acquisition', nonGoods } = recipe;
  return mappingShape.parse({
    version: 1, recipe: recipe.id ?? null, platform: recipe.platform, roles: recipe.roles, columns, measure: recipe.roles.includes('order') ? measure : null, statuses, statusDefault, zone,
    dates: recipe.dates ?? orderOf(samples((field) => /_at$|\.at$|\.since$|\.day$/.test(field))), comma: usesDecimalComma(samples((field) => isMeasure(field) || /\.(?:price|amount)$/.test(field))),
    currency, buyerScope, refundPrefix, stockAdjustments, derivedOrderNo, costKind, ...(nonGoods ? { nonGoods: [...nonGoods] } : {}),
  });
}

/** Which measure is 销售额 until the user says otherwise: what was really paid. */
const MEASURE_ORDER = ['paid', 'settled', 'total', 'received', 'payable', 'subtotal', 'goods'];

const cellsOf = (headers: readonly string[], header: string, sample: Rows): string[] => {
  const at = headers.indexOf(header);
  return sample.map((row) => cleanText(row[at] ?? '')).filter((text) => !isNothing(text));
};

/**
 * How a file could be read: by the recipe it belongs to, else column by column: by name (exact, then loose, then a part of it),
 * then by what its values look like. Names that mean different things in different files ("金额", "date") wait until the role is known.
 */
export function proposeMapping(headers: readonly string[], sample: Rows): Proposal {
  const detected = detectRecipe(headers);
  const ready = detected && mappingOf(detected.recipe, headers, sample);
  if (ready && saysMoney(ready.mapping)) return ready;
  const own = proposeByColumn(headers, sample);
  // A recipe under which a sale brings no money has missed the column that holds it.
  return ready && !saysMoney(own.mapping) ? ready : own;
}

const MONEY: ReadonlySet<Field> = new Set<Field>(['line.amount', 'line.price']);
const saysMoney = ({ roles, columns }: Mapping): boolean => !roles.some((role) => role === 'order' || role === 'line') || columns.some(({ field }) => isMeasure(field) || MONEY.has(field));

function proposeByColumn(headers: readonly string[], sample: Rows): Proposal {
  const named = headers.map((header) => fieldOfName(header) ?? fieldOfValues(header, cellsOf(headers, header, sample)));
  const roles = rolesOf(named.flatMap((found) => (found && found.confidence >= 0.6 ? [found.field] : [])), headers);
  const confidence: Record<string, number> = {};
  const columns = headers.map((header, index): Column => {
    const generic = byGeneric(header, roles, cellsOf(headers, header, sample));
    const found = generic ?? named[index];
    confidence[header] = found?.confidence ?? 0;
    return { header, field: found && fits(found.field, roles) ? found.field : 'property' };
  });
  const single = singled(columns, confidence);
  const derivedOrderNo = roles.includes('order') && !single.some(({ field }) => field === 'order.no');
  return { mapping: finished({ platform: 'custom', roles, derivedOrderNo }, single, headers, sample), confidence };
}

const AREA: Readonly<Record<string, readonly Role[]>> = { line: ['line'], refund: ['refund'], event: ['event'], cost: ['cost'], money: ['order', 'line'], receiver: ['order', 'line'] };

const fits = (field: Field, roles: readonly Role[]): boolean => AREA[field.split('.')[0] ?? '']?.some((role) => roles.includes(role)) ?? true;
