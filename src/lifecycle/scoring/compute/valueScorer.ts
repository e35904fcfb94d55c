import { type Customers, groupCustomers, spread } from '../../core/value/index.ts';
import type { BusinessRule } from './business.ts';
import type { Histories } from './histories.ts';
import { outcomeInterval } from './interval.ts';
import { type LawName, lawOf, type Params, WEEK } from './laws.ts';
import { cellOf, purchasesIn, type RecencyTable } from './recencyTable.ts';
import { spendOf, type SpendRule } from './spend.ts';

/** What values customers: a law with its parameters (null where none is good enough), spend, the table that stands in, the share of sales that is ours, and what scores business buyers. Plain data, kept with its version. */
export type ValueScorer = { law: LawName | null; params: Params; spend: SpendRule; table: RecencyTable | null; margin: number; business: BusinessRule | null };

/** Purchases of each customer within a horizon. alive: −1 where no law says. square: mean of the squared number. */
export type Counts = { alive: Float64Array; mean: Float64Array; none: Float64Array; square: Float64Array };

/** By the law, each distinct history worked out once. */
function byLaw({ law, params }: ValueScorer & { law: LawName }, histories: Customers, days: number): Counts {
  const { law: own } = lawOf(law), { groups: { x, tx, T }, groupOf } = groupCustomers(histories), weeks = days / WEEK;
  const [alive, mean, none, square] = [x, x, x, x].map((column) => new Float64Array(column.length)) as [Float64Array, Float64Array, Float64Array, Float64Array];
  const history = { x: 0, tx: 0, T: 0 };
  for (let row = 0; row < x.length; row++) {
    history.x = x[row] as number;
    history.tx = tx[row] as number;
    history.T = T[row] as number;
    const p = own.alive(params, history), later = own.later(params, history), count = own.meanAlive(later, weeks);
    alive[row] = p;
    mean[row] = p * count;
    none[row] = 1 - p * (1 - own.pmfAlive(later, 0, weeks));
    // Rates of people with this history vary as a gamma of shape r: their counts as a negative binomial.
    square[row] = p * (count + count * count * (1 + 1 / (later.r as number)));
  }
  return { alive: spread(alive, groupOf), mean: spread(mean, groupOf), none: spread(none, groupOf), square: spread(square, groupOf) };
}

/** Where a customer stands in the table that knows frequency and silence. */
export const cellAt = ({ x, tx, T }: Histories, row: number): number => cellOf(x[row] as number, Math.round(((T[row] as number) - (tx[row] as number)) * WEEK));

function byTable(table: RecencyTable, histories: Histories, days: number): Counts {
  const rows = histories.x.length, counts: Counts = { alive: new Float64Array(rows).fill(-1), mean: new Float64Array(rows), none: new Float64Array(rows), square: new Float64Array(rows) };
  for (let row = 0; row < rows; row++) {
    const { mean, none, square } = purchasesIn(table, cellAt(histories, row), days);
    counts.mean[row] = mean;
    counts.none[row] = none;
    counts.square[row] = square;
  }
  return counts;
}

/** Purchases within `days` from the day of the histories; null where nothing was learned to say so. */
export function countsOf(scorer: ValueScorer, histories: Histories, days: number): Counts | null {
  if (scorer.law !== null) return byLaw({ ...scorer, law: scorer.law }, histories, days);
  return scorer.table && byTable(scorer.table, histories, days);
}

export type Values = { value: Float64Array; low: Float64Array; high: Float64Array; spread: Float64Array };

/** Money of those purchases with its interval and standard deviation, minor units, times the margin. */
export function valuesOf({ spend, margin }: ValueScorer, histories: Histories, { mean, none, square }: Counts): Values {
  const rows = mean.length, values: Values = { value: new Float64Array(rows), low: new Float64Array(rows), high: new Float64Array(rows), spread: new Float64Array(rows) };
  const each = { spend: 0, unsure: 0, varies: 0 }, ends = { low: 0, high: 0 }, outcome = { none: 0, mean: 0, square: 0 };
  for (let row = 0; row < rows; row++) {
    spendOf(spend, (histories.x[row] as number) + 1, histories.mean[row] as number, each);
    const one = each.spend * margin, count = mean[row] as number;
    outcome.none = none[row] as number;
    outcome.mean = count * one;
    outcome.square = one * one * (1 + each.unsure) * ((square[row] as number) + count * each.varies);
    outcomeInterval(outcome, ends);
    values.value[row] = outcome.mean;
    values.low[row] = ends.low;
    values.high[row] = ends.high;
    values.spread[row] = Math.sqrt(Math.max(0, outcome.square - outcome.mean * outcome.mean));
  }
  return values;
}
