import { STAGES, type Stage } from './rules.ts';

/** People who stood in `from` on the first day and in `to` on the second; `none`: not yet a customer. */
export type FlowCell = { from: Stage | 'none'; to: Stage | 'none'; customers: number };

export type FlowMatrix = {
  cells: FlowCell[];
  start: Record<Stage, number>;
  end: Record<Stage, number>;
  /** Who came between the two days, by the stage they ended in. */
  joined: Record<Stage, number>;
};

const zeroes = (): Record<Stage, number> => Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>;

/** The matrix with its sums: rows add up to the start, columns without newcomers to the end (R20). */
export function flowMatrix(cells: readonly FlowCell[]): FlowMatrix {
  const matrix: FlowMatrix = { cells: cells.filter((cell) => cell.to !== 'none'), start: zeroes(), end: zeroes(), joined: zeroes() };
  for (const { from, to, customers } of matrix.cells) {
    if (to === 'none') continue;
    matrix.end[to] += customers;
    if (from === 'none') matrix.joined[to] += customers;
    else matrix.start[from] += customers;
  }
  return matrix;
}

/** First purchase → repeat purchase → recommendation (R15). Shares (0–1) of each step: of buyers, of repeaters. */
export type Ladder = { buyers: number; repeaters: number; referrers: number; repeatShare: number | null; referralShare: number | null };

export const ladderOf = ({ buyers, repeaters, referrers }: { buyers: number; repeaters: number; referrers: number }): Ladder => ({
  buyers, repeaters, referrers,
  repeatShare: buyers === 0 ? null : repeaters / buyers,
  referralShare: repeaters === 0 ? null : referrers / repeaters,
});

/** What happened to the active in one period against the one before (D14). */
export type PeriodFlow = { period: number; active: number; fresh: number; retained: number; returning: number; lost: number };

/**
 * fresh: active for the first time ever; retained: active in the period before too; returning = active − fresh − retained;
 * lost: active in the period before and not in this one. Input: each customer's active periods.
 */
export function periodFlows(active: Iterable<readonly number[]>, { from, to }: { from: number; to: number }): PeriodFlow[] {
  const flows = Array.from({ length: to - from + 1 }, (_, index): PeriodFlow => ({ period: from + index, active: 0, fresh: 0, retained: 0, returning: 0, lost: 0 }));
  const at = (period: number): PeriodFlow | undefined => flows[period - from];
  for (const periods of active) {
    const own = new Set(periods);
    const first = Math.min(...own);
    for (const period of own) {
      const flow = at(period);
      if (flow) {
        flow.active++;
        if (period === first) flow.fresh++;
        else if (own.has(period - 1)) flow.retained++;
        else flow.returning++;
      }
      const next = at(period + 1);
      if (next && !own.has(period + 1)) next.lost++;
    }
  }
  return flows;
}
