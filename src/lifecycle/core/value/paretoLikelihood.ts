import type { Customers } from './columns.ts';
import type { distinct } from './grouping.ts';
import { leftIntegral, type ParetoParams, PARTS } from './paretoIntegral.ts';
import { digamma, logGamma } from './special.ts';

/**
 * Log-likelihood (Schmittlein et al. 1987; Fader & Hardie 2005, eq. 15) summed over groups, with its slopes over r, α, s, β.
 * A group's likelihood is Γ(r+x)/Γ(r) α^r β^s times the sum of "still alive at T" and the integral over the time of leaving.
 */
export function sumOf({ x, tx, T, weight }: Required<Customers>, ofX: ReturnType<typeof distinct>, params: ParetoParams): Float64Array {
  const { r, alpha, s, beta } = params, part = new Float64Array(PARTS), sums = new Float64Array(5);
  const rise = ofX.values.map((count) => logGamma(r + count) - logGamma(r)), slopeOfRise = ofX.values.map((count) => digamma(r + count) - digamma(r));
  const logAlpha = Math.log(alpha), logBeta = Math.log(beta);
  let value = 0, dr = 0, dAlpha = 0, ds = 0, dBeta = 0;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i] as number, Ti = T[i] as number, w = weight[i] as number, place = ofX.placeOf[i] as number;
    const logA = Math.log(alpha + Ti), logB = Math.log(beta + Ti), stays = -(r + xi) * logA - s * logB;
    leftIntegral(params, xi, tx[i] as number, Ti, part, true);
    const lead = (part[0] as number) - stays, e = Math.exp(-Math.abs(lead)), left = (lead > 0 ? 1 : e) / (1 + e), stay = 1 - left;
    value += w * ((rise[place] as number) + stays + Math.max(lead, 0) + Math.log1p(e));
    dr += w * ((slopeOfRise[place] as number) - stay * logA - left * (part[1] as number));
    ds += w * (left / s - stay * logB - left * (part[2] as number));
    dAlpha -= w * (r + xi) * (stay / (alpha + Ti) + left * (part[3] as number));
    dBeta -= w * ((s * stay) / (beta + Ti) + (s + 1) * left * (part[4] as number));
  }
  const people = weight.reduce((sum, w) => sum + w, 0);
  sums.set([value + people * (r * logAlpha + s * logBeta), dr + people * logAlpha, dAlpha + (people * r) / alpha, ds + people * logBeta, dBeta + (people * s) / beta]);
  return sums;
}
