import { refuse, type Refused } from './refused.ts';
import type { Column, NumericColumn, Table } from './table.ts';

/** What training learned of a numeric feature: its mean, the cuts of its bins, the knots of its curve (none where it takes too few values). */
export type NumericFeature = { kind: 'numeric'; name: string; mean: number; cuts: number[]; knots: number[] };
/** What training learned of a categorical one: the levels kept, and the most common of them. */
export type CategoricalFeature = { kind: 'categorical'; name: string; levels: string[]; common: string };
export type Feature = NumericFeature | CategoricalFeature;

const CUTS_MOST = 254;
const LEVELS_MOST = 60;
/** A level rarer than this says more about its few customers than about itself; it is read as "other". */
const LEVEL_ROWS_LEAST = 10;
/** Places of five knots among the values (Harrell 2015, table 2.3). */
const KNOTS_AT = [0.05, 0.275, 0.5, 0.725, 0.95];
const CURVE_VALUES_LEAST = 10;

/** Learns bins, knots, means and levels from the training rows alone. */
export const learnFeatures = ({ columns }: Table): Feature[] => columns.map((column) => (column.kind === 'numeric' ? learnNumeric(column) : learnCategorical(column)));

function learnNumeric({ name, values }: NumericColumn): NumericFeature {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const distinct = known.filter((value, at) => at === 0 || value !== known[at - 1]);
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  return { kind: 'numeric', name, mean, cuts: cutsOf(known, distinct), knots: distinct.length < CURVE_VALUES_LEAST ? [] : knotsOf(known) };
}

/** Cuts half-way between neighbouring values, all of them or at even ranks. */
function cutsOf(known: Float64Array, distinct: Float64Array): number[] {
  const tops = distinct.length <= CUTS_MOST + 1 ? [...distinct.subarray(0, -1)] : Array.from({ length: CUTS_MOST }, (_, cut) => known[Math.floor(((cut + 1) * known.length) / (CUTS_MOST + 1)) - 1] as number);
  return [...new Set(tops)].map((top) => {
    const next = distinct[lowerBound(distinct, top) + 1];
    return next === undefined ? top : top / 2 + next / 2;
  });
}

function knotsOf(known: Float64Array): number[] {
  const places = KNOTS_AT.map((share) => known[Math.round(share * (known.length - 1))] as number);
  const knots = [...new Set(places)];
  return knots.length < 3 ? [] : knots;
}

function learnCategorical({ name, levels, codes }: Extract<Column, { kind: 'categorical' }>): CategoricalFeature {
  const counts = new Float64Array(levels.length);
  for (const code of codes) if (code >= 0) counts[code] = (counts[code] as number) + 1;
  const byCount = [...levels.keys()].toSorted((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const kept = byCount.filter((code) => (counts[code] as number) >= LEVEL_ROWS_LEAST).slice(0, LEVELS_MOST).toSorted((a, b) => a - b);
  return { kind: 'categorical', name, levels: kept.map((code) => levels[code] as string), common: levels[byCount[0] ?? 0] ?? '' };
}

/** First place in rising `values` that is not below `value`. */
export function lowerBound(values: ArrayLike<number>, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many codes `binsOf` may give a feature. */
export const binCount = (feature: Feature): number => (feature.kind === 'numeric' ? feature.cuts.length + 2 : feature.levels.length + 2);

/** The column a feature was learned from, in another table of the same features. */
export function columnFor(feature: Feature, table: Table): Column | Refused {
  const column = table.columns.find(({ name }) => name === feature.name);
  return column && column.kind === feature.kind ? column : refuse('churn.columns_differ', { column: feature.name });
}

/**
 * One small code a row. 0: missing. Numeric: 1 + the cuts at or below the value. Categorical: 1 + the place of the level;
 * after the last one, "other": too rare in training, or never seen there.
 */
export function binsOf(feature: Feature, column: Column): Uint8Array {
  const bins = new Uint8Array(column.kind === 'numeric' ? column.values.length : column.codes.length);
  if (column.kind === 'numeric') {
    const cuts = Float64Array.from((feature as NumericFeature).cuts);
    for (let row = 0; row < bins.length; row++) bins[row] = Number.isNaN(column.values[row]) ? 0 : 1 + lowerBound(cuts, column.values[row] as number);
    return bins;
  }
  const { levels } = feature as CategoricalFeature;
  const codeOf = column.levels.map((level) => (levels.includes(level) ? 1 + levels.indexOf(level) : levels.length + 1));
  for (let row = 0; row < bins.length; row++) bins[row] = (column.codes[row] as number) < 0 ? 0 : (codeOf[column.codes[row] as number] as number);
  return bins;
}
