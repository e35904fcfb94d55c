import { type ChurnModel, explainRows, isRefused, recencyShares, reasonsOf, type Warning } from '../../core/churn/index.ts';
import type { ScoreReason } from '../contract.ts';
import type { Method } from '../codes.ts';
import type { Books } from './books.ts';
import { agesIn, type ChurnScorer } from './churn.ts';
import { horizonsOf, nonesOf } from './cutoffs.ts';
import { featuresAt } from './features.ts';
import { type Histories, historiesAt } from './histories.ts';
import { YEAR_DAYS } from './laws.ts';
import { purchasesIn } from './recencyTable.ts';
import { type Case, ruleReasons, warned } from './ruleReasons.ts';
import { cellAt, type Counts, countsOf, type ValueScorer, type Values, valuesOf } from './valueScorer.ts';
import { warningsOf } from './weekly.ts';

/** Both models with their versions: all that is needed to score anybody. Plain data. */
export type Scorer = { value: ValueScorer; churn: ChurnScorer; valueModel: number; churnModel: number; usualGapDays: number };

/** Scores of some rows of the books. alive, churn, baseline: −1 where nothing says. */
export type Scored = { rows: Uint32Array; method: Method[]; alive: Float64Array; horizon: Float64Array; expected: Float64Array; churn: Float64Array; baseline: Float64Array; values: Values; reasons: ScoreReason[][] };

export type ScoreInput = { books: Books; asOf: number; rows: Uint32Array; scorer: Scorer; traits: boolean; objected: (row: number) => boolean };

const REASONS = 4;

const baselineOf = ({ recency }: ChurnScorer, ages: Float64Array): Float64Array => {
  const shares = recency && recencyShares(recency, ages);
  return shares && !('refused' in shares) ? shares.map((share) => 1 - share) : new Float64Array(ages.length).fill(-1);
};

/** The trained model's word on some rows, each with its strongest contributions; null where it cannot speak. */
function trained(model: ChurnModel, { books, asOf, traits }: ScoreInput, rows: Uint32Array, { horizons, none }: { horizons: Float64Array; none: Float64Array }): { churn: Float64Array; reasons: ScoreReason[][] } | null {
  const { table } = featuresAt(books, { rows, day: asOf, asOf, horizons, none }, traits), explained = explainRows(model, table);
  if (isRefused(explained)) return null;
  const reasons = reasonsOf(model, table, explained, REASONS);
  if (isRefused(reasons)) return null;
  return {
    churn: explained.scores.map((score) => 1 / (1 + Math.exp(-score))),
    reasons: reasons.map((own) => own.map(({ code, feature, value, comparedTo, contribution }) => ({ code, effect: contribution < 0 ? 'lowers' : 'raises', params: { feature, value, comparedTo }, contribution }))),
  };
}

type Known = { histories: Histories; horizons: Float64Array; baseline: Float64Array };

/** A business buys so often that silence alone, learned from consumers, says little of it: how often it bought counts too. */
function businessChurn({ books, rows, scorer: { value: { table } } }: ScoreInput, { histories, horizons }: Known, churn: Float64Array): void {
  if (table) rows.forEach((row, place) => {
    if (books.business[row] === 1) churn[place] = purchasesIn(table, cellAt(histories, place), horizons[place] as number).none;
  });
}

/** Law, trained model and recency as the workspace uses them, for consumers; business buyers by recency and frequency. */
function churnOf(input: ScoreInput, { histories, horizons, baseline }: Known): { churn: Float64Array; method: Method[]; reasons: (ScoreReason[] | null)[] } {
  const { books, rows, scorer: { churn: own, value }, objected } = input, churn = baseline.slice(), method: Method[] = Array.from(rows, () => 'recency'), reasons: (ScoreReason[] | null)[] = Array.from(rows, () => null);
  businessChurn(input, { histories, horizons, baseline }, churn);
  if (own.used === 'recency') return { churn, method, reasons };
  const none = value.law ? nonesOf(value.law, value.params, histories, horizons) : new Float64Array(rows.length).fill(Number.NaN);
  const places = Uint32Array.from(rows.keys()).filter((place) => books.business[rows[place] as number] === 0);
  if (own.used === 'model') for (const place of places) {
    churn[place] = none[place] as number;
    method[place] = 'model';
  }
  if (own.used === 'trained') for (const [model, whom] of [[own.trained, false], [own.withoutTraits, true]] as const) {
    const chosen = model ? places.filter((place) => objected(rows[place] as number) === whom) : new Uint32Array(), take = (column: Float64Array): Float64Array => Float64Array.from(chosen, (place) => column[place] as number);
    const told = model && chosen.length > 0 ? trained(model, input, Uint32Array.from(chosen, (place) => rows[place] as number), { horizons: take(horizons), none: take(none) }) : null;
    if (told) chosen.forEach((place, at) => {
      churn[place] = told.churn[at] as number;
      method[place] = 'trained';
      reasons[place] = told.reasons[at] as ScoreReason[];
    });
  }
  return { churn, method, reasons };
}

function countsByKind({ books, rows, scorer: { value } }: ScoreInput, histories: Histories): Counts {
  const law = countsOf(value, histories, YEAR_DAYS), table = countsOf(value, histories, YEAR_DAYS, true), nothing = new Float64Array(rows.length);
  const unknown: Counts = { alive: new Float64Array(rows.length).fill(-1), mean: nothing, none: new Float64Array(rows.length).fill(1), square: nothing };
  const pick = (name: keyof Counts): Float64Array => Float64Array.from(rows, (row, at) => ((books.business[row] === 1 ? table : law) ?? unknown)[name][at] as number);
  return { alive: pick('alive'), mean: pick('mean'), none: pick('none'), square: pick('square') };
}

/** Scores some customers by the models as they stand: the same for a million at night and for one who has just bought. */
export function scoreRows(input: ScoreInput): Scored {
  const { books, asOf, rows, scorer } = input, histories = historiesAt(books, rows, asOf), horizons = horizonsOf(books, rows, asOf, scorer.churn.horizon);
  const silent = Float64Array.from(histories.lastDay, (day) => asOf - day), baseline = baselineOf(scorer.churn, agesIn(silent, horizons)), counts = countsByKind(input, histories);
  const warnings = Array.from(rows, (row) => warningsOf(books, row, asOf)), { churn, method, reasons } = churnOf(input, { histories, horizons, baseline });
  return {
    rows, method, alive: counts.alive, horizon: horizons, expected: counts.mean, churn, baseline, values: valuesOf(scorer.value, histories, counts),
    reasons: Array.from(rows, (row, at) => {
      const known: Case = { asOf, horizon: horizons[at] as number, baseline: baseline[at] as number, usualGapDays: scorer.usualGapDays }, own = warnings[at] as Warning[], told = reasons[at];
      return told ? [...told, ...own.map(warned)] : ruleReasons(books, row, known, own);
    }),
  };
}
