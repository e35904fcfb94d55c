import type { Random } from '../../../kernel/random.ts';
import type { Customers } from './columns.ts';
import type { GammaGammaParams, Spend } from './gammaGamma.ts';
import type { PurchaseModel } from './purchaseModel.ts';
import type { Contracts, SbgParams } from './shiftedBetaGeometric.ts';
import { beta, gamma } from './variates.ts';

/**
 * Customers who behave as the model says, one for each time of observation in `T`.
 * With `grid` purchases are seen by the grid only (1/7 where weeks are the unit and data are kept by day): several in one cell count once, the first cell belongs to the first purchase.
 */
export function simulate<N extends string>({ law }: PurchaseModel<N>, params: Readonly<Record<N, number>>, T: Float64Array, { random, grid = 0 }: { random: Random; grid?: number }): Required<Customers> {
  const { share, params: own } = law.begun?.(params) ?? { share: 1, params };
  const x = new Float64Array(T.length), tx = new Float64Array(T.length);
  for (let i = 0; i < T.length; i++) {
    if (share < 1 && random() >= share) continue;
    let count = 0, last = 0;
    law.live(own, T[i] as number, random, (time) => {
      const seen = grid > 0 ? Math.floor(time / grid) * grid : time;
      if (seen <= last) return;
      count++;
      last = seen;
    });
    x[i] = count;
    tx[i] = last;
  }
  return { x, tx, T, weight: new Float64Array(T.length).fill(1) };
}

/** Mean spends of customers with these numbers of purchases; 0 where there was none. */
export function simulateSpend({ p, q, v }: GammaGammaParams, x: Float64Array, random: Random): Required<Spend> {
  const mean = x.map((count) => (count === 0 ? 0 : (gamma(p * count, random) * v) / (gamma(q, random) * count)));
  return { x, mean, weight: new Float64Array(x.length).fill(1) };
}

/** Contracts followed for `occasions` renewals at most. */
export function simulateContracts({ alpha, beta: stays }: SbgParams, count: number, occasions: number, random: Random): Required<Contracts> {
  const renewals = new Float64Array(count), ended = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const leaves = beta(alpha, stays, random);
    let passed = 0;
    while (passed < occasions && ended[i] === 0) {
      if (random() < leaves) ended[i] = 1;
      else passed++;
    }
    renewals[i] = passed;
  }
  return { renewals, ended, weight: new Float64Array(count).fill(1) };
}
