import { binCount, binsOf, columnFor, type Feature, type NumericFeature } from './features.ts';
import { isRefused, refuse, type Refused } from './refused.ts';
import type { Column, Table } from './table.ts';

/**
 * One column of the design matrix, made of a feature: its value (missing ones at the mean), the bend at knot `at`, or
 * whether its code is `at` (0: missing). Standardised by the training rows' `mean` and `sd`.
 */
export type Term = { feature: number; kind: 'value' | 'bend' | 'code'; at: number; mean: number; sd: number };

/** Rows × terms, row by row. */
export type Design = { rows: number; terms: readonly Term[]; values: Float64Array };

/**
 * Bend `at` of a natural cubic spline, straight beyond its outer knots (Hastie, Tibshirani & Friedman 2009, eq. 5.4–5.5),
 * on the scale on which the knots span 0–1.
 */
export function bend(knots: readonly number[], at: number, value: number): number {
  const last = knots.length - 1;
  const [from, to] = [knots[0] as number, knots[last] as number];
  const scaled = (knot: number): number => ((knots[knot] as number) - from) / (to - from);
  const x = (value - from) / (to - from);
  const cube = (knot: number): number => Math.max(0, x - scaled(knot)) ** 3;
  const d = (knot: number): number => (cube(knot) - cube(last)) / (1 - scaled(knot));
  if (x <= 1) return d(at) - d(last - 1);
  // Beyond the last knot cubes cancel to a line, which is drawn as one: far out the cubes themselves overflow.
  return (1 - scaled(at)) ** 2 - (1 - scaled(last - 1)) ** 2 + 3 * (scaled(last - 1) - scaled(at)) * (x - 1);
}

/** Every column a feature could give, one level (the first) left out. */
function termsOf(feature: Feature, index: number, curves: boolean): Omit<Term, 'mean' | 'sd'>[] {
  if (feature.kind === 'categorical') return [0, ...Array.from({ length: binCount(feature) - 2 }, (_, code) => code + 2)].map((at) => ({ feature: index, kind: 'code', at }));
  const bends = curves && feature.knots.length > 2 ? feature.knots.slice(2).map((_, at) => ({ feature: index, kind: 'bend' as const, at })) : [];
  return [{ feature: index, kind: 'value', at: 0 }, ...bends, { feature: index, kind: 'code', at: 0 }];
}

function rawOf({ kind, at }: Omit<Term, 'mean' | 'sd'>, feature: Feature, column: Column): Float64Array {
  if (kind === 'code') return Float64Array.from(binsOf(feature, column), (code) => (code === at ? 1 : 0));
  const { mean, knots } = feature as NumericFeature;
  const known = (column as Extract<Column, { kind: 'numeric' }>).values.map((value) => (Number.isNaN(value) ? mean : value));
  return kind === 'value' ? known : known.map((value) => bend(knots, at, value));
}

/** Chooses and standardises the columns on the training rows; a column that never varies is left out. Refuses `churn.few_features` where all are. */
export function learnTerms(features: readonly Feature[], table: Table, curves: boolean): Term[] | Refused {
  const terms = features.flatMap((feature, index) => termsOf(feature, index, curves).flatMap((term) => {
    const raw = rawOf(term, feature, table.columns[index] as Column);
    const mean = raw.reduce((sum, value) => sum + value / raw.length, 0);
    const sd = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2 / raw.length, 0));
    return sd > 1e-12 * Math.max(1, Math.abs(mean)) && Number.isFinite(sd) ? [{ ...term, mean, sd }] : [];
  }));
  return terms.length === 0 ? refuse('churn.few_features', { features: features.length, varying: 0 }) : terms;
}

/** Standard deviations beyond which a value says no more: a slip of the keyboard must not make a score infinite. */
const FARTHEST = 1e6;
const standardised = (value: number, { mean, sd }: Term): number => Math.min(FARTHEST, Math.max(-FARTHEST, (value - mean) / sd));

/** The design matrix of any table with the features' columns. Refuses `churn.columns_differ`. */
export function designOf(features: readonly Feature[], terms: readonly Term[], table: Table): Design | Refused {
  const values = new Float64Array(table.rows * terms.length);
  for (const [place, term] of terms.entries()) {
    const feature = features[term.feature] as Feature;
    const column = columnFor(feature, table);
    if (isRefused(column)) return column;
    const raw = rawOf(term, feature, column);
    for (let row = 0; row < table.rows; row++) values[row * terms.length + place] = standardised(raw[row] as number, term);
  }
  return { rows: table.rows, terms, values };
}
