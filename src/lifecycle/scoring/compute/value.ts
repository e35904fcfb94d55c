import type { Judgement } from '../../core/evaluation/index.ts';
import { type Fit, gammaGamma, isRefused, type Refused, spendIndependence } from '../../core/value/index.ts';
import { dayOfNumber } from '../../../kernel/day.ts';
import type { Coded, ValueReport } from '../contract.ts';
import { type Books, purchasesOf, rowsWhere, sampler } from './books.ts';
import { type Histories, historiesAt } from './histories.ts';
import { VALUE_LEVEL } from './interval.ts';
import { lawOf, WEEK } from './laws.ts';
import { learnTable, type RecencyTable } from './recencyTable.ts';
import type { SpendRule } from './spend.ts';
import { matrixOf, survivalOf, trackingOf } from './valueCharts.ts';
import { type Backtest, backtestLaws, type Candidate, labelsOf } from './valueFit.ts';
import { countsOf, type ValueScorer, valuesOf } from './valueScorer.ts';

export type ValueModel = { state: 'used' | 'unusable' | 'refused'; name: string | null; why: Coded | null; scorer: ValueScorer; report: ValueReport };
/** `tell`: how far this step is, 0–1. */
export type ValueInput = { books: Books; asOf: number; margin: number | null; horizons: ValueReport['horizons']; tell(step: 'fit' | 'judge' | 'refit', share: number): void };

/** A quarter of the data judges, at most half a year of it; under so many days nothing is judged. */
const HOLDOUT = { shareOf: 4, least: 28, most: 180 } as const;
export const DAYS_LEAST = 112;

/** Four parameters need no more customers than this: what more would add is far below what a season does. */
const LEARNERS_MOST = 20_000;

export const codedOf = ({ refused, facts }: { refused: string; facts: Refused['facts'] }): Coded => ({ code: refused, facts });

function fitted({ params, standardErrors, logLikelihood, customers, repeaters, warnings }: Fit<string>): NonNullable<ValueReport['refit']> {
  return { params: Object.entries(params).map(([name, value]) => ({ name, value, standardError: standardErrors?.[name] ?? null })), logLikelihood, customers, repeaters, warnings: [...warnings] };
}

const measured = ({ total, totalError, mae, rmse, auc }: Judgement['model']) => ({ total, totalError, mae, rmse, auc: auc && { auc: auc.auc, low: auc.low, high: auc.high, standardError: auc.standardError } });

const candidateLine = ({ name, refused, fit, judged, calibration }: Candidate): ValueReport['candidates'][number] => ({
  name, refused, fit: fit && fitted(fit), judged: judged && measured(judged.model), calibrationError: calibration?.expectedError ?? null,
  verdict: judged?.verdict ?? 'unusable', faults: judged?.faults.map(({ code, facts }) => ({ code, facts })) ?? [],
});

type Spend = { rule: SpendRule; told: ValueReport['spend'] };

/** Spend of a purchase day among those whose mean is above zero. */
function spendFrom({ x, mean }: Histories): Spend {
  const counts = x.map((repeats, row) => ((mean[row] as number) > 0 ? repeats + 1 : 0)), total = counts.reduce((sum, count) => sum + count, 0);
  const meanMinor = total > 0 ? counts.reduce((sum, count, row) => sum + count * (mean[row] as number), 0) / total : 0;
  const fit = gammaGamma.fit({ x: counts, mean }), related = spendIndependence({ x: x.map((repeats, row) => ((mean[row] as number) > 0 ? repeats : 0)), mean });
  const independence = isRefused(related) ? null : related, refused = isRefused(fit);
  return { rule: { params: refused ? null : fit.params, mean: meanMinor }, told: { refused: refused ? codedOf(fit) : null, fit: refused ? null : fitted(fit), meanMinor: total > 0 ? meanMinor : null, independence } };
}

/** How many of the hold-out brought what the interval said. */
function coverageOf(scorer: ValueScorer, histories: Histories, { split }: Backtest, days: number): ValueReport['coverage'] {
  const counts = countsOf(scorer, histories, days);
  if (!counts) return null;
  const { low, high } = valuesOf({ ...scorer, margin: 1 }, histories, counts);
  const inside = split.holdoutSpend.reduce((sum, spent, row) => sum + (spent >= (low[row] as number) - 0.5 && spent <= (high[row] as number) + 0.5 ? 1 : 0), 0);
  return { level: VALUE_LEVEL, share: inside / split.holdoutSpend.length, customers: split.holdoutSpend.length };
}

const tableFrom = ({ split }: Backtest, windowDays: number): RecencyTable =>
  learnTable({ repeats: split.x, silentDays: split.T.map((T, row) => Math.round((T - (split.tx[row] as number)) * WEEK)), bought: split.holdoutCount, windowDays });

type Shop = { books: Books; consumers: Uint32Array; asOf: number; firstDay: number };

const emptyReport = ({ books, consumers, asOf, firstDay }: Shop, histories: Histories, { margin, horizons }: ValueInput): ValueReport => ({
  unitDays: WEEK,
  data: {
    from: dayOfNumber(firstDay), to: dayOfNumber(asOf), customers: consumers.length, repeaters: histories.x.reduce((sum, x) => sum + (x > 0 ? 1 : 0), 0),
    purchases: histories.x.reduce((sum, x) => sum + x + 1, 0), business: books.customers - consumers.length,
  },
  split: null, candidates: [], chosen: null, baselines: [], recency: null, calibration: [], deciles: [], tracking: null, refit: null,
  spend: { refused: null, fit: null, meanMinor: null, independence: null }, coverage: null, margin, matrix: null, survival: [], horizons, warnings: [],
});

