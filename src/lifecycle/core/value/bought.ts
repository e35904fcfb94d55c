import { pick } from './columns.ts';
import type { Spend } from './gammaGammaLikelihood.ts';
import { refusal, type Refused } from './refused.ts';

function faultOf(count: number, mean: number, weight: number): 'x' | 'mean' | 'weight' | null {
  if (!Number.isSafeInteger(count) || count < 0) return 'x';
  if (!(weight >= 0 && weight < Infinity)) return 'weight';
  return count === 0 || Number.isFinite(mean) ? null : 'mean';
}

/** Only who bought; refuses mean spends of zero or less, which a gamma cannot have. */
export function boughtOf({ x, mean, weight }: Spend): Required<Spend> | Refused {
  if (mean.length !== x.length || (weight && weight.length !== x.length)) return refusal('value.bad_columns', { x: x.length, mean: mean.length });
  const rows = new Int32Array(x.length);
  let bought = 0;
  for (let i = 0; i < x.length; i++) {
    const count = x[i] as number, spend = mean[i] as number, w = weight ? (weight[i] as number) : 1, fault = faultOf(count, spend, w);
    if (fault) return refusal('value.bad_row', { row: i, column: fault });
    if (count === 0 || w === 0) continue;
    if (spend <= 0) return refusal('value.spend_not_positive', { row: i, mean: spend });
    rows[bought++] = i;
  }
  const chosen = rows.subarray(0, bought);
  return { x: pick(x, chosen), mean: pick(mean, chosen), weight: weight ? pick(weight, chosen) : new Float64Array(bought).fill(1) };
}
