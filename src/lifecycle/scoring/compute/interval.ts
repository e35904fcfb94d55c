import { gammaQuantile } from '../../core/value/index.ts';

/** The share of futures an interval of value is to hold: one in ten brings less, one in ten more. */
export const VALUE_LEVEL = 0.8;

/** What somebody will bring: P(nothing at all), the mean, and the mean of the square. */
export type Outcome = { none: number; mean: number; square: number };

/**
 * The interval of what somebody will bring: nothing with probability `none`, else a gamma with the mean and the square that remain (moments matched).
 * Exact in its share of nothing; the report measures how many of a hold-out really fell inside.
 */
export function outcomeInterval({ none, mean, square }: Outcome, out: { low: number; high: number }): void {
  const some = 1 - none, centre = mean / some, spread = square / some - centre * centre;
  out.low = 0;
  out.high = 0;
  if (!(some > 1e-9) || !(mean > 0)) return;
  if (!(spread > 1e-9 * centre * centre)) {
    out.low = none > (1 - VALUE_LEVEL) / 2 ? 0 : centre;
    out.high = none > (1 + VALUE_LEVEL) / 2 ? 0 : centre;
    return;
  }
  const shape = (centre * centre) / spread;
  const at = (share: number): number => (share <= none ? 0 : (gammaQuantile(shape, (share - none) / some) * centre) / shape);
  out.low = at((1 - VALUE_LEVEL) / 2);
  out.high = Math.max(out.low, at((1 + VALUE_LEVEL) / 2));
}