/** What the back-test says, as the page shows it. */
function judgedReport({ split, candidates, chosen, best }: Backtest, asOf: number, calibrationEnd: number): Partial<ValueReport> {
  const shown = chosen ?? best, judged = shown?.judged, baseline = (name: 'repeat' | 'last_year') => ({ name, judged: judged?.baselines[name] ? measured(judged.baselines[name]) : null });
  const { recency = null } = judged?.rankings ?? {};
  return {
    split: { calibrationEnd: dayOfNumber(calibrationEnd), holdoutEnd: dayOfNumber(asOf), holdoutDays: asOf - calibrationEnd, customers: split.x.length, buyers: labelsOf(split).reduce((sum, one) => sum + one, 0), actual: split.holdoutCount.reduce((sum, one) => sum + one, 0) },
    candidates: candidates.map(candidateLine), chosen: chosen?.name ?? null, baselines: [baseline('repeat'), baseline('last_year')],
    recency: recency && { auc: recency.auc, low: recency.low, high: recency.high, standardError: recency.standardError },
    calibration: (shown?.calibration?.bins ?? []).map(({ people, meanProbability, share, low, high }) => ({ people, meanProbability, share, low, high })), deciles: judged?.deciles ?? [],
  };
}

/** Why no law is used: the refusal where none could be fitted, else the first fault of the best. */
function whyNot({ candidates, best }: Backtest): { state: 'unusable' | 'refused'; why: Coded } {
  const fault = best?.judged?.faults[0], refused = candidates.find((one) => one.refused)?.refused;
  if (fault) return { state: 'unusable', why: fault };
  return { state: 'refused', why: refused ?? { code: 'scoring.not_judged', facts: {} } };
}

/** The chosen law fitted again on everything, with its charts; what scores from now on. */
function refitted(chosen: Candidate, histories: Histories, rest: Omit<ValueScorer, 'law' | 'params'>): { scorer: ValueScorer; report: Partial<ValueReport> } | Refused {
  const { x, tx, T } = histories, fit = lawOf(chosen.name).fit({ x, tx, T });
  if (isRefused(fit)) return fit;
  const own = { law: chosen.name, params: fit.params };
  return { scorer: { ...rest, ...own }, report: { refit: fitted(fit), matrix: matrixOf(own, histories), survival: survivalOf(own) } };
}

/** Learns what customers will bring: judges the laws by the newest part of the data, and fits the winner on all of it. Where none is good enough, says so, and recency stands in. */
export function learnValue(input: ValueInput): ValueModel {
  const { books, asOf, margin, tell } = input, consumers = rowsWhere(books.customers, (row) => books.business[row] === 0);
  const histories = historiesAt(books, consumers, asOf), firstDay = histories.firstDay.reduce((least, day) => Math.min(least, day), asOf);
  const empty = emptyReport({ books, consumers, asOf, firstDay }, histories, input), { rule, told } = spendFrom(histories);
  const rest = { spend: rule, table: null, margin: margin ?? 1, business: null }, nothing = { law: null, params: {}, ...rest };
  const refuse = (why: Coded): ValueModel => ({ state: 'refused', name: null, why, scorer: nothing, report: { ...empty, spend: told, warnings: [why] } });
  if (consumers.length < 2) return refuse({ code: 'value.too_few_customers', facts: { customers: consumers.length, needed: 2 } });
  const span = asOf - firstDay + 1;
  if (span < DAYS_LEAST) return refuse({ code: 'scoring.too_short', facts: { days: span, needed: DAYS_LEAST } });
  const holdoutDays = Math.min(HOLDOUT.most, Math.max(HOLDOUT.least, Math.floor(span / HOLDOUT.shareOf))), calibrationEnd = asOf - holdoutDays;
  const learners = consumers.filter(sampler(books, consumers.length / LEARNERS_MOST)), purchases = purchasesOf(books, learners), tested = backtestLaws(purchases, { calibrationEnd, asOf }, (share) => tell('fit', share));
  if ('refused' in tested) return refuse(codedOf(tested));
  tell('judge', 0);
  const table = tableFrom(tested, holdoutDays), known = tested.split.customers, then = historiesAt(books, Uint32Array.from(known, (row) => learners[row] as number), calibrationEnd);
  const thenScorer: ValueScorer = { law: tested.chosen?.name ?? null, params: tested.chosen?.fit?.params ?? {}, spend: spendFrom(then).rule, table, margin: 1, business: null };
  const shown = tested.chosen ?? tested.best, seen = purchasesOf(books, Uint32Array.from(known, (row) => learners[row] as number));
  const report: ValueReport = {
    ...empty, ...judgedReport(tested, asOf, calibrationEnd), spend: told, coverage: coverageOf(thenScorer, then, tested, holdoutDays),
    tracking: shown?.fit ? trackingOf({ law: shown.name, params: shown.fit.params }, seen, { firstDay, calibrationEnd, asOf }) : null,
    survival: shown?.fit ? survivalOf({ law: shown.name, params: shown.fit.params }) : [], matrix: shown?.fit ? matrixOf({ law: shown.name, params: shown.fit.params }, then) : null,
  };
  tell('refit', 0);
  const again = tested.chosen && refitted(tested.chosen, historiesAt(books, learners, asOf), { ...rest, table });
  if (!tested.chosen || !again) return { ...whyNot(tested), name: 'recency', scorer: { ...nothing, table }, report };
  if ('refused' in again) return { state: 'unusable', name: 'recency', why: codedOf(again), scorer: { ...nothing, table }, report };
  const { loss } = tested.chosen;
  return { state: 'used', name: tested.chosen.name, why: { code: 'scoring.value.picked', facts: { loss } }, scorer: again.scorer, report: { ...report, ...again.report } };
}
