import { type ChurnModel, explainRows, isRefused, recencyShares, reasonsOf, renewalsOf, renewalTable, rhythmAt, silentShare, type Warning } from '../../core/churn/index.ts';
import type { ScoreOdds, ScoreReason } from '../contract.ts';
import type { Method } from '../codes.ts';
import { type Books, purchasesOf } from './books.ts';
import { agesIn, type ChurnScorer } from './churn.ts';
import { horizonsOf, nonesOf } from './cutoffs.ts';
import { featuresAt } from './features.ts';
import { type Histories, historiesAt } from './histories.ts';
import { YEAR_DAYS } from './laws.ts';
import { type Case, ruleReasons, warned } from './ruleReasons.ts';
import { type Counts, countsOf, type ValueScorer, type Values, valuesOf } from './valueScorer.ts';
import { warningsOf } from './weekly.ts';

/** Both models with their versions: all that is needed to score anybody. Plain data. */
export type Scorer = { value: ValueScorer; churn: ChurnScorer; valueModel: number; churnModel: number; usualGapDays: number };

/** Scores of some rows of the books. alive, churn, baseline: −1 where nothing says. */
export type Scored = { rows: Uint32Array; method: Method[]; alive: Float64Array; horizon: Float64Array; expected: Float64Array; churn: Float64Array; baseline: Float64Array; values: Values; reasons: ScoreReason[][]; odds: (ScoreOdds | null)[] };

export type ScoreInput = { books: Books; asOf: number; rows: Uint32Array; scorer: Scorer; traits: boolean; objected: (row: number) => boolean };

const REASONS = 4;

const baselineOf = ({ recency }: ChurnScorer, ages: Float64Array): Float64Array => {
  const shares = recency && recencyShares(recency, ages);
  return shares && !('refused' in shares) ? shares.map((share) => 1 - share) : new Float64Array(ages.length).fill(-1);
};

/** The trained model's word on some rows, each with its strongest contributions; null where it cannot speak. */
function trained(model: ChurnModel, { books, asOf, traits }: ScoreInput, rows: Uint32Array, { horizons, none }: { horizons: Float64Array; none: Float64Array }): { churn: Float64Array; reasons: ScoreReason[][]; odds: ScoreOdds[] } | null {
  const { table } = featuresAt(books, { rows, day: asOf, asOf, horizons, none }, traits), explained = explainRows(model, table);
  if (isRefused(explained)) return null;
  const reasons = reasonsOf(model, table, explained, REASONS);
  if (isRefused(reasons)) return null;
  return {
    churn: explained.scores.map((score) => 1 / (1 + Math.exp(-score))),
    reasons: reasons.map((own) => own.map(({ code, feature, value, comparedTo, contribution }) => ({ code, effect: contribution < 0 ? 'lowers' : 'raises', params: { feature, value, comparedTo }, contribution }))),
    odds: reasons.map((own, at) => {
      const total = explained.scores[at] as number, told = own.reduce((sum, { contribution }) => sum + contribution, 0);
      return { base: explained.base, rest: total - explained.base - told, parts: model.features.length - own.length, total };
    }),
  };
}

type Known = { histories: Histories; horizons: Float64Array; baseline: Float64Array };

type Said = { churn: Float64Array; method: Method[]; reasons: (ScoreReason[] | null)[]; odds: (ScoreOdds | null)[] };

/** Law, trained model and recency as the workspace uses them, for consumers; business buyers by their own rhythm where it is used. */
function churnOf(input: ScoreInput, { histories, horizons, baseline }: Known): Said {
  const { books, rows, scorer: { churn: own, value }, objected } = input, churn = baseline.slice(), method: Method[] = Array.from(rows, () => 'recency'), reasons: Said['reasons'] = Array.from(rows, () => null), odds: Said['odds'] = Array.from(rows, () => null);
  if (own.used === 'recency') return { churn, method, reasons, odds };
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
      odds[place] = told.odds[at] as ScoreOdds;
    });
  }
  return { churn, method, reasons, odds };
}

