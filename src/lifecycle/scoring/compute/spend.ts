import { gammaGamma, type GammaGammaParams } from '../../core/value/index.ts';

/**
 * How a purchase's spend is expected: by the Gamma-Gamma law, or, where that cannot be fitted, the customer's own mean drawn to everybody's
 * with the weight of five purchases. `mean`: of all purchases, minor units.
 */
export type SpendRule = { params: GammaGammaParams | null; mean: number };

/** Expected spend a purchase; how unsure that is and how much single purchases vary about it, both as squared shares of it. */
export type Expected = { spend: number; unsure: number; varies: number };

const PRIOR_PURCHASES = 5;
const VARIES = 0.5;
/** A variance that does not exist is read as this share of the squared mean. */
const UNSURE_MOST = 1;

/** Writes into `out`, which is used again for the next customer. */
export function spendOf({ params, mean: everybody }: SpendRule, purchases: number, mean: number, out: Expected): void {
  if (!params) {
    out.spend = Math.max(0, (purchases * mean + PRIOR_PURCHASES * everybody) / (purchases + PRIOR_PURCHASES));
    out.unsure = Math.min(UNSURE_MOST, VARIES / (purchases + 1));
    out.varies = VARIES;
    return;
  }
  // A mean of nothing or less says nothing of what a purchase brings.
  const known = mean > 0 ? purchases : 0, shape = params.p * known + params.q;
  out.spend = shape > 1 ? gammaGamma.expected(params, known, known > 0 ? mean : everybody) : everybody;
  out.unsure = shape > 3 ? Math.min(UNSURE_MOST, 1 / (shape - 2)) : UNSURE_MOST;
  out.varies = Math.min(4, 1 / params.p);
}
