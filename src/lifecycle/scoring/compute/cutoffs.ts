import { type Horizons, horizonsBy, isRefused, lookBack, ownHorizons, type Refused } from '../../core/churn/index.ts';
import { isRefused as isUnfit } from '../../core/value/index.ts';
import { type Books, purchasesOf } from './books.ts';
import { historiesAt } from './histories.ts';
import { lawOf, type LawName, type Params, WEEK } from './laws.ts';

/** H is no longer than a quarter of the data, in whole four weeks: what cannot be judged on the data is not promised. */
const STEP_DAYS = 28;
const LONGEST_DAYS = 364;
export const FLOOR_DAYS = 28;
/** The share of gaps that end within H. */
export const HORIZON_SHARE = 0.8;
/** H where nobody's rhythm could be learned and nobody set one. */
export const HORIZON_UNLEARNED = 90;

export const ceilingDays = (spanDays: number): number => Math.min(LONGEST_DAYS, Math.max(STEP_DAYS, STEP_DAYS * Math.floor(spanDays / 4 / STEP_DAYS)));

/** How horizons were learned: plain data, kept with the model. `learned` null: `fallbackDays` for all. */
export type HorizonRule = { learned: { segmentDays: number[]; priorGaps: number | null } | null; ceiling: number; fallbackDays: number };

const segmentsOf = (books: Books, rows: Uint32Array): Uint16Array => Uint16Array.from(rows, (row) => books.business[row] as number);

/** H in days of each row by a rule. */
export function horizonsOf(books: Books, rows: Uint32Array, asOf: number, { learned, ceiling, fallbackDays }: HorizonRule): Float64Array {
  const fallback = new Float64Array(rows.length).fill(Math.min(ceiling, fallbackDays));
  if (!learned || rows.length === 0) return fallback;
  const found = horizonsBy(learned, { purchases: purchasesOf(books, rows), asOf, segments: segmentsOf(books, rows), share: HORIZON_SHARE, floorDays: FLOOR_DAYS, ceilingDays: ceiling });
  return 'refused' in found ? fallback : found.days;
}

/** Learns the rule from what had happened by a day. */
export function learnHorizons(books: Books, rows: Uint32Array, asOf: number, { ceiling, fallbackDays }: Omit<HorizonRule, 'learned'>): { rule: HorizonRule; found: Horizons | null } {
  const found = ownHorizons({ purchases: purchasesOf(books, rows), asOf, segments: segmentsOf(books, rows), share: HORIZON_SHARE, floorDays: FLOOR_DAYS, ceilingDays: ceiling });
  if ('refused' in found) return { rule: { learned: null, ceiling, fallbackDays }, found: null };
  const { segmentDays, priorGaps } = found;
  return { rule: { learned: { segmentDays, priorGaps }, ceiling, fallbackDays }, found };
}

/** One past day: who was known, each one's H, how long silent, whether they left (no purchase within H), and the law's P(no purchase within H). */
export type Cutoff = { day: number; rows: Uint32Array; horizons: Float64Array; ages: Float64Array; left: Uint8Array; none: Float64Array };

/** Learning, picking and judging each need a longest H of their own, so a long one needs days further back: eight weeks apart. */
const CUTOFFS_MOST = 20;
const SHORT_CEILING = 168;

/** Past days whose outcome is known, newest first, four (or eight) weeks apart, the first of them one longest H before the end. */
export const cutoffDays = (firstDay: number, asOf: number, ceiling: number): number[] =>
  Array.from({ length: CUTOFFS_MOST }, (_, nth) => asOf - ceiling - nth * (ceiling > SHORT_CEILING ? 2 * STEP_DAYS : STEP_DAYS)).filter((day) => day >= firstDay + 2 * STEP_DAYS);

/** P(no purchase within own H) by a law with its parameters. */
export function nonesOf(law: LawName, params: Params, { x, tx, T }: { x: Float64Array; tx: Float64Array; T: Float64Array }, horizons: Float64Array): Float64Array {
  const { law: own } = lawOf(law), history = { x: 0, tx: 0, T: 0 };
  return horizons.map((days, row) => {
    history.x = x[row] as number;
    history.tx = tx[row] as number;
    history.T = T[row] as number;
    return Math.min(1, Math.max(0, 1 - own.alive(params, history) * (1 - own.pmfAlive(own.later(params, history), 0, days / WEEK))));
  });
}

type Asked = { day: number; asOf: number; ceiling: number; fallbackDays: number; law: LawName | null; sample: (row: number) => boolean };

/** The law as so many customers of a day would teach it: a feature of a past day need not be sharper. */
const FITTED_MOST = 3_000;

function fitThinly(books: Books, rows: Uint32Array, day: number, law: LawName) {
  const every = Math.ceil(rows.length / FITTED_MOST), { x, tx, T } = historiesAt(books, rows.filter((_, at) => at % every === 0), day);
  return lawOf(law).fit({ x, tx, T });
}

/** Everything of one cut-off as it could have been known on it: horizons learned and the law fitted on nothing later. */
export function cutoffAt(books: Books, consumers: Uint32Array, { day, asOf, ceiling, fallbackDays, law, sample }: Asked): Cutoff | Refused {
  const rows = consumers.filter((row) => (books.days[books.offsets[row] as number] as number) <= day && sample(row)), { rule } = learnHorizons(books, rows, day, { ceiling, fallbackDays });
  const horizons = horizonsOf(books, rows, day, rule), past = lookBack(purchasesOf(books, rows), { cutoffs: [day], horizonDays: horizons, lastDay: asOf });
  if (isRefused(past)) return past as Refused;
  const histories = historiesAt(books, rows, day), fit = law === null ? null : fitThinly(books, rows, day, law);
  const none = law === null || !fit || isUnfit(fit) ? new Float64Array(rows.length).fill(Number.NaN) : nonesOf(law, fit.params, histories, horizons);
  return { day, rows, horizons, ages: past.ageDays, left: past.bought.map((bought) => 1 - bought), none };
}
