type Range = { low: number; high: number };

/** A range that holds every interval and 0, with some air. */
export function rangeOf(intervals: readonly Range[]): Range {
  const low = Math.min(0, ...intervals.map((one) => one.low));
  const high = Math.max(0, ...intervals.map((one) => one.high));
  const air = (high - low || 1) * 0.06;
  return { low: low - air, high: high + air };
}

type MarkProps = { value: number; interval: Range; range: Range; verdict: string; label: string; width?: number; height?: number };

const PERCENT = 100;

/** An interval against zero: the bar is what the truth may be, the dot what was measured. Filled where zero is left out. */
export function IntervalMark({ value, interval, range, verdict, label, width, height = 18 }: MarkProps) {
  const at = (one: number): number => ((one - range.low) / (range.high - range.low)) * PERCENT;
  return (
    <span className={`x-interval ${verdict}`} role="img" aria-label={label} style={{ height, ...(width ? { width } : {}) }}>
      <i className="x-zero" style={{ left: `${at(0)}%` }} />
      <i className="x-bar" style={{ left: `${at(interval.low)}%`, width: `${at(interval.high) - at(interval.low)}%` }} />
      <i className="x-dot" style={{ left: `${at(value)}%` }} />
    </span>
  );
}
