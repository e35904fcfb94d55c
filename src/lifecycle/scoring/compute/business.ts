import { calibrationTable, isRefused as isUnmeasured, logLoss, wilson } from '../../core/evaluation/index.ts';
import { isRefused, learnRhythm, lookBack, recencyShares, type RecencyRule, type RhythmRule, rhythmAt, silentShare } from '../../core/churn/index.ts';
import type { ChurnReport } from '../contract.ts';
import { type Books, purchasesOf, rowsWhere, sampler } from './books.ts';
import { type HorizonRule, horizonsOf } from './cutoffs.ts';
import { historiesAt } from './histories.ts';
import type { SpendRule } from './spend.ts';

/**
 * What business buyers are scored by: the rhythm each keeps, learned of them alone (of everybody where they are too few), and their own spend. Laws and trained models
 * are fitted without them, whose orders would bury everybody else's. `used`: recency where the rhythm, judged on past days, did worse.
 */
export type BusinessRule = { used: 'rhythm' | 'recency'; rhythm: RhythmRule | null; spend: SpendRule };
export type Group = ChurnReport['groups'][number];

/** Probabilities of leaving, and who left, of one kind of customers on past days. */
export type Outcomes = { said: Float64Array; left: Uint8Array };

/** Fewer outcomes than this judge nobody. */
export const OUTCOMES_LEAST = 30;
const BINS = 5;

/** What was said of a group and what came true, with its interval. */
export function groupOf(name: Group['name'], used: Group['used'], { said, left }: Outcomes, why: Group['why'] = null): Group {
  const outcomes = left.length, gone = left.reduce((sum, one) => sum + one, 0), table = outcomes >= OUTCOMES_LEAST ? calibrationTable(said, left, { count: BINS }) : null;
  const some = outcomes > 0, { low, high } = some ? wilson(gone, outcomes) : { low: null, high: null };
  return {
    name, used, outcomes, said: some ? said.reduce((sum, one) => sum + one, 0) / outcomes : null, left: some ? gone / outcomes : null, low, high, why,
    bins: table && !isUnmeasured(table) ? table.bins.map(({ people, meanProbability, share, low: from, high: to }) => ({ people, meanProbability, share, low: from, high: to })) : [],
  };
}

/** Past days that judge: four weeks apart, the newest one longest H of the group before the end. */
const DAYS_APART = 28;
const CUTOFFS_MOST = 12;

type Judging = { books: Books; rows: Uint32Array; asOf: number; firstDay: number; horizon: HorizonRule; recency: RecencyRule | null };

/** The rhythm and silence alone on past days, each of which knew nothing later (silence knows everything: it is given the advantage). */
function judged({ books, rows, asOf, firstDay, horizon, recency }: Judging): Outcomes & { silence: Float64Array } {
  const said: number[] = [], left: number[] = [], silence: number[] = [], longest = horizonsOf(books, rows, asOf, horizon).reduce((most, one) => Math.max(most, one), 0);
  for (let nth = 0; nth < CUTOFFS_MOST; nth++) {
    const day = asOf - Math.ceil(longest) - nth * DAYS_APART;
    if (day < firstDay + DAYS_APART) break;
    const known = rows.filter((row) => (books.days[books.offsets[row] as number] as number) <= day), purchases = purchasesOf(books, known), rule = learnRhythm(purchases, day);
    if (isRefused(rule)) break;
    const horizons = horizonsOf(books, known, day, horizon), past = lookBack(purchases, { cutoffs: [day], horizonDays: horizons, lastDay: asOf });
    if (isRefused(past)) continue;
    const alone = recency && recencyShares(recency, past.ageDays.map((days, at) => days / (horizons[at] as number)));
    past.bought.forEach((bought, at) => {
      const rhythm = rhythmAt(purchases, at, day);
      if (!rhythm) return;
      said.push(silentShare(rule, rhythm, horizons[at] as number));
      left.push(1 - bought);
      silence.push(alone && !isRefused(alone) ? 1 - (alone[at] as number) : Number.NaN);
    });
  }
  return { said: Float64Array.from(said), left: Uint8Array.from(left), silence: Float64Array.from(silence) };
}

const lossOf = (said: Float64Array, left: Uint8Array): number => {
  const loss = said.every(Number.isFinite) ? logLoss(said, left) : Infinity;
  return isUnmeasured(loss) ? Infinity : loss;
};

type Chosen = { used: BusinessRule['used']; group: Group };

/** The rhythm, unless enough outcomes say that silence alone did better. */
function choose(rhythm: RhythmRule | null, { said, left, silence }: Outcomes & { silence: Float64Array }): Chosen {
  const group = (used: BusinessRule['used'], code: string, facts: Record<string, number> = {}): Chosen => ({ used, group: groupOf('business', used, { said: used === 'rhythm' ? said : silence, left }, { code, facts: { outcomes: left.length, ...facts } }) });
  if (!rhythm) return { used: 'recency', group: groupOf('business', 'recency', { said: new Float64Array(), left: new Uint8Array() }, { code: 'scoring.group.no_rhythm', facts: {} }) };
  if (left.length < OUTCOMES_LEAST) return group('rhythm', 'scoring.group.few_outcomes', { needed: OUTCOMES_LEAST });
  const loss = lossOf(said, left), otherLoss = lossOf(silence, left);
  return loss <= otherLoss || otherLoss === Infinity ? group('rhythm', 'scoring.group.rhythm') : group('recency', 'scoring.group.recency', { loss, otherLoss });
}

/** Own mean of a purchase drawn to the other businesses'. */
function spendFrom(books: Books, rows: Uint32Array, asOf: number): SpendRule {
  const { x, mean } = historiesAt(books, rows, asOf), purchases = x.reduce((sum, repeats) => sum + repeats + 1, 0);
  return { params: null, mean: purchases > 0 ? Math.max(0, x.reduce((sum, repeats, row) => sum + (repeats + 1) * (mean[row] as number), 0) / purchases) : 0 };
}

export type BusinessInput = Omit<Judging, 'rows'>;

/** A curve of a hundred steps and a verdict need no more customers than these. */
const LEARNERS_MOST = 40_000;
const JUDGED_MOST = 5_000;

const some = (books: Books, rows: Uint32Array, most: number): Uint32Array => rows.filter(sampler(books, rows.length / most));

/** Learns how business buyers come back, judges it on their own past, and says which rule scores them; null where there are none. */
export function learnBusiness(input: BusinessInput): { rule: BusinessRule; group: Group } | null {
  const { books, asOf } = input, rows = rowsWhere(books.customers, (row) => books.business[row] === 1);
  if (rows.length === 0) return null;
  const learned = (of: Uint32Array): RhythmRule | null => {
    const rule = learnRhythm(purchasesOf(books, some(books, of, LEARNERS_MOST)), asOf);
    return isRefused(rule) ? null : rule;
  };
  const rhythm = learned(rows) ?? learned(rowsWhere(books.customers, () => true)), { used, group } = choose(rhythm, judged({ ...input, rows: some(books, rows, JUDGED_MOST) }));
  return { rule: { used, rhythm, spend: spendFrom(books, rows, asOf) }, group };
}
