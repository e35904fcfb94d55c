import { legendre } from './quadrature.ts';

/** Purchases at rate λ ~ Gamma(r, α) while alive; customers leave at rate μ ~ Gamma(s, β). */
export type ParetoParams = { readonly r: number; readonly alpha: number; readonly s: number; readonly beta: number };

/**
 * Within a panel the integrand falls by no more than e⁻⁶ and its singularity is five half-lengths away: ten nodes then give 12 digits.
 * Where it is narrower and falls less, fewer nodes give as many.
 */
const RULES = [{ ...legendre(6), fall: 2, width: 1 }, { ...legendre(8), fall: 3.5, width: 2 }, { ...legendre(10), fall: 6, width: 2 }] as const;
const [FEW, SOME, MANY] = RULES;
/** Once it has fallen by e⁻⁴⁰ the rest does not count. */
const END = 40;

/** ln of the integral, and the means under its integrand of ln(α+y), ln(β+y), 1/(α+y), 1/(β+y). */
export const PARTS = 5;

/**
 * ln ∫ from tx to T of s (α + y)^−(r+x) (β + y)^−(s+1) dy, the customer having left at y: what Schmittlein, Morrison & Colombo 1987 and
 * Fader & Hardie 2005 ("A note on deriving the Pareto/NBD model", eq. 15 on) write as a difference of two ₂F₁, which cancels and overflows.
 * Here: y = c·eᵛ less a shift, c = min(α, β) + tx, so the integrand is smooth and falls from 1; panels of ten Gauss–Legendre nodes, all relative
 * to the value at tx, hence no underflow at any x. With `slopes` the means that make the gradient are written into `out[1…4]`; `out[0]` is the logarithm.
 */
export function leftIntegral({ r, alpha, s, beta }: ParetoParams, x: number, tx: number, T: number, out: Float64Array, slopes: boolean): void {
  const alphaIsLarge = alpha >= beta, gap = Math.abs(alpha - beta);
  const c = (alphaIsLarge ? beta : alpha) + tx, logC = Math.log(c), far = c + gap, logFar = Math.log(far);
  const near = alphaIsLarge ? s : r + x - 1, power = alphaIsLarge ? r + x : s + 1;
  const steepest = Math.abs(near) + power, range = Math.log1p((T - tx) / c);
  let sum = 0, sumNear = 0, sumFar = 0, perNear = 0, perFar = 0, from = 0, fall = 0;
  while (from < range && fall < END) {
    const slope = near + power * (1 - gap / (gap + c * Math.exp(from)));
    const most = Math.min(steepest, Math.abs(slope) * Math.E * Math.E + 0.1), width = Math.min(range - from, MANY.width, MANY.fall / most);
    const { nodes, weights } = width <= FEW.width && width * most <= FEW.fall ? FEW : width <= SOME.width && width * most <= SOME.fall ? SOME : MANY;
    for (let i = 0; i < nodes.length; i++) {
      const v = from + width * (nodes[i] as number), y = c * Math.exp(v), other = gap + y, logOther = Math.log(other) - logFar;
      const f = width * (weights[i] as number) * Math.exp(-near * v - power * logOther);
      sum += f;
      if (!slopes) continue;
      sumNear += f * v;
      sumFar += f * logOther;
      perNear += f / y;
      perFar += f / other;
    }
    from += width;
    fall = near * from + power * (Math.log(gap + c * Math.exp(from)) - logFar);
  }
  // An integral over nothing: T = tx.
  if (sum === 0) {
    out.fill(0);
    out[0] = -Infinity;
    return;
  }
  out[0] = Math.log(s * sum) - near * logC - power * logFar;
  if (!slopes) return;
  const meanNear = logC + sumNear / sum, meanFar = logFar + sumFar / sum;
  out[1] = alphaIsLarge ? meanFar : meanNear;
  out[2] = alphaIsLarge ? meanNear : meanFar;
  out[3] = (alphaIsLarge ? perFar : perNear) / sum;
  out[4] = (alphaIsLarge ? perNear : perFar) / sum;
}
