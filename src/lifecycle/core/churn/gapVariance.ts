/** Of each customer: number of gaps, mean of their logs, sum of squares about it; and the segment each belongs to. */
export type LogGaps = { gaps: ArrayLike<number>; logMean: ArrayLike<number>; logSpread: ArrayLike<number>; segments: ArrayLike<number> };

/** Variance of log gaps within customers over the variance between customers of a segment, by one-way analysis of variance; null where customers do not differ. */
export function withinOverBetween({ gaps, logMean, logSpread, segments }: LogGaps): number | null {
  const sums = new Map<number, { gaps: number; squares: number; logs: number; customers: number }>(), customers = Array.from({ length: gaps.length }, (_, customer) => customer).filter((customer) => (gaps[customer] as number) > 0);
  for (const customer of customers) {
    const own = sums.get(segments[customer] as number) ?? { gaps: 0, squares: 0, logs: 0, customers: 0 }, count = gaps[customer] as number;
    sums.set(segments[customer] as number, { gaps: own.gaps + count, squares: own.squares + count * count, logs: own.logs + count * (logMean[customer] as number), customers: own.customers + 1 });
  }
  let [spread, freedom, apart] = [0, 0, 0];
  for (const customer of customers) {
    const { logs, gaps: all } = sums.get(segments[customer] as number) as { logs: number; gaps: number }, count = gaps[customer] as number;
    spread += logSpread[customer] as number;
    freedom += count - 1;
    apart += count * ((logMean[customer] as number) - logs / all) ** 2;
  }
  if (freedom === 0) return null;
  const own = [...sums.values()], within = spread / freedom, customersApart = own.reduce((sum, one) => sum + one.customers - 1, 0);
  const between = (apart - customersApart * within) / own.reduce((sum, one) => sum + one.gaps - one.squares / one.gaps, 0);
  return between > 0 && between < Infinity ? within / between : null;
}
