import { type ChurnModel, explainRows, findLeaks, isRefused, LABELS_LEAST, learnRecency, type RecencyRule, recencyShares, type Refused, train, type Trained } from '../../core/churn/index.ts';
import { dayOfNumber } from '../../../kernel/day.ts';
import { TRAIT_FEATURES } from '../codes.ts';
import type { ChurnReport, Coded } from '../contract.ts';
import { type Books, rowsWhere, sampler } from './books.ts';
import { groupOf, type Group } from './business.ts';
import { type Contender, contenderOf, pickContender } from './contenders.ts';
import { type Cutoff, cutoffAt, cutoffDays, type HorizonRule } from './cutoffs.ts';
import { featuresAt, joined, stacked, varying } from './features.ts';
import type { LawName } from './laws.ts';
import { codedOf } from './value.ts';

/** What says how likely customers are gone: plain data, kept with its version. `withoutTraits`: for those who objected, where `trained` knows traits. */
export type ChurnScorer = { used: Said; horizon: HorizonRule; recency: RecencyRule | null; trained: ChurnModel | null; withoutTraits: ChurnModel | null };
export type LearnedChurn = { state: 'used' | 'unusable' | 'refused'; name: string; why: Coded; scorer: ChurnScorer; report: ChurnReport };
/** `law`: of purchases, null where none was good enough. `horizon`: H as learned today. */
export type ChurnInput = { books: Books; asOf: number; firstDay: number; law: LawName | null; horizon: HorizonRule; traits: boolean; tell(share: number): void };

/** More labels than this teach nothing new and take their time. */
const LABELS_MOST = 60_000;

function cutoffsOf({ books, asOf, firstDay, law, horizon, tell }: ChurnInput, consumers: Uint32Array): Cutoff[] {
  const days = cutoffDays(firstDay, asOf, horizon.ceiling), sample = sampler(books, (consumers.length * days.length) / LABELS_MOST);
  return days.flatMap((day, at) => {
    const cutoff = cutoffAt(books, consumers, { day, asOf, ceiling: horizon.ceiling, fallbackDays: horizon.fallbackDays, law, sample });
    tell((0.5 * (at + 1)) / days.length);
    return 'refused' in cutoff || cutoff.rows.length === 0 ? [] : [cutoff];
  });
}

const floats = (parts: readonly Float64Array[]): Float64Array => joined(new Float64Array(parts.reduce((sum, { length }) => sum + length, 0)), parts);
const bytes = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(floats(parts.map((part) => Float64Array.from(part))));

/** Silence in own horizons: 1 is silent for one H. */
export const agesIn = (silentDays: Float64Array, horizons: Float64Array): Float64Array => silentDays.map((days, row) => days / (horizons[row] as number));

const recencyFrom = (cutoffs: readonly Cutoff[]): RecencyRule | Refused =>
  learnRecency(floats(cutoffs.map(({ ages, horizons }) => agesIn(ages, horizons))), bytes(cutoffs.map(({ left }) => left.map((one) => 1 - one))));

type Taught = { trained: Trained; leaks: number } | { refused: Refused; leaks: number };

/** Trains on these cut-offs. `longest`: days until every label of a cut-off is known. */
function taught({ books, asOf }: Pick<ChurnInput, 'books' | 'asOf'>, cutoffs: readonly Cutoff[], longest: number, traits: boolean): Taught {
  const seen = cutoffs.map((cutoff) => featuresAt(books, { ...cutoff, asOf }, traits));
  const days = floats(cutoffs.map(({ day, rows }) => new Float64Array(rows.length).fill(day))), table = varying(stacked(seen.map((one) => one.table)));
  const [first] = seen, featureTimes = (first?.times ?? []).map(({ feature }, at) => ({ feature, latestDay: floats(seen.map(({ times }) => times[at]?.latestDay ?? new Float64Array())) }));
  const leaks = findLeaks(featureTimes, days).length, found = train({ table, labels: bytes(cutoffs.map(({ left }) => left)), cutoffs: { days, horizonDays: longest }, featureTimes });
  return isRefused(found) ? { refused: found, leaks } : { trained: found, leaks };
}

type Said = 'model' | 'trained' | 'recency';
/** Gaps that vary by no more than this share of their mean are a rhythm. */
const REGULAR = { purchases: 5, spread: 0.6 } as const;

/** How well the rule in use is calibrated for everybody judged, and for those of a regular rhythm. */
function groupsOf(input: ChurnInput, held: Cutoff, used: Said, said: Float64Array | null): Group[] {
  if (!said) return [];
  const { books, asOf } = input, { table } = featuresAt(books, { ...held, asOf }, false), numbers = (name: string): Float64Array => table.columns.flatMap((column) => (column.kind === 'numeric' && column.name === name ? [column.values] : []))[0] ?? new Float64Array();
  const purchases = numbers('purchases'), spread = numbers('gap_spread'), places = [...said.keys()], regular = places.filter((at) => (purchases[at] as number) >= REGULAR.purchases && (spread[at] as number) <= REGULAR.spread);
  const outcomes = (of: readonly number[]) => ({ said: Float64Array.from(of, (at) => said[at] as number), left: Uint8Array.from(of, (at) => held.left[at] as number) });
  return [groupOf('consumers', used, outcomes(places)), groupOf('regular', used, outcomes(regular))];
}

