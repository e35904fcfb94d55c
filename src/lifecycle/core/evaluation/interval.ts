/** An interval at the level asked for; both ends are attainable values. */
export type Interval = { low: number; high: number };

const A = [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1, 2.506628277459239];
const B = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1];
const C = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
const D = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1];

const polynomial = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, c) => sum * x + c, 0);
const tail = (share: number): number => {
  const q = Math.sqrt(-2 * Math.log(share));
  return polynomial(C, q) / polynomial(D, q);
};

/** Quantile of the standard normal at `share`, strictly between 0 and 1 (Acklam's rational approximation, relative error below 1.15e-9). */
export function normalQuantile(share: number): number {
  if (share < 0.02425) return tail(share);
  if (share > 1 - 0.02425) return -tail(1 - share);
  const q = share - 0.5;
  return (q * polynomial(A, q * q)) / polynomial(B, q * q);
}

/** How many standard errors a two-sided interval of `level` spans on each side; certainty, which has no end, is read as 1 − 1e-9. */
export const widthAt = (level: number): number => normalQuantile(0.5 + Math.min(1 - 1e-9, Math.max(0, level)) / 2);

/** Score interval of a share of `hits` in `people` (Wilson 1927, eq. 6 of Brown, Cai & DasGupta 2001); everything, 0–1, for nobody. */
export function wilson(hits: number, people: number, level = 0.95): Interval {
  if (people <= 0) return { low: 0, high: 1 };
  const z = widthAt(level);
  const share = hits / people;
  const middle = share + (z * z) / (2 * people);
  const half = z * Math.sqrt((share * (1 - share)) / people + (z * z) / (4 * people * people));
  const scale = 1 + (z * z) / people;
  return { low: hits <= 0 ? 0 : Math.max(0, (middle - half) / scale), high: hits >= people ? 1 : Math.min(1, (middle + half) / scale) };
}
