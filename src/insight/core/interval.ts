/** z of a two-sided 95 % interval. */
const Z = 1.959963984540054;

export type Interval = { low: number; high: number };

/**
 * Wilson score interval of a share at 95 % (Wilson 1927; Brown, Cai, DasGupta 2001, equation 4), each bound in [0, 1].
 * Nobody asked gives no interval. Checked against published figures in interval.test.ts.
 */
export function wilson(top: number, bottom: number): Interval | null {
  if (bottom <= 0) return null;
  const share = top / bottom;
  const z2 = (Z * Z) / bottom;
  const centre = (share + z2 / 2) / (1 + z2);
  const half = (Z * Math.sqrt((share * (1 - share)) / bottom + z2 / (4 * bottom))) / (1 + z2);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
