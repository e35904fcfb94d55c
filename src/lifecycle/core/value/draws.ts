import type { Random } from '../../../kernel/random.ts';
import { type Fit, named } from './fit.ts';
import { at, cholesky } from './matrix.ts';
import { refusal, type Refused } from './refused.ts';
import { normal } from './variates.ts';

/** Parameter sets drawn from the fit's normal approximation over log-parameters (all stay positive); refused where there is no covariance. */
export function drawParams<N extends string>(fit: Fit<N>, count: number, random: Random): Record<N, number>[] | Refused {
  const lower = fit.logCovariance && cholesky(fit.logCovariance), names = Object.keys(fit.params) as N[];
  if (!lower) return refusal('value.no_covariance');
  return Array.from({ length: count }, () => {
    const z = names.map(() => normal(random));
    return named(names, (i) => fit.params[names[i] as N] * Math.exp(z.reduce((sum, value, j) => (j <= i ? sum + value * at(lower, i, j) : sum), 0)));
  });
}
