type IntervalProps = { low: number; value: number; high: number; max: number; label: string; wide?: boolean };

const shareOf = (value: number, max: number): string => `${Math.min(1, Math.max(0, value / Math.max(max, 1e-9))) * 100}%`;

/** An estimate with its range on a line from nought: the range as a band, the estimate as a mark. `label` says it in words. */
export function IntervalBar({ low, value, high, max, label, wide }: IntervalProps) {
  return (
    <span className={wide ? 'interval wide' : 'interval'} role="img" aria-label={label} title={label}>
      <i className="interval-range" style={{ left: shareOf(low, max), right: `calc(100% - ${shareOf(high, max)})` }} />
      <i className="interval-mark" style={{ left: shareOf(value, max) }} />
    </span>
  );
}