type Drawn = { counts: Counts; values: Values };

function drawnOf({ rows, scorer: { value } }: ScoreInput, histories: Histories): Drawn {
  const nothing = new Float64Array(rows.length), unknown: Counts = { alive: new Float64Array(rows.length).fill(-1), mean: nothing.slice(), none: nothing.slice().fill(1), square: nothing.slice() };
  const counts = countsOf(value, histories, YEAR_DAYS) ?? unknown;
  return { counts, values: valuesOf(value, histories, counts) };
}

/** Business buyers by their own rhythm and spend, in place of what was worked out by everybody's. */
function scoreBusiness({ books, asOf, rows, scorer: { value } }: ScoreInput, { histories, horizons }: Known, { churn, method, reasons, odds }: Said, { counts, values }: Drawn): void {
  const { business } = value, places = Uint32Array.from(rows.keys()).filter((place) => books.business[rows[place] as number] === 1);
  if (!business?.rhythm || places.length === 0) return;
  const { rhythm, used } = business, own = purchasesOf(books, Uint32Array.from(places, (place) => rows[place] as number)), table = renewalTable(rhythm, YEAR_DAYS);
  const take = <T extends Float64Array | Int32Array>(column: T): T => column.filter((_, place) => books.business[rows[place] as number] === 1) as T;
  const mean = new Float64Array(places.length), none = mean.slice(), square = mean.slice();
  places.forEach((place, at) => {
    const known = rhythmAt(own, at, asOf);
    if (!known) return;
    const year = renewalsOf(rhythm, table, known, YEAR_DAYS);
    [mean[at], square[at], none[at]] = [year.mean, year.square, silentShare(rhythm, known, YEAR_DAYS)];
    if (used === 'rhythm') [churn[place], method[place], reasons[place], odds[place]] = [silentShare(rhythm, known, horizons[place] as number), 'rhythm', null, null];
  });
  const { x, tx, T, lastDay, firstDay } = histories, told = valuesOf({ ...value, spend: business.spend }, { x: take(x), tx: take(tx), T: take(T), mean: take(histories.mean), lastDay: take(lastDay), firstDay: take(firstDay) }, { alive: mean, mean, none, square });
  places.forEach((place, at) => {
    [counts.alive[place], counts.mean[place]] = [-1, mean[at] as number];
    [values.value[place], values.low[place], values.high[place], values.spread[place]] = [told.value[at] as number, told.low[at] as number, told.high[at] as number, told.spread[at] as number];
  });
}

/** Scores some customers by the models as they stand: the same for a million at night and for one who has just bought. */
export function scoreRows(input: ScoreInput): Scored {
  const { books, asOf, rows, scorer } = input, histories = historiesAt(books, rows, asOf), horizons = horizonsOf(books, rows, asOf, scorer.churn.horizon);
  const silent = Float64Array.from(histories.lastDay, (day) => asOf - day), baseline = baselineOf(scorer.churn, agesIn(silent, horizons)), drawn = drawnOf(input, histories), { counts } = drawn;
  const warnings = Array.from(rows, (row) => warningsOf(books, row, asOf)), said = churnOf(input, { histories, horizons, baseline });
  scoreBusiness(input, { histories, horizons, baseline }, said, drawn);
  const { churn, method, reasons, odds } = said;
  return {
    rows, method, alive: counts.alive, horizon: horizons, expected: counts.mean, churn, baseline, values: drawn.values, odds,
    reasons: Array.from(rows, (row, at) => {
      const known: Case = { asOf, horizon: horizons[at] as number, baseline: (method[at] === 'rhythm' ? churn : baseline)[at] as number, usualGapDays: scorer.usualGapDays }, own = warnings[at] as Warning[], told = reasons[at];
      return told ? [...told, ...own.map(warned)] : ruleReasons(books, row, known, own);
    }),
  };
}
