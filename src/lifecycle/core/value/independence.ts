import type { Spend } from './gammaGamma.ts';
import { refusal, type Refused } from './refused.ts';
import { normalQuantile } from './special.ts';

/** Pearson's correlation of purchases and mean spend, with an interval. `isIndependent`: the interval lies within ±0.2, where the Gamma-Gamma assumption does no visible harm. */
export type Independence = { correlation: number; low: number; high: number; customers: number; isIndependent: boolean };

const HARMLESS = 0.2;

function moments({ x, mean, weight }: Spend) {
  let people = 0, sx = 0, sm = 0;
  const each = (visit: (count: number, spend: number, w: number) => void): void => x.forEach((count, i) => { if (count > 0) visit(count, mean[i] as number, weight ? (weight[i] as number) : 1); });
  each((count, spend, w) => {
    people += w;
    sx += w * count;
    sm += w * spend;
  });
  let xx = 0, mm = 0, xm = 0;
  each((count, spend, w) => {
    const dx = count - sx / people, dm = spend - sm / people;
    xx += w * dx * dx;
    mm += w * dm * dm;
    xm += w * dx * dm;
  });
  return { people, xx, mm, xm };
}

/**
 * Does spend a purchase go with how often somebody buys, among those who came back? Interval by Fisher's z (1915): atanh ρ ± z/√(n − 3).
 * The Gamma-Gamma model assumes it does not; a clear correlation makes the values of frequent buyers wrong in its direction. Refused under 4 customers or where one side never varies.
 */
export function spendIndependence(spend: Spend, level = 0.95): Independence | Refused {
  const { people, xx, mm, xm } = moments(spend);
  if (!(people >= 4 && xx > 0 && mm > 0 && Number.isFinite(mm))) return refusal('value.too_little_variation', { customers: people });
  const correlation = Math.max(-1, Math.min(1, xm / Math.sqrt(xx * mm))), centre = Math.atanh(correlation * (1 - 1e-15));
  const half = normalQuantile((1 + level) / 2) / Math.sqrt(Math.max(1, people - 3)), low = Math.tanh(centre - half), high = Math.tanh(centre + half);
  return { correlation, low, high, customers: people, isIndependent: low > -HARMLESS && high < HARMLESS };
}
