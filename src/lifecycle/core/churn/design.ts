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

/** What terms are made of: codes of the feature, and its numbers with missing ones at the mean. */
type Source = { feature: Feature; codes: Uint8Array; known: Float64Array };

function sourceOf(feature: Feature, column: Column): Source {
  const known = new Float64Array(column.kind === 'numeric' ? column.values.length : 0);
  if (column.kind === 'numeric') for (let row = 0; row < known.length; row++) known[row] = Number.isNaN(column.values[row]) ? (feature as NumericFeature).mean : (column.values[row] as number);
  return { feature, codes: binsOf(feature, column), known };
}

function rawOf({ kind, at }: Omit<Term, 'mean' | 'sd'>, { feature, codes, known }: Source): Float64Array {
  if (kind === 'value') return known;
  const raw = new Float64Array(codes.length);
  if (kind === 'code') for (let row = 0; row < raw.length; row++) raw[row] = codes[row] === at ? 1 : 0;
  else for (let row = 0; row < raw.length; row++) raw[row] = bend((feature as NumericFeature).knots, at, known[row] as number);
  return raw;
}

/** Chooses and standardises the columns on the training rows; a column that never varies is left out. Refuses `churn.few_features` where all are. */
export function learnTerms(features: readonly Feature[], table: Table, curves: boolean): Term[] | Refused {
  const terms = features.flatMap((feature, index) => {
    const source = sourceOf(feature, table.columns[index] as Column);
    return termsOf(feature, index, curves).flatMap((term) => {
      const raw = rawOf(term, source);
      const mean = raw.reduce((sum, value) => sum + value / raw.length, 0);
      const sd = Math.sqrt(raw.reduce((sum, value) => sum + (value - mean) ** 2 / raw.length, 0));
      return sd > 1e-12 * Math.max(1, Math.abs(mean)) && Number.isFinite(sd) ? [{ ...term, mean, sd }] : [];
    });
  });
  return terms.length === 0 ? refuse('churn.few_features', { features: features.length, varying: 0 }) : terms;
}

/** Standard deviations beyond which a value says no more: a slip of the keyboard must not make a score infinite. */
const FARTHEST = 1e6;

/** Visits every term's standardised column in any table with the features' columns. Refuses `churn.columns_differ`. */
export function eachTerm(features: readonly Feature[], terms: readonly Term[], table: Table, visit: (column: Float64Array, term: Term, place: number) => void): Refused | null {
  let source: Source | null = null;
  for (const [place, term] of terms.entries()) {
    const feature = features[term.feature] as Feature;
    const column = columnFor(feature, table);
    if (isRefused(column)) return column;
    if (source?.feature !== feature) source = sourceOf(feature, column);
    const { mean, sd } = term;
    visit(rawOf(term, source).map((value) => Math.min(FARTHEST, Math.max(-FARTHEST, (value - mean) / sd))), term, place);
  }
  return null;
}

/** The design matrix of a table: rows × terms × 8 bytes. Refuses as `eachTerm`. */
export function designOf(features: readonly Feature[], terms: readonly Term[], table: Table): Design | Refused {
  const values = new Float64Array(table.rows * terms.length);
  const refused = eachTerm(features, terms, table, (column, _, place) => {
    for (let row = 0, at = place; row < column.length; row++, at += terms.length) values[at] = column[row] as number;
  });
  return refused ?? { rows: table.rows, terms, values };
}
