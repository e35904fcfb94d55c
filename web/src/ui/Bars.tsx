import type { ReactNode } from 'react';
import { Anchor } from '../lib/location.tsx';

export type Bar = { key: string; label: ReactNode; value: number; shown: ReactNode; colour?: string; to?: string | undefined };

/** Plain horizontal bars with their labels and figures beside them. */
export function Bars({ bars, max }: { bars: readonly Bar[]; max?: number }) {
  const largest = Math.max(max ?? 0, ...bars.map(({ value }) => value), 1e-9);
  return (
    <ul className="bars">
      {bars.map(({ key, label, value, shown, colour, to }) => (
        <li key={key}>
          <span className="bars-label">{to ? <Anchor to={to}>{label}</Anchor> : label}</span>
          <span className="bars-track"><i style={{ width: `${Math.max(0, value / largest) * 100}%`, background: colour ?? 'var(--accent)' }} /></span>
          <span className="number">{shown}</span>
        </li>
      ))}
    </ul>
  );
}