/** All three on the newest cut-off, each knowing nothing after it. */
function judgedOn(input: ChurnInput, held: Cutoff, older: readonly Cutoff[]): { contenders: Contender[]; leaks: number; said: Record<Said, Float64Array | null> } {
  const { books, asOf, law, horizon, traits } = input, rule = older.length === 0 ? null : recencyFrom(older);
  const shares = rule && !('refused' in rule) ? recencyShares(rule, agesIn(held.ages, held.horizons)) : null;
  const recency = shares && !('refused' in shares) ? shares.map((share) => 1 - share) : null;
  const learned = older.length === 0 ? { refused: { refused: 'churn.few_cutoffs', facts: { cutoffs: 1, horizonDays: horizon.ceiling } } as Refused, leaks: 0 } : taught(input, older, horizon.ceiling, traits);
  const explained = 'trained' in learned ? explainRows(learned.trained.model, featuresAt(books, { ...held, asOf }, traits).table) : learned.refused;
  const trained = 'refused' in explained ? null : explained.scores.map((score) => 1 / (1 + Math.exp(-score)));
  return {
    leaks: learned.leaks, said: { model: held.none, trained, recency },
    contenders: [
      contenderOf('model', law === null ? { code: 'scoring.no_law', facts: {} } : null, held.none.every(Number.isFinite) ? held.none : null, held.left),
      contenderOf('trained', 'refused' in explained ? codedOf(explained) : null, trained, held.left),
      contenderOf('recency', rule && 'refused' in rule ? codedOf(rule) : null, recency, held.left),
    ],
  };
}

/** How much each feature moves scores, over the newest cut-off. */
function influences(model: ChurnModel, books: Books, asOf: number, held: Cutoff, traits: boolean): { name: string; influence: number }[] {
  const explained = explainRows(model, featuresAt(books, { ...held, asOf }, traits).table), width = model.features.length;
  if ('refused' in explained) return [];
  const sums = new Float64Array(width);
  explained.contributions.forEach((one, at) => { sums[at % width] = (sums[at % width] as number) + Math.abs(one); });
  return model.features.map(({ name }, at) => ({ name, influence: (sums[at] as number) / Math.max(1, held.rows.length) })).toSorted((a, b) => b.influence - a.influence);
}

type Final = { trained: ChurnModel | null; withoutTraits: ChurnModel | null; told: ChurnReport['trained'] };

/** The trained model again on every label; a second one that knows no traits, for those who objected. */
function trainedOnAll({ books, asOf, horizon, traits }: ChurnInput, cutoffs: readonly Cutoff[]): Final {
  const all = taught({ books, asOf }, cutoffs, horizon.ceiling, traits), held = cutoffs[0] as Cutoff;
  if ('refused' in all) return { trained: null, withoutTraits: null, told: null };
  const { model, candidates, rows } = all.trained, plain = traits ? taught({ books, asOf }, cutoffs, horizon.ceiling, false) : all;
  const features = influences(model, books, asOf, held, traits);
  return {
    trained: model, withoutTraits: 'trained' in plain ? plain.trained.model : null,
    told: { kind: model.kind, rows: rows.learned + rows.judged, kinds: candidates, features, traits: features.map(({ name }) => name).filter((name) => (TRAIT_FEATURES as readonly string[]).includes(name)) },
  };
}

/** Learns who is likely gone: judges law, trained model and recency on the newest past day whose outcome is known, and uses what ranked and calibrated best there. */
export function learnChurn(input: ChurnInput): LearnedChurn {
  const { books, asOf, firstDay, horizon, tell } = input, consumers = rowsWhere(books.customers, (row) => books.business[row] === 0), cutoffs = cutoffsOf(input, consumers), [held] = cutoffs;
  const labels = cutoffs.reduce((sum, { left }) => sum + left.length, 0), gone = ({ left }: Cutoff): number => left.reduce((sum, one) => sum + one, 0);
  const data = { from: dayOfNumber(firstDay), to: dayOfNumber(asOf), labels, left: cutoffs.reduce((sum, cutoff) => sum + gone(cutoff), 0), needed: LABELS_LEAST, cutoffs: cutoffs.map((cutoff) => ({ day: dayOfNumber(cutoff.day), people: cutoff.rows.length, left: gone(cutoff) })) };
  const rule = held ? recencyFrom(cutoffs) : null, recency = rule && !('refused' in rule) ? rule : null;
  const scorer: ChurnScorer = { used: 'recency', horizon, recency, trained: null, withoutTraits: null };
  const report: ChurnReport = { data, heldOut: null, contenders: [], used: 'recency', why: { code: 'scoring.not_judged', facts: {} }, trained: null, recency: recency?.steps ?? [], groups: [], leaks: 0, warnings: [] };
  const ruled = (why: Coded, more: Partial<ChurnReport> = {}): LearnedChurn => ({ state: 'refused', name: 'recency', why, scorer, report: { ...report, ...more, why } });
  if (!held) return ruled({ code: 'scoring.not_judged', facts: {} });
  const heldOut = { day: dayOfNumber(held.day), people: held.rows.length, left: gone(held), longestHorizonDays: horizon.ceiling };
  if (labels < LABELS_LEAST) return ruled({ code: 'churn.few_labels', facts: { labels, needed: LABELS_LEAST } }, { heldOut });
  const { contenders, leaks, said } = judgedOn(input, held, cutoffs.filter(({ day }) => day + horizon.ceiling <= held.day)), { used, why } = pickContender(contenders);
  tell(0.75);
  const final = used === 'trained' ? trainedOnAll(input, cutoffs) : { trained: null, withoutTraits: null, told: null };
  const really: Said = used === 'trained' && !final.trained ? 'recency' : used;
  return {
    state: really !== 'recency' ? 'used' : why.code === 'scoring.churn.recency' ? 'unusable' : 'refused', name: really === 'trained' ? (final.trained?.kind ?? 'recency') : really, why,
    scorer: { ...scorer, used: really, trained: final.trained, withoutTraits: final.withoutTraits },
    report: { ...report, heldOut, contenders: contenders.map(({ told }) => told), used: really, why, trained: final.told, groups: groupsOf(input, held, really, said[really]), leaks },
  };
}
